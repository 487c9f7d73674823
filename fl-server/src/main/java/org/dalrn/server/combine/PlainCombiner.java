package org.dalrn.server.combine;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.concurrent.Executor;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunSpec;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.utility.Utilities;

/** Makes the sums of rounds whose updates the coordinator can read. Thread-safe. */
public final class PlainCombiner {
    private final BlobStore blobs;
    private final Executor workers;
    private final Utilities utilities;

    /**
     * @param workers where updates are folded and models stepped; a round uses one thread at a time
     * @param utilities what contributions can be measured by
     */
    public PlainCombiner(BlobStore blobs, Executor workers, Utilities utilities) {
        this.blobs = requireNonNull(blobs, "blobs");
        this.workers = requireNonNull(workers, "workers");
        this.utilities = requireNonNull(utilities, "utilities");
    }

    /** Why the contributions to a run could not be measured; empty if they can. */
    public Optional<String> refusalOf(RunSpec spec) {
        return utilities.refusalOf(spec);
    }

    /**
     * The empty sum of a round.
     *
     * @param cohortSize how many nodes were asked; with the run's bounds it fixes the scale of the sum
     */
    public RoundSum begin(RunId run, RunSpec spec, int round, int cohortSize) {
        return new RoundSum(blobs, workers, utilities, run, spec, round, cohortSize);
    }
}
