package org.dalrn.fhe.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ckks.CkksEngine;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.InsecureParameters;
import org.dalrn.fhe.ckks.JavaCkksEngine;
import org.dalrn.fhe.ckks.Plaintext;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyGenerator;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.KeySwitchKey;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Objects that node-seal (Microsoft SEAL 4.1.2) and TenSEAL (Microsoft SEAL 4.3) made: vectors/seal/README.md.
 *
 * <p>They are opened with the polynomials alone: {@code c0 + c1 s} less the plaintext SEAL encoded must be small, and an
 * encryption of zero must be small. A wrong order, root, level, expansion or offset makes that uniform modulo 2^30 or more.
 */
class SealGoldenTest {
    private static final SecretKeyAccess ACCESS = SecretKeyAccess.granted();
    private static final KeyId KEY = new KeyId("0123456789abcdef0123456789abcdef");

    /** Far above the noise here (below 2^12, with key switching none) and far below the least prime, 2^30. */
    private static final long SMALL = 1 << 16;

    /** The largest absolute coefficient; all residues must stand for the same small integers. */
    private static long largest(NttPolynomial polynomial) {
        CoefficientPolynomial coefficients = polynomial.toCoefficients();
        RnsBasis basis = polynomial.basis();
        long largest = 0;
        for (int i = 0; i < basis.ringDegree(); i++) {
            for (int limb = 0; limb < basis.size(); limb++) {
                long q = basis.modulus(limb).value();
                long residue = coefficients.residue(limb, i);
                largest = Math.max(largest, residue > q / 2 ? q - residue : residue);
            }
        }
        return largest;
    }

    private static NttPolynomial open(Ciphertext ciphertext, SecretKey key) {
        NttPolynomial s = key.polynomial(ACCESS).reduceTo(ciphertext.level() + 1);
        NttPolynomial power = s;
        NttPolynomial sum = ciphertext.part(0);
        for (int i = 1; i < ciphertext.size(); i++) {
            sum = sum.add(ciphertext.part(i).multiply(power));
            power = power.multiply(s);
        }
        return sum;
    }

    @Nested
    class NodeSeal {
        private final SealParameters parameters = SealParameters.read(SealSamples.file("parameters.none"));
        private final CkksParameters ckks =
                InsecureParameters.forTesting(parameters.degree(), SealFormat.chain(parameters));
        private final SealFormat format = SealFormat.of(ckks);
        private final SecretKey secret = format.readSecretKey(SealSamples.file("secret.none"), KEY, ACCESS);
        private final Plaintext plaintext = format.readPlaintext(SealSamples.file("plaintext.none"));

        @ParameterizedTest
        @ValueSource(strings = {"parameters.none", "parameters.zlib", "parameters.zstd"})
        void parameters_ofSeal_areThePrimesThisModuleTakes(String file) {
            assertThat(SealParameters.read(SealSamples.file(file)))
                    .isEqualTo(SealSamples.parameters(1024, 40, 30, 40))
                    .isEqualTo(SealFormat.toSeal(InsecureParameters.forTesting(1024, 40, 30, 40)));
        }

        @Test
        void parameters_belowTheSecurityAsked_areRefused() {
            assertThatThrownBy(() -> SealFormat.readParameters(
                            SealSamples.file("parameters.none"), SecurityStandard.HES_2018_CLASSICAL))
                    .isInstanceOf(SealFormatException.class)
                    .hasMessageStartingWith("parameters of a peer are refused: ")
                    .hasMessageContaining("below 128-bit security");
        }

        @ParameterizedTest
        @ValueSource(strings = {"ciphertext.none", "ciphertext.zlib", "ciphertext.zstd", "seeded.none"})
        void ciphertext_ofSeal_opensToItsPlaintext(String file) {
            Ciphertext ciphertext = format.readCiphertext(SealSamples.file(file), KEY);

            assertThat(ciphertext.scale()).isEqualTo(0x1p25);
            assertThat(ciphertext.level()).isEqualTo(1);
            assertThat(largest(open(ciphertext, secret).subtract(plaintext.polynomial())))
                    .isBetween(1L, SMALL);
        }

        @Test
        void ciphertext_ofALowerLevel_opensToItsPlaintext() {
            Ciphertext lower = format.readCiphertext(SealSamples.file("lower.zlib"), KEY);

            assertThat(lower.level()).isZero();
            assertThat(largest(
                            open(lower, secret).subtract(plaintext.polynomial().reduceTo(1))))
                    .isBetween(1L, SMALL);
        }

        @Test
        void ciphertext_ofThreePolynomials_opensToTheSquare() {
            Ciphertext product = format.readCiphertext(SealSamples.file("product.zstd"), KEY);
            Ciphertext factor = format.readCiphertext(SealSamples.file("ciphertext.none"), KEY);

            assertThat(product.size()).isEqualTo(3);
            assertThat(product.scale()).isEqualTo(0x1p50);
            NttPolynomial opened = open(factor, secret);
            assertThat(largest(open(product, secret).subtract(opened.multiply(opened))))
                    .isZero();
        }

        @ParameterizedTest
        @ValueSource(strings = {"public.zstd", "public-seeded.zlib"})
        void publicKey_ofSeal_encryptsZero(String file) {
            PublicKey key = format.readPublicKey(SealSamples.file(file), KEY);

            assertThat(largest(key.b().add(key.a().multiply(secret.polynomial(ACCESS)))))
                    .isBetween(1L, 21L);
        }

        @ParameterizedTest
        @ValueSource(strings = {"relin.zstd", "relin-seeded.none"})
        void relinearizationKey_ofSeal_encryptsTheSquare(String file) {
            RelinearizationKey key = format.readRelinearizationKey(SealSamples.file(file), KEY);
            NttPolynomial s = secret.polynomial(ACCESS);

            assertSwitchesFrom(s.multiply(s), key.key());
        }

        @Test
        void galoisKeys_ofSeal_encryptTheImages() {
            GaloisKeys keys = format.readGaloisKeys(SealSamples.file("galois-seeded.zlib"), KEY);

            assertThat(keys.keys()).containsOnlyKeys(3, 2047);
            keys.keys()
                    .forEach((element, key) ->
                            assertSwitchesFrom(secret.polynomial(ACCESS).automorphism(element), key));
        }

        /** Digit j less P times the other secret in limb j is an encryption of zero. */
        private void assertSwitchesFrom(NttPolynomial other, KeySwitchKey key) {
            NttPolynomial s = secret.polynomial(ACCESS);
            Modulus special = ckks.context().specialPrime();
            assertThat(key.digits()).isEqualTo(2);
            for (int digit = 0; digit < key.digits(); digit++) {
                long[] factors = new long[3];
                factors[digit] = special.value() % parameters.modulus(digit);
                NttPolynomial error = key.b(digit).add(key.a(digit).multiply(s)).subtract(other.multiply(factors));
                assertThat(largest(error)).isBetween(1L, 21L);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"ciphertext.none", "seeded.none"})
        void ciphertext_writtenAgain_hasTheBytesOfSeal(String file) {
            byte[] bytes = SealSamples.file(file);

            assertThat(SealCiphertext.read(bytes, parameters).toBytes(SealSamples.V4_1))
                    .isEqualTo(bytes);
        }

        @Test
        void otherObjects_writtenAgain_haveTheBytesOfSeal() {
            SealFormat uncompressed = format.withEncoding(SealSamples.V4_1);
            byte[] relin = SealSamples.file("relin-seeded.none");

            assertThat(uncompressed.writeParameters()).isEqualTo(SealSamples.file("parameters.none"));
            assertThat(uncompressed.write(plaintext)).isEqualTo(SealSamples.file("plaintext.none"));
            assertThat(uncompressed.exportUnprotected(secret, ACCESS)).isEqualTo(SealSamples.file("secret.none"));
            assertThat(SealRelinearizationKeys.read(relin, parameters).toBytes(SealSamples.V4_1))
                    .isEqualTo(relin);
            assertThat(uncompressed.write(format.readCiphertext(SealSamples.file("ciphertext.zstd"), KEY)))
                    .isEqualTo(SealSamples.file("ciphertext.none"));
        }

        @Test
        void keys_writtenAgain_areReadAsTheSame() {
            SealFormat packed = format.withEncoding(SealEncoding.portable().withCompression(SealCompression.ZSTD));
            PublicKey open = format.readPublicKey(SealSamples.file("public.zstd"), KEY);
            RelinearizationKey relin = format.readRelinearizationKey(SealSamples.file("relin-seeded.none"), KEY);
            GaloisKeys galois = format.readGaloisKeys(SealSamples.file("galois-seeded.zlib"), KEY);

            assertThat(format.toSeal(format.readPublicKey(packed.write(open), KEY))
                            .words())
                    .isEqualTo(format.toSeal(open).words());
            assertThat(format.write(format.readRelinearizationKey(packed.write(relin), KEY)))
                    .isEqualTo(format.write(relin));
            assertThat(format.write(format.readGaloisKeys(packed.write(galois), KEY)))
                    .isEqualTo(format.write(galois));
        }

        @Test
        void encryptSeeded_ofAPlaintext_isHalfAsLongAndOpensToIt() {
            SealCiphertext seeded = format.encryptSeeded(plaintext, secret, ACCESS, new SecureRandom());

            byte[] bytes = seeded.toBytes(SealEncoding.portable());

            assertThat(bytes).hasSize(SealSamples.file("seeded.none").length - Long.BYTES);
            Ciphertext read = format.readCiphertext(bytes, KEY);
            assertThat(largest(open(read, secret).subtract(plaintext.polynomial())))
                    .isBetween(1L, 21L);
        }

        @Test
        void encryptSeeded_twice_usesTwoSeeds() {
            SecureRandom random = new SecureRandom();

            assertThat(format.encryptSeeded(plaintext, secret, ACCESS, random).seed())
                    .isNotEqualTo(format.encryptSeeded(plaintext, secret, ACCESS, random)
                            .seed());
        }

        @Test
        void secretKey_thatIsNotSmall_isRefused() {
            SealSecretKey uniform = SealSamples.secretKey(new Random(1), parameters);

            assertThatThrownBy(() -> format.fromSeal(uniform, KEY, ACCESS))
                    .isInstanceOf(SealFormatException.class)
                    .hasMessageStartingWith("SEAL secret key: its coefficients are not in [-21, 21]");
        }

        @Test
        void secretKey_thatDiffersBetweenPrimes_isRefused() {
            long[] words = format.toSeal(secret, ACCESS).sharedWords().clone();
            // The constant 1 in one limb only.
            for (int i = 0; i < 1024; i++) {
                words[i] = (words[i] + 1) % parameters.modulus(0);
            }

            assertThatThrownBy(() -> format.fromSeal(SealSecretKey.of(parameters, words), KEY, ACCESS))
                    .isInstanceOf(SealFormatException.class);
        }

        @Test
        void read_withOtherParameters_isRefused() {
            SealFormat other = SealFormat.of(InsecureParameters.forTesting(1024, 40, 30, 30));

            assertThatThrownBy(() -> other.readCiphertext(SealSamples.file("ciphertext.none"), KEY))
                    .isInstanceOf(SealFormatException.class)
                    .hasMessageContaining("is of no level of data of these parameters");
            assertThatThrownBy(() -> other.readSecretKey(SealSamples.file("secret.none"), KEY, ACCESS))
                    .isInstanceOf(SealFormatException.class)
                    .hasMessageContaining("is not the level of keys of these parameters");
            assertThatThrownBy(() -> other.write(plaintext)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Tenseal {
        private final TensealContext context = TensealContext.read(SealSamples.file("tenseal-context-secret"));
        private final SealFormat format = SealFormat.of(
                InsecureParameters.forTesting(context.parameters().degree(), SealFormat.chain(context.parameters())));
        private final SecretKey secret =
                format.fromSeal(context.secretKey(ACCESS).orElseThrow(), KEY, ACCESS);

        @Test
        void context_withTheSecretKey_hasItsSettings() {
            assertThat(context.parameters()).isEqualTo(SealSamples.parameters(2048, 30, 24));
            assertThat(context.scale()).hasValue(0x1p18);
            assertThat(context.automatic()).isEqualTo(TensealContext.ALL_AUTOMATIC);
            assertThat(context.encryption()).isEqualTo(TensealContext.Encryption.ASYMMETRIC);
            assertThat(context.relinearizationKeys()).isEmpty();
            assertThat(context).hasToString("TensealContext[N = 2048, 2 primes, ASYMMETRIC, with secret key]");
        }

        @Test
        void context_withoutTheSecretKey_hasPublicKeys() {
            TensealContext open = TensealContext.read(SealSamples.file("tenseal-context-public"));

            assertThat(open.secretKey(ACCESS)).isEmpty();
            assertThat(open.galoisKeys()).isEmpty();
            assertThat(open.publicKey().orElseThrow().words())
                    .isEqualTo(context.publicKey().orElseThrow().words());
            PublicKey key = format.fromSeal(open.publicKey().orElseThrow(), KEY);
            assertThat(largest(key.b().add(key.a().multiply(secret.polynomial(ACCESS)))))
                    .isBetween(1L, 21L);
            NttPolynomial s = secret.polynomial(ACCESS);
            KeySwitchKey relin = format.fromSeal(open.relinearizationKeys().orElseThrow(), KEY)
                    .key();
            long[] factors = {
                context.parameters().modulus(1) % context.parameters().modulus(0), 0
            };
            assertThat(largest(relin.b(0)
                            .add(relin.a(0).multiply(s))
                            .subtract(s.multiply(s).multiply(factors))))
                    .isBetween(1L, 21L);
        }

        /**
         * TenSEAL repeats the 16 values through the slots, so the plaintext is a polynomial in X^(N/32): every other coefficient
         * is noise, and the constant one is the mean times the scale.
         */
        @Test
        void vector_ofTenseal_opensToItsValues() {
            TensealVector vector = TensealVector.read(SealSamples.file("tenseal-vector"), context.parameters());

            assertThat(vector.sizes()).containsExactly(16);
            assertThat(vector.scale()).isEqualTo(0x1p18);
            long[] coefficients = centred(format.fromSeal(vector.ciphertexts().get(0), KEY));
            for (int i = 0; i < coefficients.length; i++) {
                if (i % 64 != 0) {
                    assertThat(Math.abs(coefficients[i])).isLessThan(SMALL / 16);
                }
            }
            assertThat(coefficients[0] * 0x1p-18).isCloseTo(0.75, within(0.01));
        }

        @Test
        void tensor_ofTenseal_opensToItsColumns() {
            TensealTensor tensor = TensealTensor.read(SealSamples.file("tenseal-tensor"), context.parameters(), 2);

            assertThat(tensor.shape()).containsExactly(2);
            assertThat(tensor.batchSize()).isEqualTo(2);
            // The columns (1, 3) and (2, 4) and zeros up to 1024 slots: the constant coefficient is the mean times
            // 2^18.
            assertThat((double) centred(format.fromSeal(tensor.ciphertexts().get(0), KEY))[0])
                    .isCloseTo(4 << 8, within(100.0));
            assertThat((double) centred(format.fromSeal(tensor.ciphertexts().get(1), KEY))[0])
                    .isCloseTo(6 << 8, within(100.0));
        }

        @Test
        void context_writtenAgain_isReadAsTheSame() {
            TensealContext open = TensealContext.read(SealSamples.file("tenseal-context-public"));
            byte[] bytes = open.toBytes(SealEncoding.portable());

            assertThat(TensealContext.read(bytes).toBytes(SealEncoding.portable()))
                    .isEqualTo(bytes);
            // The fields of TenSEAL, in its order: 1 parameters, 2 public part.
            assertThat(Arrays.copyOf(bytes, 2)).containsExactly(0x0a, 57 + 24 * 2);
        }

        private long[] centred(Ciphertext ciphertext) {
            CoefficientPolynomial coefficients = open(ciphertext, secret).toCoefficients();
            long q = ciphertext.part(0).basis().modulus(0).value();
            long[] centred = coefficients.limb(0);
            for (int i = 0; i < centred.length; i++) {
                centred[i] = centred[i] > q / 2 ? centred[i] - q : centred[i];
            }
            return centred;
        }
    }

    /** This module's engine with SEAL's keys and ciphertexts: the values node-seal and TenSEAL encoded come out. */
    @Nested
    class Engine {
        private final SealFormat format = SealFormat.of(InsecureParameters.forTesting(1024, 40, 30, 40));
        private final SecretKey secret = format.readSecretKey(SealSamples.file("secret.none"), KEY, ACCESS);
        private final CkksEngine engine = JavaCkksEngine.of(format.parameters(), new SecureRandom());
        private final Ciphertext ciphertext = format.readCiphertext(SealSamples.file("ciphertext.zstd"), KEY);

        /** What golden.mjs encodes. */
        private static double value(int slot) {
            return Math.sin(slot) * 4;
        }

        private void assertOpensTo(Ciphertext result, double tolerance, IntToDoubleFunction expected) {
            double[] values = engine.decrypt(result, secret).insecureRawValues();
            assertThat(values).hasSize(512);
            for (int slot = 0; slot < values.length; slot++) {
                assertThat(values[slot]).as("slot %d", slot).isCloseTo(expected.applyAsDouble(slot), within(tolerance));
            }
        }

        @Test
        void decrypt_ofSealsCiphertexts_givesSealsValues() {
            assertOpensTo(ciphertext, 1e-4, Engine::value);
            assertOpensTo(format.readCiphertext(SealSamples.file("seeded.none"), KEY), 1e-4, Engine::value);
            assertOpensTo(format.readCiphertext(SealSamples.file("lower.zlib"), KEY), 1e-4, Engine::value);
            assertOpensTo(format.readCiphertext(SealSamples.file("product.zstd"), KEY), 1e-3, i -> value(i) * value(i));
        }

        @Test
        void encode_ofSealsValues_differsFromSealsPlaintextByRoundingOnly() {
            double[] values = java.util.stream.IntStream.range(0, 512)
                    .mapToDouble(Engine::value)
                    .toArray();
            NttPolynomial ours = engine.encode(values, 0x1p25, 1).polynomial();
            NttPolynomial theirs =
                    format.readPlaintext(SealSamples.file("plaintext.none")).polynomial();

            assertThat(largest(ours.subtract(theirs))).isLessThanOrEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"relin.zstd", "relin-seeded.none"})
        void relinearize_withSealsKey_keepsTheProduct(String file) {
            RelinearizationKey key = format.readRelinearizationKey(SealSamples.file(file), KEY);

            Ciphertext product = engine.relinearize(engine.multiply(ciphertext, ciphertext), key);

            assertThat(product.size()).isEqualTo(2);
            assertOpensTo(product, 1e-2, i -> value(i) * value(i));
        }

        @Test
        void rotate_withSealsKeys_movesTheSlots() {
            GaloisKeys keys = format.readGaloisKeys(SealSamples.file("galois-seeded.zlib"), KEY);

            assertOpensTo(engine.rotate(ciphertext, 1, keys), 1e-2, i -> value((i + 1) % 512));
            assertOpensTo(engine.conjugate(ciphertext, keys), 1e-2, Engine::value);
        }

        @Test
        void encrypt_withSealsPublicKey_isOpenedBySealsSecretKey() {
            PublicKey open = format.readPublicKey(SealSamples.file("public-seeded.zlib"), KEY);
            Plaintext plaintext = format.readPlaintext(SealSamples.file("plaintext.none"));

            assertOpensTo(engine.encrypt(plaintext, open), 1e-3, Engine::value);
        }

        @Test
        void encryptSeeded_isOpenedByTheEngine() {
            Plaintext plaintext = format.readPlaintext(SealSamples.file("plaintext.none"));

            SealCiphertext seeded = format.encryptSeeded(plaintext, secret, ACCESS, new SecureRandom());

            assertOpensTo(format.fromSeal(seeded, KEY), 1e-4, Engine::value);
        }

        @ParameterizedTest
        @EnumSource
        void keysOfThisModule_writtenAndRead_doTheSame(SealCompression compression) {
            SealFormat packed = format.withEncoding(SealEncoding.portable().withCompression(compression));
            KeyGenerator generator = KeyGenerator.of(format.parameters().context(), new SecureRandom());
            SecretKey drawn = generator.secretKey();
            SecretKey key = packed.readSecretKey(packed.exportUnprotected(drawn, ACCESS), drawn.id(), ACCESS);
            PublicKey open = packed.readPublicKey(packed.write(generator.publicKey(drawn)), drawn.id());
            RelinearizationKey relin =
                    packed.readRelinearizationKey(packed.write(generator.relinearizationKey(drawn)), drawn.id());
            GaloisKeys rotation = packed.readGaloisKeys(packed.write(generator.rotationKeys(drawn, 1)), drawn.id());
            double[] values = {1, 2, -3};

            Ciphertext fresh = packed.readCiphertext(
                    packed.write(engine.encrypt(engine.encode(values, 0x1p25, 1), open)), drawn.id());
            Ciphertext squares = engine.relinearize(engine.square(fresh), relin);

            assertThat(Arrays.copyOf(engine.decrypt(squares, key).insecureRawValues(), 3))
                    .containsExactly(new double[] {1, 4, 9}, within(0.01));
            assertThat(Arrays.copyOf(
                            engine.decrypt(engine.rotate(fresh, 1, rotation), key)
                                    .insecureRawValues(),
                            3))
                    .containsExactly(new double[] {2, -3, 0}, within(0.01));
        }

        @Test
        void decrypt_ofTensealsVector_givesItsValues() {
            TensealContext context = TensealContext.read(SealSamples.file("tenseal-context-secret"));
            SealFormat tenseal = SealFormat.of(InsecureParameters.forTesting(
                    context.parameters().degree(), SealFormat.chain(context.parameters())));
            TensealVector vector = TensealVector.read(SealSamples.file("tenseal-vector"), context.parameters());
            SecretKey key = tenseal.fromSeal(context.secretKey(ACCESS).orElseThrow(), KEY, ACCESS);

            double[] values = JavaCkksEngine.of(tenseal.parameters(), new SecureRandom())
                    .decrypt(tenseal.fromSeal(vector.ciphertexts().get(0), KEY), key)
                    .insecureRawValues();

            for (int slot = 0; slot < values.length; slot++) {
                assertThat(values[slot]).isCloseTo(0.5 * (slot % 16) - 3, within(0.02));
            }
        }
    }
}
