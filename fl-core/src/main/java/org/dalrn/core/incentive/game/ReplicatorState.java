package org.dalrn.core.incentive.game;

/**
 * The shares of a population's strategies, with what they earn and how much better a single member could do.
 *
 * <p>Immutable and thread-safe.
 */
public final class ReplicatorState {

    private final double[] shares;
    private final double meanPayoff;
    private final double regret;

    ReplicatorState(double[] shares, double[] payoffs) {
        this.shares = shares;
        meanPayoff = PayoffTable.dot(shares, payoffs);
        regret = Math.max(0, payoffs[PayoffTable.first(payoffs)] - meanPayoff);
    }

    /** The share of each strategy, 0 or more, of sum 1 but for rounding; a copy. */
    public double[] shares() {
        return shares.clone();
    }

    /** What a member earns on average. */
    public double meanPayoff() {
        return meanPayoff;
    }

    /**
     * What a single member could gain by changing its strategy, 0 or more: playing the shares against themselves is a
     * symmetric equilibrium up to this ε. It is 0 at many states only in the limit, and not 0 at all where the population
     * rests because a better strategy has died out, or mutates.
     */
    public double regret() {
        return regret;
    }
}
