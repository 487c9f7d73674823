package org.dalrn.fhe.ring;

import java.util.Arrays;

/** An element of {@code Z_Q[X]/(X^N+1)} by its coefficients: index i of each limb is the factor of {@code X^i}. */
public final class CoefficientPolynomial extends RnsPolynomial {
    private CoefficientPolynomial(RnsBasis basis, long[][] limbs) {
        super(basis, limbs);
    }

    /**
     * The polynomial with those residues.
     *
     * @param limbs {@code [size][N]}, residues in {@code [0, q_limb)}; not copied, and the caller's no more
     * @throws IllegalArgumentException if the shape is another or a residue is out of range
     */
    public static CoefficientPolynomial wrap(RnsBasis basis, long[][] limbs) {
        requireReduced(basis, limbs);
        return new CoefficientPolynomial(basis, limbs);
    }

    static CoefficientPolynomial trusted(RnsBasis basis, long[][] limbs) {
        return new CoefficientPolynomial(basis, limbs);
    }

    /**
     * The polynomial with those small coefficients.
     *
     * @param coefficients N integers, each smaller than every prime in absolute value; may be secret
     */
    public static CoefficientPolynomial of(RnsBasis basis, int[] coefficients) {
        requireLength(coefficients, basis.ringDegree());
        long largest = 0;
        for (int x : coefficients) {
            largest = Math.max(largest, Math.abs((long) x));
        }
        long[][] limbs = new long[basis.size()][coefficients.length];
        for (int j = 0; j < limbs.length; j++) {
            long q = basis.modulus(j).value();
            if (largest >= q) {
                throw new IllegalArgumentException(
                        "a coefficient is not smaller than the prime " + q + " in absolute value; reduce it first");
            }
            long[] limb = limbs[j];
            for (int i = 0; i < limb.length; i++) {
                long x = coefficients[i];
                limb[i] = x + (x >> 63 & q);
            }
        }
        return trusted(basis, limbs);
    }

    /**
     * The polynomial with those integers as coefficients, taken modulo Q.
     *
     * @param integers N integers below 2^60 in absolute value; may be secret
     */
    public static CoefficientPolynomial ofIntegers(RnsBasis basis, long[] integers) {
        int n = basis.ringDegree();
        if (integers.length != n) {
            throw new IllegalArgumentException(integers.length + " coefficients given for ring degree " + n);
        }
        long magnitudes = 0;
        for (long x : integers) {
            magnitudes |= x ^ x >> 63;
        }
        if (magnitudes >= 1L << Modulus.MAX_BITS) {
            throw new IllegalArgumentException(
                    "a coefficient is not below 2^60 in absolute value; reduce the integers first");
        }
        long[][] limbs = new long[basis.size()][n];
        for (int j = 0; j < limbs.length; j++) {
            basis.modulus(j).reduceSigned(integers, magnitudes + 1, limbs[j]);
        }
        return trusted(basis, limbs);
    }

    /**
     * The polynomial with those integers as coefficients, of any size: they are taken modulo Q.
     *
     * @param integers N finite numbers without a fraction; may be secret while they are below 2^60 in absolute value
     * @throws IllegalArgumentException if one is not finite or not an integer
     */
    public static CoefficientPolynomial ofIntegers(RnsBasis basis, double[] integers) {
        int n = basis.ringDegree();
        if (integers.length != n) {
            throw new IllegalArgumentException(integers.length + " coefficients given for ring degree " + n);
        }
        double largest = 0;
        boolean whole = true;
        for (double x : integers) {
            largest = Math.max(largest, Math.abs(x));
            whole &= Math.rint(x) == x;
        }
        if (!whole || !(largest <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "a coefficient is not a finite integer; round the numbers before they become a polynomial");
        }
        if (largest < 0x1p60) {
            long[] words = new long[n];
            for (int i = 0; i < n; i++) {
                words[i] = (long) integers[i];
            }
            CoefficientPolynomial polynomial = ofIntegers(basis, words);
            Arrays.fill(words, 0);
            return polynomial;
        }
        long[][] limbs = new long[basis.size()][n];
        for (int j = 0; j < limbs.length; j++) {
            reduceLarge(integers, basis.modulus(j), limbs[j]);
        }
        return trusted(basis, limbs);
    }

    /** Mantissa and power of two apart, both exact. */
    private static void reduceLarge(double[] integers, Modulus modulus, long[] out) {
        for (int i = 0; i < out.length; i++) {
            double x = integers[i];
            int shift = Math.max(0, Math.getExponent(x) - 52);
            long mantissa = (long) Math.scalb(x, -shift);
            out[i] = modulus.multiply(modulus.reduce(mantissa), modulus.power(2, shift));
        }
    }

    /**
     * The coefficients as integers in {@code (-Q/2, Q/2)}, each with a relative error below 2^-51: Garner's mixed radix, centred
     * digits, evaluated in doubles. Branch-free on the residues.
     */
    public double[] toDoubles() {
        int n = basis.ringDegree();
        long[][] digits = new long[limbs.length][];
        for (int j = 0; j < limbs.length; j++) {
            Modulus modulus = basis.modulus(j);
            long[] x = limbs[j].clone();
            for (int i = 0; i < j; i++) {
                subtractAndDivide(x, digits[i], basis.modulus(i), modulus, basis.inverse(i, j));
            }
            centre(x, modulus.value());
            digits[j] = x;
        }
        double[] out = new double[n];
        for (int j = limbs.length - 1; j >= 0; j--) {
            double q = basis.modulus(j).value();
            long[] digit = digits[j];
            for (int i = 0; i < n; i++) {
                out[i] = out[i] * q + digit[i];
            }
            Arrays.fill(digit, 0);
        }
        return out;
    }

    /** {@code x = (x - digit) inverse mod q}, the digit centred. */
    private static void subtractAndDivide(long[] x, long[] digit, Modulus of, Modulus modulus, long inverse) {
        long bound = of.value() >> 1;
        long shift = (bound / modulus.value() + 1) * modulus.value();
        long shoup = modulus.shoup(inverse);
        for (int i = 0; i < x.length; i++) {
            x[i] = modulus.multiplyShoup(x[i] - digit[i] + shift, inverse, shoup);
        }
    }

    private static void centre(long[] x, long q) {
        long half = q >> 1;
        for (int i = 0; i < x.length; i++) {
            x[i] -= (half - x[i]) >> 63 & q;
        }
    }

    /**
     * {@code this + small}.
     *
     * @param small N integers, each smaller than every prime in absolute value; may be secret
     */
    public CoefficientPolynomial addSmall(int[] small) {
        requireLength(small, basis.ringDegree());
        long[][] out = new long[limbs.length][];
        for (int j = 0; j < limbs.length; j++) {
            Modulus modulus = basis.modulus(j);
            long q = modulus.value();
            long[] in = limbs[j];
            long[] limb = new long[in.length];
            for (int i = 0; i < limb.length; i++) {
                long x = small[i];
                limb[i] = modulus.add(in[i], x + (x >> 63 & q));
            }
            out[j] = limb;
        }
        return trusted(basis, out);
    }

    /** {@code this + other}. */
    public CoefficientPolynomial add(CoefficientPolynomial other) {
        return trusted(basis, sum(other));
    }

    /** {@code this - other}. */
    public CoefficientPolynomial subtract(CoefficientPolynomial other) {
        return trusted(basis, difference(other));
    }

    /** {@code -this}. */
    public CoefficientPolynomial negate() {
        return trusted(basis, negated());
    }

    /**
     * The same polynomial in the other representation.
     *
     * @param scratch of this ring degree, not shared with another thread
     */
    public NttPolynomial toNtt(NttScratch scratch) {
        return trusted(basis, copyOfLimbs()).toNttInPlace(scratch);
    }

    /**
     * {@link #toNtt} in the memory of this polynomial, which must not be used afterwards.
     *
     * @param scratch of this ring degree, not shared with another thread
     */
    public NttPolynomial toNttInPlace(NttScratch scratch) {
        for (int j = 0; j < limbs.length; j++) {
            basis.ntt(j).forward(limbs[j], scratch);
        }
        return NttPolynomial.trusted(basis, limbs);
    }

    /** {@link #toNtt(NttScratch)} with scratch space of its own. */
    public NttPolynomial toNtt() {
        return toNtt(NttScratch.of(basis.ringDegree()));
    }

    /**
     * The image under {@code X -> X^element}.
     *
     * @param element an odd number in {@code [1, 2N)}
     */
    public CoefficientPolynomial automorphism(int element) {
        int n = basis.ringDegree();
        requireGaloisElement(element, n);
        long[][] out = new long[limbs.length][n];
        for (int j = 0; j < limbs.length; j++) {
            Modulus modulus = basis.modulus(j);
            for (int i = 0; i < n; i++) {
                int power = (int) ((long) i * element & (2L * n - 1));
                long x = limbs[j][i];
                out[j][power & (n - 1)] = power < n ? x : modulus.negate(x);
            }
        }
        return trusted(basis, out);
    }
}
