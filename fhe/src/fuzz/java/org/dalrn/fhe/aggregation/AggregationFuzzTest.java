package org.dalrn.fhe.aggregation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.dalrn.fhe.AllocationBudget;
import org.dalrn.fhe.GenuineBytes;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecurityStandard;

/**
 * Plans and updates of the fuzzer's choice or genuine ones that it changes; the first byte picks. A plan is read if it writes those
 * very bytes again, an update is added as a whole or not at all, or both are refused with a {@link SumFormatException}.
 */
class AggregationFuzzTest {
    /** The transforms of the largest plan, 16 primes of a ring of degree 16384. */
    private static final long PLAN_BUDGET = 64L << 20;
    /** An update is not copied, an empty sum of a block in the ring of degree 4096 is 64 kB. */
    private static final long UPDATE_BUDGET = 4L << 20;

    private static final int PARAMETERS = 3;
    private static final SumRound[] ROUNDS = Arrays.stream(SumMode.values())
            .map(AggregationFuzzTest::round)
            .toArray(SumRound[]::new);
    private static final byte[][] UPDATES =
            Arrays.stream(ROUNDS).map(AggregationFuzzTest::update).toArray(byte[][]::new);

    private static SumRound round(SumMode mode) {
        return TestRounds.round(
                SumPlanner.create()
                        .mode(mode)
                        .security(SecurityStandard.GUIDELINES_2024_CLASSICAL)
                        .maxClients(10)
                        .meanBits(8)
                        .clip(1)
                        .maxWeight(100)
                        .parameters(PARAMETERS)
                        .plan(),
                1);
    }

    private static byte[] update(SumRound round) {
        SecureRandom random = new SecureRandom();
        if (round.plan().mode() == SumMode.ONE_TIME_KEY) {
            return new TestRounds.Cohort(round).encrypt(1, new float[PARAMETERS], 1);
        }
        SecretKey key = TestRounds.secretKey(round.plan(), random);
        try (SumEncryptor encryptor = round.plan().mode() == SumMode.SHARED_KEY
                ? SumEncryptor.sharedKey(round, key, TestRounds.ACCESS, random)
                : SumEncryptor.collectiveKey(round, TestRounds.publicKey(round.plan(), key, random), random)) {
            return encryptor.encrypt(1, new float[PARAMETERS], 1);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void parsers_ofAnyBytes_readOrRefuse(byte[] data) {
        if (data.length < 1) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        boolean change = (data[0] & 0x80) != 0;
        int mode = (data[0] & 0x7f) % ROUNDS.length;
        if ((data[0] & 0x40) != 0) {
            byte[] genuine = ROUNDS[mode].plan().toBytes();
            byte[] in = change ? GenuineBytes.changed(genuine, bytes) : bytes;
            AllocationBudget.require(PLAN_BUDGET, () -> plan(genuine, in));
        } else {
            byte[] in = change ? GenuineBytes.changed(UPDATES[mode], bytes) : bytes;
            AllocationBudget.require(UPDATE_BUDGET, () -> update(ROUNDS[mode], UPDATES[mode], in));
        }
    }

    private static void plan(byte[] genuine, byte[] bytes) {
        try {
            if (!Arrays.equals(SumPlan.parse(bytes.clone()).toBytes(), bytes)) {
                throw new AssertionError("reads a plan that it does not write");
            }
        } catch (SumFormatException refused) {
            requireReason(refused, genuine, bytes);
        }
    }

    private static void update(SumRound round, byte[] genuine, byte[] bytes) {
        CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
        try {
            EncryptedUpdate update = EncryptedUpdate.parse(round, bytes);
            byte[] header = update.header().toBytes();
            if (!Arrays.equals(header, Arrays.copyOf(bytes, header.length))) {
                throw new AssertionError("reads a header that it does not write");
            }
            sum.add(update);
            if (sum.clientCount() != 1 || !sum.clients().contains(update.clientId())) {
                throw new AssertionError("added client " + update.clientId() + " and has " + sum.clients());
            }
        } catch (SumFormatException refused) {
            requireReason(refused, genuine, bytes);
            int parts = round.plan().mode() == SumMode.ONE_TIME_KEY ? 1 : 2;
            for (int i = 0; i < parts * round.plan().limbs(); i++) {
                long[] words = sum.words(i % parts, 0, i / parts);
                if (Arrays.stream(words).anyMatch(word -> word != 0) || sum.clientCount() != 0) {
                    throw new AssertionError("refused an update and kept a part of it", refused);
                }
            }
        }
    }

    private static void requireReason(SumFormatException refused, byte[] genuine, byte[] bytes) {
        if (Arrays.equals(bytes, genuine)) {
            throw new AssertionError("refused genuine bytes", refused);
        }
        if (refused.getMessage().isBlank()) {
            throw new AssertionError("refused without a reason", refused);
        }
    }
}
