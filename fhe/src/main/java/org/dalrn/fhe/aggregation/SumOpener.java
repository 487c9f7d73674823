package org.dalrn.fhe.aggregation;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.dalrn.fhe.committee.Digest;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.RowNtt;
import org.dalrn.fhe.rlwe.KeyId;
import org.jspecify.annotations.Nullable;

/**
 * What opens an encrypted sum to exact integers, or refuses.
 *
 * <p>The noise is rounded away completely, so that the result says nothing about keys; a sum whose noise, fields or weights lie
 * outside what honest updates can give is refused as a whole. Not thread-safe: each thread has its own.
 */
public final class SumOpener {
    private final SumPlan plan;
    private final int leastClients;
    private final SumEncoder encoder;
    private final BlockDecoder decoder;
    private final double[][] values;
    private final double[][] coefficients;
    private final long[][] residues;

    private SumOpener(SumPlan plan, int leastClients) {
        this.plan = plan;
        this.leastClients = leastClients;
        encoder = SumEncoder.of(plan);
        decoder = new BlockDecoder(plan);
        values = plan.rowNtt(0).newValues();
        coefficients = plan.rowNtt(0).newCoefficients();
        residues = new long[plan.limbs()][plan.ringDegree()];
    }

    /**
     * An opener.
     *
     * @param plan of the sums
     * @param leastClients the fewest updates that it opens together, 2 to the plan's most
     */
    public static SumOpener create(SumPlan plan, int leastClients) {
        if (leastClients < 2 || leastClients > plan.maxClients()) {
            throw new IllegalArgumentException(
                    "open sums of at least " + leastClients + " updates; it must be between 2, as"
                            + " a sum of one is that client's update, and the plan's " + plan.maxClients());
        }
        return new SumOpener(plan, leastClients);
    }

    /**
     * Opens a sum.
     *
     * @param sum of at least the fewest clients
     * @param key of exactly this sum
     * @throws IllegalArgumentException if the key is of another mode, round, set of clients or name, or there are too few
     *     clients
     * @throws SumFormatException if a client's update in the sum is not the one that the committee agreed on
     * @throws SumDecodingException if what comes out cannot be a sum of honest updates: drop the round
     */
    public OpenedSum open(CiphertextSum sum, OpeningKey key) {
        Objects.requireNonNull(key, "key");
        requireOpenable(sum, key);
        BlockLayout layout = sum.layout();
        int last = sum.firstBlock() + sum.blockCount() - 1;
        long count =
                (long) last * layout.capacity() + layout.valuesOf(last) - (long) sum.firstBlock() * layout.capacity();
        if (count > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a sum of " + count
                    + " values does not fit an array; sum and open ranges of blocks, see CiphertextSum.ofBlocks");
        }
        int digits = sum.firstBlock() == 0 ? plan.weightDigits() : 0;
        long[] opened = new long[(int) count];
        KeyRows rows = rows(key);
        PublicMask mask =
                key instanceof OneTimeKeySum ? new PublicMask(plan, sum.round().maskSeed()) : null;
        try {
            for (int block = sum.firstBlock(); block <= last; block++) {
                for (int limb = 0; limb < plan.limbs(); limb++) {
                    if (rows == null) {
                        addProduct(sum, block, limb, (CollectiveOpening) key);
                    } else {
                        multiply(sum, block, limb, rows, mask);
                    }
                }
                int at = (block - sum.firstBlock()) * layout.capacity();
                requireRight(block, decode(sum, block, opened, at));
            }
        } finally {
            forget(rows);
        }
        long weightSum = digits == 0 ? 0 : weightSum(opened, sum.clientCount());
        long[] sums = Arrays.copyOfRange(opened, digits, opened.length);
        return new OpenedSum(
                encoder, sum.clientCount(), weightSum, Math.max(0, layout.firstParameter(sum.firstBlock())), sums);
    }

    private void requireOpenable(CiphertextSum sum, OpeningKey key) {
        if (!sum.round().plan().equals(plan)) {
            throw new IllegalArgumentException("a sum of " + sum.round().plan() + " given to an opener for " + plan);
        }
        if (sum.clientCount() < leastClients) {
            throw new IllegalArgumentException("a sum of " + sum.clientCount() + " updates; this opener opens at least "
                    + leastClients + " together");
        }
        if (key instanceof OneTimeKeySum keySum) {
            if (!keySum.round().equals(sum.round()) || !sum.clients().equals(keySum.clients())) {
                throw new IllegalArgumentException("the keys of "
                        + keySum.clients().size() + " clients in "
                        + keySum.round() + " do not belong to the " + sum.clientCount() + " updates in " + sum.round()
                        + "; sum exactly the updates of the agreed set");
            }
            requireUploads(sum.uploads(), keySum.uploads());
        } else if (key instanceof HeldKey held) {
            requireKeyId(sum, held.id());
        } else if (key instanceof CollectiveOpening opening) {
            requireKeyId(sum, opening.id());
            if (plan.mode() != SumMode.COLLECTIVE_KEY || opening.products().size() != sum.blockCount()) {
                throw new IllegalArgumentException(
                        "a collective opening of " + opening.products().size() + " blocks for a sum of "
                                + sum.blockCount() + " in mode " + plan.mode());
            }
        }
    }

    private static void requireUploads(SortedMap<Integer, Digest> summed, SortedMap<Integer, Digest> agreed) {
        agreed.forEach((client, upload) -> {
            Digest found = summed.get(client);
            if (found == null || !found.equals(upload)) {
                throw new SumFormatException("the update of client " + client + " in the sum has digest " + found
                        + ", the committee agreed on " + upload
                        + "; sum the upload that the client dealt its key for, or drop this round");
            }
        });
    }

    private static void requireKeyId(CiphertextSum sum, KeyId id) {
        if (!sum.keyId().equals(Optional.of(id))) {
            throw new IllegalArgumentException("key " + id + " for a sum under "
                    + sum.keyId().map(key -> "key " + key).orElse("one-time keys") + "; open it with its own");
        }
    }

    private @Nullable KeyRows rows(OpeningKey key) {
        if (key instanceof OneTimeKeySum keySum) {
            return KeyRows.ofSmall(plan, keySum.coefficients());
        }
        return key instanceof HeldKey held ? KeyRows.of(plan, held.polynomial()) : null;
    }

    private void multiply(CiphertextSum sum, int block, int limb, KeyRows key, @Nullable PublicMask mask) {
        RowNtt ntt = plan.rowNtt(limb);
        if (mask != null) {
            mask.fill(block, limb, values);
        } else if (plan.mode() == SumMode.SHARED_KEY) {
            toRows(sum.words(1, block, limb), plan.basis().modulus(limb), values);
        } else {
            toRows(sum.words(1, block, limb), plan.basis().modulus(limb), coefficients);
            ntt.forwardLazy(coefficients, values);
            ntt.centre(values);
        }
        key.multiply(limb, values, values);
        ntt.inverse(values, coefficients);
        long sign = plan.mode() == SumMode.COLLECTIVE_KEY ? 1 : -1;
        int count = sum.layout().dataCoefficients(block) + 1;
        combine(
                sum.words(0, block, limb),
                coefficients,
                sign,
                half(),
                plan.basis().modulus(limb),
                count,
                residues[limb]);
    }

    private void addProduct(CiphertextSum sum, int block, int limb, CollectiveOpening opening) {
        Modulus modulus = plan.basis().modulus(limb);
        long[] words = sum.words(0, block, limb);
        CoefficientPolynomial product = opening.products().get(block - sum.firstBlock());
        for (int i = 0; i < words.length; i++) {
            residues[limb][i] = modulus.reduceWord(modulus.reduceWord(words[i]) + product.residue(limb, i) + half());
        }
    }

    private long half() {
        return 1L << (plan.guardBits() - 1);
    }

    /** Rows of reduced words, in the order of memory. */
    private static void toRows(long[] words, Modulus modulus, double[][] rows) {
        int width = rows[0].length;
        for (int i = 0; i < words.length; i++) {
            rows[i / width][i % width] = modulus.reduceWord(words[i]);
        }
    }

    /** {@code out = words + sign * product + half mod q}. */
    private static void combine(
            long[] words, double[][] product, long sign, long half, Modulus modulus, int count, long[] out) {
        int width = product[0].length;
        long shift = half + modulus.value();
        for (int first = 0; first < count; first += width) {
            double[] row = product[first / width];
            int n = Math.min(width, count - first);
            for (int j = 0; j < n; j++) {
                long x = modulus.reduceWord(words[first + j]);
                out[first + j] = modulus.reduceWord(x + sign * (long) row[j] + shift);
            }
        }
    }

    private int decode(CiphertextSum sum, int block, long[] opened, int at) {
        int clients = sum.clientCount();
        long largest = clients * (plan.levels() - 1);
        return decoder.decode(residues, sum.layout(), block, plan.noiseBound(clients), largest, opened, at);
    }

    private static void requireRight(int block, int wrong) {
        if (wrong != 0) {
            throw new SumDecodingException("block " + block + " does not open to a sum of honest updates ("
                    + ((wrong & BlockDecoder.WRONG_NOISE) != 0 ? "noise beyond its bound, " : "")
                    + ((wrong & BlockDecoder.WRONG_FIELD) != 0 ? "a value beyond its bound, " : "")
                    + ((wrong & BlockDecoder.WRONG_CHECK) != 0 ? "a nonzero check, " : "")
                    + "so the key is not these updates' or an update was malformed)");
        }
    }

    private long weightSum(long[] opened, int clients) {
        long sum = 0;
        long most = clients * plan.maxWeight();
        for (int digit = plan.weightDigits() - 1; digit >= 0; digit--) {
            if (sum > (most - opened[digit]) / plan.levels()) {
                sum = most + 1;
                break;
            }
            sum = sum * plan.levels() + opened[digit];
        }
        if (sum < clients || sum > most) {
            throw new SumDecodingException(
                    "the sum of the weights of " + clients + " clients is not between " + clients + " and " + most);
        }
        return sum;
    }

    private void forget(@Nullable KeyRows rows) {
        if (rows != null) {
            rows.clear();
        }
        KeyRows.clear(values);
        KeyRows.clear(coefficients);
        for (long[] limb : residues) {
            Arrays.fill(limb, 0);
        }
        decoder.clear();
    }

    @Override
    public String toString() {
        return "SumOpener[at least " + leastClients + " clients, " + plan + "]";
    }
}
