package org.dalrn.fhe.ckks;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against SEAL's known answer, and against the definition of the embedding, evaluated term by term. */
class CkksEncoderTest {
    private static final long SEED = 20261123;

    private static CkksParameters parameters(int n) {
        return InsecureParameters.forTesting(n, 60, 40, 40, 60);
    }

    private static double[] coefficients(Plaintext plaintext) {
        return plaintext.polynomial().toCoefficients().toDoubles();
    }

    @Test
    void encode_smallExample_isTheAnswerOfSeal() {
        Plaintext plaintext = new CkksEncoder(parameters(8)).encode(new double[] {1, 2, 3}, 1024, 2);
        assertThat(coefficients(plaintext)).containsExactly(1536, -277, 362, -669, 0, 669, -362, 277);
    }

    /** The angle of zeta^(power), reduced before it loses digits. */
    private static double angle(long power, int n) {
        return Math.PI * Math.floorMod(power, 2L * n) / n;
    }

    private static long[] slotPowers(int n) {
        long[] powers = new long[n / 2];
        powers[0] = 1;
        for (int i = 1; i < n / 2; i++) {
            powers[i] = powers[i - 1] * 3 % (2L * n);
        }
        return powers;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16, 64, 256, 1024})
    void encode_complexSlots_isTheInverseEmbedding(int n) {
        Random random = new Random(SEED);
        double[] re = random.doubles(n / 2, -1, 1).toArray();
        double[] im = random.doubles(n / 2, -1, 1).toArray();
        double scale = 0x1p30;
        double[] actual = coefficients(new CkksEncoder(parameters(n)).encode(re, im, scale, 2));
        long[] powers = slotPowers(n);
        for (int k = 0; k < n; k++) {
            // m_k = 2/N Re sum z_i conj(zeta^(k p_i))
            double sum = 0;
            for (int i = 0; i < n / 2; i++) {
                double angle = angle(k * powers[i], n);
                sum += re[i] * Math.cos(angle) + im[i] * Math.sin(angle);
            }
            assertThat(Math.abs(actual[k] - sum * 2 / n * scale))
                    .as("coefficient %d", k)
                    .isLessThan(0.5 + 1e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16, 64, 256, 1024})
    void decode_randomPolynomial_isTheEmbedding(int n) {
        Random random = new Random(SEED);
        RnsBasis basis = parameters(n).context().basis(2);
        double[] m = new double[n];
        Arrays.setAll(m, i -> Math.rint(random.nextGaussian() * 0x1p70));
        Decryption decoded = new CkksEncoder(parameters(n)).decode(CoefficientPolynomial.ofIntegers(basis, m), 0x1p70);
        long[] powers = slotPowers(n);
        double[] re = decoded.insecureRawValues();
        double[] im = decoded.insecureRawImaginaryValues();
        for (int i = 0; i < n / 2; i++) {
            double sumRe = 0;
            double sumIm = 0;
            for (int k = 0; k < n; k++) {
                double angle = angle(k * powers[i], n);
                sumRe += m[k] * 0x1p-70 * Math.cos(angle);
                sumIm += m[k] * 0x1p-70 * Math.sin(angle);
            }
            assertThat(Math.hypot(re[i] - sumRe, im[i] - sumIm))
                    .as("slot %d", i)
                    .isLessThan(1e-14 * n);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 1024, 8192, 32768})
    void decode_ofEncode_isTheSlotsUpToRounding(int n) {
        CkksParameters parameters = parameters(n);
        CkksEncoder encoder = new CkksEncoder(parameters);
        Random random = new Random(SEED);
        double[] re = random.doubles(n / 2, -1000, 1000).toArray();
        double[] im = random.doubles(n / 2, -1000, 1000).toArray();
        for (double scale : new double[] {0x1p20, 0x1p40, 0x1p80}) {
            Plaintext plaintext = encoder.encode(re, im, scale, 2);
            Decryption decoded = encoder.decode(plaintext.polynomial().toCoefficients(), scale);
            // Rounding: 8 sigma of sqrt(1/12 N/2) over the scale; doubles: a few units for each stage.
            double bound = 8 * Math.sqrt(n / 24.0) / scale + 1000 * 0x1p-53 * 8 * Math.log(n);
            double worst = 0;
            double[] outRe = decoded.insecureRawValues();
            double[] outIm = decoded.insecureRawImaginaryValues();
            for (int i = 0; i < n / 2; i++) {
                worst = Math.max(worst, Math.hypot(outRe[i] - re[i], outIm[i] - im[i]));
            }
            assertThat(worst).as("scale %s", scale).isLessThan(bound);
        }
    }

    @Test
    void round_halves_goAwayFromZero() {
        double[] x = {0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, 0x1p52 + 1, -0x1p60, 3.2, -3.7, 0};
        double[] expected = {1, -1, 2, 3, -3, 0, 0x1p52 + 1, -0x1p60, 3, -4, 0};
        assertThat(Arrays.stream(x).map(CkksEncoder::round).toArray()).containsExactly(expected);
    }

    @Test
    void encodeScalar_largeValue_isTheExactResidue() {
        CkksParameters parameters = parameters(16);
        CkksEncoder encoder = new CkksEncoder(parameters);
        for (double value : new double[] {1, -1, 0, 123456.789, -0x1.fffffffffffffp55}) {
            Plaintext plaintext = encoder.encodeScalar(value, 0x1p60, 2);
            BigInteger constant = new java.math.BigDecimal(CkksEncoder.round(value * 0x1p60)).toBigIntegerExact();
            for (int j = 0; j < 3; j++) {
                BigInteger q = BigInteger.valueOf(
                        parameters.context().basis(2).modulus(j).value());
                assertThat(plaintext.polynomial().limb(j))
                        .containsOnly(constant.mod(q).longValueExact());
            }
        }
    }

    @Test
    void encodeCoefficients_values_areScaledAndRounded() {
        Plaintext plaintext =
                new CkksEncoder(parameters(8)).encodeCoefficients(new double[] {1, -0.5, 0.1, 0x1p90}, 1024, 2);
        assertThat(coefficients(plaintext)).containsExactly(1024, -512, 102, 0x1p100, 0, 0, 0, 0);
    }
}
