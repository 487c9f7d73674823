package org.dalrn.server.combine;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.model.ContentHash;

/**
 * What a closed round led to.
 *
 * @param model the next global model, durable in the blob store
 * @param sumDigest digest of the exact sum that it was stepped from, see {@link
 *     org.dalrn.core.aggregation.PartialSum#digest}
 */
public record Combined(ContentHash model, ContentHash sumDigest) {
    public Combined {
        requireNonNull(model, "model");
        requireNonNull(sumDigest, "sumDigest");
    }
}
