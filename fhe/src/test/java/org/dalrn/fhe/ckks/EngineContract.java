package org.dalrn.fhe.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyGenerator;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SeededRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link CkksEngine} must do: each operation against the same one on doubles, with the error that the theory gives.
 *
 * <p>Errors are bounded so that one slot in 10^15 exceeds it. A Gaussian error needs 8 standard deviations for that. An error that
 * was multiplied by the secret, or a digit that was by a key's error, is in a slot the product of two complex Gaussians; its real part
 * has a Laplace distribution, of which {@code exp(-t sqrt(2))} is beyond t deviations: it needs 24. The keys come from {@link KeyGenerator}; an engine that has its own converts them. Needs only public types.
 */
@SuppressWarnings("exports") // Of JUnit, which is in no module's interface.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EngineContract {
    private static final long SEED = 20261123;
    private static final double SCALE = Math.scalb(1.0, 40);
    private static final double DEVIATIONS = 8;
    /** How many times more deviations a Laplace distribution needs. */
    private static final double LAPLACE = 3;

    private static final double ERROR_VARIANCE = 10.5;

    private final Map<CkksParameters, Bench> benches = new ConcurrentHashMap<>();

    /** The engine under test. */
    protected abstract CkksEngine engine(CkksParameters parameters);

    /** The rings of the contract; an engine with less freedom gives others with three data primes and a special one. */
    protected Stream<CkksParameters> rings() {
        return Stream.of(
                InsecureParameters.forTesting(1024, 60, 40, 40, 60),
                InsecureParameters.forTesting(2048, 50, 40, 40, 50),
                CkksParameters.of(8192, org.dalrn.fhe.rlwe.SecurityStandard.HES_2018_CLASSICAL, 60, 40, 40, 60));
    }

    /**
     * How much larger than in the mean over all slots the error of a key switch is in the worst one: 1 with centred digits.
     *
     * @param ringDegree N
     */
    protected double worstSlotOfSwitching(int ringDegree) {
        return 1;
    }

    /** An engine with keys and random inputs. */
    private final class Bench {
        final CkksParameters parameters;
        final CkksEngine engine;
        final SecretKey secret;
        final PublicKey open;
        final RelinearizationKey relinearization;
        final GaloisKeys galois;
        final int slots;
        final int top;
        final Random random = new Random(SEED);

        Bench(CkksParameters parameters) {
            this.parameters = parameters;
            engine = engine(parameters);
            KeyGenerator generator = KeyGenerator.of(parameters.context(), SeededRandom.of(SEED));
            secret = generator.secretKey();
            open = generator.publicKey(secret);
            relinearization = generator.relinearizationKey(secret);
            galois = generator.galoisKeys(secret);
            slots = parameters.slots();
            top = parameters.maxLevel();
        }

        double[] values() {
            return random.doubles(slots, -1, 1).toArray();
        }

        Ciphertext encrypt(double[] values) {
            return engine.encryptSymmetric(engine.encode(values, SCALE, top), secret);
        }

        double[] decrypt(Ciphertext ciphertext) {
            return engine.decrypt(ciphertext, secret).insecureRawValues();
        }

        double n() {
            return parameters.ringDegree();
        }

        // Standard deviations of coefficients; those of products are enlarged to what the bound takes.

        double rounding() {
            return LAPLACE * Math.sqrt((1 + 2 * n() / 3) / 12);
        }

        double symmetric() {
            return Math.sqrt(ERROR_VARIANCE + 1 / 12.0);
        }

        double publicKey() {
            return Math.hypot(rounding(), Math.sqrt(1 / 12.0));
        }

        /** With digits in [0, q), as SEAL has them; centred ones have half of it. */
        double switching(int level) {
            double special = parameters.context().specialPrime().value();
            double sum = 0;
            for (int j = 0; j <= level; j++) {
                double ratio = parameters.context().basis(level).modulus(j).value() / special;
                sum += ratio * ratio;
            }
            double worst = worstSlotOfSwitching(parameters.ringDegree());
            return Math.hypot(rounding(), LAPLACE * worst * Math.sqrt(sum * n() * ERROR_VARIANCE / 3));
        }

        /** The bound in a slot from the standard deviation in a coefficient. */
        double bound(double coefficientStdDev, double scale) {
            return DEVIATIONS * coefficientStdDev * Math.sqrt(n() / 2) / scale;
        }
    }

    private Bench bench(CkksParameters parameters) {
        return benches.computeIfAbsent(parameters, Bench::new);
    }

    private static void assertClose(double[] actual, double[] expected, double bound) {
        assertThat(actual.length).isGreaterThanOrEqualTo(expected.length);
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
        }
        assertThat(worst).as("largest error of a slot, seed %d", SEED).isLessThan(bound);
    }

    private static double[] each(int n, java.util.function.IntToDoubleFunction value) {
        double[] out = new double[n];
        Arrays.setAll(out, value);
        return out;
    }

    @ParameterizedTest
    @MethodSource("rings")
    void encrypt_publicOrSymmetric_opensWithTheStatedError(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        for (int level = b.top; level >= 0; level--) {
            Plaintext plaintext = b.engine.encode(x, SCALE, level);
            assertThat(plaintext.level()).isEqualTo(level);
            assertThat(plaintext.scale()).isEqualTo(SCALE);
            Ciphertext open = b.engine.encrypt(plaintext, b.open);
            assertThat(open.size()).isEqualTo(2);
            assertThat(open.level()).isEqualTo(level);
            assertThat(open.scale()).isEqualTo(SCALE);
            assertThat(open.keyId()).isEqualTo(b.secret.id());
            // The dropped prime must be well above the noise for the rounding alone to stay.
            assertClose(b.decrypt(open), x, b.bound(b.publicKey() + 1, SCALE));
            assertClose(b.decrypt(b.engine.encryptSymmetric(plaintext, b.secret)), x, b.bound(b.symmetric(), SCALE));
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void encrypt_samePlaintextTwice_givesTwoCiphertexts(CkksParameters parameters) {
        Bench b = bench(parameters);
        Plaintext plaintext = b.engine.encode(b.values(), SCALE, b.top);
        for (int i = 0; i < 2; i++) {
            assertThat(b.engine.encrypt(plaintext, b.open).part(i).limb(0))
                    .isNotEqualTo(b.engine.encrypt(plaintext, b.open).part(i).limb(0));
            assertThat(b.engine.encryptSymmetric(plaintext, b.secret).part(i).limb(0))
                    .isNotEqualTo(b.engine
                            .encryptSymmetric(plaintext, b.secret)
                            .part(i)
                            .limb(0));
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void encode_complexShortScalarAndCoefficients_open(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        double[] y = b.values();
        double bound = b.bound(b.symmetric(), SCALE);
        Decryption complex = b.engine.decrypt(
                b.engine.encryptSymmetric(b.engine.encodeComplex(x, y, SCALE, b.top), b.secret), b.secret);
        assertClose(complex.insecureRawValues(), x, bound);
        assertClose(complex.insecureRawImaginaryValues(), y, bound);

        double[] few = {1.5, -2, 0.25};
        assertClose(b.decrypt(b.encrypt(few)), Arrays.copyOf(few, b.slots), bound);
        assertClose(b.decrypt(b.encrypt(new double[0])), new double[b.slots], bound);

        for (double value : new double[] {0.75, -Math.PI, 0, 1e-3}) {
            Plaintext scalar = b.engine.encodeScalar(value, SCALE, b.top);
            assertClose(b.decrypt(b.engine.encryptSymmetric(scalar, b.secret)), each(b.slots, i -> value), bound);
        }

        double[] coefficients = b.random.doubles(2L * b.slots, -1, 1).toArray();
        Plaintext encoded = b.engine.encodeCoefficients(coefficients, SCALE, b.top);
        Decryption opened = b.engine.decryptCoefficients(b.engine.encryptSymmetric(encoded, b.secret), b.secret);
        assertThat(opened.slots()).isEqualTo(2 * b.slots);
        // No transform: the coefficients' own error.
        assertClose(opened.insecureRawValues(), coefficients, DEVIATIONS * b.symmetric() / SCALE);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void decode_whatWasEncoded_isWithinTheRounding(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        double[] y = b.values();
        // Each coefficient is rounded by at most 1/2, and a slot is a sum of N of them.
        double bound = b.slots / SCALE;
        for (int level = 0; level <= b.top; level++) {
            Decryption slots = b.engine.decode(b.engine.encodeComplex(x, y, SCALE, level));
            assertClose(slots.insecureRawValues(), x, bound);
            assertClose(slots.insecureRawImaginaryValues(), y, bound);
        }
        double[] coefficients = b.random.doubles(2L * b.slots, -1, 1).toArray();
        assertClose(
                b.engine
                        .decodeCoefficients(b.engine.encodeCoefficients(coefficients, SCALE, b.top))
                        .insecureRawValues(),
                coefficients,
                1 / SCALE);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void encode_largeValues_openToFullPrecision(CkksParameters parameters) {
        Bench b = bench(parameters);
        // Coefficients far above 2^64: the values times 2^40 times 2^40.
        double[] x = each(b.slots, i -> Math.scalb(b.random.nextDouble() - 0.5, 41));
        Ciphertext a = b.engine.encryptSymmetric(b.engine.encode(x, SCALE * SCALE, b.top), b.secret);
        double precision = Math.scalb(1.0, 41 - 52 + 8);
        assertClose(b.decrypt(a), x, precision);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void addSubtractNegate_ciphertextsAndPlaintexts_areThoseOfSlots(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        double[] y = b.values();
        Ciphertext cx = b.encrypt(x);
        Ciphertext cy = b.encrypt(y);
        Plaintext py = b.engine.encode(y, SCALE, b.top);
        double[] sum = each(b.slots, i -> x[i] + y[i]);
        double[] difference = each(b.slots, i -> x[i] - y[i]);
        double bound = b.bound(Math.sqrt(2) * b.symmetric(), SCALE);
        assertClose(b.decrypt(b.engine.add(cx, cy)), sum, bound);
        assertClose(b.decrypt(b.engine.add(cx, py)), sum, bound);
        assertClose(b.decrypt(b.engine.subtract(cx, cy)), difference, bound);
        assertClose(b.decrypt(b.engine.subtract(cx, py)), difference, bound);
        assertClose(b.decrypt(b.engine.negate(cx)), each(b.slots, i -> -x[i]), bound);
        assertThat(b.engine.add(cx, cy).scale()).isEqualTo(SCALE);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void add_threePolynomialsAndTwo_takesBothOrders(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        double[] y = b.values();
        Ciphertext three = b.engine.multiply(b.encrypt(x), b.encrypt(y));
        Ciphertext two = b.engine.encryptSymmetric(b.engine.encode(x, SCALE * SCALE, b.top), b.secret);
        double bound = b.bound(2 * b.symmetric(), SCALE) * 2;
        assertThat(three.size()).isEqualTo(3);
        assertThat(three.scale()).isEqualTo(SCALE * SCALE);
        assertClose(b.decrypt(b.engine.add(three, two)), each(b.slots, i -> x[i] * y[i] + x[i]), bound);
        assertClose(b.decrypt(b.engine.add(two, three)), each(b.slots, i -> x[i] * y[i] + x[i]), bound);
        assertClose(b.decrypt(b.engine.subtract(three, two)), each(b.slots, i -> x[i] * y[i] - x[i]), bound);
        assertClose(b.decrypt(b.engine.subtract(two, three)), each(b.slots, i -> x[i] - x[i] * y[i]), bound);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void multiply_relinearizedAndRescaled_isTheProductOfSlots(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        double[] y = b.values();
        double[] product = each(b.slots, i -> x[i] * y[i]);
        Ciphertext cx = b.encrypt(x);
        Ciphertext cy = b.encrypt(y);
        double inputs = b.bound(2 * b.symmetric(), SCALE);

        Ciphertext three = b.engine.multiply(cx, cy);
        assertClose(b.decrypt(three), product, inputs);
        Ciphertext two = b.engine.relinearize(three, b.relinearization);
        assertThat(two.size()).isEqualTo(2);
        double switched = inputs + b.bound(b.switching(b.top), SCALE * SCALE);
        assertClose(b.decrypt(two), product, switched);

        Ciphertext down = b.engine.rescale(two);
        assertThat(down.level()).isEqualTo(b.top - 1);
        double last = parameters.context().basis(b.top).modulus(b.top).value();
        assertThat(down.scale()).isEqualTo(SCALE * SCALE / last);
        double rescaled = switched + b.bound(b.rounding(), down.scale());
        assertClose(b.decrypt(down), product, rescaled);

        // One more: depth two, and at a lower level.
        Ciphertext square = b.engine.rescale(b.engine.relinearize(b.engine.multiply(down, down), b.relinearization));
        assertThat(square.level()).isEqualTo(b.top - 2);
        assertClose(
                b.decrypt(square),
                each(b.slots, i -> product[i] * product[i]),
                2 * rescaled
                        + b.bound(b.switching(b.top - 1), down.scale() * down.scale())
                        + b.bound(b.rounding(), square.scale()));
    }

    @ParameterizedTest
    @MethodSource("rings")
    void multiply_plaintext_isTheProductOfSlots(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        double[] y = b.values();
        Ciphertext cx = b.encrypt(x);
        double bound = b.bound(2 * b.symmetric(), SCALE);
        assertClose(
                b.decrypt(b.engine.multiply(cx, b.engine.encode(y, SCALE, b.top))),
                each(b.slots, i -> x[i] * y[i]),
                bound);
        Ciphertext scaled = b.engine.multiply(cx, b.engine.encodeScalar(-2.5, SCALE, b.top));
        assertThat(scaled.size()).isEqualTo(2);
        assertThat(scaled.scale()).isEqualTo(SCALE * SCALE);
        assertClose(b.decrypt(scaled), each(b.slots, i -> -2.5 * x[i]), 2.5 * bound);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void square_anySize_isTheProductWithItself(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        Ciphertext cx = b.engine.encryptSymmetric(b.engine.encode(x, Math.scalb(1.0, 30), b.top), b.secret);
        Ciphertext square = b.engine.square(cx);
        double bound = b.bound(2 * b.symmetric(), Math.scalb(1.0, 30));
        assertThat(square.size()).isEqualTo(3);
        assertClose(b.decrypt(square), each(b.slots, i -> x[i] * x[i]), bound);
        Ciphertext fourth = b.engine.square(square);
        assertThat(fourth.size()).isEqualTo(5);
        assertClose(b.decrypt(fourth), each(b.slots, i -> x[i] * x[i] * x[i] * x[i]), 2 * bound);
        assertClose(b.decrypt(b.engine.multiply(square, cx)), each(b.slots, i -> x[i] * x[i] * x[i]), 2 * bound);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void modSwitchTo_lowerLevel_keepsValuesAndScale(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        Ciphertext cx = b.encrypt(x);
        for (int level = b.top; level >= 0; level--) {
            Ciphertext down = b.engine.modSwitchTo(cx, level);
            assertThat(down.level()).isEqualTo(level);
            assertThat(down.scale()).isEqualTo(SCALE);
            assertClose(b.decrypt(down), x, b.bound(b.symmetric(), SCALE));
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void rotate_anySteps_movesSlotsToTheLeft(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        Ciphertext cx = b.encrypt(x);
        int half = b.slots / 2;
        for (int steps : new int[] {0, 1, -1, 4, half, -half, 3, -5, half - 1, b.slots - 1, 1 - b.slots}) {
            // Up to log2(slots)/2 + 1 switches where there is no key for the steps themselves.
            double bound = b.bound(
                    Math.hypot(b.symmetric(), b.switching(b.top) * Math.sqrt(Math.log(b.slots) / Math.log(4) + 1)),
                    SCALE);
            assertClose(
                    b.decrypt(b.engine.rotate(cx, steps, b.galois)),
                    each(b.slots, i -> x[Math.floorMod(i + steps, b.slots)]),
                    bound);
        }
        for (int level = 0; level < b.top; level++) {
            Ciphertext low = b.engine.rotate(b.engine.modSwitchTo(cx, level), 2, b.galois);
            assertThat(low.level()).isEqualTo(level);
            assertClose(
                    b.decrypt(low),
                    each(b.slots, i -> x[Math.floorMod(i + 2, b.slots)]),
                    b.bound(Math.hypot(b.symmetric(), b.switching(level)), SCALE));
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void conjugate_complexSlots_negatesTheImaginaryParts(CkksParameters parameters) {
        Bench b = bench(parameters);
        double[] x = b.values();
        double[] y = b.values();
        Ciphertext c = b.engine.encryptSymmetric(b.engine.encodeComplex(x, y, SCALE, b.top), b.secret);
        double bound = b.bound(Math.hypot(b.symmetric(), b.switching(b.top)), SCALE);
        Decryption conjugated = b.engine.decrypt(b.engine.conjugate(c, b.galois), b.secret);
        assertClose(conjugated.insecureRawValues(), x, bound);
        assertClose(conjugated.insecureRawImaginaryValues(), each(b.slots, i -> -y[i]), bound);
        Decryption rotated = b.engine.decrypt(b.engine.rotate(c, 1, b.galois), b.secret);
        assertClose(rotated.insecureRawImaginaryValues(), each(b.slots, i -> y[(i + 1) % b.slots]), bound);
    }

    private Bench small() {
        return bench(rings().findFirst().orElseThrow());
    }

    @Test
    void operands_ofTwoKeys_areRefused() {
        Bench b = small();
        KeyGenerator generator = KeyGenerator.of(b.parameters.context(), SeededRandom.of(SEED + 1));
        SecretKey other = generator.secretKey();
        Ciphertext mine = b.encrypt(b.values());
        Ciphertext theirs = b.engine.encryptSymmetric(b.engine.encode(b.values(), SCALE, b.top), other);
        Ciphertext product = b.engine.multiply(mine, mine);
        RelinearizationKey relinearization = generator.relinearizationKey(other);
        GaloisKeys galois = generator.rotationKeys(other, 1);
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable mixed :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        () -> b.engine.add(mine, theirs),
                        () -> b.engine.subtract(mine, theirs),
                        () -> b.engine.multiply(mine, theirs),
                        () -> b.engine.relinearize(product, relinearization),
                        () -> b.engine.rotate(mine, 1, galois),
                        () -> b.engine.decrypt(mine, other))) {
            assertThatThrownBy(mixed)
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining(b.secret.id().value())
                    .hasMessageContaining(other.id().value());
        }
    }

    @Test
    void operands_ofTwoLevelsOrScales_areRefused() {
        Bench b = small();
        double[] x = b.values();
        Ciphertext high = b.encrypt(x);
        Ciphertext low = b.engine.modSwitchTo(high, 1);
        assertThatThrownBy(() -> b.engine.add(high, low))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("levels 2 and 1");
        assertThatThrownBy(() -> b.engine.multiply(low, high))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("levels 1 and 2");
        assertThatThrownBy(() -> b.engine.multiply(high, b.engine.encode(x, SCALE, 0)))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("levels 2 and 0");
        assertThatThrownBy(() -> b.engine.add(high, b.engine.encode(x, 2 * SCALE, b.top)))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("scales 2^40 and 2^41");
        assertThatThrownBy(() -> b.engine.subtract(high, b.engine.encode(x, SCALE * 1.00001, b.top)))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("scales");
        // Less than one part in 2^20 is the drift of rescaling, not another scale.
        assertThat(b.engine
                        .add(high, b.engine.encode(x, SCALE * 1.0000001, b.top))
                        .scale())
                .isEqualTo(SCALE);
    }

    @Test
    void operands_ofAnotherRing_areRefused() {
        Bench b = small();
        CkksParameters parameters = InsecureParameters.forTesting(b.parameters.ringDegree(), 60, 40, 40, 40, 60);
        Bench other = new Bench(parameters);
        Ciphertext mine = b.encrypt(b.values());
        Ciphertext theirs = other.encrypt(b.values());
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable mixed :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        () -> b.engine.add(mine, theirs),
                        () -> b.engine.encrypt(other.engine.encode(b.values(), SCALE, 2), b.open),
                        () -> b.engine.encrypt(b.engine.encode(b.values(), SCALE, 2), other.open),
                        () -> b.engine.decrypt(theirs, b.secret),
                        () -> b.engine.decrypt(mine, other.secret))) {
            assertThatThrownBy(mixed)
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("given to an engine of " + b.parameters);
        }
    }

    @Test
    void scale_beyondTheModulus_isRefused() {
        Bench b = small();
        double[] x = b.values();
        Ciphertext low = b.engine.modSwitchTo(b.encrypt(x), 0);
        assertThatThrownBy(() -> b.engine.multiply(low, low))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("scale 2^80 is not below the 60-bit modulus of level 0");
        assertThatThrownBy(() -> b.engine.square(low))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("scale 2^80");
        Ciphertext large = b.engine.multiply(b.encrypt(x), b.encrypt(x));
        assertThatThrownBy(() -> b.engine.modSwitchTo(large, 0))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("scale 2^80");
        assertThatThrownBy(() -> b.engine.encode(x, Math.scalb(1.0, 60), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scale 2^60 is not below the 60-bit modulus of level 0");
    }

    @Test
    void encode_whatDoesNotFit_isRefused() {
        Bench b = small();
        assertThatThrownBy(() -> b.engine.encode(new double[] {Math.scalb(1.0, 40)}, SCALE, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not fit the 60-bit modulus of level 0");
        assertThatThrownBy(() -> b.engine.encodeScalar(Math.scalb(1.0, 40), SCALE, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not fit the 60-bit modulus");
        assertThatThrownBy(() -> b.engine.encodeCoefficients(new double[] {1, -Math.scalb(1.0, 20)}, SCALE, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not fit the 60-bit modulus");
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> b.engine.encode(new double[] {0, value}, SCALE, b.top))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("value 1 is infinite or not a number");
        }
        assertThatThrownBy(() -> b.engine.encode(new double[b.slots + 1], SCALE, b.top))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining((b.slots + 1) + " values given for " + b.slots + " slots");
        assertThatThrownBy(() -> b.engine.encodeComplex(new double[2], new double[3], SCALE, b.top))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 real parts and 3 imaginary parts");
        assertThatThrownBy(() -> b.engine.encode(new double[1], SCALE, b.top + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("level 3 is not in [0, 2]");
        assertThatThrownBy(() -> b.engine.encode(new double[1], 0, b.top))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scale 0.0 is not a positive number");
    }

    @Test
    void results_thatEveryoneCouldRead_areRefused() {
        Bench b = small();
        Ciphertext a = b.encrypt(b.values());
        assertThatThrownBy(() -> b.engine.subtract(a, a))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("transparent");
        assertThatThrownBy(() -> b.engine.add(a, b.engine.negate(a)))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("transparent");
        assertThatThrownBy(() -> b.engine.multiply(a, b.engine.encodeScalar(0, SCALE, b.top)))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("zero plaintext");
    }

    @Test
    void levelsKeysAndSizes_exhaustedMissingOrWrong_areRefused() {
        Bench b = small();
        Ciphertext a = b.encrypt(b.values());
        Ciphertext low = b.engine.modSwitchTo(a, 0);
        assertThatThrownBy(() -> b.engine.rescale(low))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("level 0");
        assertThatThrownBy(() -> b.engine.modSwitchTo(low, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("level 1 is not in [0, 0]");
        KeyGenerator generator = KeyGenerator.of(b.parameters.context(), SeededRandom.of(SEED));
        GaloisKeys few = generator.rotationKeys(b.secret, 1, 4);
        assertThatThrownBy(() -> b.engine.rotate(a, 6, few))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("no key for a rotation by 6")
                .hasMessageContaining("[-2, 8]");
        assertThatThrownBy(() -> b.engine.conjugate(a, few))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("no key for the conjugation");
        assertThatThrownBy(() -> b.engine.rotate(a, b.slots, b.galois))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rotation by " + b.slots);
        Ciphertext three = b.engine.multiply(a, a);
        assertThatThrownBy(() -> b.engine.rotate(three, 1, b.galois))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("3 polynomials cannot be rotated");
        Ciphertext small = b.engine.encryptSymmetric(b.engine.encode(b.values(), 1024, b.top), b.secret);
        Ciphertext four = b.engine.multiply(b.engine.multiply(small, small), small);
        assertThatThrownBy(() -> b.engine.relinearize(four, b.relinearization))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("4 polynomials cannot be relinearized");
        Ciphertext nine = b.engine.square(b.engine.square(b.engine.square(small)));
        assertThat(nine.size()).isEqualTo(9);
        assertThatThrownBy(() -> b.engine.multiply(nine, nine))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("more than 16");
    }

    @Test
    void relinearize_twoPolynomials_isItself() {
        Bench b = small();
        Ciphertext a = b.encrypt(b.values());
        assertThat(b.engine.relinearize(a, b.relinearization).parts()).isEqualTo(a.parts());
    }

    @Test
    void operations_fromManyThreads_giveTheSame() {
        Bench b = small();
        double[] x = b.values();
        Ciphertext a = b.encrypt(x);
        double bound = b.bound(2 * b.symmetric(), SCALE)
                + b.bound(b.switching(b.top), SCALE * SCALE)
                + b.bound(b.rounding() + b.switching(b.top - 1), SCALE / 2);
        List<double[]> results = new ArrayList<>(java.util.stream.IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> b.decrypt(b.engine.rotate(
                        b.engine.rescale(b.engine.relinearize(b.engine.square(a), b.relinearization)), 1, b.galois)))
                .toList());
        for (double[] result : results) {
            assertThat(result).isEqualTo(results.get(0));
        }
        assertClose(results.get(0), each(b.slots, i -> x[(i + 1) % b.slots] * x[(i + 1) % b.slots]), bound);
    }
}
