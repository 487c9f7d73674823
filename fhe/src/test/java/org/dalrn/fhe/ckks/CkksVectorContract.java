package org.dalrn.fhe.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link CkksVector} promises, on any engine, each operation against the same in plain double arithmetic. A subclass brings keys of
 * a ring with 32 slots, so that sizes at the borders of ciphertexts (31, 32, 33, 103 = 3 slots + 7) are cheap.
 */
abstract class CkksVectorContract {
    static final int SLOTS = 32;
    private static final long SEED = 20261123;

    /** Keys of one secret key. */
    record Keys(
            CkksEngine engine,
            SecretKey secret,
            PublicKey open,
            RelinearizationKey relinearization,
            GaloisKeys rotations) {}

    /** Keys for 32 slots, six data primes of 45 bits above one of 60, and all rotations; the same for one name. */
    abstract Keys keys(String name);

    /** Rotation keys for those steps, of that secret key. */
    abstract GaloisKeys rotations(Keys keys, Collection<Integer> steps);

    /** The error allowed, relative to the largest number of the result or one, whichever is more. */
    abstract double error();

    static final double SCALE = 0x1p45;

    CkksVectors vectors() {
        return vectors(keys("a"));
    }

    static CkksVectors vectors(Keys keys) {
        return CkksVectors.builder(keys.engine)
                .scale(SCALE)
                .publicKey(keys.open)
                .relinearizationKey(keys.relinearization)
                .galoisKeys(keys.rotations)
                .build();
    }

    CkksVectors vectorsWithRotations(Collection<Integer> steps) {
        Keys keys = keys("a");
        return CkksVectors.builder(keys.engine)
                .scale(SCALE)
                .publicKey(keys.open)
                .relinearizationKey(keys.relinearization)
                .galoisKeys(rotations(keys, steps))
                .build();
    }

    /** With none of the acts that are automatic by default, but those given. */
    CkksVectors vectorsDoing(Collection<VectorAutomation> acts) {
        Keys keys = keys("a");
        return CkksVectors.builder(keys.engine)
                .scale(SCALE)
                .publicKey(keys.open)
                .relinearizationKey(keys.relinearization)
                .galoisKeys(keys.rotations)
                .automation(acts)
                .build();
    }

    static double[] numbers(int size, int stream) {
        Random random = new Random(SEED + 1000L * stream + size);
        return random.doubles(size, -1, 1).toArray();
    }

    static double[][] matrix(int rows, int columns, int stream) {
        double[] all = numbers(rows * columns, stream);
        double[][] matrix = new double[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = Arrays.copyOfRange(all, i * columns, (i + 1) * columns);
        }
        return matrix;
    }

    interface Formula {
        double of(int index);
    }

    static double[] expected(int size, Formula formula) {
        double[] values = new double[size];
        Arrays.setAll(values, formula::of);
        return values;
    }

    double[] open(CkksVector vector) {
        try (Decryption decryption = vector.decrypt(keys("a").secret)) {
            assertThat(decryption.slots()).isEqualTo(vector.size());
            return decryption.insecureRawValues();
        }
    }

    /** The numbers, and that the padding and the scale are what the vector says. */
    void assertHolds(CkksVector vector, double... want) {
        assertThat(vector.size()).isEqualTo(want.length);
        assertClose(open(vector), want);
        assertThat(vector.ciphertexts()).hasSize((want.length - 1) / SLOTS + 1);
        Ciphertext last = vector.ciphertexts().get(vector.ciphertexts().size() - 1);
        double[] slots = keys("a").engine.decrypt(last, keys("a").secret).insecureRawValues();
        int used = want.length - (vector.ciphertexts().size() - 1) * SLOTS;
        if (vector.padding() == VectorPadding.ZERO) {
            assertClose(Arrays.copyOfRange(slots, used, SLOTS), new double[SLOTS - used]);
        } else if (vector.padding() == VectorPadding.REPLICATED) {
            assertClose(slots, expected(SLOTS, i -> want[0]));
        }
        if (vector.vectors().automation().size() == 3) {
            assertThat(vector.scale() / vector.evaluator().scale(vector.level()))
                    .isCloseTo(1, within(0x1p-40));
        }
        assertThat(vector.ciphertexts()).allMatch(c -> c.level() == vector.level() && c.scale() == vector.scale());
    }

    private void assertClose(double[] got, double[] want) {
        double largest = Math.max(1, Arrays.stream(want).map(Math::abs).max().orElse(0));
        int worst = 0;
        for (int i = 0; i < want.length; i++) {
            worst = Math.abs(got[i] - want[i]) > Math.abs(got[worst] - want[worst]) ? i : worst;
        }
        if (want.length > 0) {
            assertThat(got[worst])
                    .as("number %d of %d, seed %d", worst, want.length, SEED)
                    .isCloseTo(want[worst], within(error() * largest));
        }
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Nested
    class Encrypt {
        @ParameterizedTest
        @ValueSource(ints = {1, 5, 31, 32, 33, 103})
        void encrypt_anySize_opensToTheNumbers(int size) {
            double[] a = numbers(size, 1);
            assertHolds(vectors().encrypt(a), a);
            assertHolds(vectors().encryptSymmetric(a, keys("a").secret), a);
        }

        @Test
        void encrypt_fresh_isAtTheTopWithZeroPadding() {
            CkksVector vector = vectors().encrypt(1, 2, 3);
            assertThat(vector.level()).isEqualTo(6);
            assertThat(vector.scale()).isEqualTo(SCALE);
            assertThat(vector.padding()).isEqualTo(VectorPadding.ZERO);
            assertThat(vector.keyId()).isEqualTo(keys("a").secret.id());
            assertThat(vector.toString()).contains("3 numbers", "level 6").doesNotContain("[1");
        }

        @Test
        void encrypt_nothing_isRefused() {
            assertThatThrownBy(() -> vectors().encrypt())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a vector of 0 numbers; it has at least one");
        }

        @Test
        void encrypt_withoutPublicKey_saysWhatIsMissing() {
            CkksVectors bare =
                    CkksVectors.builder(keys("a").engine).scale(SCALE).build();
            assertThatThrownBy(() -> bare.encrypt(1))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("no public key");
        }

        @Test
        void build_withoutScale_saysWhatIsMissing() {
            assertThatThrownBy(() -> CkksVectors.builder(keys("a").engine).build())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no scale")
                    .hasMessageContaining("2^40");
        }

        @Test
        void build_keysOfTwoSecrets_isRefused() {
            CkksVectors.Builder builder = CkksVectors.builder(keys("a").engine)
                    .scale(SCALE)
                    .publicKey(keys("a").open)
                    .relinearizationKey(keys("b").relinearization);
            assertThatThrownBy(builder::build)
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining(keys("a").secret.id().toString())
                    .hasMessageContaining(keys("b").secret.id().toString());
        }

        @Test
        void of_ciphertexts_isTheVectorAgain() {
            double[] a = numbers(40, 2);
            CkksVector vector = vectors().encrypt(a);
            assertHolds(vectors().of(vector.ciphertexts(), 40, VectorPadding.ZERO), a);
            assertThatThrownBy(() -> vectors().of(vector.ciphertexts(), 65, VectorPadding.ZERO))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2 ciphertexts of 32 slots for 65 numbers");
            CkksVector other = vectors(keys("b")).encrypt(a);
            assertThatThrownBy(() -> vectors().of(other.ciphertexts(), 40, VectorPadding.ZERO))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining(keys("b").secret.id().toString());
            List<Ciphertext> mixed = List.of(
                    vector.ciphertexts().get(0),
                    vector.multiply(2).ciphertexts().get(1));
            assertThatThrownBy(() -> vectors().of(mixed, 40, VectorPadding.ZERO))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("differ");
        }

        @Test
        void decrypt_anotherKey_isRefused() {
            CkksVector vector = vectors().encrypt(1);
            assertThatThrownBy(() -> vector.decrypt(keys("b").secret))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("only what one secret key opens");
        }
    }

    @Nested
    class Elementwise {
        @ParameterizedTest
        @ValueSource(ints = {1, 5, 31, 32, 33, 103})
        void sums_anySize_arePlainSums(int size) {
            double[] a = numbers(size, 1);
            double[] b = numbers(size, 2);
            CkksVector x = vectors().encrypt(a);
            CkksVector y = vectors().encrypt(b);
            assertHolds(x.negate(), expected(size, i -> -a[i]));
            assertHolds(x.add(y), expected(size, i -> a[i] + b[i]));
            assertHolds(x.subtract(y), expected(size, i -> a[i] - b[i]));
            assertHolds(x.add(b), expected(size, i -> a[i] + b[i]));
            assertHolds(x.subtract(b), expected(size, i -> a[i] - b[i]));
            assertHolds(x.subtractFrom(b), expected(size, i -> b[i] - a[i]));
            assertHolds(x.add(0.75), expected(size, i -> a[i] + 0.75));
            assertHolds(x.subtract(0.75), expected(size, i -> a[i] - 0.75));
            assertHolds(x.subtractFrom(0.75), expected(size, i -> 0.75 - a[i]));
            assertThat(x.add(y).padding()).isEqualTo(VectorPadding.ZERO);
            assertThat(x.add(0.75).padding()).isEqualTo(VectorPadding.ZERO);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 5, 31, 32, 33, 103})
        void products_anySize_arePlainProductsOneLevelDown(int size) {
            double[] a = numbers(size, 1);
            double[] b = numbers(size, 2);
            CkksVector x = vectors().encrypt(a);
            CkksVector y = vectors().encrypt(b);
            assertHolds(x.multiply(y), expected(size, i -> a[i] * b[i]));
            assertHolds(x.multiply(b), expected(size, i -> a[i] * b[i]));
            assertHolds(x.multiply(-3.5), expected(size, i -> a[i] * -3.5));
            assertHolds(x.square(), expected(size, i -> a[i] * a[i]));
            assertThat(List.of(x.multiply(y), x.multiply(b), x.multiply(-3.5), x.square()))
                    .allMatch(product ->
                            product.level() == 5 && product.ciphertexts().get(0).size() == 2);
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 32, 33, 103})
        void sizeOne_meetingAnySize_isRepeated(int size) {
            double[] b = numbers(size, 2);
            CkksVector one = vectors().encrypt(0.5);
            CkksVector y = vectors().encrypt(b);
            assertHolds(one.add(y), expected(size, i -> 0.5 + b[i]));
            assertHolds(y.add(one), expected(size, i -> 0.5 + b[i]));
            assertHolds(y.subtract(one), expected(size, i -> b[i] - 0.5));
            assertHolds(one.subtract(y), expected(size, i -> 0.5 - b[i]));
            assertHolds(one.multiply(y), expected(size, i -> 0.5 * b[i]));
            assertHolds(y.multiply(one), expected(size, i -> 0.5 * b[i]));
            assertHolds(one.add(b), expected(size, i -> 0.5 + b[i]));
            assertHolds(one.multiply(b), expected(size, i -> 0.5 * b[i]));
            assertHolds(one.subtractFrom(b), expected(size, i -> b[i] - 0.5));
        }

        @Test
        void sizes_different_areRefused() {
            CkksVector x = vectors().encrypt(1, 2, 3);
            CkksVector y = vectors().encrypt(1, 2);
            assertThatThrownBy(() -> x.add(y))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("vectors of 3 and 2 numbers; both need the same size, or one of them size 1");
            assertThatThrownBy(() -> x.multiply(new double[2]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("vectors of 3 and 2 numbers; both need the same size");
        }

        @Test
        void keys_different_areRefused() {
            CkksVector x = vectors().encrypt(1, 2);
            CkksVector y = vectors(keys("b")).encrypt(1, 2);
            assertThatThrownBy(() -> x.add(y))
                    .isInstanceOf(CkksException.class)
                    .hasMessage("vectors of the keys " + x.keyId() + " and " + y.keyId()
                            + "; only what one secret key opens can be combined");
            assertThatThrownBy(() -> x.dot(y)).isInstanceOf(CkksException.class).hasMessageContaining("only what one");
        }

        @Test
        void multiply_zeros_isAFreshEncryptionOfZeros() {
            CkksVector x = vectors().encrypt(numbers(40, 1));
            double[] sparse = new double[40];
            sparse[3] = 2;
            double[] a = numbers(40, 1);
            assertHolds(x.multiply(0), new double[40]);
            assertHolds(x.multiply(new double[40]), new double[40]);
            assertHolds(x.multiply(sparse), expected(40, i -> a[i] * sparse[i]));
        }

        @Test
        void multiply_zerosWithoutPublicKey_isRefused() {
            CkksVectors bare =
                    CkksVectors.builder(keys("a").engine).scale(SCALE).build();
            CkksVector x = bare.encryptSymmetric(new double[] {1, 2}, keys("a").secret);
            assertThatThrownBy(() -> x.multiply(0))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("no encryption any more")
                    .hasMessageContaining("public key");
        }

        @Test
        void multiply_withoutRelinearizationKey_saysWhatIsMissing() {
            CkksVectors bare = CkksVectors.builder(keys("a").engine)
                    .scale(SCALE)
                    .publicKey(keys("a").open)
                    .build();
            CkksVector x = bare.encrypt(1, 2);
            assertThatThrownBy(() -> x.multiply(x))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("needs a relinearization key");
        }
    }

    @Nested
    class Levels {
        @Test
        void operands_ofDifferentLevels_meetExactly() {
            double[] a = numbers(40, 1);
            CkksVector x = vectors().encrypt(a);
            CkksVector low = x.square().square().multiply(0.5);
            double[] fourth = expected(40, i -> 0.5 * Math.pow(a[i], 4));
            assertThat(low.level()).isEqualTo(3);
            assertHolds(low, fourth);
            assertHolds(low.add(x), expected(40, i -> fourth[i] + a[i]));
            assertHolds(x.subtract(low), expected(40, i -> a[i] - fourth[i]));
            assertHolds(x.multiply(low), expected(40, i -> a[i] * fourth[i]));
            assertThat(low.add(x).level()).isEqualTo(3);
            assertThat(x.multiply(low).level()).isEqualTo(2);
        }

        @Test
        void products_toTheLastLevel_keepTheScaleOfTheLevel() {
            double[] a = numbers(33, 1);
            double[] want = a.clone();
            CkksVector x = vectors().encrypt(a);
            CkksVector product = x;
            while (product.level() > 0) {
                product = product.multiply(x);
                for (int i = 0; i < want.length; i++) {
                    want[i] *= a[i];
                }
                assertHolds(product, want);
            }
        }

        @Test
        void multiply_atLevelZero_saysHowManyPrimesMore() {
            CkksVector x = vectors().encrypt(1, 2).modSwitchTo(0);
            assertThatThrownBy(() -> x.multiply(2))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("takes 1 level, the vector is at level 0: 1 more prime of about 45 bits");
            assertThatThrownBy(x::square).isInstanceOf(CkksException.class).hasMessageContaining("1 more prime");
            CkksVector y = vectors().encrypt(1, 2).modSwitchTo(2);
            assertThatThrownBy(() -> y.power(17))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("power 17 takes 5 levels, the vector is at level 2: 3 more primes");
            assertThatThrownBy(() -> y.polynomial(1, 0, 0, 0, 2))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("degree 4 takes 3 levels, the vector is at level 2: 1 more prime");
        }

        @Test
        void modSwitchTo_aLevel_keepsNumbersAndScale() {
            double[] a = numbers(40, 1);
            CkksVector low = vectors().encrypt(a).modSwitchTo(2);
            assertThat(low.level()).isEqualTo(2);
            assertThat(low.scale()).isEqualTo(SCALE);
            assertThat(open(low)[39]).isCloseTo(a[39], within(error()));
            assertThatThrownBy(() -> low.modSwitchTo(3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("level 3 is not in [0, 2]; levels only go down");
        }

        @Test
        void scale_farFromThePrimes_isRefusedAtTheFirstSquare() {
            CkksVectors vectors = CkksVectors.builder(keys("a").engine)
                    .scale(0x1p30)
                    .publicKey(keys("a").open)
                    .relinearizationKey(keys("a").relinearization)
                    .build();
            CkksVector x = vectors.encrypt(0.5);
            assertThat(open(x.multiply(2).multiply(3))[0]).isCloseTo(3, within(0x1p15 * error()));
            assertThatThrownBy(x::square)
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining(
                            "rescaling 2^60.0 by the prime of 45 bits at level 6 leaves a scale of 2^15.0")
                    .hasMessageContaining("take a scale near the primes");
        }

        @Test
        void scales_ofOtherMakers_meetOneLevelDown() {
            double[] a = numbers(5, 1);
            Keys keys = keys("a");
            Ciphertext foreign = keys.engine.encrypt(keys.engine.encode(a, 0x1.01p45, 4), keys.open);
            CkksVector x = vectors().of(List.of(foreign), 5, VectorPadding.ZERO);
            CkksVector y = vectors().encrypt(a).square().square();
            CkksVector sum = y.add(x);
            assertThat(sum.level()).isEqualTo(3);
            assertHolds(sum, expected(5, i -> a[i] + Math.pow(a[i], 4)));
            assertHolds(x.multiply(3), expected(5, i -> 3 * a[i]));
        }
    }

    @Nested
    class Automation {
        @Test
        void off_leavesProductsAsTheyAre() {
            double[] a = numbers(40, 1);
            CkksVector x = vectorsDoing(List.of()).encrypt(a);
            CkksVector product = x.multiply(x);
            assertThat(product.ciphertexts().get(0).size()).isEqualTo(3);
            assertThat(product.scale()).isEqualTo(SCALE * SCALE);
            assertThat(product.level()).isEqualTo(6);
            CkksVector step = product.relinearize();
            assertThat(step.ciphertexts().get(0).size()).isEqualTo(2);
            CkksVector done = step.rescale();
            assertThat(done.level()).isEqualTo(5);
            assertHolds(done, expected(40, i -> a[i] * a[i]));
            assertHolds(x.multiply(a).rescale(), expected(40, i -> a[i] * a[i]));
            assertHolds(x.multiply(2), expected(40, i -> 2 * a[i]));
            assertThatThrownBy(() -> done.add(x)).isInstanceOf(CkksException.class);
        }

        @Test
        void off_compositeOperations_sayWhatTheyNeed() {
            CkksVector x =
                    vectorsDoing(EnumSet.of(VectorAutomation.RELINEARIZE)).encrypt(1, 2);
            assertThatThrownBy(() -> x.polynomial(0, 1, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("but only [RELINEARIZE] is on");
            assertThatThrownBy(() -> vectorsDoing(List.of()).encrypt(1, 2).dot(x))
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("call relinearize()");
        }

        @Test
        void modSwitchOnly_lowersWithoutRescaling() {
            double[] a = numbers(5, 1);
            CkksVector x = vectorsDoing(EnumSet.of(VectorAutomation.MOD_SWITCH)).encrypt(a);
            CkksVector sum = x.add(x.modSwitchTo(3));
            assertThat(sum.level()).isEqualTo(3);
            assertHolds(sum, expected(5, i -> 2 * a[i]));
        }
    }

    @Nested
    class Polynomials {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 33})
        void power_k_takesTheLogarithmOfLevels(int exponent) {
            double[] a = numbers(33, 1);
            CkksVector power = vectors().encrypt(a).power(exponent);
            assertThat(6 - power.level()).isEqualTo((int) Math.ceil(Math.log(exponent) / Math.log(2)));
            assertHolds(power, expected(33, i -> Math.pow(a[i], exponent)));
        }

        @Test
        void power_zeroAndNegative_areOnesAndRefused() {
            CkksVector x = vectors().encrypt(numbers(33, 1));
            assertHolds(x.power(0), expected(33, i -> 1));
            assertThatThrownBy(() -> x.power(-1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("exponent -1 is negative");
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 21, 31, 45, 63})
        void polynomial_ofDegreeD_takesCeilLog2OfDPlusOneLevels(int degree) {
            double[] coefficients = numbers(degree + 1, degree);
            double[] a = numbers(33, 1);
            CkksVector value = vectors().encrypt(a).polynomial(coefficients);
            assertThat(6 - value.level()).isEqualTo(32 - Integer.numberOfLeadingZeros(degree));
            assertHolds(value, expected(33, i -> horner(coefficients, a[i])));
        }

        @ParameterizedTest
        @CsvSource({
            "'0 0 1', 1",
            "'3 0 0 0 1', 2",
            "'0.5 2 0 3 -1', 2",
            "'0 0 0 1', 2",
            "'0 1', 0",
            "'0.5 0.197 0 -0.004', 2",
            "'0 0 0 0 0 0 0 0 2', 4",
            "'1 0 0 0 0 0 0 0 1', 3",
            "'0 0 0 0 0 1 0 0 0 0 0 0.25', 4",
            "'2 1 0 0 0', 0",
            "'1 0 0 1e-30', 2"
        })
        void polynomial_ofZerosAndOnes_takesTheFewestLevels(String text, int levels) {
            double[] coefficients = Arrays.stream(text.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            double[] a = numbers(33, 1);
            CkksVector value = vectors().encrypt(a).polynomial(coefficients);
            assertThat(6 - value.level()).isEqualTo(levels);
            assertHolds(value, expected(33, i -> horner(coefficients, a[i])));
        }

        @Test
        void polynomial_seededSparse_isHorner() {
            for (int seed = 0; seed < 25; seed++) {
                Random random = new Random(SEED + seed);
                double[] coefficients = new double[2 + random.nextInt(40)];
                for (int i = 0; i < coefficients.length; i++) {
                    coefficients[i] = random.nextInt(3) == 0 ? random.nextGaussian() : random.nextInt(3) - 1;
                }
                double[] a = numbers(3, seed);
                CkksVector value = vectors().encrypt(a).polynomial(coefficients);
                assertThat(open(value))
                        .as("seed %d", SEED + seed)
                        .containsExactly(expected(3, i -> horner(coefficients, a[i])), within(100 * error()));
            }
        }

        @Test
        void polynomial_constantOrEmpty_isFreshOrRefused() {
            CkksVector x = vectors().encrypt(numbers(33, 1));
            assertHolds(x.polynomial(0.25), expected(33, i -> 0.25));
            assertHolds(x.polynomial(0.25, 0, 0), expected(33, i -> 0.25));
            assertThatThrownBy(x::polynomial)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 coefficients");
            assertThatThrownBy(() -> x.polynomial(1, Double.NaN))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("coefficient 1 is NaN");
        }

        @Test
        void polynomial_ofASumEverywhere_staysEverywhere() {
            CkksVector sum = vectors().encrypt(0.25, 0.5).sumReplicated();
            assertHolds(sum.polynomial(1, 2, 3), 1 + 2 * 0.75 + 3 * 0.75 * 0.75);
            assertThat(sum.polynomial(1, 2, 3).padding()).isEqualTo(VectorPadding.REPLICATED);
        }

        private double horner(double[] coefficients, double x) {
            double value = 0;
            for (int i = coefficients.length - 1; i >= 0; i--) {
                value = value * x + coefficients[i];
            }
            return value;
        }
    }

    @Nested
    class Sums {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 5, 16, 17, 31, 32, 33, 103})
        void sum_anySize_isThePlainSum(int size) {
            double[] a = numbers(size, 1);
            double total = Arrays.stream(a).sum();
            CkksVectors vectors = vectorsWithRotations(VectorSteps.sum(SLOTS, size));
            CkksVector sum = vectors.encrypt(a).sum();
            assertHolds(sum, total);
            assertThat(sum.level()).isEqualTo(6);
            CkksVector everywhere = vectors().encrypt(a).sumReplicated();
            assertHolds(everywhere, total);
            assertThat(everywhere.padding()).isEqualTo(VectorPadding.REPLICATED);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 5, 31, 32, 33, 103})
        void dot_anySize_isThePlainInnerProduct(int size) {
            double[] a = numbers(size, 1);
            double[] b = numbers(size, 2);
            CkksVectors vectors = vectorsWithRotations(VectorSteps.sum(SLOTS, size));
            CkksVector x = vectors.encrypt(a);
            assertHolds(x.dot(vectors.encrypt(b)), dot(a, b));
            assertHolds(x.dot(b), dot(a, b));
            assertHolds(x.dot(new double[size]), 0);
            assertThat(x.dot(b).level()).isEqualTo(5);
        }

        @Test
        void dot_thenMeetingAVector_isRepeated() {
            double[] a = numbers(40, 1);
            double[] b = numbers(40, 2);
            CkksVector x = vectors().encrypt(a);
            CkksVector score = x.dot(b);
            assertHolds(x.multiply(score), expected(40, i -> a[i] * dot(a, b)));
            assertHolds(score.add(0.5).replicated(), dot(a, b) + 0.5);
        }

        @Test
        void sum_ofUnknownPadding_masksFirst() {
            double[] a = numbers(5, 1);
            CkksVector vector = vectors().encrypt(a).add(vectors().encrypt(0.5));
            assertThat(vector.padding()).isEqualTo(VectorPadding.UNKNOWN);
            assertHolds(vector.sum(), Arrays.stream(a).sum() + 2.5);
            assertThat(vector.sum().level()).isEqualTo(5);
            assertHolds(
                    vector.dot(vector),
                    Arrays.stream(a).map(v -> (v + 0.5) * (v + 0.5)).sum());
            CkksVector longer = vectors().encrypt(numbers(40, 1)).add(vectors().encrypt(0.5));
            assertHolds(longer.masked(), expected(40, i -> numbers(40, 1)[i] + 0.5));
            assertHolds(longer.sum(), Arrays.stream(numbers(40, 1)).sum() + 20);
        }

        @Test
        void sum_withoutKeys_namesTheSteps() {
            CkksVectors vectors = vectorsWithRotations(List.of(1, 2));
            assertThatThrownBy(() -> vectors.encrypt(numbers(20, 1)).sum())
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining(
                            "a sum rotates by [1, 2, 4, 8, 16] slots, and the Galois keys lack [4, 8, 16]");
            CkksVectors bare = CkksVectors.builder(keys("a").engine)
                    .scale(SCALE)
                    .publicKey(keys("a").open)
                    .build();
            assertThatThrownBy(() -> bare.encrypt(1, 2).sum())
                    .isInstanceOf(CkksException.class)
                    .hasMessageContaining("the Galois keys are not there");
        }

        @Test
        void dot_ofDifferentSizes_isRefused() {
            CkksVector x = vectors().encrypt(1, 2);
            assertThatThrownBy(() -> x.dot(new double[3]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("vectors of 2 and 3 numbers");
            assertThatThrownBy(x::replicated)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("size 2 cannot be replicated");
        }
    }

    @Nested
    class Matrices {
        @ParameterizedTest
        @CsvSource({
            "1, 1", "1, 7", "1, 40", "2, 2", "3, 5", "5, 3", "8, 8", "20, 3", "3, 20", "31, 2", "32, 32", "32, 5",
            "5, 32", "33, 1", "33, 33", "40, 7", "7, 40", "103, 3", "3, 103", "70, 40", "40, 103"
        })
        void multiplyMatrix_anyShape_isThePlainProduct(int rows, int columns) {
            double[] a = numbers(rows, 1);
            double[][] m = matrix(rows, columns, 2);
            CkksVectors vectors =
                    vectorsWithRotations(VectorSteps.matrixProduct(SLOTS, rows, columns, VectorPadding.ZERO));
            CkksVector product = vectors.encrypt(a).multiplyMatrix(m);
            assertHolds(product, rowTimes(a, m));
            assertThat(product.level()).isEqualTo(5);
        }

        @Test
        void multiplyMatrix_afterAnother_needsNoMask() {
            double[] a = numbers(20, 1);
            double[][] first = matrix(20, 3, 2);
            double[][] second = matrix(3, 10, 3);
            TreeSet<Integer> steps = new TreeSet<>(VectorSteps.matrixProduct(SLOTS, 20, 3, VectorPadding.ZERO));
            steps.addAll(VectorSteps.matrixProduct(SLOTS, 3, 10, VectorPadding.UNKNOWN));
            CkksVector hidden =
                    vectorsWithRotations(steps).encrypt(a).multiplyMatrix(first).add(0.5);
            CkksVector out = hidden.square().multiplyMatrix(second);
            double[] want = rowTimes(a, first);
            assertHolds(out, rowTimes(expected(3, i -> (want[i] + 0.5) * (want[i] + 0.5)), second));
            assertThat(out.level()).isEqualTo(3);
        }

        @Test
        void multiplyMatrix_ofZeros_isZeros() {
            double[] a = numbers(5, 1);
            double[][] m = new double[5][40];
            assertHolds(vectors().encrypt(a).multiplyMatrix(m), new double[40]);
            m[2][39] = 2;
            assertHolds(vectors().encrypt(a).multiplyMatrix(m), rowTimes(a, m));
        }

        @Test
        void multiplyMatrix_byPowersOfTwoOnly_isComposed() {
            double[] a = numbers(30, 1);
            double[][] m = matrix(30, 30, 2);
            CkksVectors vectors = vectorsWithRotations(VectorSteps.powersOfTwo(SLOTS));
            assertHolds(vectors.encrypt(a).multiplyMatrix(m), rowTimes(a, m));
        }

        @Test
        void multiplyMatrix_ofAnotherShape_isRefused() {
            CkksVector x = vectors().encrypt(1, 2, 3);
            assertThatThrownBy(() -> x.multiplyMatrix(new double[2][4]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a vector of size 3 times a matrix of 2 x 4; the matrix needs 3 rows");
            assertThatThrownBy(() -> x.multiplyMatrix(new double[][] {{1}, {1, 2}, {1}}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("row 1 has 2 numbers, row 0 has 1");
        }

        private double[] rowTimes(double[] a, double[][] m) {
            return expected(
                    m[0].length,
                    j -> dot(a, Arrays.stream(m).mapToDouble(row -> row[j]).toArray()));
        }
    }

    @Nested
    class EncryptedMatrices {
        @ParameterizedTest
        @CsvSource({
            "1, 1", "3, 4", "4, 3", "5, 7", "16, 2", "16, 5", "20, 3", "32, 3", "33, 2", "70, 3", "2, 103", "1, 40"
        })
        void multiply_plainColumn_isThePlainProduct(int rows, int columns) {
            double[][] m = matrix(rows, columns, 1);
            double[] x = numbers(columns, 2);
            CkksVectors vectors = vectorsWithRotations(VectorSteps.encryptedMatrixProduct(SLOTS, rows, columns));
            CkksVectorMatrix encrypted = vectors.encryptMatrix(m);
            CkksVector product = encrypted.multiply(x);
            assertHolds(product, expected(rows, i -> dot(m[i], x)));
            assertThat(product.level()).isEqualTo(5);
            assertHolds(encrypted.multiply(new double[columns]), new double[rows]);
            assertHolds(encrypted.column(columns - 1), expected(rows, i -> m[i][columns - 1]));
            double[] opened = encrypted.decrypt(keys("a").secret).insecureRawValues();
            assertThat(opened).containsExactly(expected(rows * columns, i -> m[i % rows][i / rows]), within(error()));
        }

        @ParameterizedTest
        @CsvSource({"4, 4, 2, 2, 1", "5, 7, 3, 2, 2", "9, 9, 3, 3, 3", "6, 6, 6, 6, 1", "10, 10, 3, 3, 1"})
        void convolve_image_isThePlainConvolution(
                int height, int width, int kernelRows, int kernelColumns, int stride) {
            double[][] image = matrix(height, width, 1);
            double[][] kernel = matrix(kernelRows, kernelColumns, 2);
            int across = (width - kernelColumns) / stride + 1;
            int down = (height - kernelRows) / stride + 1;
            CkksVector result = vectors()
                    .encryptWindows(image, kernelRows, kernelColumns, stride)
                    .convolve(kernel);
            assertHolds(result, expected(down * across, w -> {
                double sum = 0;
                for (int r = 0; r < kernelRows; r++) {
                    for (int c = 0; c < kernelColumns; c++) {
                        sum += kernel[r][c] * image[w / across * stride + r][w % across * stride + c];
                    }
                }
                return sum;
            }));
        }

        @Test
        void convolve_kernelOfAnotherShape_isRefused() {
            CkksVectorMatrix windows = vectors().encryptWindows(matrix(4, 4, 1), 2, 2, 1);
            assertThatThrownBy(() -> windows.convolve(new double[3][3]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a kernel of 3 x 3 for windows of 4 numbers; encrypt the windows for this kernel");
            assertThatThrownBy(() -> vectors().encryptWindows(matrix(4, 4, 1), 5, 2, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("kernel of 5 x 2 does not fit an image of 4 x 4");
            assertThatThrownBy(() -> vectors().encryptWindows(matrix(4, 4, 1), 2, 2, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("stride 0");
        }

        @ParameterizedTest
        @CsvSource({"1, 1, 1, 2", "2, 2, 2, 2", "4, 4, 4, 4", "3, 4, 2, 4", "4, 2, 8, 4", "2, 3, 5, 4"})
        void multiply_encryptedMatrix_isThePlainProduct(int rows, int inner, int columns, int stride) {
            double[][] a = matrix(rows, inner, 1);
            double[][] b = matrix(inner, columns, 2);
            CkksVectors vectors = vectorsWithRotations(VectorSteps.matrixOfMatrices(SLOTS, stride, inner));
            CkksVectorMatrix product = vectors.encryptMatrix(a, stride).multiply(vectors.encryptMatrix(b, stride));
            assertThat(product.level()).isEqualTo(4);
            assertThat(product.rows()).isEqualTo(rows);
            assertThat(product.columns()).isEqualTo(columns);
            double[] want = expected(
                    rows * columns,
                    i -> dot(
                            a[i % rows],
                            Arrays.stream(b).mapToDouble(row -> row[i / rows]).toArray()));
            assertThat(product.decrypt(keys("a").secret).insecureRawValues())
                    .containsExactly(want, within(10 * error()));
        }

        @Test
        void multiply_encryptedMatrixOfAnotherLayout_isRefused() {
            CkksVectorMatrix a = vectors().encryptMatrix(matrix(2, 3, 1));
            CkksVectorMatrix b = vectors().encryptMatrix(matrix(3, 2, 1));
            assertThatThrownBy(() -> a.multiply(b))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("matrices of strides 2 and 4");
            assertThatThrownBy(() -> a.multiply(a))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the second needs 3 rows");
            assertThatThrownBy(() -> a.multiply(new double[2]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("it needs 3");
            assertThatThrownBy(() -> vectors().encryptMatrix(matrix(3, 2, 1), 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("stride 2 for 3 rows");
        }
    }

    @Nested
    class Concatenations {
        @ParameterizedTest
        @ValueSource(strings = {"3", "3 4", "1 1 1", "32 5", "5 32", "31 2", "16 16 16", "40 30 33", "64 64", "7 90 2"})
        void concatenate_anySizes_isOneAfterTheOther(String text) {
            int[] sizes =
                    Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
            CkksVectors vectors = vectorsWithRotations(VectorSteps.concatenation(SLOTS, sizes));
            List<double[]> parts =
                    Arrays.stream(sizes).mapToObj(n -> numbers(n, n)).toList();
            CkksVector all =
                    vectors.concatenate(parts.stream().map(vectors::encrypt).toList());
            assertHolds(all, parts.stream().flatMapToDouble(Arrays::stream).toArray());
        }

        @Test
        void concatenate_withinOneCiphertext_takesNoLevel() {
            CkksVectors vectors = vectors();
            assertThat(vectors.concatenate(List.of(vectors.encrypt(1, 2), vectors.encrypt(3)))
                            .level())
                    .isEqualTo(6);
            CkksVector dot = vectors.encrypt(1, 2).dot(new double[] {3, 4});
            assertHolds(vectors.concatenate(List.of(dot, dot.multiply(2))), 11, 22);
            assertThatThrownBy(() -> vectors.concatenate(List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 vectors to concatenate");
        }
    }

    @Test
    void vectors_sharedByThreads_giveTheSameNumbers() {
        double[] a = numbers(40, 1);
        CkksVector x = vectors().encrypt(a);
        double want = dot(a, a);
        double[] got = IntStream.range(0, 8)
                .parallel()
                .mapToDouble(i -> open(x.multiply(x).sum())[0])
                .toArray();
        assertThat(got).containsExactly(expected(8, i -> want), within(100 * error()));
    }

    /** Random expressions, evaluated encrypted and plain. */
    @Test
    void expressions_seeded_arePlainArithmetic() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(SEED + seed);
            int size = 1 + random.nextInt(80);
            double[] a = random.doubles(size, -1, 1).toArray();
            double[] b = a.clone();
            CkksVector y = vectors().encrypt(a);
            for (int step = 0; step < 6; step++) {
                double c = random.nextDouble() - 0.5;
                double[] before = b;
                double[] plain = random.doubles(size, -1, 1).toArray();
                switch (random.nextInt(8)) {
                    case 0 -> {
                        y = y.add(vectors().encrypt(a));
                        b = expected(size, i -> before[i] + a[i]);
                    }
                    case 1 -> {
                        y = vectors().encrypt(a).subtract(y);
                        b = expected(size, i -> a[i] - before[i]);
                    }
                    case 2 -> {
                        y = y.multiply(vectors().encrypt(a));
                        b = expected(size, i -> before[i] * a[i]);
                    }
                    case 3 -> {
                        y = y.multiply(plain);
                        b = expected(size, i -> before[i] * plain[i]);
                    }
                    case 4 -> {
                        y = y.multiply(c).add(c);
                        b = expected(size, i -> before[i] * c + c);
                    }
                    case 5 -> {
                        y = y.square();
                        b = expected(size, i -> before[i] * before[i]);
                    }
                    case 6 -> {
                        y = y.subtractFrom(plain);
                        b = expected(size, i -> plain[i] - before[i]);
                    }
                    default -> {
                        y = y.negate();
                        b = expected(size, i -> -before[i]);
                    }
                }
            }
            double largest = Math.max(1, Arrays.stream(b).map(Math::abs).max().orElse(0));
            assertThat(open(y)).as("seed %d", SEED + seed).containsExactly(b, within(100 * largest * error()));
        }
    }
}
