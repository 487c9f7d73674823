package org.dalrn.fhe.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.Arrays;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.ring.RnsBasis;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The distribution of smudging noise: samples of a fixed seed against the normal distribution, by bins of known probability.
 *
 * <p>Null hypothesis: rounded Gaussian of that deviation. 16,384 samples; false alarm at most 1e-6 each, and none at all with the
 * fixed seed.
 */
@Tag("statistical")
class WideGaussianTest {
    private static final int N = 16384;
    private static final RnsBasis BASIS = RnsBasis.of(N, NttPrimes.create(N, 60, 59, 58));
    /** Quantiles of the standard normal distribution at 1/16, 2/16, … 8/16 (Abramowitz and Stegun, table 26.5). */
    private static final double[] QUANTILES = {
        1.5341206, 1.1503494, 0.8871466, 0.6744898, 0.4887764, 0.3186394, 0.1573107, 0
    };

    private static BigInteger[] sample(double stdDev, int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        CoefficientPolynomial polynomial = WideGaussian.sample(BASIS, stdDev, AesCtrStream.of(bytes, "test"));
        long[][] limbs = new long[3][];
        for (int j = 0; j < 3; j++) {
            limbs[j] = polynomial.limb(j);
        }
        return BASIS.compose(limbs);
    }

    @ParameterizedTest
    @ValueSource(doubles = {100, 0x1p30, 0x1.8p43, 0x1p44, 0x1p52, 0x1.2345p70, 0x1p100})
    void sample_ofAnyDeviation_isNormal(double stdDev) {
        BigInteger[] draws = sample(stdDev, 7);
        int[] bins = new int[16];
        double square = 0;
        double largest = 0;
        for (BigInteger draw : draws) {
            double z = draw.doubleValue() / stdDev;
            square += z * z;
            largest = Math.max(largest, Math.abs(z));
            int below = 0;
            while (below < 7 && Math.abs(z) < QUANTILES[below]) {
                below++;
            }
            bins[z < 0 ? below : 15 - below]++;
        }
        // 15 degrees of freedom: beyond 56.5 with probability 1e-6; at deviation 100, rounding moves 0.4 % of the mass
        // at most.
        double chiSquare = Arrays.stream(bins)
                .mapToDouble(count -> Math.pow(count - 1024.0, 2) / 1024)
                .sum();
        assertThat(chiSquare).as("seed 7, bins %s", Arrays.toString(bins)).isLessThan(56.5);
        // The mean square has deviation sqrt(2 / 16384) = 0.011; five of them.
        assertThat(square / N).isCloseTo(1, within(0.055));
        // Of 16,384 the largest is between 3 and 6.5 but for 1e-6.
        assertThat(largest).isBetween(3.0, 6.5);
    }

    @Test
    void sample_aboveTheExactRange_hasUniformLowBits() {
        int[] counts = new int[16];
        for (BigInteger draw : sample(0x1p60, 8)) {
            counts[draw.intValue() & 15]++;
        }
        double chiSquare = Arrays.stream(counts)
                .mapToDouble(count -> Math.pow(count - 1024.0, 2) / 1024)
                .sum();
        assertThat(chiSquare).as("seed 8, counts %s", Arrays.toString(counts)).isLessThan(56.5);
    }

    @Test
    void sample_neighbours_areUncorrelated() {
        BigInteger[] draws = sample(0x1p30, 9);
        double pairs = 0;
        double next = 0;
        for (int i = 0; i + 2 < N; i += 2) {
            pairs += draws[i].doubleValue() * draws[i + 1].doubleValue();
            next += draws[i + 1].doubleValue() * draws[i + 2].doubleValue();
        }
        // Deviation 1/sqrt(8192) = 0.011; five of them.
        assertThat(pairs / 0x1p60 / (N / 2)).isCloseTo(0, within(0.055));
        assertThat(next / 0x1p60 / (N / 2)).isCloseTo(0, within(0.055));
    }

    @Test
    void sample_ofTheSameSeed_isTheSame() {
        assertThat(sample(0x1p50, 3)).isEqualTo(sample(0x1p50, 3)).isNotEqualTo(sample(0x1p50, 4));
    }

    @Test
    void sample_ofADeviationOutOfRange_isRefused() {
        assertThatThrownBy(() -> sample(0x1p101, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not in [1, 2^100]");
    }
}
