package org.dalrn.fhe.ring;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ring {@code Z_Q[X]/(X^N+1)} with {@code Q} a product of distinct primes: the primes, their transforms and the constants
 * that go between them.
 *
 * <p>Immutable, thread-safe. Bases made by {@link #prefix} share their transforms.
 */
public final class RnsBasis {
    private final int ringDegree;
    private final List<Modulus> moduli;
    private final List<Ntt> transforms;
    private final BigInteger product;
    /** {@code inverses[j][i] = q_i^-1 mod q_j} for {@code i != j}. */
    private final long[][] inverses;
    /** The ring without the last prime, if there are two or more. */
    private final @Nullable RnsBasis shorter;
    /** {@code i -> bitrev(i)} on log2 N bits; one table for all bases of a ring degree made together. */
    final int[] bitReversal;

    private RnsBasis(
            List<Modulus> moduli,
            List<Ntt> transforms,
            long[][] inverses,
            int[] bitReversal,
            @Nullable RnsBasis shorter) {
        this.ringDegree = bitReversal.length;
        this.moduli = List.copyOf(moduli);
        this.transforms = List.copyOf(transforms);
        this.inverses = inverses;
        this.bitReversal = bitReversal;
        this.shorter = shorter;
        BigInteger last = BigInteger.valueOf(moduli.get(moduli.size() - 1).value());
        product = shorter == null ? last : shorter.product.multiply(last);
    }

    /**
     * The ring of that degree and those primes.
     *
     * @param ringDegree N, a power of two in [2, 131072]
     * @param moduli one or more distinct primes, each 1 modulo 2N
     */
    public static RnsBasis of(int ringDegree, List<Modulus> moduli) {
        if (moduli.isEmpty() || new HashSet<>(moduli).size() != moduli.size()) {
            throw new IllegalArgumentException("moduli " + moduli + " are not one or more distinct primes");
        }
        List<Ntt> transforms = new ArrayList<>();
        for (Modulus modulus : moduli) {
            transforms.add(Ntt.of(ringDegree, modulus));
        }
        int shift = 32 - Integer.numberOfTrailingZeros(ringDegree);
        int[] bitReversal = new int[ringDegree];
        Arrays.setAll(bitReversal, i -> Integer.reverse(i) >>> shift);
        return chain(moduli, transforms, bitReversal);
    }

    private static RnsBasis chain(List<Modulus> moduli, List<Ntt> transforms, int[] bitReversal) {
        long[][] inverses = inverses(moduli);
        RnsBasis basis = null;
        for (int size = 1; size <= moduli.size(); size++) {
            basis = new RnsBasis(moduli.subList(0, size), transforms.subList(0, size), inverses, bitReversal, basis);
        }
        return Objects.requireNonNull(basis);
    }

    private static long[][] inverses(List<Modulus> moduli) {
        long[][] inverses = new long[moduli.size()][moduli.size()];
        for (int j = 0; j < moduli.size(); j++) {
            for (int i = 0; i < moduli.size(); i++) {
                if (i != j) {
                    inverses[j][i] = moduli.get(j).inverse(moduli.get(i).value());
                }
            }
        }
        return inverses;
    }

    /**
     * The ring of the first primes.
     *
     * @param size how many, 1 to {@link #size}
     */
    public RnsBasis prefix(int size) {
        Objects.checkIndex(size - 1, moduli.size());
        RnsBasis basis = this;
        while (basis.size() > size) {
            basis = Objects.requireNonNull(basis.shorter);
        }
        return basis;
    }

    /**
     * The ring of the first primes and the last one: what switching keys at a lower level computes in.
     *
     * @param size how many of the first, 1 to {@link #size} less one
     */
    public RnsBasis prefixAndLast(int size) {
        int last = moduli.size() - 1;
        Objects.checkIndex(size - 1, last);
        if (size == last) {
            return this;
        }
        List<Modulus> chosen = new ArrayList<>(moduli.subList(0, size));
        chosen.add(moduli.get(last));
        List<Ntt> transformsOfChosen = new ArrayList<>(transforms.subList(0, size));
        transformsOfChosen.add(transforms.get(last));
        return new RnsBasis(chosen, transformsOfChosen, inverses(chosen), bitReversal, prefix(size));
    }

    /** N. */
    public int ringDegree() {
        return ringDegree;
    }

    /** How many primes there are. */
    public int size() {
        return moduli.size();
    }

    /** The primes in order. */
    public List<Modulus> moduli() {
        return moduli;
    }

    /** The prime of a limb. */
    public Modulus modulus(int limb) {
        return moduli.get(limb);
    }

    /** The transform of a limb. */
    public Ntt ntt(int limb) {
        return transforms.get(limb);
    }

    /** Q, the product of the primes. */
    public BigInteger product() {
        return product;
    }

    /** {@code q_i^-1 mod q_j}, {@code i != j}. */
    public long inverse(int i, int j) {
        if (i == j) {
            throw new IllegalArgumentException("limb " + i + " has no inverse modulo itself");
        }
        return inverses[j][i];
    }

    /**
     * The integers with those residues, centred.
     *
     * @param limbs {@code [size][N]}, residues
     * @return N integers in {@code (-Q/2, Q/2)}
     */
    public BigInteger[] compose(long[][] limbs) {
        BigInteger[] integers = new BigInteger[ringDegree];
        BigInteger half = product.shiftRight(1);
        BigInteger[] weights = new BigInteger[size()];
        for (int j = 0; j < size(); j++) {
            BigInteger q = BigInteger.valueOf(moduli.get(j).value());
            BigInteger others = product.divide(q);
            weights[j] = others.multiply(others.modInverse(q));
        }
        for (int i = 0; i < ringDegree; i++) {
            BigInteger sum = BigInteger.ZERO;
            for (int j = 0; j < size(); j++) {
                sum = sum.add(weights[j].multiply(BigInteger.valueOf(limbs[j][i])));
            }
            sum = sum.mod(product);
            integers[i] = sum.compareTo(half) > 0 ? sum.subtract(product) : sum;
        }
        return integers;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof RnsBasis that && ringDegree == that.ringDegree && moduli.equals(that.moduli));
    }

    @Override
    public int hashCode() {
        return Objects.hash(ringDegree, moduli);
    }

    @Override
    public String toString() {
        return "N=" + ringDegree + " q=" + moduli;
    }
}
