package org.dalrn.fhe.committee;

import java.util.Arrays;
import javax.security.auth.Destroyable;

/**
 * The sum of the secrets of one agreed set, opened by at least t members: the only way in which this package lets
 * secrets out. Only {@link ShareCombiner} makes one. It opens whatever the secrets' sum opens, so it prints nothing and
 * can be destroyed. Thread-safe.
 */
public final class AgreedSum implements Destroyable {
    private final CommitteePlan plan;
    private final AcceptedSet set;
    private final int[] values;
    private boolean destroyed;

    private AgreedSum(CommitteePlan plan, AcceptedSet set, int[] values) {
        this.plan = plan;
        this.set = set;
        this.values = values;
    }

    static AgreedSum wrap(CommitteePlan plan, AcceptedSet set, int[] values) {
        return new AgreedSum(plan, set, values);
    }

    /**
     * The plan under which it was opened.
     *
     * @return the plan
     */
    public CommitteePlan plan() {
        return plan;
    }

    /**
     * The dealers whose secrets it sums, with the digests of their uploads: exactly these must be summed to be opened
     * by it.
     *
     * @return the agreed set
     */
    public AcceptedSet set() {
        return set;
    }

    /**
     * The number of secrets in it.
     *
     * @return at least the plan's least set size
     */
    public int count() {
        return set.size();
    }

    /**
     * The number of coordinates.
     *
     * @return the plan's vector length
     */
    public int length() {
        return values.length;
    }

    /**
     * A copy of the coordinates.
     *
     * @return {@code int[length()]}, each in {@code [-count * bound, count * bound]}
     * @throws IllegalStateException if it is destroyed
     */
    public synchronized int[] toArray() {
        if (destroyed) {
            throw new IllegalStateException("agreed sum is destroyed; combine the answers again");
        }
        return values.clone();
    }

    @Override
    public synchronized void destroy() {
        Arrays.fill(values, 0);
        destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    /** Sizes only. */
    @Override
    public String toString() {
        return "AgreedSum(" + set.size() + " dealers, " + values.length + " coordinates)";
    }
}
