package org.dalrn.fhe.committee;

import java.util.Objects;

/**
 * One dealer's entry in an {@link AcceptedSet}: what it uploaded and how it dealt the secret that opens it. Immutable.
 *
 * @param dealer the dealer's id in the plan, at least 1
 * @param upload digest of what the dealer uploaded, as the dealer gave it
 * @param dealing digest of the whole dealing, which fixes every member's sealed share
 */
public record AcceptedDealing(int dealer, Digest upload, Digest dealing) {
    static final int SIZE_BYTES = Integer.BYTES + 2 * Digest.SIZE_BYTES;

    /**
     * Checks the id.
     *
     * @throws IllegalArgumentException if the id is below 1
     */
    public AcceptedDealing {
        Objects.requireNonNull(upload, "upload");
        Objects.requireNonNull(dealing, "dealing");
        if (dealer < 1) {
            throw new IllegalArgumentException("dealer id " + dealer + " is not in [1, 2^31 - 1]");
        }
    }
}
