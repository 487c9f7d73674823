package org.dalrn.fhe.ckks;

import java.util.Arrays;
import java.util.Objects;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;

/**
 * The map from numbers to plaintexts and back: slots, coefficients or one number in all slots; scaled, and rounded half away from
 * zero. Immutable, thread-safe. Source: the conventions of SEAL 4.x's {@code CKKSEncoder}.
 */
final class CkksEncoder {
    private static final double[] NONE = {};

    private final CkksParameters parameters;
    private final OperandChecks checks;
    private final SlotTransform transform;

    CkksEncoder(CkksParameters parameters) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        checks = OperandChecks.of(parameters);
        transform = new SlotTransform(parameters.ringDegree());
    }

    Plaintext encode(double[] real, double[] imaginary, double scale, int level) {
        checks.requireSlots(real, imaginary, scale, level);
        return slots(real, imaginary, scale, level);
    }

    Plaintext encode(double[] real, double scale, int level) {
        checks.requireSlots(real, scale, level);
        return slots(real, NONE, scale, level);
    }

    private Plaintext slots(double[] real, double[] imaginary, double scale, int level) {
        return rounded(transform.toCoefficients(real, imaginary, scale), scale, level);
    }

    Plaintext encodeCoefficients(double[] values, double scale, int level) {
        checks.requireCoefficients(values, scale, level);
        double[] coefficients = Arrays.copyOf(values, parameters.ringDegree());
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] *= scale;
        }
        return rounded(coefficients, scale, level);
    }

    Plaintext encodeScalar(double value, double scale, int level) {
        checks.requireScalar(value, scale, level);
        RnsBasis basis = parameters.context().basis(level);
        double constant = round(value * scale);
        requireFit(Math.abs(constant), basis, level);
        // The value of a constant polynomial is the same everywhere.
        int shift = Math.max(0, Math.getExponent(constant) - 52);
        long mantissa = (long) Math.scalb(constant, -shift);
        long[][] limbs = new long[basis.size()][basis.ringDegree()];
        for (int j = 0; j < limbs.length; j++) {
            Modulus modulus = basis.modulus(j);
            Arrays.fill(limbs[j], modulus.multiply(modulus.reduce(mantissa), modulus.power(2, shift)));
        }
        return Plaintext.of(parameters, NttPolynomial.wrap(basis, limbs), scale);
    }

    private Plaintext rounded(double[] coefficients, double scale, int level) {
        RnsBasis basis = parameters.context().basis(level);
        long[] words = new long[coefficients.length];
        long magnitudes = 0;
        boolean numbers = true;
        for (int i = 0; i < words.length; i++) {
            double x = round(coefficients[i]);
            coefficients[i] = x;
            numbers &= !Double.isNaN(x);
            long word = (long) x;
            words[i] = word;
            magnitudes |= word ^ word >> 63;
        }
        boolean small = numbers && magnitudes < 1L << Modulus.MAX_BITS;
        if (!small
                || 64 - Long.numberOfLeadingZeros(magnitudes) + 2
                        >= basis.product().bitLength()) {
            requireFit(largest(coefficients), basis, level);
        }
        Plaintext plaintext = Plaintext.ofCoefficients(
                parameters,
                small
                        ? CoefficientPolynomial.ofIntegers(basis, words)
                        : CoefficientPolynomial.ofIntegers(basis, coefficients),
                scale);
        Arrays.fill(words, 0);
        Arrays.fill(coefficients, 0);
        return plaintext;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double x : values) {
            largest = Math.max(largest, Math.abs(x));
        }
        return largest;
    }

    /** Half away from zero, as C's {@code round}. */
    static double round(double x) {
        double magnitude = Math.abs(x);
        double nearest = Math.rint(magnitude);
        return Math.copySign(magnitude - nearest == 0.5 ? nearest + 1 : nearest, x);
    }

    /** The slots of a polynomial. */
    Decryption decode(CoefficientPolynomial polynomial, double scale) {
        double[] coefficients = polynomial.toDoubles();
        double[] real = new double[parameters.slots()];
        double[] imaginary = new double[parameters.slots()];
        transform.toSlots(coefficients, 1 / scale, real, imaginary);
        Arrays.fill(coefficients, 0);
        return Decryption.of(real, imaginary);
    }

    /** The coefficients of a polynomial, over the scale. */
    static Decryption decodeCoefficients(CoefficientPolynomial polynomial, double scale) {
        double[] coefficients = polynomial.toDoubles();
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] /= scale;
        }
        return Decryption.of(coefficients, new double[coefficients.length]);
    }

    private static void requireFit(double largest, RnsBasis basis, int level) {
        int bits = largest < 1 ? 1 : Math.getExponent(largest) + (isPowerOfTwo(largest) ? 1 : 2);
        int available = basis.product().bitLength();
        if (bits >= available || !Double.isFinite(largest)) {
            throw new IllegalArgumentException("an encoded coefficient of "
                    + (Double.isFinite(largest) ? bits + " bits" : "more than 1024 bits") + " does not fit the "
                    + available + "-bit modulus of level " + level + "; take a smaller scale or a higher level");
        }
    }

    private static boolean isPowerOfTwo(double x) {
        return Math.scalb(1.0, Math.getExponent(x)) == x;
    }
}
