package org.dalrn.fhe.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.dalrn.fhe.aggregation.CiphertextSum;
import org.dalrn.fhe.aggregation.EncryptedUpdate;
import org.dalrn.fhe.aggregation.OpenedSum;
import org.dalrn.fhe.aggregation.SumEncryptor;
import org.dalrn.fhe.aggregation.SumMode;
import org.dalrn.fhe.aggregation.SumOpener;
import org.dalrn.fhe.aggregation.SumPlan;
import org.dalrn.fhe.aggregation.SumPlanner;
import org.dalrn.fhe.aggregation.SumRound;
import org.dalrn.fhe.multiparty.Smudging.Scope;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.rlwe.RlweContext;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.junit.jupiter.api.Test;

/** Sums of encrypted updates under a key held by several parties, at the planner's own parameters; against plain means. */
class CollectiveSumTest {
    private static final int PARTIES = 4;
    private static final int THRESHOLD = 3;
    private static final int CLIENTS = 5;
    private static final int PARAMETERS = 50_000;
    /** For the largest ring that the planner may take, and two sums of at most 16 blocks. */
    private static final Smudging SMUDGING =
            new Smudging(40, Scope.EACH_COEFFICIENT, Smudging.freshNoiseStdDev(PARTIES, 16384, CLIENTS), 2, 16);

    private final SumPlan plan = SumPlanner.create()
            .mode(SumMode.COLLECTIVE_KEY)
            .security(SecurityStandard.GUIDELINES_2024_CLASSICAL)
            .maxClients(CLIENTS)
            .meanBits(16)
            .clip(1)
            .maxWeight(10)
            .parameters(PARAMETERS)
            .collectiveKey(PARTIES, SMUDGING.openingStdDev(16384, THRESHOLD, PARTIES))
            .plan();
    private final Parties parties = Parties.of(context(), PARTIES, Set.of(), 91);
    private final HoldersOfKey holders =
            HoldersOfKey.threshold(parties, THRESHOLD, ActiveSetRule.ONE_SET_PER_KEY, SMUDGING);
    private final SumRound round = SumRound.of(plan, new byte[SumRound.ID_BYTES]);

    private RlweContext context() {
        List<Modulus> primes = IntStream.range(0, plan.basis().size())
                .mapToObj(plan.basis()::modulus)
                .toList();
        return RlweContext.of(plan.ringDegree(), primes);
    }

    private CiphertextSum sum(double[] mean, int clients) {
        Random random = new Random(92);
        CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
        int weights = 0;
        for (int client = 1; client <= clients; client++) {
            float[] update = new float[PARAMETERS];
            for (int i = 0; i < PARAMETERS; i++) {
                update[i] = 2 * random.nextFloat() - 1;
                mean[i] += client * update[i];
            }
            weights += client;
            try (SumEncryptor encryptor = SumEncryptor.collectiveKey(round, parties.publicKey, parties.random)) {
                sum.add(EncryptedUpdate.parse(round, encryptor.encrypt(client, update, client)));
            }
        }
        for (int i = 0; i < PARAMETERS; i++) {
            mean[i] /= weights;
        }
        return sum;
    }

    @Test
    void open_byThreeOfFourHolders_givesTheWeightedMean() {
        double[] mean = new double[PARAMETERS];
        CiphertextSum sum = sum(mean, CLIENTS);
        List<Integer> active = List.of(1, 3, 4);
        DecryptionRequest request = DecryptionRequest.forSum(holders.group, active, sum, CLIENTS);
        // Each holder makes the request for itself and compares.
        assertThat(DecryptionRequest.parse(holders.group, request.toBytes()))
                .isEqualTo(DecryptionRequest.forSum(holders.group, active, sum, 2));
        AgreedRequest agreed = holders.agree(request);
        DecryptionCombiner combiner = DecryptionCombiner.of(request);
        List<PartialDecryption> answers = new ArrayList<>();
        active.forEach(party -> answers.addAll(holders.party(party).answer(agreed, sum)));
        answers.forEach(answer -> combiner.add(PartialDecryption.parse(request, answer.toBytes())));
        assertThat(combiner.isComplete()).isTrue();
        OpenedSum opened = SumOpener.create(plan, CLIENTS).open(sum, combiner.opening());
        assertThat(opened.weightSum()).isEqualTo(15);
        double[] actual = opened.mean();
        for (int i = 0; i < PARAMETERS; i++) {
            // 2^-16 of the clip range [-1, 1] for full weights; the weights here are 3 of 10 on average.
            assertThat(actual[i]).as("parameter %d", i).isCloseTo(mean[i], within(0x1p-15 * 10 / 3));
        }
    }

    @Test
    void endorse_ofAnotherSumOfTheRound_isRefused() {
        CiphertextSum all = sum(new double[PARAMETERS], CLIENTS);
        CiphertextSum oneLess = sum(new double[PARAMETERS], CLIENTS - 1);
        List<Integer> active = List.of(1, 2, 3);
        holders.party(1).endorse(DecryptionRequest.forSum(holders.group, active, all, 2));
        DecryptionRequest other = DecryptionRequest.forSum(holders.group, active, oneLess, 2);
        assertThatThrownBy(() -> holders.party(1).endorse(other))
                .isInstanceOf(MultipartyException.class)
                .hasMessageContaining("party 1 is committed to another sum of this round for block 0");
    }

    @Test
    void forSum_ofFewerClientsThanThisPartyOpens_isRefused() {
        CiphertextSum one = sum(new double[PARAMETERS], 1);
        assertThatThrownBy(() -> DecryptionRequest.forSum(holders.group, List.of(1, 2, 3), one, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a sum of 1 updates, where at least 2 are opened together; a sum of one is that client's update");
    }

    @Test
    void forSum_underTheKeyOfAnotherCeremony_isRefused() {
        CiphertextSum two = sum(new double[PARAMETERS], 2);
        Parties others = Parties.of(context(), PARTIES, Set.of(), 93);
        KeyGroup group = HoldersOfKey.threshold(others, THRESHOLD, ActiveSetRule.ONE_SET_PER_KEY, SMUDGING).group;
        assertThat(two.keyId()).contains(parties.publicKey.id());
        assertThatThrownBy(() -> DecryptionRequest.forSum(group, List.of(1, 2, 3), two, 2))
                .isInstanceOf(MultipartyException.class)
                .hasMessage("a sum under key " + parties.publicKey.id() + " given to the holders of key "
                        + others.publicKey.id());
    }

    @Test
    void forSum_ofAPlanThatCountsOnLessNoise_isRefused() {
        Smudging louder = new Smudging(60, Scope.EACH_COEFFICIENT, SMUDGING.ciphertextNoiseStdDev(), 2, 16);
        KeyGroup group = KeyGroup.thresholdOf(
                THRESHOLD,
                parties.ceremony,
                parties.publicKey,
                holders.group.members(),
                ActiveSetRule.ONE_SET_PER_KEY,
                louder);
        CiphertextSum two = sum(new double[PARAMETERS], 2);
        assertThatThrownBy(() -> DecryptionRequest.forSum(group, List.of(1, 2, 3), two, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("plan it with collectiveKey(4, ");
    }
}
