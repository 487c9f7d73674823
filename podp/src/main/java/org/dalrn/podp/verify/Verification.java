package org.dalrn.podp.verify;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** What a {@link Verifier} says of a bundle. */
public sealed interface Verification {

    /**
     * One of two answers.
     *
     * @param verified for a bundle without a finding
     * @param refuted for any other
     */
    <T> T match(Function<Verified, T> verified, Function<Refuted, T> refuted);

    /**
     * Nothing is wrong.
     *
     * @param summary what was verified, and what was not because the bundle does not hold it
     */
    record Verified(Summary summary) implements Verification {
        /** Refuses null. */
        public Verified {
            Objects.requireNonNull(summary, "summary");
        }

        @Override
        public <T> T match(Function<Verified, T> verified, Function<Refuted, T> refuted) {
            return verified.apply(this);
        }
    }

    /**
     * Something is wrong.
     *
     * @param findings the first of what is wrong, at least one and at most 1,000
     * @param count how many there are in all
     */
    record Refuted(List<Finding> findings, long count) implements Verification {
        /**
         * Copies.
         *
         * @throws IllegalArgumentException if there is no finding, or the count is below their number
         */
        public Refuted {
            findings = List.copyOf(findings);
            if (findings.isEmpty() || count < findings.size()) {
                throw new IllegalArgumentException(
                        findings.size() + " findings of " + count + "; it takes at least one");
            }
        }

        /** Whether there are more findings than are listed. */
        public boolean isCut() {
            return count > findings.size();
        }

        @Override
        public <T> T match(Function<Verified, T> verified, Function<Refuted, T> refuted) {
            return refuted.apply(this);
        }
    }
}
