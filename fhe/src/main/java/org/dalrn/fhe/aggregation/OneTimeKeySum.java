package org.dalrn.fhe.aggregation;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.fhe.ErasableSecret;
import org.dalrn.fhe.committee.AgreedSum;
import org.dalrn.fhe.committee.CommitteePlan;
import org.dalrn.fhe.committee.Digest;

/**
 * The sum of the one-time keys of exactly the clients in a sum: what the committee answers for an agreed set.
 *
 * <p>It opens the sum of these clients' updates in this round and nothing else. Thread-safe, except for destroying it during a
 * use.
 */
public final class OneTimeKeySum extends ErasableSecret implements OpeningKey {
    private final SumRound round;
    private final SortedMap<Integer, Digest> uploads;
    private final int[] coefficients;

    private OneTimeKeySum(SumRound round, SortedMap<Integer, Digest> uploads, int[] coefficients) {
        if (round.plan().mode() != SumMode.ONE_TIME_KEY
                || coefficients.length != round.plan().ringDegree()) {
            throw new IllegalArgumentException("a sum of one-time keys of " + coefficients.length
                    + " coordinates in a round of mode " + round.plan().mode() + " and ring degree "
                    + round.plan().ringDegree() + "; deal the keys of this round");
        }
        this.round = round;
        this.uploads = Collections.unmodifiableSortedMap(new TreeMap<>(uploads));
        this.coefficients = coefficients;
    }

    /**
     * What the committee opened.
     *
     * @param round whose name is that of the committee's round
     * @param agreed the sum of the keys of the clients in the agreed set; may be destroyed afterwards
     * @throws IllegalArgumentException if it is of another round or of other secrets than one-time keys
     */
    public static OneTimeKeySum of(SumRound round, AgreedSum agreed) {
        CommitteePlan committee = agreed.plan();
        if (!Arrays.equals(committee.round().toBytes(), round.rawId())) {
            throw new IllegalArgumentException("a committee's answer for round " + committee.round() + " given for "
                    + round + "; the committee's round must have the name of the sum's");
        }
        SortedMap<Integer, Digest> uploads = new TreeMap<>();
        agreed.set().dealings().forEach(dealing -> uploads.put(dealing.dealer(), dealing.upload()));
        return new OneTimeKeySum(round, uploads, agreed.toArray());
    }

    /** A sum that no committee agreed on. */
    static OneTimeKeySum insecureForTesting(SumRound round, SortedMap<Integer, Digest> uploads, int[] coefficients) {
        return new OneTimeKeySum(round, uploads, coefficients.clone());
    }

    /** The round of the keys. */
    public SumRound round() {
        return round;
    }

    /** The clients whose keys are in it. */
    public SortedSet<Integer> clients() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(uploads.keySet()));
    }

    /** The digest of each client's upload, as the committee agreed on it. */
    SortedMap<Integer, Digest> uploads() {
        return uploads;
    }

    int[] coefficients() {
        if (isDestroyed()) {
            throw new IllegalStateException("this sum of keys was destroyed; the committee does not answer twice");
        }
        return coefficients;
    }

    @Override
    protected void erase() {
        Arrays.fill(coefficients, 0);
    }

    /** Type and sizes; never the value. */
    @Override
    public String toString() {
        return "OneTimeKeySum[clients=" + uploads.size() + ", N=" + coefficients.length + "]";
    }
}
