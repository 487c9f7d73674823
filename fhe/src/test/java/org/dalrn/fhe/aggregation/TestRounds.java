package org.dalrn.fhe.aggregation;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.ring.Samplers;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RlweContext;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.rlwe.SecurityStandard;

/** Plans, rounds and whole sums for the tests. */
final class TestRounds {
    static final SecretKeyAccess ACCESS = SecretKeyAccess.granted();

    private TestRounds() {}

    /** A planner for 100 clients, 16 bits of the mean, [-4, 4], weights to 1000, a million parameters. */
    static SumPlanner planner(SumMode mode) {
        return SumPlanner.create()
                .mode(mode)
                .security(SecurityStandard.GUIDELINES_2024_CLASSICAL)
                .maxClients(100)
                .meanBits(16)
                .clip(4)
                .maxWeight(1000)
                .parameters(1_000_000);
    }

    /** A plan of a tiny ring that BigInteger arithmetic can follow. */
    static SumPlan tiny(SumMode mode, int ringDegree, int maxClients, int fieldBits, int values, long maxWeight) {
        long noise = SumPlan.noiseBound(mode, ringDegree, 1, 0, maxClients);
        int guardBits = 65 - Long.numberOfLeadingZeros(noise);
        int limbs = (values * fieldBits + guardBits + 1 + 48) / 49;
        int[] bits = new int[limbs];
        java.util.Arrays.fill(bits, 49);
        List<Long> primes = new ArrayList<>();
        for (Modulus modulus : NttPrimes.create(ringDegree, bits)) {
            primes.add(modulus.value());
        }
        long levels = ((1L << fieldBits) - 1) / maxClients + 1;
        return SumPlan.insecureForTesting(new SumPlan.Fields(
                mode,
                SecurityStandard.HES_2018_CLASSICAL,
                ringDegree,
                primes,
                maxClients,
                fieldBits,
                values,
                guardBits,
                levels,
                4.0,
                maxWeight,
                1,
                0));
    }

    static SumRound round(SumPlan plan, int name) {
        byte[] id = new byte[SumRound.ID_BYTES];
        id[0] = (byte) name;
        return SumRound.of(plan, id);
    }

    static float[] update(Random random, int parameters) {
        float[] update = new float[parameters];
        for (int i = 0; i < parameters; i++) {
            update[i] = (float) (2 * random.nextGaussian());
        }
        return update;
    }

    /** A secret ternary key over the plan's primes. */
    static SecretKey secretKey(SumPlan plan, SecureRandom random) {
        int[] small = new int[plan.ringDegree()];
        Samplers.ternary(AesCtrStream.secret(random, "test"), small);
        NttPolynomial s = CoefficientPolynomial.of(plan.basis(), small).toNtt();
        return SecretKey.of(KeyId.random(random), context(plan), s, ACCESS);
    }

    private static RlweContext context(SumPlan plan) {
        return RlweContext.of(plan.ringDegree(), plan.basis().moduli());
    }

    /** {@code (-(a s + e), a)}. */
    static PublicKey publicKey(SumPlan plan, SecretKey key, SecureRandom random) {
        AesCtrStream stream = AesCtrStream.secret(random, "test");
        RnsBasis basis = plan.basis();
        NttPolynomial a = NttPolynomial.uniform(basis, stream);
        int[] error = new int[plan.ringDegree()];
        Samplers.centredBinomial(stream, error);
        NttPolynomial e = CoefficientPolynomial.of(basis, error).toNtt();
        NttPolynomial b = a.multiply(key.polynomial(ACCESS)).add(e).negate();
        return PublicKey.of(key.id(), context(plan), b, a);
    }

    /** Clients with one-time keys, their updates, the sum of their keys. */
    static final class Cohort {
        final SumRound round;
        final SecureRandom random = new SecureRandom();
        final int[] keySum;

        Cohort(SumRound round) {
            this.round = round;
            keySum = new int[round.plan().ringDegree()];
        }

        byte[] encrypt(int client, float[] update, long weight) {
            try (OneTimeKey key = OneTimeKey.generate(round, random);
                    SumEncryptor encryptor = SumEncryptor.oneTimeKey(key, random)) {
                int[] coefficients = key.coefficients(ACCESS);
                for (int i = 0; i < keySum.length; i++) {
                    keySum[i] += coefficients[i];
                }
                return encryptor.encrypt(client, update, weight);
            }
        }

        /** As if the committee had agreed on what is in the sum. */
        OneTimeKeySum key(CiphertextSum sum) {
            return OneTimeKeySum.insecureForTesting(round, sum.uploads(), keySum);
        }
    }
}
