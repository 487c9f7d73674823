package org.dalrn.fhe.aggregation;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.dalrn.fhe.committee.CommitteePlan;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.ring.RowNtt;
import org.dalrn.fhe.rlwe.SecurityStandard;

/**
 * Everything that all parties of encrypted sums must agree on: ring, primes, packing, clipping, weights, mode.
 *
 * <p>Made by {@link SumPlanner} or {@link #parse}, which both check that q passes the named security table, that the sum of
 * {@link #maxClients} updates never carries from one value into the next, and that their noise stays apart from the values
 * except with probability 2^-128.
 *
 * <h2>Encoding</h2>
 *
 * A parameter x of an update of weight w becomes the integer {@code u = rint(w / maxWeight (x + B) / (2B) (L - 1))}, x clipped
 * to {@code [-B, B]}. A coefficient holds v of them, f bits apart, above g guard bits: {@code m = 2^g sum u_k 2^(f k)}.
 *
 * <h2>Noise</h2>
 *
 * The error of a fresh encryption is strictly sub-Gaussian (a sum of independent coins), of variance 10.5 for one polynomial;
 * the sum of n of them passes {@code T sqrt(n variance)} with probability below {@code 2 exp(-T^2/2)}. {@code T^2 = 2 ln 2 (129
 * + 40)} makes that 2^-168 for a coefficient and 2^-128 for all the at most 2^40 coefficients of a sum.
 * With a collective key of p parties the variance is {@code 10.5 (4pNk/3 + 1)}; k bounds the length of the keys, which are
 * drawn once: {@code k = 1 + 2 sqrt(y/N) + 2y/N}, {@code y = 130 ln 2} (Hsu, Kakade and Zhang 2012, for sub-Gaussian vectors).
 *
 * <p>Immutable, thread-safe.
 */
public final class SumPlan {
    /** The most clients of a sum. */
    public static final int MAX_CLIENTS = 1 << 20;

    static final int MAX_PRIME_BITS = 49;
    static final double FRESH_VARIANCE = 10.5;
    static final int FRESH_BOUND = 21;
    /** T, in standard deviations. */
    static final double NOISE_FACTOR = Math.sqrt(2 * Math.log(2) * (129 + 40));

    private static final int MAX_LIMBS = 16;
    private static final int MAGIC = 0x4c505344; // "DSPL", little-endian
    private static final int VERSION = 1;
    private static final int MAX_FIELD_BITS = 50;
    private static final int GROUP_BITS = 52;

    private final Fields fields;
    private final boolean insecureForTesting;
    private final RnsBasis basis;
    private final RowNtt[] transforms;
    private final byte[] bytes;
    private final byte[] digest;

    private SumPlan(Fields fields, boolean insecureForTesting) {
        this.fields = fields;
        this.insecureForTesting = insecureForTesting;
        fields.requireValid(insecureForTesting);
        basis = RnsBasis.of(
                fields.ringDegree, fields.primes.stream().map(Modulus::of).toList());
        transforms = new RowNtt[basis.size()];
        for (int limb = 0; limb < transforms.length; limb++) {
            transforms[limb] =
                    basis.ntt(limb) instanceof RowNtt rows ? rows : RowNtt.of(fields.ringDegree, basis.modulus(limb));
        }
        bytes = fields.toBytes();
        digest = sha256("dalrn.fhe.sum.plan.v1", bytes);
    }

    static SumPlan of(Fields fields) {
        return new SumPlan(fields, false);
    }

    /** A plan of a ring too small to hide anything. */
    static SumPlan insecureForTesting(Fields fields) {
        return new SumPlan(fields, true);
    }

    /**
     * The plan that {@link #toBytes} wrote, checked as if it had been planned here.
     *
     * @param bytes from outside
     * @throws SumFormatException if they are not a plan, or one that is insecure or could decode wrongly
     */
    public static SumPlan parse(byte[] bytes) {
        Fields fields = Fields.read(bytes);
        try {
            SumPlan plan = of(fields);
            if (!Arrays.equals(plan.bytes, bytes)) {
                throw new SumFormatException("a plan of " + bytes.length + " bytes is not in its canonical form of "
                        + plan.bytes.length + " bytes; take the bytes of SumPlan.toBytes");
            }
            return plan;
        } catch (IllegalArgumentException e) {
            throw new SumFormatException("a plan that no planner makes: " + e.getMessage());
        }
    }

    /** The canonical bytes, from which {@link #digest} is taken. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** SHA-256 of domain and canonical bytes, 32 bytes: two parties with equal digests have equal plans. */
    public byte[] digest() {
        return digest.clone();
    }

    byte[] rawDigest() {
        return digest;
    }

    /** Whose key hides the updates. */
    public SumMode mode() {
        return fields.mode;
    }

    /** The table that bounds q. */
    public SecurityStandard security() {
        return fields.security;
    }

    /** The ring with its primes. */
    public RnsBasis basis() {
        return basis;
    }

    /** N. */
    public int ringDegree() {
        return basis.ringDegree();
    }

    int limbs() {
        return basis.size();
    }

    /** The transform in rows; primes are below 2^49, so there always is one. */
    RowNtt rowNtt(int limb) {
        return transforms[limb];
    }

    int primeBits(int limb) {
        return basis.modulus(limb).bitLength();
    }

    /** n, the most updates of a sum. */
    public int maxClients() {
        return fields.maxClients;
    }

    /** f, bits from one value to the next. */
    int fieldBits() {
        return fields.fieldBits;
    }

    /** v, values in one coefficient. */
    public int valuesPerCoefficient() {
        return fields.valuesPerCoefficient;
    }

    /** g, bits below the lowest value for the noise. */
    int guardBits() {
        return fields.guardBits;
    }

    /** L: a value is encoded as an integer in [0, L-1]. */
    public long levels() {
        return fields.levels;
    }

    /** B: values are clipped to {@code [-B, B]}. */
    public double clip() {
        return fields.clip;
    }

    /** The largest weight of an update. */
    public long maxWeight() {
        return fields.maxWeight;
    }

    /** Values that the weight takes: its digits in base L. */
    int weightDigits() {
        return weightDigits(fields.levels, fields.maxWeight);
    }

    /** Parties that hold a part of the collective key; 1 in the other modes. */
    public int keyParties() {
        return fields.keyParties;
    }

    /**
     * Standard deviation of the noise that the holders of a collective key add together when they open, 0 if one holder has
     * the whole key.
     */
    public double openingNoise() {
        return fields.openingNoise;
    }

    /** Fields of a group: what fits an exact double. */
    int fieldsPerGroup() {
        return Math.min(fields.valuesPerCoefficient, GROUP_BITS / fields.fieldBits);
    }

    int groups() {
        return (fields.valuesPerCoefficient + fieldsPerGroup() - 1) / fieldsPerGroup();
    }

    /** The largest noise of an honest sum of that many updates, less than half of 2^g. */
    long noiseBound(int clients) {
        return noiseBound(fields.mode, ringDegree(), fields.keyParties, fields.openingNoise, clients);
    }

    static long noiseBound(SumMode mode, int ringDegree, int keyParties, double openingNoise, int clients) {
        double bound = NOISE_FACTOR
                * Math.sqrt(clients * freshVariance(mode, ringDegree, keyParties) + openingNoise * openingNoise);
        if (mode != SumMode.COLLECTIVE_KEY) {
            bound = Math.min(bound, (double) FRESH_BOUND * clients);
        }
        return (long) Math.ceil(bound);
    }

    static double freshVariance(SumMode mode, int ringDegree, int keyParties) {
        if (mode != SumMode.COLLECTIVE_KEY) {
            return FRESH_VARIANCE;
        }
        double y = 130 * Math.log(2) / ringDegree;
        double length = 1 + 2 * Math.sqrt(y) + 2 * y;
        return FRESH_VARIANCE * (4.0 / 3 * keyParties * ringDegree * length + 1);
    }

    static int weightDigits(long levels, long maxWeight) {
        int digits = 1;
        for (long left = maxWeight / levels; left > 0; left /= levels) {
            digits++;
        }
        return digits;
    }

    /** {@code log2 q}. */
    public double log2Modulus() {
        return log2(basis.product());
    }

    static double log2(BigInteger x) {
        int shift = Math.max(0, x.bitLength() - 60);
        return Math.log(x.shiftRight(shift).doubleValue()) / Math.log(2) + shift;
    }

    /**
     * The worst error of the mean as a part of the clip range 2B, if all weights are {@link #maxWeight}. With smaller weights
     * it grows by {@code maxWeight} over their mean.
     */
    public double worstError() {
        return 0.5 / (fields.levels - 1) + 0x1p-50;
    }

    /** The root mean square error of the mean of that many updates, as {@link #worstError}, for values spread evenly. */
    public double rmsError(int clients) {
        return 1 / ((fields.levels - 1) * Math.sqrt(12.0 * clients));
    }

    /**
     * Bytes of an encrypted update on the wire.
     *
     * @param parameters values of the update, 1 to 2^38
     */
    public long updateBytes(long parameters) {
        BlockLayout layout = new BlockLayout(this, parameters);
        return UpdateHeader.bytes(fields.mode) + layout.bytesOf(0, layout.blocks());
    }

    /**
     * Bytes that travel beside an encrypted update to deal its one-time key to a committee, whose plan has
     * {@link #maxClients} dealers; with more of them they may become more.
     *
     * @param members of the committee, 1 to 255
     * @return length of {@link org.dalrn.fhe.committee.DealtShares#toBytes}, 0 in the other modes
     */
    public long dealtBytes(int members) {
        return fields.mode == SumMode.ONE_TIME_KEY ? dealtBytes(members, fields.maxClients, ringDegree()) : 0;
    }

    static long dealtBytes(int members, int dealers, int ringDegree) {
        return CommitteePlan.dealtBytes(members, dealers, ringDegree, OneTimeKey.coefficientBound());
    }

    /** Says in a few lines what the plan costs, how precise it is and how secure, with the sources. */
    public String describe() {
        double bits = 0;
        for (int limb = 0; limb < limbs(); limb++) {
            bits += primeBits(limb) * (fields.mode == SumMode.COLLECTIVE_KEY ? 2 : 1);
        }
        String safety = insecureForTesting
                ? "NONE: a ring for tests"
                : "128 bits, " + fields.security.source() + ": q < 2^" + fields.security.maxLog2Modulus(ringDegree());
        return String.format(
                Locale.ROOT,
                """
                mode %s, at most %d clients, weights 1 to %d, values clipped to [-%s, %s]
                size: %.2f bits (%.3f bytes) per parameter: %d values of %d bits and %d guard bits in a coefficient
                %sprecision of the mean: worst 2^-%.2f, rms at %d clients 2^-%.2f of the clip range, for equal full weights
                ring: N=%d, log2 q=%.2f in %d primes %s
                security: %s
                failure: an honest sum decodes wrongly with probability < 2^-128; opened exactly, refused otherwise""",
                fields.mode,
                fields.maxClients,
                fields.maxWeight,
                fields.clip,
                fields.clip,
                bits / fields.valuesPerCoefficient,
                bits / fields.valuesPerCoefficient / 8,
                fields.valuesPerCoefficient,
                fields.fieldBits,
                fields.guardBits,
                describeShares(),
                -Math.log(worstError()) / Math.log(2),
                fields.maxClients,
                -Math.log(rmsError(fields.maxClients)) / Math.log(2),
                ringDegree(),
                log2Modulus(),
                limbs(),
                basis.moduli(),
                safety);
    }

    private String describeShares() {
        if (fields.mode != SumMode.ONE_TIME_KEY) {
            return "";
        }
        long each = dealtBytes(2) - dealtBytes(1);
        return String.format(
                Locale.ROOT,
                "shares: %d + %d m bytes more per update for a committee of m with at most %d dealers\n",
                dealtBytes(1) - each,
                each,
                fields.maxClients);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SumPlan that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The digest's beginning; {@link #describe} says more. */
    @Override
    public String toString() {
        return "SumPlan[" + fields.mode + ", N=" + ringDegree() + ", digest=" + hex(digest, 8) + "...]";
    }

    static String hex(byte[] bytes, int count) {
        return HexFormat.of().formatHex(bytes, 0, count);
    }

    static byte[] sha256(String domain, byte[]... parts) {
        MessageDigest sha = sha256();
        sha.update(domain.getBytes(StandardCharsets.US_ASCII));
        sha.update((byte) 0);
        for (byte[] part : parts) {
            sha.update(part);
        }
        return sha.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256, which every one must have", e);
        }
    }

    /** What a plan is made of, unchecked. */
    record Fields(
            SumMode mode,
            SecurityStandard security,
            int ringDegree,
            List<Long> primes,
            int maxClients,
            int fieldBits,
            int valuesPerCoefficient,
            int guardBits,
            long levels,
            double clip,
            long maxWeight,
            int keyParties,
            double openingNoise) {
        private static final int FIXED_BYTES = 4 + 1 + 1 + 1 + 1 + 4 + 4 + 1 + 1 + 1 + 1 + 8 + 8 + 8 + 4 + 8;

        Fields {
            Objects.requireNonNull(mode, "mode");
            Objects.requireNonNull(security, "security");
            primes = List.copyOf(primes);
        }

        byte[] toBytes() {
            ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + Long.BYTES * primes.size())
                    .order(ByteOrder.LITTLE_ENDIAN);
            out.putInt(MAGIC).put((byte) VERSION).put((byte) mode.code()).put((byte) code(security));
            out.put((byte) primes.size()).putInt(ringDegree).putInt(maxClients);
            out.put((byte) fieldBits).put((byte) valuesPerCoefficient).put((byte) guardBits);
            out.put((byte) 0).putLong(levels).putDouble(clip).putLong(maxWeight);
            out.putInt(keyParties).putDouble(openingNoise);
            for (long prime : primes) {
                out.putLong(prime);
            }
            return out.array();
        }

        static Fields read(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            try {
                int magic = in.getInt();
                int version = in.get();
                if (magic != MAGIC || version != VERSION) {
                    throw new SumFormatException("the bytes begin with " + Integer.toHexString(magic) + ", version "
                            + version + ", not with a plan's DSPL, version 1");
                }
                SumMode mode = SumMode.ofCode(in.get());
                SecurityStandard security = standard(in.get());
                int limbs = in.get();
                if (limbs < 1 || limbs > MAX_LIMBS || bytes.length != FIXED_BYTES + Long.BYTES * limbs) {
                    throw new SumFormatException("a plan of " + bytes.length + " bytes says that it has " + limbs
                            + " primes; 1 to 16 are possible, of 8 bytes after the first " + FIXED_BYTES);
                }
                int ringDegree = in.getInt();
                int maxClients = in.getInt();
                int fieldBits = in.get();
                int valuesPerCoefficient = in.get();
                int guardBits = in.get();
                in.get();
                long levels = in.getLong();
                double clip = in.getDouble();
                long maxWeight = in.getLong();
                int keyParties = in.getInt();
                double openingNoise = in.getDouble();
                List<Long> primes = new ArrayList<>();
                for (int i = 0; i < limbs; i++) {
                    primes.add(in.getLong());
                }
                return new Fields(
                        mode,
                        security,
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
                        openingNoise);
            } catch (BufferUnderflowException e) {
                throw new SumFormatException("a plan of " + bytes.length + " bytes is cut short; it has at least "
                        + (FIXED_BYTES + Long.BYTES));
            }
        }

        private static int code(SecurityStandard security) {
            return switch (security) {
                case HES_2018_CLASSICAL -> 1;
                case HES_2018_QUANTUM -> 2;
                case GUIDELINES_2024_CLASSICAL -> 3;
                case GUIDELINES_2024_QUANTUM -> 4;
            };
        }

        private static SecurityStandard standard(int code) {
            for (SecurityStandard standard : SecurityStandard.values()) {
                if (code(standard) == code) {
                    return standard;
                }
            }
            throw new SumFormatException("security standard " + code + " is unknown; this version knows 1 to 4");
        }

        /** The modulus must pass this: the largest sum, with the noise on either side. */
        static BigInteger leastModulus(
                int maxClients, long levels, int fieldBits, int valuesPerCoefficient, int guardBits) {
            BigInteger ones = BigInteger.ZERO;
            for (int k = 0; k < valuesPerCoefficient; k++) {
                ones = ones.setBit(fieldBits * k);
            }
            return BigInteger.valueOf(maxClients)
                    .multiply(BigInteger.valueOf(levels - 1))
                    .multiply(ones)
                    .add(BigInteger.ONE)
                    .shiftLeft(guardBits);
        }

        void requireValid(boolean insecure) {
            int log = Integer.numberOfTrailingZeros(ringDegree);
            require(
                    Integer.bitCount(ringDegree) == 1 && log <= 14 && log >= (insecure ? 3 : 11),
                    "ring degree " + ringDegree + "; take 2048, 4096, 8192 or 16384");
            require(
                    maxClients >= 2 && maxClients <= MAX_CLIENTS,
                    "at most " + maxClients + " clients; a sum has between 2 and " + MAX_CLIENTS);
            require(
                    fieldBits >= 2 && fieldBits <= MAX_FIELD_BITS,
                    "values of " + fieldBits + " bits; a value has between 2 and 50: ask for fewer bits or clients");
            require(
                    valuesPerCoefficient >= 1 && valuesPerCoefficient <= 100,
                    valuesPerCoefficient + " values in a coefficient; between 1 and 100 are possible");
            require(guardBits >= 2 && guardBits <= 48, guardBits + " guard bits; between 2 and 48 are possible");
            require(
                    levels >= 2 && levels - 1 <= ((1L << fieldBits) - 1) / maxClients,
                    levels + " levels of " + maxClients + " clients carry out of " + fieldBits + " bits");
            requireScale();
            requirePrimes();
            BigInteger q = product(primes);
            require(
                    q.compareTo(leastModulus(maxClients, levels, fieldBits, valuesPerCoefficient, guardBits)) >= 0,
                    "modulus " + q + " is smaller than the largest sum; take larger primes");
            require(
                    noiseBound(mode, ringDegree, keyParties, openingNoise, maxClients) < 1L << (guardBits - 1),
                    guardBits + " guard bits do not hold the noise of " + maxClients + " updates");
            if (!insecure) {
                requireSecure(q);
            }
        }

        private void requireScale() {
            require(
                    clip > 0 && clip >= 0x1p-500 && clip <= 0x1p500,
                    "clip bound " + clip + "; it must be positive, between 2^-500 and 2^500");
            require(
                    maxWeight >= 1 && maxWeight <= 1L << 40,
                    "largest weight " + maxWeight + "; it must be between 1 and 2^40");
            boolean collective = mode == SumMode.COLLECTIVE_KEY;
            require(
                    keyParties >= 1 && keyParties <= MAX_CLIENTS && (collective || keyParties == 1),
                    keyParties + " parties of the key in mode " + mode + "; 1, or with a collective key up to "
                            + MAX_CLIENTS);
            require(
                    openingNoise >= 0 && openingNoise <= 0x1p44 && (collective || openingNoise == 0),
                    "opening noise " + openingNoise + " in mode " + mode + "; 0, or with a collective key up to 2^44");
        }

        private void requirePrimes() {
            require(
                    primes.size() >= 1 && primes.size() <= MAX_LIMBS,
                    primes.size() + " primes; between 1 and 16 are possible");
            for (int i = 0; i < primes.size(); i++) {
                long prime = primes.get(i);
                int bits = 64 - Long.numberOfLeadingZeros(prime);
                // The share left out keeps the rejections of a mask far below its spare words.
                require(
                        prime > 2L * ringDegree
                                && bits <= MAX_PRIME_BITS
                                && prime % (2L * ringDegree) == 1
                                && (1L << bits) - prime <= 1L << (bits - 5),
                        "prime " + prime + "; it must be 1 modulo " + 2L * ringDegree
                                + ", below 2^49 and in the top 1/32 of its bit length");
                for (int k = 0; k < i; k++) {
                    require(primes.get(k) != prime, "prime " + prime + " twice; the primes must be distinct");
                }
            }
        }

        private void requireSecure(BigInteger q) {
            int limit = security.maxLog2Modulus(ringDegree);
            // The sums of the one-time keys and of the errors become known. With two honest clients
            // that narrows what is left of each by sqrt(2) (Hint-LWE), as if q had half a bit more.
            BigInteger effective = mode == SumMode.ONE_TIME_KEY ? q.pow(2).shiftLeft(1) : q.pow(2);
            require(
                    effective.bitLength() <= 2 * limit,
                    String.format(
                            Locale.ROOT,
                            "log2 q = %.2f is too long for N=%d: %s allows 2^%d%s; take a larger ring",
                            log2(q),
                            ringDegree,
                            security,
                            limit,
                            mode == SumMode.ONE_TIME_KEY ? ", less half a bit for the known sum of the keys" : ""));
        }

        static BigInteger product(List<Long> primes) {
            BigInteger q = BigInteger.ONE;
            for (long prime : primes) {
                q = q.multiply(BigInteger.valueOf(prime));
            }
            return q;
        }

        private static void require(boolean valid, String what) {
            if (!valid) {
                throw new IllegalArgumentException(what);
            }
        }
    }

    /** The primes of those sizes. */
    static List<Long> primes(int ringDegree, int... bits) {
        List<Modulus> moduli = NttPrimes.create(ringDegree, bits);
        return moduli.stream().map(Modulus::value).toList();
    }
}
