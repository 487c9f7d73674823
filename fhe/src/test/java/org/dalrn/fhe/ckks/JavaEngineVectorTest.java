package org.dalrn.fhe.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyGenerator;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.junit.jupiter.api.Test;

/** The vectors on the Java engine: at 32 slots for the whole contract, and once at a secure size. */
class JavaEngineVectorTest extends CkksVectorContract {
    private static final CkksParameters PARAMETERS =
            InsecureParameters.forTesting(2 * SLOTS, 60, 45, 45, 45, 45, 45, 45, 60);
    private static final CkksEngine ENGINE = JavaCkksEngine.of(PARAMETERS, new SecureRandom());
    private static final KeyGenerator GENERATOR = KeyGenerator.of(PARAMETERS.context(), new SecureRandom());
    private static final Map<String, Keys> KEYS = new ConcurrentHashMap<>();

    @Override
    Keys keys(String name) {
        return KEYS.computeIfAbsent(name, key -> {
            SecretKey secret = GENERATOR.secretKey();
            return new Keys(
                    ENGINE,
                    secret,
                    GENERATOR.publicKey(secret),
                    GENERATOR.relinearizationKey(secret),
                    GENERATOR.rotationKeys(secret, IntStream.range(1, SLOTS).toArray()));
        });
    }

    @Override
    GaloisKeys rotations(Keys keys, Collection<Integer> steps) {
        return GENERATOR.rotationKeys(
                keys.secret(), steps.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * At the scale 2^45 and N = 64, a fresh error has a standard deviation near 2^-43 (formula of {@link JavaCkksEngine}), those of
     * rescales and rotations are of the same size, and the operations here add up to some hundreds of them. The largest seen was
     * 2.7e-11.
     */
    @Override
    double error() {
        return 2e-10;
    }

    @Test
    void operations_at8192And60404060_areWithinAMillionth() {
        CkksParameters parameters = CkksParameters.of(8192, SecurityStandard.HES_2018_CLASSICAL, 60, 40, 40, 60);
        KeyGenerator generator = KeyGenerator.of(parameters.context(), new SecureRandom());
        try (SecretKey secret = generator.secretKey()) {
            CkksVectors vectors = CkksVectors.builder(JavaCkksEngine.of(parameters, new SecureRandom()))
                    .scale(0x1p40)
                    .publicKey(generator.publicKey(secret))
                    .relinearizationKey(generator.relinearizationKey(secret))
                    .galoisKeys(generator.rotationKeys(
                            secret,
                            VectorSteps.powersOfTwo(4096).stream()
                                    .mapToInt(Integer::intValue)
                                    .toArray()))
                    .build();
            double[] a = numbers(5000, 1);
            double[] b = numbers(5000, 2);
            CkksVector x = vectors.encrypt(a);
            CkksVector score = x.dot(vectors.encrypt(b));
            assertThat(score.decrypt(secret).insecureRawValues())
                    .containsExactly(new double[] {dot(a, b)}, within(1e-6));
            CkksVector cubic = x.polynomial(0.5, 0.197, 0, -0.004);
            assertThat(cubic.level()).isZero();
            assertThat(cubic.decrypt(secret).insecureRawValues())
                    .containsExactly(
                            expected(5000, i -> 0.5 + 0.197 * a[i] - 0.004 * a[i] * a[i] * a[i]), within(1e-6));
            double[] head = Arrays.copyOf(a, 64);
            double[][] m = matrix(64, 4, 3);
            assertThat(vectors.encrypt(head).multiplyMatrix(m).decrypt(secret).insecureRawValues())
                    .containsExactly(
                            expected(
                                    4,
                                    j -> dot(
                                            head,
                                            Arrays.stream(m)
                                                    .mapToDouble(row -> row[j])
                                                    .toArray())),
                            within(1e-6));
        }
    }
}
