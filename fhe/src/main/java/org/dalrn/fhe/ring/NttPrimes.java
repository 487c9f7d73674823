package org.dalrn.fhe.ring;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The search for primes {@code q = 1 mod 2N}, the ones with a 2N-th root of unity.
 *
 * <p>Source: the rule of SEAL 4.x's {@code CoeffModulus::Create}, so that the same bit sizes name the same primes there.
 */
public final class NttPrimes {
    /** The largest ring degree. */
    public static final int MAX_RING_DEGREE = 1 << 17;

    private NttPrimes() {}

    /**
     * The primes of the given sizes. Of each size the largest ones are taken, and handed out smallest first.
     *
     * @param ringDegree N, a power of two in [2, 131072]
     * @param bits the size of each prime, 2 to 60 bits; at least one
     * @throws IllegalArgumentException if there are too few primes of a size
     */
    public static List<Modulus> create(int ringDegree, int... bits) {
        requireRingDegree(ringDegree);
        if (bits.length == 0) {
            throw new IllegalArgumentException("no prime sizes given; give at least one of 2 to 60 bits");
        }
        Map<Integer, Integer> wanted = new HashMap<>();
        for (int size : bits) {
            if (size < 2 || size > Modulus.MAX_BITS) {
                throw new IllegalArgumentException("prime size " + size + " bits is not in [2, 60]");
            }
            wanted.merge(size, 1, Integer::sum);
        }
        Map<Integer, ArrayDeque<Modulus>> found = new HashMap<>();
        wanted.forEach((size, count) -> found.put(size, new ArrayDeque<>(largest(ringDegree, size, count))));
        List<Modulus> primes = new ArrayList<>();
        for (int size : bits) {
            primes.add(Objects.requireNonNull(found.get(size)).removeLast());
        }
        return List.copyOf(primes);
    }

    private static List<Modulus> largest(int ringDegree, int bits, int count) {
        long step = 2L * ringDegree;
        List<Modulus> primes = new ArrayList<>();
        for (long v = ((1L << bits) - 1) / step * step + 1; v > 1L << (bits - 1) && primes.size() < count; v -= step) {
            if (v < 1L << bits && BigInteger.valueOf(v).isProbablePrime(64)) {
                primes.add(Modulus.of(v));
            }
        }
        if (primes.size() < count) {
            throw new IllegalArgumentException("there are only " + primes.size() + " primes of " + bits
                    + " bits for ring" + " degree " + ringDegree + ", not " + count + "; take larger ones");
        }
        return primes;
    }

    /**
     * The numerically smallest primitive 2N-th root of unity modulo q, SEAL's choice.
     *
     * @throws IllegalArgumentException if {@code q != 1 mod 2N}
     */
    public static long smallestPrimitiveRoot(int ringDegree, Modulus modulus) {
        requireRingDegree(ringDegree);
        long q = modulus.value();
        if ((q - 1) % (2L * ringDegree) != 0) {
            throw new IllegalArgumentException("modulus " + q + " is not 1 modulo " + 2L * ringDegree
                    + ", so it has no root for ring degree " + ringDegree + "; take one of NttPrimes");
        }
        long root = 0;
        for (long g = 2; root == 0; g++) {
            long candidate = modulus.power(g, (q - 1) / (2L * ringDegree));
            if (modulus.power(candidate, ringDegree) == q - 1) {
                root = candidate;
            }
        }
        // The primitive roots are the odd powers of one.
        long square = modulus.multiply(root, root);
        long smallest = root;
        long power = root;
        for (int i = 1; i < ringDegree; i++) {
            power = modulus.multiply(power, square);
            smallest = Math.min(smallest, power);
        }
        return smallest;
    }

    static void requireRingDegree(int ringDegree) {
        if (ringDegree < 2 || ringDegree > MAX_RING_DEGREE || Integer.bitCount(ringDegree) != 1) {
            throw new IllegalArgumentException(
                    "ring degree " + ringDegree + " is not a power of two in [2, 131072]; use 4096");
        }
    }
}
