package org.dalrn.fhe.ring;

/**
 * The transform in 64-bit words, for any modulus below 2^60.
 *
 * <p>Butterflies with Shoup's precomputed quotients; values stay below {@code 4q} and are reduced once at the end (Harvey
 * 2014). It is also what the other kernel is tested against.
 */
final class LongNtt extends Ntt {
    private final long[] roots;
    private final long[] rootsShoup;
    private final long[] inverseRoots;
    private final long[] inverseRootsShoup;
    private final long inverseDegree;
    private final long inverseDegreeShoup;

    LongNtt(int ringDegree, Modulus modulus) {
        super(ringDegree, modulus);
        long psi = NttPrimes.smallestPrimitiveRoot(ringDegree, modulus);
        roots = bitReversedPowers(ringDegree, modulus, psi);
        inverseRoots = bitReversedPowers(ringDegree, modulus, modulus.inverse(psi));
        rootsShoup = shoup(modulus, roots);
        inverseRootsShoup = shoup(modulus, inverseRoots);
        inverseDegree = modulus.inverse(ringDegree);
        inverseDegreeShoup = modulus.shoup(inverseDegree);
    }

    /** {@code powers[bitrev(i)] = base^i}. */
    static long[] bitReversedPowers(int ringDegree, Modulus modulus, long base) {
        int shift = 32 - Integer.numberOfTrailingZeros(ringDegree);
        long[] powers = new long[ringDegree];
        long power = 1;
        for (int i = 0; i < ringDegree; i++) {
            powers[Integer.reverse(i) >>> shift] = power;
            power = modulus.multiply(power, base);
        }
        return powers;
    }

    private static long[] shoup(Modulus modulus, long[] factors) {
        long[] quotients = new long[factors.length];
        for (int i = 0; i < factors.length; i++) {
            quotients[i] = modulus.shoup(factors[i]);
        }
        return quotients;
    }

    @Override
    public void forward(long[] a, NttScratch scratch) {
        require(a, scratch);
        long q = modulus().value();
        int n = a.length;
        for (int m = 1, t = n >> 1; m < n; m <<= 1, t >>= 1) {
            for (int i = 0; i < m; i++) {
                butterflies(a, 2 * i * t, t, roots[m + i], rootsShoup[m + i], q);
            }
        }
        for (int i = 0; i < n; i++) {
            long x = a[i] - 2 * q;
            x += x >> 63 & 2 * q;
            x -= q;
            a[i] = x + (x >> 63 & q);
        }
    }

    /** {@code [0, 4q)} in and out. */
    private static void butterflies(long[] a, int from, int t, long w, long wShoup, long q) {
        long twice = 2 * q;
        for (int j = from; j < from + t; j++) {
            long x = a[j] - twice;
            x += x >> 63 & twice;
            long y = a[j + t];
            long v = y * w - Math.multiplyHigh(wShoup, y << 1) * q;
            a[j] = x + v;
            a[j + t] = x - v + twice;
        }
    }

    @Override
    public void inverse(long[] a, NttScratch scratch) {
        require(a, scratch);
        long q = modulus().value();
        int n = a.length;
        for (int m = n >> 1, t = 1; m >= 1; m >>= 1, t <<= 1) {
            for (int i = 0; i < m; i++) {
                inverseButterflies(a, 2 * i * t, t, inverseRoots[m + i], inverseRootsShoup[m + i], q);
            }
        }
        for (int i = 0; i < n; i++) {
            a[i] = modulus().multiplyShoup(a[i], inverseDegree, inverseDegreeShoup);
        }
    }

    /** {@code [0, 2q)} in and out. */
    private static void inverseButterflies(long[] a, int from, int t, long w, long wShoup, long q) {
        long twice = 2 * q;
        for (int j = from; j < from + t; j++) {
            long x = a[j];
            long y = a[j + t];
            long sum = x + y - twice;
            a[j] = sum + (sum >> 63 & twice);
            long difference = x - y + twice;
            a[j + t] = difference * w - Math.multiplyHigh(wShoup, difference << 1) * q;
        }
    }
}
