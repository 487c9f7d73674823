package org.dalrn.core.incentive.contribution;

/**
 * How one update points with respect to the aggregate of its round.
 *
 * @param cosine of the angle between both, in [-1, 1]; 0 if one of them is 0
 * @param projection length of the update along the direction of the aggregate, after clipping; it is linear in the
 *     update below the clip norm, so that splitting an update among identities does not raise the sum
 * @param norm the update's Euclidean norm before clipping, 0 or more
 * @param aggregateNorm the aggregate's Euclidean norm, 0 or more
 */
public record Alignment(double cosine, double projection, double norm, double aggregateNorm) {
    /**
     * Checks.
     *
     * @throws IllegalArgumentException if a number is not finite or outside its range
     */
    public Alignment {
        if (!(cosine >= -1 && cosine <= 1)) {
            throw new IllegalArgumentException("cosine " + cosine + " is not in [-1, 1]");
        }
        if (!Double.isFinite(projection)) {
            throw new IllegalArgumentException("projection " + projection + " is not finite");
        }
        if (!(norm >= 0 && norm < Double.POSITIVE_INFINITY)
                || !(aggregateNorm >= 0 && aggregateNorm < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "norm " + norm + " or " + aggregateNorm + " is not a finite number of 0 or more");
        }
    }

    /**
     * The cosine with what the aggregate would be without the update: a lone update cannot point towards itself. In
     * [-1, 1]; 0 if the update or the rest is 0.
     *
     * @param share the update's share of the aggregate's total weight, in [0, 1]
     * @throws IllegalArgumentException if the share is outside its range
     */
    public double cosineWithRest(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share " + share + " is not in [0, 1]; use weight over total weight");
        }
        double dot = cosine * norm * aggregateNorm;
        double restDot = dot - share * norm * norm;
        double restSquare = aggregateNorm * aggregateNorm - 2 * share * dot + share * share * norm * norm;
        double scale = norm * Math.sqrt(Math.max(0, restSquare));
        // A rest that is lost in the rounding of the aggregate has no direction.
        boolean lost = restSquare <= 1e-12 * aggregateNorm * aggregateNorm;
        return lost || scale == 0 ? 0 : Math.max(-1, Math.min(1, restDot / scale));
    }
}
