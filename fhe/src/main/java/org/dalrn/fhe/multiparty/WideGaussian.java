package org.dalrn.fhe.multiparty;

import java.util.Arrays;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.RnsBasis;

/**
 * Polynomials whose coefficients are Gaussian with a large standard deviation S, rounded to integers: what smudging adds.
 *
 * <p>Distribution. Box and Muller's transform of a uniform of 106 bits in (0, 1] for the radius and one of 53 bits for the angle,
 * in doubles. The radius ends at {@code sqrt(2 ln 2^106) S = 12.1 S}; a true Gaussian is beyond that with probability
 * {@code 2^-106}. Up to S = 2^44 the value is rounded to an integer at once. Above, it is rounded to a multiple of 2^k with
 * {@code 2^43 <= S / 2^k < 2^44}, and k uniform bits fill the gap; that makes the density a staircase, whose relative error is at
 * most {@code 2^k x / (2 S^2) < 2^-40} at {@code |x| <= 12.1 S}, typically 2^-44. The error of the doubles is of the order of
 * 2^-50. Divergences are quadratic in these errors: below 2^-80 for each coefficient, so below 2^-47 for the 2^33 coefficients of
 * a million decryptions at N = 8192.
 *
 * <p>Repeatable: {@link StrictMath} gives the same bits on every machine. The time of its functions depends a little on their
 * arguments; nothing here branches on the result.
 *
 * <p>Source: Box and Muller 1958; the argument about rounding is the usual one for a change of density.
 */
final class WideGaussian {
    /** Above it, low bits are filled up uniformly. */
    private static final double MAX_EXACT = 0x1p44;

    private static final double MAX_STD_DEV = 0x1p100;
    private static final double TWO_PI = 2 * Math.PI;

    private WideGaussian() {}

    /**
     * A fresh polynomial.
     *
     * @param stdDev S, 1 to 2^100
     */
    static CoefficientPolynomial sample(RnsBasis basis, double stdDev, AesCtrStream stream) {
        if (!(stdDev >= 1) || stdDev > MAX_STD_DEV) {
            throw new IllegalArgumentException(
                    "standard deviation " + stdDev + " is not in [1, 2^100]; take fewer bits or decryptions");
        }
        int n = basis.ringDegree();
        int gap = Math.max(0, Math.getExponent(stdDev) - Math.getExponent(MAX_EXACT) + 1);
        double coarse = Math.scalb(stdDev, -gap);
        long[] upper = new long[n];
        long[] lower = new long[n];
        for (int i = 0; i < n; i += 2) {
            // Of the first uniform 53 bits, and 53 more below them, so that small ones keep their precision.
            double first = (stream.nextWord() >>> 11) * 0x1p-53 + ((stream.nextWord() >>> 11) + 1) * 0x1p-106;
            double radius = StrictMath.sqrt(-2 * StrictMath.log(first)) * coarse;
            double angle = (stream.nextWord() >>> 11) * 0x1p-53 * TWO_PI;
            upper[i] = (long) StrictMath.rint(radius * StrictMath.cos(angle));
            upper[i + 1] = (long) StrictMath.rint(radius * StrictMath.sin(angle));
        }
        if (gap > 0) {
            for (int i = 0; i < n; i++) {
                lower[i] = stream.nextWord() >>> (Long.SIZE - gap);
            }
        }
        long[][] limbs = new long[basis.size()][n];
        for (int j = 0; j < limbs.length; j++) {
            residues(basis.modulus(j), upper, lower, gap, limbs[j]);
        }
        Arrays.fill(upper, 0);
        Arrays.fill(lower, 0);
        return CoefficientPolynomial.wrap(basis, limbs);
    }

    /** {@code (upper 2^gap + lower - 2^(gap - 1)) mod q}; the last term centres the uniform bits. */
    private static void residues(Modulus modulus, long[] upper, long[] lower, int gap, long[] out) {
        long q = modulus.value();
        // A multiple of q above 2^48 > 12.2 * 2^44, so that sums are not negative.
        long shift = ((1L << 48) / q + 1) * q;
        long factor = modulus.power(2, gap);
        long shoup = modulus.shoup(factor);
        long half = gap == 0 ? 0 : modulus.power(2, gap - 1);
        for (int i = 0; i < out.length; i++) {
            long x = modulus.reduceWord(upper[i] + shift);
            long y = modulus.multiplyShoup(x, factor, shoup);
            out[i] = modulus.subtract(modulus.add(y, modulus.reduceWord(lower[i])), half);
        }
    }
}
