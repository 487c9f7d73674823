package org.dalrn.fhe.aggregation;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.security.auth.Destroyable;

/**
 * The sum of the one-time keys of exactly the clients in a sum: what the committee answers for an agreed set.
 *
 * <p>It opens the sum of these clients' updates in this round and nothing else. Thread-safe, except for destroying it during a
 * use.
 */
public final class OneTimeKeySum implements OpeningKey, Destroyable, AutoCloseable {
    private final SumRound round;
    private final SortedSet<Integer> clients;
    private final int[] coefficients;
    private volatile boolean destroyed;

    private OneTimeKeySum(SumRound round, SortedSet<Integer> clients, int[] coefficients) {
        if (round.plan().mode() != SumMode.ONE_TIME_KEY
                || coefficients.length != round.plan().ringDegree()) {
            throw new IllegalArgumentException("a sum of one-time keys of " + coefficients.length
                    + " coordinates in a round of mode " + round.plan().mode() + " and ring degree "
                    + round.plan().ringDegree() + "; deal the keys of this round");
        }
        this.round = round;
        this.clients = Collections.unmodifiableSortedSet(new TreeSet<>(clients));
        this.coefficients = coefficients;
    }

    /** A sum that no committee agreed on. */
    static OneTimeKeySum insecureForTesting(SumRound round, SortedSet<Integer> clients, int[] coefficients) {
        return new OneTimeKeySum(round, clients, coefficients.clone());
    }

    /** The round of the keys. */
    public SumRound round() {
        return round;
    }

    /** The clients whose keys are in it. */
    public SortedSet<Integer> clients() {
        return clients;
    }

    int[] coefficients() {
        if (destroyed) {
            throw new IllegalStateException("this sum of keys was destroyed; the committee does not answer twice");
        }
        return coefficients;
    }

    @Override
    public void destroy() {
        destroyed = true;
        Arrays.fill(coefficients, 0);
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    /** {@link #destroy}. */
    @Override
    public void close() {
        destroy();
    }

    /** Type and sizes; never the value. */
    @Override
    public String toString() {
        return "OneTimeKeySum[clients=" + clients.size() + ", N=" + coefficients.length + "]";
    }
}
