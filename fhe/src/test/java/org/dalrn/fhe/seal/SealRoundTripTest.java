package org.dalrn.fhe.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read as the same: every object, version and compression; that SEAL reads it too, others test. */
class SealRoundTripTest {
    private static final long SEED = 20261123;
    private static final SealParameters THREE = SealSamples.parameters(64, 30, 25, 40);
    private static final SealParameters ONE = SealSamples.parameters(8, 20);

    static List<SealEncoding> encodings() {
        List<SealEncoding> all = new ArrayList<>();
        for (SealVersion version :
                List.of(SealVersion.V3_7, new SealVersion(4, 0), SealVersion.V4_1, new SealVersion(4, 4))) {
            for (SealCompression compression : SealCompression.values()) {
                all.add(new SealEncoding(version, compression));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void write_thenRead_givesTheSameObject(SealEncoding encoding) {
        for (SealParameters parameters : List.of(THREE, ONE)) {
            SealSamples.all(new Random(SEED), parameters, encoding)
                    .forEach((name, sample) -> assertThat(sample.rewrite(sample.bytes(), parameters))
                            .as("%s of %s, seed %d", name, parameters, SEED)
                            .isEqualTo(sample.bytes()));
        }
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void write_ofTensealMessages_isReadAsTheSame(SealEncoding encoding) {
        SealSamples.tenseal(new Random(SEED), THREE, encoding)
                .forEach((name, sample) -> assertThat(sample.rewrite(sample.bytes(), THREE))
                        .as("%s, seed %d", name, SEED)
                        .isEqualTo(sample.bytes()));
    }

    @Test
    void words_ofASeededCiphertext_areTheFirstPolynomialAndTheExpansion() {
        Random random = new Random(SEED);
        long[] first = SealSamples.residues(random, THREE, 1, 2);
        SealSeed seed = SealSamples.seed(random, SealSeed.Generator.BLAKE2XB);

        SealCiphertext read = SealCiphertext.read(
                SealCiphertext.seeded(THREE, 2, 1024, first, seed).toBytes(SealSamples.V4_1), THREE);

        assertThat(Arrays.copyOf(read.words(), first.length)).isEqualTo(first);
        assertThat(Arrays.copyOfRange(read.words(), first.length, 2 * first.length))
                .isEqualTo(seed.expand(THREE, 2));
        assertThat(read.seed()).contains(seed);
        assertThat(read.scale()).isEqualTo(1024);
        assertThat(read.primes()).isEqualTo(2);
        assertThat(read.size()).isEqualTo(2);
    }

    @Nested
    class Size {
        /** Sizes measured with Microsoft SEAL 4.4.3. */
        @Test
        void toBytes_ofTenSealsParameters_haveTheSizesOfSeal() {
            SealParameters parameters = SealSamples.parameters(8192, 60, 40, 40, 60);
            Random random = new Random(SEED);
            SealPublicKey seeded = SealSamples.seededKey(random, parameters);
            TreeMap<Integer, List<SealPublicKey>> elements = new TreeMap<>();
            for (int step = 0; step < 24; step++) {
                elements.put(2 * step + 3, List.of(seeded, seeded, seeded));
            }

            assertThat(SealSamples.ciphertext(random, parameters, 2, 3).toBytes(SealSamples.V4_1))
                    .hasSize(393_329);
            assertThat(SealSamples.seeded(random, parameters, SealSeed.Generator.BLAKE2XB)
                            .toBytes(SealSamples.V4_1))
                    .hasSize(196_802);
            assertThat(SealSamples.publicKey(random, parameters).toBytes(SealSamples.V4_1))
                    .hasSize(524_401);
            assertThat(SealSamples.secretKey(random, parameters)
                            .exportUnprotected(SealSamples.V4_1, SecretKeyAccess.granted()))
                    .hasSize(262_232);
            assertThat(SealRelinearizationKeys.of(parameters, List.of(SealSamples.switching(random, parameters, false)))
                            .toBytes(SealSamples.V4_1))
                    .hasSize(1_573_267);
            assertThat(SealGaloisKeys.of(parameters, elements).toBytes(SealSamples.V4_1))
                    .hasSize(18_953_928);
        }
    }

    @Nested
    class Refusal {
        private final Random random = new Random(SEED);

        @Test
        void of_aLevelOrScaleThatDoesNotExist_isRefused() {
            long[] words = SealSamples.residues(random, THREE, 1, 2);

            assertThatThrownBy(() -> SealPlaintext.of(THREE, 3, 1024, words))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a level of 3 primes; data of these parameters has 1 to 2 primes");
            for (double scale : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 0x1p55}) {
                assertThatThrownBy(() -> SealPlaintext.of(THREE, 2, scale, words))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("scale " + scale + " is not a finite positive number below the modulus of its"
                                + " level, 2^55");
            }
        }

        @Test
        void of_wordsThatAreNoResidues_isRefused() {
            long[] words = SealSamples.residues(random, THREE, 2, 2);
            words[64 + 3] = THREE.modulus(1);

            assertThatThrownBy(() -> SealCiphertext.of(THREE, 2, 2, 1024, words))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("residue 3 of row 1 is not below its prime " + THREE.modulus(1));
            assertThatThrownBy(() -> SealCiphertext.of(THREE, 3, 2, 1024, words))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("256 words; 3 polynomials of 2 primes and degree 64 have 384");
            assertThatThrownBy(() -> SealCiphertext.of(THREE, 1, 2, 1024, words))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a ciphertext of 1 polynomials; there are 2 to 16");
        }

        @Test
        void of_aTransparentCiphertextOrKey_isRefused() {
            long[] words = new long[2 * 2 * 64];
            words[5] = 1;

            assertThatThrownBy(() -> SealCiphertext.of(THREE, 2, 2, 1024, words))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the first is the plaintext for all to see");
            assertThatThrownBy(() -> SealPublicKey.of(THREE, new long[2 * 3 * 64]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the second polynomial of a key is zero; generate the key again");
            assertThatThrownBy(() -> SealSecretKey.of(THREE, new long[3 * 64]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the secret key is zero; generate one");
        }

        @Test
        void of_keysForSwitching_ofOnePrimeOrMissingParts_isRefused() {
            SealPublicKey key = SealSamples.publicKey(random, ONE);

            assertThatThrownBy(() -> SealRelinearizationKeys.of(ONE, List.of(List.of(key))))
                    .hasMessageContaining("no special prime to switch keys with");
            assertThatThrownBy(() ->
                            SealRelinearizationKeys.of(THREE, List.of(List.of(SealSamples.publicKey(random, THREE)))))
                    .hasMessage("a key of 1 parts; it has one for each of the 2 primes of data");
            assertThatThrownBy(() -> SealRelinearizationKeys.of(THREE, List.of(List.of(key, key))))
                    .hasMessageStartingWith("a part of a key is of other parameters");
            assertThatThrownBy(() -> SealGaloisKeys.of(THREE, new TreeMap<>()))
                    .hasMessage("no key; a file of keys has at least one");
            assertThatThrownBy(() -> SealSamples.galois(random, THREE, false, 4))
                    .hasMessage("Galois element 4 is not an odd number in [1, 2N = 128)");
        }
    }

    @Nested
    class Secrets {
        private final SealSecretKey key = SealSamples.secretKey(new Random(SEED), THREE);

        @Test
        void toString_ofASecretKey_showsItsSizeOnly() {
            assertThat(key).hasToString("SealSecretKey[N = 64, 3 primes]");
        }

        @Test
        void equals_ofSecretKeys_comparesTheWords() {
            assertThat(key).isEqualTo(SealSamples.secretKey(new Random(SEED), THREE));
            assertThat(key).isNotEqualTo(SealSamples.secretKey(new Random(SEED + 1), THREE));
        }

        @Test
        void destroy_ofASecretKey_zeroesIt() {
            long[] words = key.sharedWords();
            key.destroy();

            assertThat(words).containsOnly(0);
            assertThat(key.isDestroyed()).isTrue();
            assertThatThrownBy(() -> key.exportUnprotected(SealEncoding.portable(), SecretKeyAccess.granted()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the secret key was destroyed; read it again");
        }

        @Test
        void toBytes_ofAContextWithASecretKey_leavesItOut() {
            Random random = new Random(SEED);
            TensealContext context = TensealContext.builder(THREE)
                    .publicKey(SealSamples.publicKey(random, THREE))
                    .secretKey(key)
                    .build();

            TensealContext read = TensealContext.read(context.toBytes(SealEncoding.portable()));

            assertThat(read.secretKey(SecretKeyAccess.granted())).isEmpty();
            assertThat(read.scale()).isEmpty();
            assertThatThrownBy(() -> read.exportUnprotected(SealEncoding.portable(), SecretKeyAccess.granted()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the context has no secret key; write it with toBytes");
        }
    }

    @Test
    void version_thatIsNotKnown_isRefused() {
        assertThatThrownBy(() -> new SealVersion(5, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("SEAL version 5.0 is not one of 3.6, 3.7 and 4.0 to 4.4");
    }
}
