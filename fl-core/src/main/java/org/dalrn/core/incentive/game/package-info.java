/**
 * Games in normal form and their Nash equilibria, in exact rational numbers or in doubles; every answer carries its own
 * certificate, the largest gain that a player could still make by deviating alone.
 *
 * <p>Conventions: {@code A} is the row player's payoff matrix and {@code B} the column player's, both row-major {@code
 * [rows][columns]}. Labels number the pure strategies of both players: {@code 0 .. rows-1} the row player's, {@code
 * rows .. rows+columns-1} the column player's.
 *
 * <p>Sources: von Stengel, Computing Equilibria for Two-Person Games, Handbook of Game Theory 3 (2002); Nisan et al.,
 * Algorithmic Game Theory (2007), chapters 1 to 4.
 */
package org.dalrn.core.incentive.game;
