/**
 * The runs of a coordinator: one thread decides, one log remembers, and what follows from it happens afterwards.
 *
 * <p>Entry type: {@link org.dalrn.server.rounds.RunConductor}. It owns the state of every run and is the only writer of the
 * log; the rules are those of {@link org.dalrn.core.round.RoundMachine}.
 */
package org.dalrn.server.rounds;
