package org.dalrn.fhe.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyId;
import org.junit.jupiter.api.Test;

/** The vectors' own arithmetic, on an engine without noise: exact to rounding of doubles; and how much work they ask for. */
class PlainEngineVectorTest extends CkksVectorContract {
    private static final CkksParameters PARAMETERS =
            InsecureParameters.forTesting(2 * SLOTS, 60, 45, 45, 45, 45, 45, 45, 60);
    private static final PlainCkksEngine ENGINE = new PlainCkksEngine(PARAMETERS);
    private static final Map<String, Keys> KEYS = new ConcurrentHashMap<>();

    @Override
    Keys keys(String name) {
        return KEYS.computeIfAbsent(name, key -> {
            KeyId id = new KeyId(HexFormat.of().toHexDigits(key.hashCode()).repeat(4));
            return new Keys(
                    ENGINE,
                    PlainCkksEngine.secretKey(PARAMETERS, id),
                    PlainCkksEngine.publicKey(PARAMETERS, id),
                    PlainCkksEngine.relinearizationKey(PARAMETERS, id),
                    PlainCkksEngine.galoisKeys(
                            PARAMETERS, id, IntStream.range(1, SLOTS).boxed().toList()));
        });
    }

    @Override
    GaloisKeys rotations(Keys keys, Collection<Integer> steps) {
        return PlainCkksEngine.galoisKeys(PARAMETERS, keys.secret().id(), steps);
    }

    @Override
    double error() {
        return 1e-11;
    }

    @Test
    void polynomial_ofDegree15_takesEightProductsAndSevenRelinearizations() {
        double[] coefficients = numbers(16, 3);
        CkksVector x = vectors().encrypt(0.5);
        ENGINE.resetCounts();
        Objects.requireNonNull(x.polynomial(coefficients));
        assertThat(ENGINE.products.get()).isEqualTo(8);
        assertThat(ENGINE.relinearizations.get()).isEqualTo(7);
    }

    @Test
    void dot_overFourCiphertexts_relinearizesOnce() {
        CkksVector x = vectors().encrypt(numbers(103, 1));
        ENGINE.resetCounts();
        Objects.requireNonNull(x.dot(x));
        assertThat(ENGINE.products.get()).isEqualTo(4);
        assertThat(ENGINE.relinearizations.get()).isEqualTo(1);
        assertThat(ENGINE.rotations.get()).isEqualTo(5);
    }

    @Test
    void multiplyMatrix_of784To10At4096Slots_takes16ProductsAnd12Rotations() {
        CkksParameters parameters = InsecureParameters.forTesting(8192, 60, 40, 60);
        PlainCkksEngine engine = new PlainCkksEngine(parameters);
        KeyId id = new KeyId("0123456789abcdef".repeat(2));
        CkksVectors vectors = CkksVectors.builder(engine)
                .scale(0x1p40)
                .publicKey(PlainCkksEngine.publicKey(parameters, id))
                .galoisKeys(PlainCkksEngine.galoisKeys(
                        parameters, id, VectorSteps.matrixProduct(4096, 784, 10, VectorPadding.ZERO)))
                .build();
        CkksVector product = vectors.encrypt(numbers(784, 1)).multiplyMatrix(matrix(784, 10, 2));
        assertThat(product.size()).isEqualTo(10);
        assertThat(engine.plainProducts.get()).isEqualTo(16);
        assertThat(engine.rotations.get()).isLessThanOrEqualTo(14);
    }

    @Test
    void steps_ofEveryOperation_areEnoughAndNeeded() {
        assertThat(VectorSteps.powersOfTwo(4096)).containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048);
        assertThat(VectorSteps.sum(4096, 100)).containsExactly(1, 2, 4, 8, 16, 32, 64);
        assertThat(VectorSteps.sum(4096, 5000)).hasSize(12);
        assertThat(VectorSteps.concatenation(4096, 10, 20, 5)).isEqualTo(new TreeSet<>(List.of(4086, 4066)));
        assertThat(VectorSteps.encryptedMatrixProduct(4096, 100, 9)).containsExactly(128, 256, 512, 1024);
        assertThat(VectorSteps.encryptedMatrixProduct(4096, 5000, 9)).isEmpty();
    }

    /** The fifth 25-bit prime for N = 2048 is a part in 300 from 2^25: without bookkeeping, sums across levels would be off by that. */
    @Test
    void sums_acrossLevelsOfUnevenPrimes_areExact() {
        CkksParameters parameters = InsecureParameters.forTesting(2048, 40, 25, 25, 25, 25, 25, 40);
        PlainCkksEngine engine = new PlainCkksEngine(parameters);
        KeyId id = new KeyId("0123456789abcdef".repeat(2));
        CkksVectors vectors = CkksVectors.builder(engine)
                .scale(0x1p25)
                .publicKey(PlainCkksEngine.publicKey(parameters, id))
                .relinearizationKey(PlainCkksEngine.relinearizationKey(parameters, id))
                .build();
        double prime = parameters.context().basis(1).modulus(1).value();
        assertThat(Math.abs(prime / 0x1p25 - 1)).isGreaterThan(1e-3);
        double[] a = numbers(1500, 1);
        CkksVector x = vectors.encrypt(a);
        CkksVector y =
                x.square().add(x).square().subtract(x).multiply(x).multiply(a).add(x);
        double[] want = expected(a.length, i -> {
            double square = a[i] * a[i] + a[i];
            return (square * square - a[i]) * a[i] * a[i] + a[i];
        });
        double[] got = y.polynomial(0.5, 1)
                .decrypt(PlainCkksEngine.secretKey(parameters, id))
                .insecureRawValues();
        assertThat(y.level()).isEqualTo(1);
        assertThat(got).containsExactly(expected(a.length, i -> want[i] + 0.5), within(1e-12));
    }

    @Test
    void arguments_outOfRange_areRefused() {
        assertThatThrownBy(() -> VectorSteps.sum(100, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("100 slots are not a power of two from 2; take CkksParameters.slots()");
        assertThatThrownBy(() -> VectorSteps.matrixProduct(32, 0, 3, VectorPadding.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows 0 is not positive");
        assertThatThrownBy(() -> VectorSteps.encryptedMatrixProduct(32, Integer.MAX_VALUE, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("above 2^30");
        assertThatThrownBy(() -> VectorWindows.of(new double[0][], 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("image is empty; it has at least one row and one column");
        CkksVector x = vectors().encrypt(1, 2);
        assertThatThrownBy(() -> vectors().of(x.ciphertexts(), 2, VectorPadding.REPLICATED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only a vector of size 1 is REPLICATED, this has 2 numbers");
        assertThatThrownBy(() ->
                        vectors().encryptSymmetric(new double[] {1}, keys("b").secret()))
                .isInstanceOf(CkksException.class)
                .hasMessageContaining(keys("b").secret().id().toString());
        CkksParameters other = InsecureParameters.forTesting(64, 40, 40);
        CkksVectors.Builder builder = CkksVectors.builder(ENGINE)
                .scale(SCALE)
                .publicKey(PlainCkksEngine.publicKey(other, keys("a").secret().id()));
        assertThatThrownBy(builder::build)
                .isInstanceOf(CkksException.class)
                .hasMessageContaining("the public key is for");
    }
}
