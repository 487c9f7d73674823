/**
 * The round as a pure state machine: {@code decide(state, command) -> events}, {@code apply(state, event) -> state}.
 *
 * <p>Entry types: {@link org.dalrn.core.round.RoundMachine} decides, {@link org.dalrn.core.round.RunState} folds,
 * {@link org.dalrn.core.round.EventText} gives each event its canonical text. Nothing here reads a clock, draws at
 * random, starts a thread or touches a file.
 */
package org.dalrn.core.round;
