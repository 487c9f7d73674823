package org.dalrn.fhe.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyGenerator;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.rlwe.SeededRandom;
import org.dalrn.fhe.rlwe.UniformExpansion;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, the noise against the formulas of the literature, and what only this engine has. */
class JavaCkksEngineTest extends EngineContract {
    private static final long SEED = 20261123;
    private static final double SCALE = 0x1p40;

    @Override
    protected CkksEngine engine(CkksParameters parameters) {
        return JavaCkksEngine.of(parameters, SeededRandom.of(SEED));
    }

    private static final class Fixture {
        final CkksParameters parameters;
        final JavaCkksEngine engine;
        final KeyGenerator generator;
        final SecretKey secret;
        final double[] values;

        Fixture(int ringDegree, int... bits) {
            parameters = InsecureParameters.forTesting(ringDegree, NttPrimes.create(ringDegree, bits));
            engine = JavaCkksEngine.of(parameters, SeededRandom.of(SEED));
            generator = KeyGenerator.of(parameters.context(), SeededRandom.of(SEED));
            secret = generator.secretKey();
            values = new Random(SEED).doubles(ringDegree / 2, -1, 1).toArray();
        }

        /** The mean square of the error in the coefficients of an encryption of zero, before the scale. */
        double variance(Ciphertext zero) {
            double[] errors = engine.decryptCoefficients(zero, secret).insecureRawValues();
            return Arrays.stream(errors)
                            .map(x -> x * zero.scale())
                            .map(x -> x * x)
                            .sum()
                    / errors.length;
        }

        double secretWeight() {
            double[] s = secret.polynomial(SecretKeyAccess.granted())
                    .toCoefficients()
                    .toDoubles();
            return Arrays.stream(s).map(x -> x * x).sum();
        }
    }

    /** Sizes of errors against anchors 3.2, from 16 encryptions; 2N and more samples of each variance. */
    @Nested
    class Noise {
        private static final int N = 2048;
        private static final int REPEATS = 16;

        private double mean(java.util.function.Supplier<Ciphertext> zeros, Fixture f) {
            double sum = 0;
            for (int i = 0; i < REPEATS; i++) {
                sum += f.variance(zeros.get());
            }
            return sum / REPEATS;
        }

        @Test
        void symmetric_fresh_isTheErrorItself() {
            Fixture f = new Fixture(N, 50, 40, 50);
            Plaintext zero = f.engine.encode(new double[0], SCALE, 1);
            assertThat(mean(() -> f.engine.encryptSymmetric(zero, f.secret), f)).isBetween(10.5 * 0.95, 10.5 * 1.05);
        }

        @Test
        void publicKey_fresh_isTheRoundingOfTheDroppedPrime() {
            Fixture f = new Fixture(N, 50, 40, 50);
            PublicKey key = f.generator.publicKey(f.secret);
            Plaintext zero = f.engine.encode(new double[0], SCALE, 1);
            double expected = (1 + f.secretWeight()) / 12;
            assertThat(expected).isBetween((1 + 2 * N / 3.0) / 12 * 0.95, (1 + 2 * N / 3.0) / 12 * 1.05);
            assertThat(mean(() -> f.engine.encrypt(zero, key), f)).isBetween(expected * 0.95, expected * 1.05);
        }

        @Test
        void publicKey_chainOfOnePrime_isTheWholeEncryptionError() {
            Fixture f = new Fixture(N, 50);
            PublicKey key = f.generator.publicKey(f.secret);
            Plaintext zero = f.engine.encode(new double[0], SCALE, 0);
            double expected = 10.5 * (4 * N / 3.0 + 1);
            assertThat(mean(() -> f.engine.encrypt(zero, key), f)).isBetween(expected * 0.93, expected * 1.07);
        }

        @Test
        void rotation_once_addsTheSwitchingError() {
            Fixture f = new Fixture(N, 50, 50, 50);
            GaloisKeys keys = f.generator.rotationKeys(f.secret, 1);
            Plaintext zero = f.engine.encode(new double[0], SCALE, 1);
            double switching = 0;
            double special = f.parameters.context().specialPrime().value();
            for (int j = 0; j < 2; j++) {
                double ratio = f.parameters.context().basis(1).modulus(j).value() / special;
                switching += N * 10.5 * ratio * ratio / 12;
            }
            double expected = 10.5 + switching + (1 + f.secretWeight()) / 12;
            assertThat(mean(() -> f.engine.rotate(f.engine.encryptSymmetric(zero, f.secret), 1, keys), f))
                    .isBetween(expected * 0.93, expected * 1.07);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void encryptSeeded_expanded_opensAsAnyOther(int primes) {
        int[] bits = new int[primes];
        Arrays.fill(bits, 50);
        Fixture f = new Fixture(64, bits);
        int top = f.parameters.maxLevel();
        SeededCiphertext seeded = f.engine.encryptSeeded(f.engine.encode(f.values, SCALE, top), f.secret);
        assertThat(seeded.seed()).hasSize(32);
        assertThat(seeded.level()).isEqualTo(top);
        assertThat(seeded.scale()).isEqualTo(SCALE);
        Ciphertext expanded = seeded.expand();
        assertThat(expanded.part(0).limb(0)).isEqualTo(seeded.c0().limb(0));
        assertClose(f.engine.decrypt(expanded, f.secret).insecureRawValues(), f.values);
        SeededCiphertext received = SeededCiphertext.of(
                f.parameters, seeded.keyId(), seeded.c0(), seeded.seed(), UniformExpansion.AES_CTR, seeded.scale());
        assertThat(received.expand().part(1).limb(0)).isEqualTo(expanded.part(1).limb(0));
    }

    private static void assertClose(double[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-9));
        }
    }

    @Test
    void encryptSeeded_otherExpansion_takesItsPolynomialAndAFreshSeed() {
        Fixture f = new Fixture(64, 50, 40, 50);
        UniformExpansion doubled = new UniformExpansion() {
            @Override
            public int seedBytes() {
                return 64;
            }

            @Override
            public NttPolynomial expand(RnsBasis basis, byte[] seed) {
                return UniformExpansion.AES_CTR
                        .expand(basis, Arrays.copyOf(seed, 32))
                        .add(UniformExpansion.AES_CTR.expand(basis, Arrays.copyOfRange(seed, 32, 64)));
            }
        };
        Plaintext plaintext = f.engine.encode(f.values, SCALE, 1);
        SeededCiphertext a = f.engine.encryptSeeded(plaintext, f.secret, doubled);
        SeededCiphertext b = f.engine.encryptSeeded(plaintext, f.secret, doubled);
        assertThat(a.seed()).hasSize(64).isNotEqualTo(b.seed());
        assertThat(a.expand().part(1).limb(0))
                .isEqualTo(doubled.expand(a.c0().basis(), a.seed()).limb(0));
        assertClose(f.engine.decrypt(a.expand(), f.secret).insecureRawValues(), f.values);
        assertThatThrownBy(() -> SeededCiphertext.of(f.parameters, a.keyId(), a.c0(), new byte[32], doubled, SCALE))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("a seed of 32 bytes")
                .hasMessageContaining("64");
    }

    @Test
    void encrypt_plaintextInEitherForm_opensTheSame() {
        Fixture f = new Fixture(64, 50, 40, 50);
        Plaintext coefficients = f.engine.encode(f.values, SCALE, 1);
        Plaintext values = Plaintext.of(f.parameters, coefficients.polynomial(), SCALE);
        PublicKey key = f.generator.publicKey(f.secret);
        for (Plaintext plaintext : List.of(coefficients, values)) {
            assertClose(
                    f.engine.decrypt(f.engine.encrypt(plaintext, key), f.secret).insecureRawValues(), f.values);
            assertClose(
                    f.engine
                            .decrypt(f.engine.encryptSymmetric(plaintext, f.secret), f.secret)
                            .insecureRawValues(),
                    f.values);
        }
    }

    @Test
    void chainOfOnePrime_encryptsAndAdds_butSwitchesNothing() {
        Fixture f = new Fixture(64, 50);
        PublicKey key = f.generator.publicKey(f.secret);
        Ciphertext a = f.engine.encrypt(f.engine.encode(f.values, SCALE, 0), key);
        assertClose(f.engine.decrypt(a, f.secret).insecureRawValues(), f.values);
        assertThat(f.engine.add(a, a).level()).isZero();
        GaloisKeys none = GaloisKeys.of(f.secret.id(), f.parameters.context(), java.util.Map.of());
        assertThatThrownBy(() -> f.engine.rotate(a, 1, none))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("no key for a rotation by 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1, 2, 3, 5, 6, 7, -7, 11, 15, -15, 27, 31, -31})
    void signedPowersOfTwo_anySteps_addUpWithFewTerms(int steps) {
        List<Integer> jumps = OperandChecks.signedPowersOfTwo(steps, 32);
        int sum = jumps.stream().mapToInt(Integer::intValue).sum();
        assertThat(Math.floorMod(sum - steps, 32)).isZero();
        assertThat(jumps).hasSizeLessThanOrEqualTo(3).allMatch(x -> Integer.bitCount(Math.abs(x)) == 1);
        assertThat(jumps).allMatch(x -> Math.abs(x) < 32);
    }

    @Test
    void toString_ofEveryObject_tellsTheShapeOnly() {
        Fixture f = new Fixture(64, 50, 40, 50);
        Plaintext plaintext = f.engine.encode(f.values, SCALE, 1);
        assertThat(plaintext).hasToString("Plaintext[level 1, scale 2^40]");
        SeededCiphertext seeded = f.engine.encryptSeeded(plaintext, f.secret);
        assertThat(seeded).hasToString("SeededCiphertext[level 1, scale 2^40, key " + f.secret.id() + "]");
        assertThat(seeded.expand())
                .hasToString("Ciphertext[2 polynomials, level 1, scale 2^40, key " + f.secret.id() + "]");
        assertThat(f.engine.decrypt(seeded.expand(), f.secret)).hasToString("Decryption[32 slots]");
    }
}
