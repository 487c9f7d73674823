package org.dalrn.benchmarks.incentives.attacks;

import org.dalrn.core.model.Parameters;

/** A federated task on real data, in one process. Same arguments give the same bits. */
interface LearningTask {

    /** The name in the table. */
    String name();

    /** How many honest partners have data. */
    int partners();

    /** How many training records a partner has. */
    int examples(int partner);

    /** Where training starts. */
    Parameters initial();

    /**
     * What is sent by whoever trains honestly on a part of a partner's records: its model minus the global one.
     *
     * @param part from 0; every {@code parts}-th record, from this one on
     * @param parts 1 for all records
     */
    Parameters update(int partner, int part, int parts, Parameters global, int round);

    /** How good a model is on records that nobody trains on: minus the mean log-loss in nats. */
    double utility(Parameters model);

    /** How many rounds a run has. */
    int rounds();
}
