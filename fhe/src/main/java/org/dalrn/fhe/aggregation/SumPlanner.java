package org.dalrn.fhe.aggregation;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.dalrn.fhe.committee.CommitteePlan;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.jspecify.annotations.Nullable;

/**
 * The search for the ring, primes and packing in which the updates of so many clients are smallest.
 *
 * <p>Every option but {@link #committee} and {@link #collectiveKey} must be set. Of all rings and packings that are secure by
 * the named table and reach the wanted precision, it takes the one with the smallest upload; of equal ones the one with the
 * least work. The upload counts the shares of a one-time key too, which are longer in a longer ring.
 *
 * <pre>{@code
 * SumPlan plan = SumPlanner.create()
 *         .mode(SumMode.ONE_TIME_KEY)
 *         .security(SecurityStandard.GUIDELINES_2024_CLASSICAL)
 *         .maxClients(100)
 *         .meanBits(16)
 *         .clip(4.0)
 *         .maxWeight(10_000)
 *         .parameters(1_000_000)
 *         .committee(16)
 *         .plan();
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class SumPlanner {
    private static final int[] RING_DEGREES = {2048, 4096, 8192, 16384};

    private @Nullable SumMode mode;
    private @Nullable SecurityStandard security;
    private int maxClients;
    private int meanBits;
    private double clip;
    private long maxWeight;
    private long parameters;
    private int committee;
    private int keyParties = 1;
    private double openingNoise;

    private SumPlanner() {}

    /** A planner with nothing set. */
    public static SumPlanner create() {
        return new SumPlanner();
    }

    /** Sets whose key hides the updates. */
    public SumPlanner mode(SumMode value) {
        mode = Objects.requireNonNull(value, "mode");
        return this;
    }

    /** Sets the table that bounds the modulus. */
    public SumPlanner security(SecurityStandard value) {
        security = Objects.requireNonNull(value, "security");
        return this;
    }

    /**
     * Sets the most updates that one sum may have.
     *
     * @param value 2 to 2^20
     */
    public SumPlanner maxClients(int value) {
        maxClients = requireIn("clients", value, 2, SumPlan.MAX_CLIENTS);
        return this;
    }

    /**
     * Sets the precision: the error of the mean is at most {@code 2^-value} of the clip range 2B, in the worst case, for equal
     * full weights.
     *
     * @param value 2 to 40
     */
    public SumPlanner meanBits(int value) {
        meanBits = requireIn("bits of the mean", value, 2, 40);
        return this;
    }

    /**
     * Sets the bound to which values are clipped.
     *
     * @param value B, between 2^-500 and 2^500
     */
    public SumPlanner clip(double value) {
        if (!(value >= 0x1p-500 && value <= 0x1p500)) {
            throw new IllegalArgumentException(
                    "clip bound " + value + "; it must be positive, between 2^-500 and 2^500");
        }
        clip = value;
        return this;
    }

    /**
     * Sets the largest weight of an update, such as its number of examples. Weights far below it cost precision.
     *
     * @param value 1 to 2^40
     */
    public SumPlanner maxWeight(long value) {
        if (value < 1 || value > 1L << 40) {
            throw new IllegalArgumentException("largest weight " + value + "; it must be between 1 and 2^40");
        }
        maxWeight = value;
        return this;
    }

    /**
     * Sets the size of the updates, for which the plan is the smallest. It sums updates of other sizes too.
     *
     * @param value 1 to 2^38
     */
    public SumPlanner parameters(long value) {
        if (value < 1 || value > BlockLayout.MAX_PARAMETERS) {
            throw new IllegalArgumentException(value + " parameters; there must be between 1 and 2^38");
        }
        parameters = value;
        return this;
    }

    /**
     * Sets how many members a one-time key is dealt to; 0, the default, leaves the shares out of the size. They are
     * counted for a committee's plan with as many dealers as {@link #maxClients}.
     *
     * @param members 0 to 255
     */
    public SumPlanner committee(int members) {
        committee = requireIn("members of the committee", members, 0, CommitteePlan.MAX_MEMBERS);
        return this;
    }

    /**
     * Describes the collective key: one party that holds it whole is the default.
     *
     * @param parties that hold a part of it, 1 to 2^20
     * @param noiseStdDev standard deviation of the noise that they add together when they open; 0 only for one party
     */
    public SumPlanner collectiveKey(int parties, double noiseStdDev) {
        requireIn("parties", parties, 1, SumPlan.MAX_CLIENTS);
        if (!(noiseStdDev >= 0 && noiseStdDev <= 0x1p44) || (noiseStdDev == 0 && parties > 1)) {
            throw new IllegalArgumentException("opening noise " + noiseStdDev + " of " + parties
                    + " parties; several parties need noise, at most 2^44, or their answers give away their keys");
        }
        keyParties = parties;
        openingNoise = noiseStdDev;
        return this;
    }

    private static int requireIn(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    value + " " + what + "; there must be between " + least + " and " + most);
        }
        return value;
    }

    /**
     * Searches.
     *
     * @throws IllegalStateException if an option is missing
     * @throws IllegalArgumentException if no ring is large enough
     */
    public SumPlan plan() {
        SumMode wantedMode = mode;
        SecurityStandard table = security;
        Set<String> missing = new TreeSet<>();
        addIf(missing, wantedMode == null, "mode");
        addIf(missing, table == null, "security");
        addIf(missing, maxClients == 0, "maxClients");
        addIf(missing, meanBits == 0, "meanBits");
        addIf(missing, clip == 0, "clip");
        addIf(missing, maxWeight == 0, "maxWeight");
        addIf(missing, parameters == 0, "parameters");
        if (!missing.isEmpty() || wantedMode == null || table == null) {
            throw new IllegalStateException("the planner lacks " + missing + "; set them all");
        }
        if (wantedMode != SumMode.COLLECTIVE_KEY && (keyParties != 1 || openingNoise != 0)) {
            throw new IllegalStateException("a collective key is described for mode " + wantedMode
                    + "; set mode COLLECTIVE_KEY or leave the key out");
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int ringDegree : RING_DEGREES) {
            addCandidates(candidates, wantedMode, ringDegree, table.maxLog2Modulus(ringDegree));
        }
        candidates.sort(Comparator.comparingLong(Candidate::uploadBytes).thenComparingDouble(Candidate::work));
        for (Candidate candidate : candidates) {
            SumPlan plan = candidate.plan(wantedMode, table);
            if (plan != null) {
                return plan;
            }
        }
        throw new IllegalArgumentException("no ring up to 16384 holds " + maxClients + " clients with " + meanBits
                + " bits of the mean in mode " + wantedMode + " by " + table + "; ask for fewer of either");
    }

    private static void addIf(Set<String> names, boolean isMissing, String name) {
        if (isMissing) {
            names.add(name);
        }
    }

    private void addCandidates(List<Candidate> candidates, SumMode wantedMode, int ringDegree, int limit) {
        // Half a level is the rounding; the doubles' own add up to 2^-50 of the range.
        long leastLevels = (1L << (meanBits - 1)) + 2 + (1L << Math.max(0, 2 * meanBits - 49));
        int fieldBits = 64 - Long.numberOfLeadingZeros(maxClients * (leastLevels - 1));
        long noise = SumPlan.noiseBound(wantedMode, ringDegree, keyParties, openingNoise, maxClients);
        int guardBits = Math.max(2, 65 - Long.numberOfLeadingZeros(noise));
        for (int v = 1; ; v++) {
            BigInteger least = SumPlan.Fields.leastModulus(maxClients, leastLevels, fieldBits, v, guardBits);
            // Rarely the primes of these bits fall just short of the sum; then one bit more.
            for (int bits = least.bitLength(); bits <= least.bitLength() + 1; bits++) {
                if (bits > limit + 1) {
                    return;
                }
                candidates.add(new Candidate(wantedMode, ringDegree, bits, leastLevels, fieldBits, v, guardBits));
            }
        }
    }

    /** One ring and packing. */
    private final class Candidate {
        final int ringDegree;
        final int[] primeBits;
        final long leastLevels;
        final int fieldBits;
        final int valuesPerCoefficient;
        final int guardBits;
        final long uploadBytes;

        Candidate(
                SumMode wantedMode,
                int ringDegree,
                int bits,
                long leastLevels,
                int fieldBits,
                int valuesPerCoefficient,
                int guardBits) {
            this.ringDegree = ringDegree;
            this.leastLevels = leastLevels;
            this.fieldBits = fieldBits;
            this.valuesPerCoefficient = valuesPerCoefficient;
            this.guardBits = guardBits;
            int limbs = (bits + SumPlan.MAX_PRIME_BITS - 1) / SumPlan.MAX_PRIME_BITS;
            primeBits = new int[limbs];
            for (int i = 0; i < limbs; i++) {
                primeBits[i] = bits / limbs + (i < bits % limbs ? 1 : 0);
            }
            long values = parameters + SumPlan.weightDigits(leastLevels, maxWeight);
            long coefficients = (values + valuesPerCoefficient - 1) / valuesPerCoefficient;
            long blocks = (coefficients + ringDegree - 2) / (ringDegree - 1);
            long sent = coefficients + blocks;
            if (wantedMode == SumMode.COLLECTIVE_KEY) {
                sent += blocks * ringDegree;
            }
            long shares = wantedMode == SumMode.ONE_TIME_KEY && committee > 0
                    ? SumPlan.dealtBytes(committee, maxClients, ringDegree)
                    : 0;
            uploadBytes = UpdateHeader.bytes(wantedMode) + (sent * bits + 7) / 8 + shares;
        }

        long uploadBytes() {
            return uploadBytes;
        }

        double work() {
            return (double) primeBits.length * Integer.numberOfTrailingZeros(ringDegree) / valuesPerCoefficient;
        }

        /** The plan, or null if the primes of these bits do not do. */
        @Nullable
        SumPlan plan(SumMode wantedMode, SecurityStandard table) {
            List<Long> primes;
            try {
                primes = SumPlan.primes(ringDegree, primeBits);
            } catch (IllegalArgumentException tooFewPrimes) {
                return null;
            }
            long levels = mostLevels(SumPlan.Fields.product(primes));
            if (levels < leastLevels) {
                return null;
            }
            try {
                return SumPlan.of(new SumPlan.Fields(
                        wantedMode,
                        table,
                        ringDegree,
                        primes,
                        maxClients,
                        fieldBits,
                        valuesPerCoefficient,
                        guardBits,
                        levels,
                        clip,
                        maxWeight,
                        keyParties,
                        openingNoise));
            } catch (IllegalArgumentException insecureOrSparse) {
                return null;
            }
        }

        /** The most levels that neither carry out of a field nor pass q. */
        private long mostLevels(BigInteger q) {
            long most = ((1L << fieldBits) - 1) / maxClients + 1;
            BigInteger sum = SumPlan.Fields.leastModulus(maxClients, 2, fieldBits, valuesPerCoefficient, guardBits)
                    .subtract(BigInteger.ONE.shiftLeft(guardBits));
            BigInteger fit = q.subtract(BigInteger.ONE.shiftLeft(guardBits)).divide(sum);
            return fit.bitLength() > 62 ? most : Math.min(most, fit.longValue() + 1);
        }
    }
}
