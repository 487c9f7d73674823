package org.dalrn.benchmarks.incentives.attacks;

import org.dalrn.core.model.Parameters;

/** What an identity sends as its update. */
@FunctionalInterface
interface Sender {

    /**
     * The update of one round.
     *
     * @param global the model that the round starts from
     * @param lastChange what the last round changed in the model, which everybody sees; zeros in the first
     */
    Parameters update(Parameters global, Parameters lastChange, int round);
}
