package org.dalrn.fhe.ring;

import static org.dalrn.fhe.ring.Modulus.product;

/**
 * The transform in 64-bit words, for any modulus below 2^60.
 *
 * <p>Two stages in one pass over the words (radix 4), so that half of the loads and stores go. A product is {@code r = x w -
 * high(x s) q} with the centred factor w and {@code s = round(w 2^64 / q)}, both signed: for any word x it is {@code -q/4 < r <
 * 5q/4}, and congruent. Words hold 8q, so sums are brought back only where the next pass needs it.
 *
 * <p>It is also what the other kernel is tested against. Source: Harvey 2014 for lazy butterflies, with signed words here.
 */
final class LongNtt extends Ntt {
    /** Magnitudes are in quarters of q; a word holds 32. */
    private static final int RESIDUE = 4;

    private static final int STAGE = 5;
    private static final int LARGEST_BEFORE_PASS = 32 - 2 * STAGE;

    private final long q;
    /** {@code round(2^64 / q)}. */
    private final long one;
    /** {@code psi^bitrev(i)}, centred, and their quotients. */
    private final long[] roots;

    private final long[] quotients;
    /** {@code psi^-bitrev(i)}, centred, and their quotients. */
    private final long[] inverseRoots;

    private final long[] inverseQuotients;
    /** {@code 1 / N}, and over N the factor of the last stage of the inverse. */
    private final long inverseDegree;

    private final long inverseDegreeQuotient;
    private final long lastRoot;
    private final long lastQuotient;

    LongNtt(int ringDegree, Modulus modulus) {
        super(ringDegree, modulus);
        q = modulus.value();
        one = modulus.quotient(1);
        long psi = NttPrimes.smallestPrimitiveRoot(ringDegree, modulus);
        roots = bitReversedPowers(ringDegree, modulus, psi);
        inverseRoots = bitReversedPowers(ringDegree, modulus, modulus.inverse(psi));
        long degree = modulus.inverse(ringDegree);
        long last = modulus.multiply(degree, inverseRoots[1]);
        inverseDegree = modulus.centred(degree);
        inverseDegreeQuotient = modulus.quotient(degree);
        lastRoot = modulus.centred(last);
        lastQuotient = modulus.quotient(last);
        quotients = quotientsOf(roots);
        inverseQuotients = quotientsOf(inverseRoots);
    }

    /** Also centres the factors. */
    private long[] quotientsOf(long[] factors) {
        long[] out = new long[factors.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = modulus().quotient(factors[i]);
            factors[i] = modulus().centred(factors[i]);
        }
        return out;
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

    /** From {@code (-q/4, 5q/4)} to {@code [0, q)}. */
    private static void reduceProducts(long[] a, long q) {
        for (int i = 0; i < a.length; i++) {
            long x = a[i] - q;
            x += x >> 63 & q;
            a[i] = x + (x >> 63 & q);
        }
    }

    @Override
    public void forward(long[] a, NttScratch scratch) {
        require(a, scratch);
        int n = a.length;
        int m = 1;
        int magnitude = RESIDUE;
        if (Integer.numberOfTrailingZeros(n) % 2 == 1) {
            halves(a, n / 2, roots[1], quotients[1], q);
            magnitude += STAGE;
            m = 2;
        }
        for (; m < n; m <<= 2) {
            if (magnitude > LARGEST_BEFORE_PASS) {
                modulus().reduceLazy(a);
                magnitude = RESIDUE;
            }
            pass(a, m, n / (4 * m));
            magnitude += 2 * STAGE;
        }
        modulus().reduceLazy(a);
    }

    private void pass(long[] a, int m, int t) {
        if (t == 1) {
            ones(a, m, roots, quotients, q);
        } else if (t == 4) {
            fours(a, m, roots, quotients, q);
        } else {
            for (int i = 0; i < m; i++) {
                quarters(a, t, m, i, roots, quotients, q);
            }
        }
    }

    private static void halves(long[] a, int t, long w, long s, long q) {
        for (int j = 0; j < t; j++) {
            long x = a[j];
            long v = product(a[j + t], w, s, q);
            a[j] = x + v;
            a[j + t] = x - v;
        }
    }

    /** Stages m and 2m of block i: four values that are t apart. */
    private static void quarters(long[] a, int t, int m, int i, long[] roots, long[] quotients, long q) {
        long w1 = roots[m + i];
        long s1 = quotients[m + i];
        long w2 = roots[2 * (m + i)];
        long s2 = quotients[2 * (m + i)];
        long w3 = roots[2 * (m + i) + 1];
        long s3 = quotients[2 * (m + i) + 1];
        int from = 4 * i * t;
        for (int j = from; j < from + t; j++) {
            quarter(a, j, t, w1, s1, w2, s2, w3, s3, q);
        }
    }

    private static void quarter(long[] a, int j, int t, long w1, long s1, long w2, long s2, long w3, long s3, long q) {
        long x0 = a[j];
        long x1 = a[j + t];
        long u = product(a[j + 2 * t], w1, s1, q);
        long v = product(a[j + 3 * t], w1, s1, q);
        long y1 = product(x1 + v, w2, s2, q);
        long y3 = product(x1 - v, w3, s3, q);
        a[j] = x0 + u + y1;
        a[j + t] = x0 + u - y1;
        a[j + 2 * t] = x0 - u + y3;
        a[j + 3 * t] = x0 - u - y3;
    }

    /** {@link #quarters} of all blocks with t = 4, without a loop so short. */
    private static void fours(long[] a, int m, long[] roots, long[] quotients, long q) {
        for (int i = 0; i < m; i++) {
            long w1 = roots[m + i];
            long s1 = quotients[m + i];
            long w2 = roots[2 * (m + i)];
            long s2 = quotients[2 * (m + i)];
            long w3 = roots[2 * (m + i) + 1];
            long s3 = quotients[2 * (m + i) + 1];
            quarter(a, 16 * i, 4, w1, s1, w2, s2, w3, s3, q);
            quarter(a, 16 * i + 1, 4, w1, s1, w2, s2, w3, s3, q);
            quarter(a, 16 * i + 2, 4, w1, s1, w2, s2, w3, s3, q);
            quarter(a, 16 * i + 3, 4, w1, s1, w2, s2, w3, s3, q);
        }
    }

    /** {@link #quarters} of all blocks with t = 1. */
    private static void ones(long[] a, int m, long[] roots, long[] quotients, long q) {
        for (int i = 0; i < m; i++) {
            int k = 2 * (m + i);
            quarter(
                    a,
                    4 * i,
                    1,
                    roots[m + i],
                    quotients[m + i],
                    roots[k],
                    quotients[k],
                    roots[k + 1],
                    quotients[k + 1],
                    q);
        }
    }

    /**
     * The mirrored butterflies. Sums of two values double: the one sum of four is corrected, that of two products shifted by q,
     * so that magnitudes are at most 6 quarters before each pass and 24 inside.
     */
    @Override
    public void inverse(long[] a, NttScratch scratch) {
        require(a, scratch);
        int n = a.length;
        int t = 1;
        if (n == 2) {
            lastPair(a);
            reduceProducts(a, q);
            return;
        }
        if (Integer.numberOfTrailingZeros(n) % 2 == 1) {
            firstPairs(a, inverseRoots, inverseQuotients, q);
            t = 2;
        }
        for (; 4 * t < n; t <<= 2) {
            int m = n / (4 * t);
            for (int i = 0; i < m; i++) {
                inverseQuarters(a, t, m, i, inverseRoots, inverseQuotients, q, one);
            }
        }
        lastInverseQuarters(a, t);
        reduceProducts(a, q);
    }

    private void lastPair(long[] a) {
        long sum = a[0] + a[1];
        long difference = a[0] - a[1];
        a[0] = product(sum, inverseDegree, inverseDegreeQuotient, q);
        a[1] = product(difference, lastRoot, lastQuotient, q);
    }

    private static void firstPairs(long[] a, long[] roots, long[] quotients, long q) {
        int m = a.length / 2;
        for (int i = 0; i < m; i++) {
            long x = a[2 * i];
            long y = a[2 * i + 1];
            a[2 * i] = x + y - q;
            a[2 * i + 1] = product(x - y, roots[m + i], quotients[m + i], q);
        }
    }

    private static void inverseQuarters(
            long[] a, int t, int m, int i, long[] roots, long[] quotients, long q, long one) {
        long w1 = roots[m + i];
        long s1 = quotients[m + i];
        long w2 = roots[2 * (m + i)];
        long s2 = quotients[2 * (m + i)];
        long w3 = roots[2 * (m + i) + 1];
        long s3 = quotients[2 * (m + i) + 1];
        int from = 4 * i * t;
        for (int j = from; j < from + t; j++) {
            long x0 = a[j];
            long x1 = a[j + t];
            long x2 = a[j + 2 * t];
            long x3 = a[j + 3 * t];
            long b1 = product(x0 - x1, w2, s2, q);
            long b3 = product(x2 - x3, w3, s3, q);
            a[j] = product(x0 + x1 + x2 + x3, 1, one, q);
            a[j + t] = b1 + b3 - q;
            a[j + 2 * t] = product(x0 + x1 - x2 - x3, w1, s1, q);
            a[j + 3 * t] = product(b1 - b3, w1, s1, q);
        }
    }

    /** The last two stages, and the division by N. */
    private void lastInverseQuarters(long[] a, int t) {
        long w2 = inverseRoots[2];
        long s2 = inverseQuotients[2];
        long w3 = inverseRoots[3];
        long s3 = inverseQuotients[3];
        for (int j = 0; j < t; j++) {
            long x0 = a[j];
            long x1 = a[j + t];
            long x2 = a[j + 2 * t];
            long x3 = a[j + 3 * t];
            long b1 = product(x0 - x1, w2, s2, q);
            long b3 = product(x2 - x3, w3, s3, q);
            a[j] = product(x0 + x1 + x2 + x3, inverseDegree, inverseDegreeQuotient, q);
            a[j + t] = product(b1 + b3, inverseDegree, inverseDegreeQuotient, q);
            a[j + 2 * t] = product(x0 + x1 - x2 - x3, lastRoot, lastQuotient, q);
            a[j + 3 * t] = product(b1 - b3, lastRoot, lastQuotient, q);
        }
    }
}
