package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way against {@link SumReference}, and at full size. */
class SumPipelineTest {
    private static final int HEADER = 96;

    /** Ciphertext less mask times key must be the message plus small noise; the message is packed by hand. */
    @ParameterizedTest
    @CsvSource({"16,10,14,1,5", "32,100,22,4,400", "64,1000,27,3,191", "64,3,50,5,700"})
    void encrypt_tinyRing_equalsTheDefinition(int n, int maxClients, int fieldBits, int values, int parameters) {
        SumPlan plan = TestRounds.tiny(SumMode.ONE_TIME_KEY, n, maxClients, fieldBits, values, 1000);
        SumRound round = TestRounds.round(plan, 7);
        Random random = new Random(n + values);
        float[] update = TestRounds.update(random, parameters);
        int[] secret = random.ints(n, -21, 22).toArray();
        long weight = 1L + random.nextInt(1000);
        byte[] bytes;
        try (SumEncryptor encryptor =
                SumEncryptor.oneTimeKey(OneTimeKey.insecureForTesting(round, secret), new SecureRandom())) {
            bytes = encryptor.encrypt(3, update, weight);
        }

        long[] primes = plan.basis().moduli().stream().mapToLong(m -> m.value()).toArray();
        SumReference reference = new SumReference(n, primes);
        byte[] domain = "dalrn.fhe.sum.round.v1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] seed = sha256(domain, new byte[1], plan.digest(), round.id());
        int digits = weight < plan.levels() && plan.maxWeight() < plan.levels() ? 1 : plan.weightDigits();
        long[] all = new long[digits + parameters];
        long left = weight;
        for (int i = 0; i < digits; i++, left /= plan.levels()) {
            all[i] = left % plan.levels();
        }
        for (int i = 0; i < parameters; i++) {
            all[digits + i] = SumReference.level(plan, update[i], weight);
        }

        int at = HEADER;
        int capacity = (n - 1) * values;
        for (int block = 0; block * capacity < all.length; block++) {
            long[] mine = Arrays.copyOfRange(all, block * capacity, Math.min(all.length, (block + 1) * capacity));
            int data = (mine.length + values - 1) / values;
            BigInteger[][] noisy = new BigInteger[primes.length][];
            for (int limb = 0; limb < primes.length; limb++) {
                BigInteger[] c = SumReference.unpack(bytes, at, data + 1, 49);
                at += ((data + 1) * 49 + 7) / 8;
                BigInteger[] a = reference.interpolate(reference.maskValues(seed, block, limb), limb);
                BigInteger[] product = reference.multiply(a, SumReference.of(secret), limb);
                noisy[limb] = new BigInteger[data + 1];
                for (int i = 0; i <= data; i++) {
                    assertThat(c[i]).isLessThan(BigInteger.valueOf(primes[limb]));
                    noisy[limb][i] = c[i].subtract(product[i]);
                }
            }
            for (int i = 0; i <= data; i++) {
                int index = i;
                BigInteger x = reference.compose(
                        Arrays.stream(noisy).map(limb -> limb[index]).toArray(BigInteger[]::new));
                BigInteger message = BigInteger.ZERO;
                for (int k = 0; k < values && i < data; k++) {
                    int p = k * data + i;
                    if (p < mine.length) {
                        message = message.add(BigInteger.valueOf(mine[p]).shiftLeft(fieldBits * k));
                    }
                }
                BigInteger noise =
                        x.subtract(message.shiftLeft(plan.guardBits())).mod(reference.modulus());
                if (noise.bitLength() > 40) {
                    noise = noise.subtract(reference.modulus());
                }
                assertThat(noise.abs()).isLessThanOrEqualTo(BigInteger.valueOf(21));
            }
        }
        assertThat(at).isEqualTo(bytes.length);
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            java.security.MessageDigest sha = java.security.MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                sha.update(part);
            }
            return sha.digest();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"16,10,14,1,5,1000", "32,100,22,4,400,1000", "64,1000,27,3,191,1000000000000", "64,3,50,9,1700,1"})
    void open_oneTimeKeys_givesExactSumsAndTheMeanWhoeverDropsOut(
            int n, int maxClients, int fieldBits, int values, int parameters, long maxWeight) {
        SumPlan plan = TestRounds.tiny(SumMode.ONE_TIME_KEY, n, maxClients, fieldBits, values, maxWeight);
        TestRounds.Cohort cohort = new TestRounds.Cohort(TestRounds.round(plan, 1));
        CiphertextSum sum = CiphertextSum.create(cohort.round, parameters);
        Random random = new Random(5);
        int clients = 2 + random.nextInt(Math.min(maxClients, 20) - 1);
        long[] expected = new long[parameters];
        double[] weighted = new double[parameters];
        long weights = 0;
        for (int client = 1; client <= clients; client++) {
            float[] update = TestRounds.update(random, parameters);
            long weight = 1 + (long) (random.nextDouble() * (maxWeight - 1));
            sum.add(EncryptedUpdate.parse(cohort.round, cohort.encrypt(client, update, weight)));
            weights += weight;
            for (int i = 0; i < parameters; i++) {
                expected[i] += SumReference.level(plan, update[i], weight);
                weighted[i] += weight * Math.max(-4, Math.min(4, (double) update[i]));
            }
        }
        OpenedSum opened = SumOpener.create(plan, 2).open(sum, cohort.key(sum));
        assertSame(opened.sums(), expected);
        assertThat(opened.weightSum()).isEqualTo(weights);
        assertThat(opened.clients()).isEqualTo(clients);
        double tolerance = 8 * plan.worstError() * clients * maxWeight / weights + 1e-12;
        double[] mean = opened.mean();
        for (int i = 0; i < parameters; i++) {
            assertThat(mean[i]).isCloseTo(weighted[i] / weights, org.assertj.core.data.Offset.offset(tolerance));
        }
    }

    @Test
    void open_hundredExtremeClientsOfTheRealPlan_isExactAndWithin16Bits() {
        SumPlan plan = TestRounds.planner(SumMode.ONE_TIME_KEY).committee(16).plan();
        int parameters = 20_000;
        SumEncoder encoder = SumEncoder.of(plan);
        TestRounds.Cohort cohort = new TestRounds.Cohort(TestRounds.round(plan, 2));
        CiphertextSum sum = CiphertextSum.create(cohort.round, parameters);
        Random random = new Random(3);
        long[] expected = new long[parameters];
        double[] means = new double[parameters];
        for (int client = 1; client <= 100; client++) {
            float[] update = new float[parameters];
            for (int i = 0; i < parameters; i++) {
                // A third all least, a third all largest (the most a field can hold), a third anything.
                update[i] = i % 3 == 0 ? -1e30f : i % 3 == 1 ? 1e30f : (float) (2 * random.nextGaussian());
                expected[i] += i % 3 == 0 ? 0 : i % 3 == 1 ? plan.levels() - 1 : encoder.encode(update[i], 1000);
                means[i] += Math.max(-4, Math.min(4, (double) update[i])) / 100;
            }
            sum.add(EncryptedUpdate.parse(cohort.round, cohort.encrypt(client, update, 1000)));
        }
        OpenedSum opened = SumOpener.create(plan, 2).open(sum, cohort.key(sum));
        assertSame(opened.sums(), expected);
        assertThat(opened.sum(1)).isEqualTo(100 * (plan.levels() - 1));
        assertThat(opened.weightSum()).isEqualTo(100_000);
        double[] mean = opened.mean();
        for (int i = 0; i < parameters; i++) {
            assertThat(Math.abs(mean[i] - means[i])).isLessThanOrEqualTo(8 * 0x1p-16);
        }
    }

    @ParameterizedTest
    @CsvSource({"2048", "8192", "16384"})
    void open_otherRings_isExact(int ringDegree) {
        int v = ringDegree == 2048 ? 1 : ringDegree == 8192 ? 8 : 18;
        int bits = 22 * v + 10;
        int limbs = (bits + 47) / 48;
        int[] primeBits = new int[limbs];
        for (int i = 0; i < limbs; i++) {
            primeBits[i] = bits / limbs + 1;
        }
        SumPlan plan = SumPlan.of(new SumPlan.Fields(
                SumMode.ONE_TIME_KEY,
                org.dalrn.fhe.rlwe.SecurityStandard.HES_2018_CLASSICAL,
                ringDegree,
                SumPlan.primes(ringDegree, primeBits),
                100,
                22,
                v,
                10,
                40000,
                4.0,
                1000,
                1,
                0));
        TestRounds.Cohort cohort = new TestRounds.Cohort(TestRounds.round(plan, 3));
        int parameters = ringDegree * v + 17;
        CiphertextSum sum = CiphertextSum.create(cohort.round, parameters);
        Random random = new Random(4);
        long[] expected = new long[parameters];
        SumEncoder encoder = SumEncoder.of(plan);
        for (int client = 1; client <= 3; client++) {
            float[] update = TestRounds.update(random, parameters);
            sum.add(EncryptedUpdate.parse(cohort.round, cohort.encrypt(client, update, 10L * client)));
            for (int i = 0; i < parameters; i++) {
                expected[i] += encoder.encode(update[i], 10L * client);
            }
        }
        OpenedSum opened = SumOpener.create(plan, 2).open(sum, cohort.key(sum));
        assertSame(opened.sums(), expected);
        assertThat(opened.weightSum()).isEqualTo(60);
    }

    @Test
    void open_sharedKey_isExact() {
        SecureRandom secure = new SecureRandom();
        for (SumPlan plan : List.of(
                TestRounds.tiny(SumMode.SHARED_KEY, 32, 100, 22, 4, 1000),
                TestRounds.planner(SumMode.SHARED_KEY).plan())) {
            SumRound round = TestRounds.round(plan, 4);
            int parameters = plan.ringDegree() * plan.valuesPerCoefficient() + 9;
            SecretKey key = TestRounds.secretKey(plan, secure);
            CiphertextSum sum = CiphertextSum.create(round, parameters);
            long[] expected = new long[parameters];
            Random random = new Random(6);
            try (SumEncryptor encryptor = SumEncryptor.sharedKey(round, key, TestRounds.ACCESS, secure)) {
                for (int client = 1; client <= 3; client++) {
                    float[] update = TestRounds.update(random, parameters);
                    sum.add(EncryptedUpdate.parse(round, encryptor.encrypt(client, update, client)));
                    addLevels(plan, update, client, expected);
                }
            }
            OpenedSum opened = SumOpener.create(plan, 2).open(sum, HeldKey.of(key, TestRounds.ACCESS));
            assertSame(opened.sums(), expected);
            assertThat(opened.weightSum()).isEqualTo(6);
        }
    }

    @Test
    void open_collectiveKeyHeldWhole_isExact() {
        SecureRandom secure = new SecureRandom();
        for (SumPlan plan : List.of(
                TestRounds.tiny(SumMode.COLLECTIVE_KEY, 32, 100, 22, 4, 1000),
                TestRounds.planner(SumMode.COLLECTIVE_KEY).plan())) {
            SumRound round = TestRounds.round(plan, 4);
            int parameters = plan.ringDegree() * plan.valuesPerCoefficient() + 9;
            SecretKey key = TestRounds.secretKey(plan, secure);
            PublicKey publicKey = TestRounds.publicKey(plan, key, secure);
            CiphertextSum sum = CiphertextSum.create(round, parameters);
            long[] expected = new long[parameters];
            Random random = new Random(6);
            try (SumEncryptor encryptor = SumEncryptor.collectiveKey(round, publicKey, secure)) {
                for (int client = 1; client <= 3; client++) {
                    float[] update = TestRounds.update(random, parameters);
                    sum.add(EncryptedUpdate.parse(round, encryptor.encrypt(client, update, client)));
                    addLevels(plan, update, client, expected);
                }
            }
            OpenedSum opened = SumOpener.create(plan, 2).open(sum, HeldKey.of(key, TestRounds.ACCESS));
            assertSame(opened.sums(), expected);
            assertThat(opened.weightSum()).isEqualTo(6);

            List<org.dalrn.fhe.ring.CoefficientPolynomial> products = new java.util.ArrayList<>();
            for (int block = 0; block < sum.blockCount(); block++) {
                products.add(sum.keyPart(block)
                        .toNtt()
                        .multiply(key.polynomial(TestRounds.ACCESS))
                        .toCoefficients());
            }
            OpenedSum together = SumOpener.create(plan, 2).open(sum, CollectiveOpening.of(key.id(), products));
            assertSame(together.sums(), expected);
        }
    }

    private static void addLevels(SumPlan plan, float[] update, long weight, long[] expected) {
        for (int i = 0; i < update.length; i++) {
            expected[i] += SumEncoder.of(plan).encode(update[i], weight);
        }
    }

    /** Names the first difference instead of printing both arrays. */
    private static void assertSame(long[] actual, long[] expected) {
        assertThat(Arrays.mismatch(actual, expected))
                .as("first sum that differs")
                .isEqualTo(-1);
    }
}
