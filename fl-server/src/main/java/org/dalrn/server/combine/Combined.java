package org.dalrn.server.combine;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.model.ContentHash;
import org.dalrn.core.round.RunCommand;

/**
 * What a closed round led to.
 *
 * @param model the next global model, durable in the blob store
 * @param sumDigest digest of the exact sum that it was stepped from, see {@link
 *     org.dalrn.core.aggregation.PartialSum#digest}
 * @param measurement what the run's incentives ask to be measured of the updates; models of coalitions are durable
 */
public record Combined(ContentHash model, ContentHash sumDigest, RunCommand.Measurement measurement) {
    public Combined {
        requireNonNull(model, "model");
        requireNonNull(sumDigest, "sumDigest");
        requireNonNull(measurement, "measurement");
    }
}
