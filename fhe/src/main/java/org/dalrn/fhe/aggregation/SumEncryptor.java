package org.dalrn.fhe.aggregation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.ResiduePacking;
import org.dalrn.fhe.ring.RowNtt;
import org.dalrn.fhe.ring.Samplers;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.jspecify.annotations.Nullable;

/**
 * What turns an update and its weight into an encrypted update, block by block in constant memory.
 *
 * <p>With one polynomial it is {@code c = a s + e + m}, a {@link SumMode#ONE_TIME_KEY shared by the round} or {@link
 * SumMode#SHARED_KEY fresh for each update}; with a {@link SumMode#COLLECTIVE_KEY public key} {@code (b u + e0 + m, a u + e1)}.
 * Ciphertexts travel as coefficients, not transformed: it takes one transform for each prime either way, and coefficients
 * that carry nothing need not be sent.
 *
 * <p>Holds secrets until {@link #close}. Not thread-safe: each thread has its own. Costs about 10 N (primes + values) bytes; a
 * block allocates nothing.
 */
public final class SumEncryptor implements AutoCloseable {
    /** Products added to a coefficient before it is reduced, so that it stays below 2^52. */
    private static final int LAZY_PRODUCTS = 6;

    private final SumRound round;
    private final SumPlan plan;
    private final SumEncoder encoder;
    private final SumEncoder.Workspace encoded;
    private final @Nullable OneTimeKey oneTimeKey;
    private final @Nullable KeyId keyId;
    private final SecureRandom random;
    private final AesCtrStream noise;
    /** {@code [limb][group]}: the groups' place values, centred residues. */
    private final double[][] places;

    private final double[][] values;
    private final double[][] coefficients;
    private final double[][] errors;
    private final long[] words;
    /** s, or the public key's b and a; a one-time key's comes when it is spent. */
    private @Nullable KeyRows key;

    private final @Nullable KeyRows publicA;
    /** u of a block under a public key, and transformed for each limb. */
    private final int[] small;

    private final double[][][] transformed;
    private boolean closed;

    private SumEncryptor(
            SumRound round,
            SecureRandom random,
            @Nullable OneTimeKey oneTimeKey,
            @Nullable KeyId keyId,
            @Nullable KeyRows key,
            @Nullable KeyRows publicA) {
        this.round = round;
        this.random = Objects.requireNonNull(random, "random");
        this.oneTimeKey = oneTimeKey;
        this.keyId = keyId;
        this.key = key;
        this.publicA = publicA;
        plan = round.plan();
        encoder = SumEncoder.of(plan);
        encoded = new SumEncoder.Workspace(plan);
        noise = AesCtrStream.secret(random, "dalrn.fhe.sum.noise");
        RowNtt ntt = plan.rowNtt(0);
        values = ntt.newValues();
        coefficients = ntt.newCoefficients();
        errors = ntt.newCoefficients();
        words = new long[ntt.columnCount()];
        small = publicA == null ? new int[0] : new int[plan.ringDegree()];
        transformed = new double[publicA == null ? 0 : plan.limbs()][][];
        for (int limb = 0; limb < transformed.length; limb++) {
            transformed[limb] = plan.rowNtt(limb).newValues();
        }
        places = new double[plan.limbs()][plan.groups()];
        for (int limb = 0; limb < plan.limbs(); limb++) {
            long q = plan.basis().modulus(limb).value();
            for (int group = 0; group < plan.groups(); group++) {
                int bit = plan.guardBits() + plan.fieldBits() * plan.fieldsPerGroup() * group;
                long place = plan.basis().modulus(limb).power(2, bit);
                places[limb][group] = place > q / 2 ? place - q : place;
            }
        }
    }

    /**
     * What encrypts one update under a one-time key.
     *
     * @param key of the round; spent by the first update
     * @param random the source of the noise's seed
     */
    public static SumEncryptor oneTimeKey(OneTimeKey key, SecureRandom random) {
        return new SumEncryptor(key.round(), random, key, null, null, null);
    }

    /**
     * What encrypts updates under a key that all clients hold.
     *
     * @param round of mode SHARED_KEY
     * @param key over the plan's primes
     * @param access the caller's consent to read the key
     * @param random the source of the seeds
     */
    public static SumEncryptor sharedKey(SumRound round, SecretKey key, SecretKeyAccess access, SecureRandom random) {
        requireMode(round, SumMode.SHARED_KEY);
        return new SumEncryptor(round, random, null, key.id(), KeyRows.of(round.plan(), key.polynomial(access)), null);
    }

    /**
     * What encrypts updates under a public key.
     *
     * @param round of mode COLLECTIVE_KEY
     * @param key over the plan's primes; its parts as many as planned
     * @param random the source of the noise's seed
     */
    public static SumEncryptor collectiveKey(SumRound round, PublicKey key, SecureRandom random) {
        requireMode(round, SumMode.COLLECTIVE_KEY);
        SumPlan plan = round.plan();
        return new SumEncryptor(round, random, null, key.id(), KeyRows.of(plan, key.b()), KeyRows.of(plan, key.a()));
    }

    private static void requireMode(SumRound round, SumMode mode) {
        if (round.plan().mode() != mode) {
            throw new IllegalArgumentException("a key for mode " + mode + " in a round of mode "
                    + round.plan().mode() + "; plan it with " + mode);
        }
    }

    /**
     * Encrypts an update.
     *
     * @param clientId its number in the round's roster, from 1
     * @param parameters finite values; clipped to the plan's bound
     * @param weight 1 to {@link SumPlan#maxWeight}
     * @return header and residues
     * @throws IllegalArgumentException if a value is not finite or the weight out of range; a one-time key is then spent
     * @throws IllegalStateException if the one-time key was spent before
     */
    public byte[] encrypt(int clientId, float[] parameters, long weight) {
        return encrypt(clientId, ValueSource.of(parameters), parameters.length, weight);
    }

    /** {@link #encrypt(int, float[], long)} of doubles. */
    public byte[] encrypt(int clientId, double[] parameters, long weight) {
        return encrypt(clientId, ValueSource.of(parameters), parameters.length, weight);
    }

    private byte[] encrypt(int clientId, ValueSource source, long parameters, long weight) {
        long size = plan.updateBytes(parameters);
        ArraySink sink = new ArraySink(Math.toIntExact(size));
        try {
            encrypt(clientId, source, parameters, weight, sink);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sink.bytes();
    }

    /**
     * Encrypts an update of any size in the memory of one block.
     *
     * @param clientId its number in the round's roster, from 1
     * @param source hands out the values in order
     * @param parameters how many there are, 1 to 2^38
     * @param weight 1 to {@link SumPlan#maxWeight}
     * @param out where header and residues go; not closed
     * @throws IOException if it fails; a one-time key is then spent, and what was written must not be used
     * @throws IllegalArgumentException as {@link #encrypt(int, float[], long)}
     */
    public void encrypt(int clientId, ValueSource source, long parameters, long weight, OutputStream out)
            throws IOException {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(out, "out");
        UpdateHeader.requireClientId(clientId);
        BlockLayout layout = new BlockLayout(plan, parameters);
        byte[] seed = new byte[plan.mode() == SumMode.SHARED_KEY ? AesCtrStream.SEED_BYTES : 0];
        random.nextBytes(seed);
        UpdateHeader header = new UpdateHeader(round, layout, 0, layout.blocks(), clientId, keyId, seed);
        byte[] headerBytes = header.toBytes();
        encoder.requireWeight(weight);
        KeyRows secret = takeKey();
        PublicMask mask = publicA == null
                ? new PublicMask(plan, plan.mode() == SumMode.SHARED_KEY ? seed : round.maskSeed())
                : null;
        byte[] packed = new byte[layout.bytesOf(0) + Long.BYTES];
        try {
            out.write(headerBytes);
            for (int block = 0; block < layout.blocks(); block++) {
                encoder.encodeBlock(layout, block, source, weight, encoded);
                int end = mask == null
                        ? encryptPublic(layout, block, secret, packed)
                        : encryptMasked(layout, block, secret, mask, packed);
                out.write(packed, 0, end);
            }
        } finally {
            forgetUpdate(secret);
        }
    }

    private KeyRows takeKey() {
        if (closed) {
            throw new IllegalStateException("this encryptor was closed; create a new one");
        }
        if (oneTimeKey != null) {
            return KeyRows.ofSmall(plan, oneTimeKey.spend());
        }
        return Objects.requireNonNull(key, "key");
    }

    private void forgetUpdate(KeyRows secret) {
        if (oneTimeKey != null) {
            secret.clear();
        }
        encoded.clear();
        KeyRows.clear(values);
        KeyRows.clear(coefficients);
        KeyRows.clear(errors);
        Arrays.fill(words, 0);
        Arrays.fill(small, 0);
        for (double[][] u : transformed) {
            KeyRows.clear(u);
        }
    }

    private int encryptMasked(BlockLayout layout, int block, KeyRows secret, PublicMask mask, byte[] packed) {
        int count = layout.dataCoefficients(block) + 1;
        int at = 0;
        drawErrors(count);
        for (int limb = 0; limb < plan.limbs(); limb++) {
            mask.fill(block, limb, values);
            secret.multiply(limb, values, values);
            plan.rowNtt(limb).inverse(values, coefficients);
            addMessage(limb, count);
            at = pack(limb, count, packed, at);
        }
        return at;
    }

    /** All of c0's limbs, then all of c1's. */
    private int encryptPublic(BlockLayout layout, int block, KeyRows b, byte[] packed) {
        int count = layout.dataCoefficients(block) + 1;
        int n = plan.ringDegree();
        Samplers.ternary(noise, small);
        int at = 0;
        drawErrors(count);
        for (int limb = 0; limb < plan.limbs(); limb++) {
            KeyRows.transform(plan.rowNtt(limb), small, coefficients, transformed[limb]);
            b.multiply(limb, transformed[limb], values);
            plan.rowNtt(limb).inverse(values, coefficients);
            addMessage(limb, count);
            at = pack(limb, count, packed, at);
        }
        drawErrors(n);
        for (int limb = 0; limb < plan.limbs(); limb++) {
            Objects.requireNonNull(publicA, "a").multiply(limb, transformed[limb], values);
            plan.rowNtt(limb).inverse(values, coefficients);
            for (int r = 0; r < coefficients.length; r++) {
                addRow(errors[r], coefficients[r]);
                plan.rowNtt(limb).centre(coefficients[r]);
            }
            at = pack(limb, n, packed, at);
        }
        return at;
    }

    /** Fresh errors for the rows of the first coefficients. */
    private void drawErrors(int count) {
        for (int r = 0; r * words.length < count; r++) {
            noise.nextWords(words, 0, words.length);
            toErrors(words, errors[r]);
        }
    }

    private static void toErrors(long[] words, double[] errors) {
        for (int j = 0; j < errors.length; j++) {
            errors[j] = Samplers.centredBinomial(words[j]);
        }
    }

    /** Adds errors and message to the coefficients and centres them. */
    private void addMessage(int limb, int count) {
        RowNtt ntt = plan.rowNtt(limb);
        for (int r = 0; r * words.length < count; r++) {
            double[] row = coefficients[r];
            addRow(errors[r], row);
            for (int group = 0; group < encoded.groups.length; group++) {
                ntt.multiplyAdd(encoded.groups[group][r], places[limb][group], row, row);
                if (group % LAZY_PRODUCTS == LAZY_PRODUCTS - 1) {
                    ntt.centre(row);
                }
            }
            ntt.centre(row);
        }
    }

    private static void addRow(double[] x, double[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += x[j];
        }
    }

    private int pack(int limb, int count, byte[] packed, int at) {
        int bits = plan.primeBits(limb);
        long q = plan.basis().modulus(limb).value();
        ResiduePacking.pack(coefficients, count, bits, q, packed, at);
        return at + ResiduePacking.bytes(count, bits);
    }

    /** Overwrites the secrets. */
    @Override
    public void close() {
        closed = true;
        noise.close();
        if (key != null) {
            key.clear();
            key = null;
        }
    }

    /** Type and round; never a key. */
    @Override
    public String toString() {
        return "SumEncryptor[" + round + "]";
    }

    /** A byte array of known size as a stream. */
    private static final class ArraySink extends ByteArrayOutputStream {
        ArraySink(int size) {
            super(size);
        }

        byte[] bytes() {
            return buf;
        }
    }
}
