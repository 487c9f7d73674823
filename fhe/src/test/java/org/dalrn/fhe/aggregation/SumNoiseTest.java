package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.SecretKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * That the noise of sums has the variance that plans count with.
 *
 * <p>Null hypothesis: as documented. 4096 coefficients or more, so the variance of the sample is within {@code 6 sqrt(2/4096) =
 * 13 %} of the true one except with probability 2e-9; public keys are drawn once, so their own length varies by a few per cent
 * more.
 */
@Tag("statistical")
class SumNoiseTest {
    private final SecureRandom secure = new SecureRandom();

    private static double variance(List<BigInteger> noise) {
        return noise.stream()
                .mapToDouble(x -> x.doubleValue() * x.doubleValue())
                .average()
                .orElseThrow();
    }

    /** A sum of updates that are all at the lower clip bound: every value is zero, so what opens is noise and the weight. */
    private static CiphertextSum sum(SumRound round, SumEncryptor encryptor, int clients) {
        int parameters = (round.plan().ringDegree() - 1) * round.plan().valuesPerCoefficient() - 1;
        double[] update = new double[parameters];
        java.util.Arrays.fill(update, -4);
        CiphertextSum sum = CiphertextSum.create(round, parameters);
        for (int client = 1; client <= clients; client++) {
            sum.add(EncryptedUpdate.parse(round, encryptor.encrypt(client, update, 1)));
        }
        return sum;
    }

    private static List<BigInteger> noise(CiphertextSum sum, CoefficientPolynomial product) {
        SumPlan plan = sum.round().plan();
        long[][] limbs = new long[plan.limbs()][];
        for (int limb = 0; limb < limbs.length; limb++) {
            limbs[limb] = sum.residues(0, limb).toArray();
        }
        CoefficientPolynomial opened =
                CoefficientPolynomial.wrap(plan.basis(), limbs).add(product);
        BigInteger[] noisy = plan.basis().compose(residues(opened));
        List<BigInteger> noise = new ArrayList<>(List.of(noisy));
        noise.remove(0); // The weight is in the first coefficient.
        return noise;
    }

    private static long[][] residues(CoefficientPolynomial polynomial) {
        long[][] limbs = new long[polynomial.basis().size()][];
        for (int limb = 0; limb < limbs.length; limb++) {
            limbs[limb] = polynomial.limb(limb);
        }
        return limbs;
    }

    @Test
    void sum_collectiveKey_hasThePlannedVariance() {
        SumPlan plan = TestRounds.planner(SumMode.COLLECTIVE_KEY).plan();
        SumRound round = TestRounds.round(plan, 1);
        SecretKey key = TestRounds.secretKey(plan, secure);
        int clients = 3;
        CiphertextSum sum;
        try (SumEncryptor encryptor =
                SumEncryptor.collectiveKey(round, TestRounds.publicKey(plan, key, secure), secure)) {
            sum = sum(round, encryptor, clients);
        }
        NttPolynomial s = key.polynomial(TestRounds.ACCESS);
        List<BigInteger> noise = noise(sum, sum.keyPart(0).toNtt().multiply(s).toCoefficients());
        double formula = clients * 10.5 * (4.0 * plan.ringDegree() / 3 + 1);
        assertThat(variance(noise)).isBetween(0.8 * formula, 1.25 * formula);
        assertThat(noise).allMatch(x -> x.abs().longValueExact() <= plan.noiseBound(clients));
    }

    @Test
    void sum_oneTimeKeys_hasThePlannedVariance() {
        SumPlan plan = TestRounds.planner(SumMode.ONE_TIME_KEY).committee(16).plan();
        SumRound round = TestRounds.round(plan, 1);
        TestRounds.Cohort cohort = new TestRounds.Cohort(round);
        int clients = 10;
        int parameters = (plan.ringDegree() - 1) * plan.valuesPerCoefficient() - 1;
        float[] update = new float[parameters];
        java.util.Arrays.fill(update, -4);
        CiphertextSum sum = CiphertextSum.create(round, parameters);
        for (int client = 1; client <= clients; client++) {
            sum.add(EncryptedUpdate.parse(round, cohort.encrypt(client, update, 1)));
        }
        long[][] a = new long[plan.limbs()][plan.ringDegree()];
        PublicMask mask = new PublicMask(plan, round.maskSeed());
        for (int limb = 0; limb < plan.limbs(); limb++) {
            double[][] values = plan.rowNtt(limb).newValues();
            mask.fill(0, limb, values);
            for (int k = 0; k < plan.ringDegree(); k++) {
                a[limb][k] = (long) values[k % values.length][k / values.length];
            }
        }
        NttPolynomial keys =
                CoefficientPolynomial.of(plan.basis(), cohort.keySum).toNtt();
        List<BigInteger> noise = noise(
                sum, NttPolynomial.wrap(plan.basis(), a).multiply(keys).negate().toCoefficients());
        assertThat(variance(noise)).isBetween(clients * 10.5 * 0.87, clients * 10.5 * 1.13);
        assertThat(noise).allMatch(x -> x.abs().longValueExact() <= plan.noiseBound(clients));
    }

    @Test
    void generate_oneTimeKey_hasTheErrorsDistribution() {
        SumPlan plan = TestRounds.planner(SumMode.ONE_TIME_KEY).committee(16).plan();
        int[] key = OneTimeKey.generate(TestRounds.round(plan, 1), secure).coefficients(TestRounds.ACCESS);
        double squares = 0;
        for (int x : key) {
            assertThat(Math.abs(x)).isLessThanOrEqualTo(21);
            squares += (double) x * x;
        }
        assertThat(squares / key.length).isBetween(10.5 * 0.87, 10.5 * 1.13);
    }
}
