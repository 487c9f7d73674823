package org.dalrn.integrations.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.dalrn.fhe.seal.SealCompression;
import org.dalrn.integrations.seal.SealContext.Security;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SEAL against itself and plain arithmetic: the binding alone, without a line of DALRN's own cryptography. */
class SealContextTest {
    private static final int DEGREE = 4096;
    private static final int SLOTS = DEGREE / 2;
    /** The primes that SEAL takes for [34, 33, 34] bits: computed by node-seal 5.1.7 and read from its file. */
    private static final long[] PRIMES = {0x3fffd0001L, 0x1fffec001L, 0x3fffe4001L};

    private static final double SCALE = 0x1p32;
    private static final double[] V = values(1);
    private static final double[] W = values(2);
    private static final double[] ZEROS = new double[SLOTS];

    private static SealContext seal;
    private static NativeHandle secretKey;
    private static NativeHandle publicKey;
    private static NativeHandle v;

    @BeforeAll
    static void create() {
        seal = SealContext.create(Peers.library(), DEGREE, PRIMES, Security.TC128);
        secretKey = seal.newSecretKey();
        publicKey = seal.newPublicKey(secretKey, false);
        v = encrypt(V);
    }

    @AfterAll
    static void close() {
        if (seal != null) {
            for (NativeHandle handle : new NativeHandle[] {v, publicKey, secretKey}) {
                handle.close();
            }
            seal.close();
        }
    }

    @Test
    void create_chainOfThree_hasTwoLevelsAndSwitchesKeys() {
        assertThat(seal.ringDegree()).isEqualTo(DEGREE);
        assertThat(seal.maxLevel()).isEqualTo(1);
        assertThat(seal.canSwitchKeys()).isTrue();
    }

    @Test
    void create_degreeNoPowerOfTwo_isRefusedBeforeTheCall() {
        assertThatThrownBy(() -> SealContext.create(Peers.library(), 3000, PRIMES, Security.TC128))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3000")
                .hasMessageContaining("power of two");
    }

    @Test
    void create_belowTheSecurityLevel_saysSealsReason() {
        assertThatThrownBy(() -> SealContext.create(Peers.library(), 2048, PRIMES, Security.TC128))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("2048")
                .hasMessageContaining("not compliant with HomomorphicEncryption.org security standard");
    }

    @Test
    void create_notAnNttPrime_saysSealsReason() {
        assertThatThrownBy(() -> SealContext.create(Peers.library(), DEGREE, new long[] {1_000_003}, Security.TC128))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("SEAL refuses ring degree 4096 with 1 primes");
    }

    @Test
    void decode_encoded_givesTheNumbers() {
        try (NativeHandle plaintext = seal.encode(V, W, SCALE, 1)) {
            double[] decoded = seal.decode(plaintext);
            assertThat(part(decoded, 0)).satisfies(near(V, 1e-7));
            assertThat(part(decoded, 1)).satisfies(near(W, 1e-7));
        }
    }

    @Test
    void encode_fewNumbers_fillsWithZeros() {
        try (NativeHandle plaintext = seal.encode(new double[] {0.5}, new double[1], SCALE, 0)) {
            double[] expected = new double[SLOTS];
            expected[0] = 0.5;
            assertThat(part(seal.decode(plaintext), 0)).satisfies(near(expected, 1e-7));
        }
    }

    @Test
    void encodeScalar_one_fillsEverySlot() {
        try (NativeHandle plaintext = seal.encodeScalar(-0.25, SCALE, 1)) {
            double[] expected = new double[SLOTS];
            Arrays.fill(expected, -0.25);
            assertThat(part(seal.decode(plaintext), 0)).satisfies(near(expected, 1e-7));
        }
    }

    @Test
    void encode_wrongArguments_areRefusedBeforeTheCall() {
        double[] tooMany = new double[SLOTS + 1];
        assertThatThrownBy(() -> seal.encode(tooMany, tooMany, SCALE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most " + SLOTS);
        assertThatThrownBy(() -> seal.encode(V, W, -1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scale -1.0");
        assertThatThrownBy(() -> seal.encode(V, W, SCALE, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("level 2 is not in [0, 1]");
        assertThatThrownBy(() -> seal.encodeScalar(Double.NaN, SCALE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not finite");
    }

    @Test
    void encode_scaleBeyondTheModulus_isRefusedBySeal() {
        assertThatThrownBy(() -> seal.encode(V, W, 0x1p80, 1))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("E_INVALIDARG");
    }

    @Test
    void decrypt_publicKeyEncryption_givesTheNumbers() {
        assertThat(decrypted(v)).satisfies(near(V, 1e-5));
    }

    @Test
    void decrypt_symmetricEncryption_givesTheNumbers() {
        try (NativeHandle plaintext = seal.encode(V, ZEROS, SCALE, 1);
                NativeHandle ciphertext = seal.encryptSymmetric(plaintext, secretKey, false)) {
            assertThat(decrypted(ciphertext)).satisfies(near(V, 1e-6));
        }
    }

    @ParameterizedTest
    @EnumSource(SealCompression.class)
    void load_saved_isTheSameCiphertext(SealCompression compression) {
        byte[] bytes = seal.save(SealKind.CIPHERTEXT, v, compression);
        assertThat(bytes[5]).isEqualTo((byte) compression.code());
        try (NativeHandle loaded = seal.load(SealKind.CIPHERTEXT, bytes)) {
            assertThat(decrypted(loaded)).satisfies(near(V, 1e-5));
            assertThat(seal.save(SealKind.CIPHERTEXT, loaded, compression)).isEqualTo(bytes);
        }
    }

    @Test
    void load_seededCiphertext_isHalfAsLongAndDecrypts() {
        try (NativeHandle plaintext = seal.encode(V, ZEROS, SCALE, 1);
                NativeHandle seeded = seal.encryptSymmetric(plaintext, secretKey, true)) {
            byte[] bytes = seal.save(SealKind.CIPHERTEXT, seeded, SealCompression.NONE);
            // 113 + 8 N k bytes and 81 for the seed: the anchors' table of SEAL's objects.
            assertThat(bytes).hasSize(113 + 8 * DEGREE * 2 + 81);
            try (NativeHandle loaded = seal.load(SealKind.CIPHERTEXT, bytes)) {
                assertThat(decrypted(loaded)).satisfies(near(V, 1e-6));
            }
        }
    }

    @Test
    void load_savedKeys_workAsBefore() {
        byte[] secretBytes = seal.save(SealKind.SECRET_KEY, secretKey, SealCompression.NONE);
        byte[] publicBytes = seal.save(SealKind.PUBLIC_KEY, publicKey, SealCompression.ZSTD);
        try (NativeHandle secret = seal.load(SealKind.SECRET_KEY, secretBytes);
                NativeHandle open = seal.load(SealKind.PUBLIC_KEY, publicBytes);
                NativeHandle plaintext = seal.encode(W, ZEROS, SCALE, 1);
                NativeHandle ciphertext = seal.encrypt(plaintext, open);
                NativeHandle decrypted = seal.decrypt(ciphertext, secret)) {
            assertThat(part(seal.decode(decrypted), 0)).satisfies(near(W, 1e-5));
        }
    }

    @Test
    void load_notSealsHeader_isRefusedBeforeTheCall() {
        assertThatThrownBy(() -> seal.load(SealKind.CIPHERTEXT, new byte[15]))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("15 bytes");
        byte[] bytes = seal.save(SealKind.CIPHERTEXT, v, SealCompression.NONE);
        assertThatThrownBy(() -> seal.load(SealKind.CIPHERTEXT, Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("tells " + bytes.length + " bytes");
        bytes[0] ^= 1;
        assertThatThrownBy(() -> seal.load(SealKind.CIPHERTEXT, bytes))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("SEAL's header");
    }

    @Test
    void load_anotherKind_isRefusedBySeal() {
        byte[] bytes = seal.save(SealKind.CIPHERTEXT, v, SealCompression.NONE);
        assertThatThrownBy(() -> seal.load(SealKind.SECRET_KEY, bytes)).isInstanceOf(SealException.class);
    }

    @Test
    void sums_ofCiphertextsAndPlaintexts_areThoseOfTheNumbers() {
        try (NativeHandle w = encrypt(W);
                NativeHandle plain = seal.encode(W, ZEROS, SCALE, 1)) {
            assertResult(seal.add(v, w), expected((a, b) -> a + b));
            assertResult(seal.subtract(v, w), expected((a, b) -> a - b));
            assertResult(seal.addPlain(v, plain), expected((a, b) -> a + b));
            assertResult(seal.subtractPlain(v, plain), expected((a, b) -> a - b));
            assertResult(seal.negate(v), expected((a, b) -> -a));
        }
    }

    @Test
    void multiply_thenRelinearizeAndRescale_isTheProduct() {
        try (NativeHandle w = encrypt(W);
                NativeHandle keys = seal.newRelinearizationKeys(secretKey, false);
                NativeHandle product = seal.multiply(v, w);
                NativeHandle relinearized = seal.relinearize(product, keys)) {
            assertThat(seal.size(product)).isEqualTo(3);
            assertThat(decrypted(product)).satisfies(near(expected((a, b) -> a * b), 1e-4));
            assertThat(seal.size(relinearized)).isEqualTo(2);
            try (NativeHandle rescaled = seal.rescale(relinearized)) {
                assertThat(seal.level(rescaled)).isZero();
                assertThat(seal.scale(rescaled)).isEqualTo(SCALE * SCALE / PRIMES[1]);
                assertThat(decrypted(rescaled)).satisfies(near(expected((a, b) -> a * b), 1e-4));
                assertThatThrownBy(() -> seal.rescale(rescaled))
                        .isInstanceOf(SealException.class)
                        .hasMessageContaining("one prime left");
            }
        }
    }

    @Test
    void multiplyPlainAndSquare_giveTheProducts() {
        try (NativeHandle plain = seal.encode(W, ZEROS, SCALE, 1)) {
            assertResult(seal.multiplyPlain(v, plain), expected((a, b) -> a * b));
            assertResult(seal.square(v), expected((a, b) -> a * a));
        }
    }

    @Test
    void multiplyPlain_byZero_isRefusedBySeal() {
        try (NativeHandle zero = seal.encode(ZEROS, ZEROS, SCALE, 1)) {
            assertThatThrownBy(() -> seal.multiplyPlain(v, zero))
                    .isInstanceOf(SealException.class)
                    .hasMessageContaining("no encryption any more");
        }
    }

    @Test
    void modSwitchTo_lowerLevel_keepsNumbersAndScale() {
        try (NativeHandle lower = seal.modSwitchTo(v, 0)) {
            assertThat(seal.level(lower)).isZero();
            assertThat(seal.scale(lower)).isEqualTo(SCALE);
            assertThat(decrypted(lower)).satisfies(near(V, 1e-5));
            assertThatThrownBy(() -> seal.modSwitchTo(lower, 1))
                    .isInstanceOf(SealException.class)
                    .hasMessageContaining("cannot be switched up");
        }
    }

    @Test
    void rotateAndConjugate_withTheirKeys_moveTheSlots() {
        try (NativeHandle keys = seal.newGaloisKeys(secretKey, false, 0, 1, -2);
                NativeHandle plaintext = seal.encode(V, W, SCALE, 1);
                NativeHandle complex = seal.encrypt(plaintext, publicKey);
                NativeHandle conjugate = seal.conjugate(complex, keys);
                NativeHandle opened = seal.decrypt(conjugate, secretKey)) {
            double[] minusW = Arrays.stream(W).map(x -> -x).toArray();
            assertThat(part(seal.decode(opened), 0)).satisfies(near(V, 1e-3));
            assertThat(part(seal.decode(opened), 1)).satisfies(near(minusW, 1e-3));
            for (int step : new int[] {1, -2}) {
                double[] rotated = IntStream.range(0, SLOTS)
                        .mapToDouble(i -> V[Math.floorMod(i + step, SLOTS)])
                        .toArray();
                try (NativeHandle result = seal.rotate(v, step, keys)) {
                    assertThat(decrypted(result)).satisfies(near(rotated, 1e-3));
                }
            }
            assertThatThrownBy(() -> seal.rotate(v, 3, keys)).isInstanceOf(SealException.class);
            assertThatThrownBy(() -> seal.rotate(v, SLOTS, keys))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rotation by 2048");
        }
    }

    @Test
    void add_ofTwoScales_isRefusedBySeal() {
        try (NativeHandle plaintext = seal.encode(V, ZEROS, 0x1p30, 1);
                NativeHandle other = seal.encrypt(plaintext, publicKey)) {
            assertThatThrownBy(() -> seal.add(v, other))
                    .isInstanceOf(SealException.class)
                    .hasMessageContaining("SEAL refused to add");
        }
    }

    @Test
    void keySwitching_chainOfOnePrime_isRefusedBeforeTheCall() {
        try (SealContext small = SealContext.create(Peers.library(), DEGREE, new long[] {PRIMES[0]}, Security.TC128);
                NativeHandle secret = small.newSecretKey()) {
            assertThat(small.maxLevel()).isZero();
            assertThatThrownBy(() -> small.newRelinearizationKeys(secret, false))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("two or more primes");
        }
    }

    @Test
    void use_closedHandle_isRefused() {
        NativeHandle plaintext = seal.encode(V, ZEROS, SCALE, 1);
        plaintext.close();
        plaintext.close();
        assertThatThrownBy(() -> seal.decode(plaintext))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("plaintext was closed");
    }

    private static void assertResult(NativeHandle result, double[] expected) {
        try (result) {
            assertThat(decrypted(result)).satisfies(near(expected, 1e-4));
        }
    }

    private static NativeHandle encrypt(double[] values) {
        try (NativeHandle plaintext = seal.encode(values, ZEROS, SCALE, 1)) {
            return seal.encrypt(plaintext, publicKey);
        }
    }

    private static double[] decrypted(NativeHandle ciphertext) {
        try (NativeHandle plaintext = seal.decrypt(ciphertext, secretKey)) {
            return part(seal.decode(plaintext), 0);
        }
    }

    private static double[] part(double[] interleaved, int offset) {
        return IntStream.range(0, SLOTS)
                .mapToDouble(i -> interleaved[2 * i + offset])
                .toArray();
    }

    private static double[] expected(DoubleBinaryOperator operator) {
        return IntStream.range(0, SLOTS)
                .mapToDouble(i -> operator.applyAsDouble(V[i], W[i]))
                .toArray();
    }

    private static java.util.function.Consumer<double[]> near(double[] expected, double tolerance) {
        return actual -> {
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(actual[i] - expected[i]))
                        .as("slot %d: %s instead of %s", i, actual[i], expected[i])
                        .isLessThan(tolerance);
            }
        };
    }

    private static double[] values(long seed) {
        return new SplittableRandom(seed).doubles(SLOTS, -1, 1).toArray();
    }
}
