package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dalrn.fhe.committee.AcceptedDealing;
import org.dalrn.fhe.committee.AcceptedSet;
import org.dalrn.fhe.committee.AgreedSet;
import org.dalrn.fhe.committee.AgreedSum;
import org.dalrn.fhe.committee.AnswerJournal;
import org.dalrn.fhe.committee.Combination;
import org.dalrn.fhe.committee.CommitteeMember;
import org.dalrn.fhe.committee.CommitteePlan;
import org.dalrn.fhe.committee.DealtShares;
import org.dalrn.fhe.committee.HpkePrivateKey;
import org.dalrn.fhe.committee.MemberOffer;
import org.dalrn.fhe.committee.PlanPolicy;
import org.dalrn.fhe.committee.RoundName;
import org.dalrn.fhe.committee.SealedAnswer;
import org.dalrn.fhe.committee.SetEndorsement;
import org.dalrn.fhe.committee.ShareCombiner;
import org.dalrn.fhe.committee.ShareDealer;
import org.dalrn.fhe.committee.SigningKey;
import org.junit.jupiter.api.Test;

/** The whole protocol, from updates to the mean: five clients, one drops out, a committee of four of which three answer. */
class SumWithCommitteeTest {
    private static final int MEMBERS = 4;
    private static final int THRESHOLD = 3;
    private static final int PARAMETERS = 20_000;

    private final SecureRandom secure = new SecureRandom();
    private final PlanPolicy policy = new PlanPolicy(key -> true, key -> true, key -> true, 2, 1);
    private final SumPlan plan =
            TestRounds.planner(SumMode.ONE_TIME_KEY).committee(MEMBERS).plan();
    private final SumRound round = TestRounds.round(plan, 77);
    private final HpkePrivateKey server = HpkePrivateKey.generate(secure);
    private final List<SigningKey> identities = new ArrayList<>();
    private final List<HpkePrivateKey> sealingKeys = new ArrayList<>();
    private final Map<Integer, SigningKey> clientKeys = new HashMap<>();
    private final CommitteePlan committee = committee();
    private final Map<Integer, DealtShares> dealt = new HashMap<>();
    private final Map<Integer, byte[]> uploads = new HashMap<>();
    private final Map<Integer, double[]> updates = new HashMap<>();

    private CommitteePlan committee() {
        CommitteePlan.Builder builder = CommitteePlan.builder()
                .round(RoundName.of(round.id()))
                .threshold(THRESHOLD)
                .leastSetSize(2)
                .vectorLength(plan.ringDegree())
                .bound(OneTimeKey.coefficientBound())
                .receiver(server.publicKey());
        for (int i = 0; i < MEMBERS; i++) {
            identities.add(SigningKey.generate(secure));
            sealingKeys.add(HpkePrivateKey.generate(secure));
            builder.member(MemberOffer.sign(
                    RoundName.of(round.id()),
                    identities.get(i),
                    sealingKeys.get(i).publicKey()));
        }
        for (int client = 1; client <= 5; client++) {
            clientKeys.put(client, SigningKey.generate(secure));
            builder.dealer(client, clientKeys.get(client).verifyingKey());
        }
        return builder.build();
    }

    private void takePart(int client) {
        takePart(client, true);
    }

    private void takePart(int client, boolean honest) {
        double[] update = new Random(client).doubles(PARAMETERS, -4, 4).toArray();
        byte[] upload;
        try (OneTimeKey key = OneTimeKey.generate(round, secure);
                OneTimeKey another = OneTimeKey.generate(round, secure);
                SumEncryptor encryptor = SumEncryptor.oneTimeKey(key, secure)) {
            upload = encryptor.encrypt(client, update, 100L * client);
            dealt.put(
                    client,
                    ShareDealer.of(committee, policy, client, clientKeys.get(client), secure)
                            .dealAndErase(
                                    (honest ? key : another).coefficients(TestRounds.ACCESS),
                                    EncryptedUpdate.parse(round, upload).digest()));
        }
        assertThat(dealt.get(client).toBytes()).hasSize((int) plan.dealtBytes(MEMBERS));
        updates.put(client, update);
        uploads.put(client, upload);
    }

    private AgreedSum agree() {
        List<AcceptedDealing> accepted =
                dealt.values().stream().map(DealtShares::accepted).toList();
        AcceptedSet set = AcceptedSet.of(committee, accepted);
        List<SetEndorsement> endorsements = new ArrayList<>();
        List<CommitteeMember> members = new ArrayList<>();
        for (int i = 0; i < THRESHOLD; i++) {
            AnswerJournal forgetful = (wanted, step) -> wanted;
            members.add(CommitteeMember.of(committee, policy, identities.get(i), sealingKeys.get(i), forgetful));
            endorsements.add(members.get(i).endorse(set));
        }
        AgreedSet agreed = AgreedSet.of(committee, set, endorsements);
        List<SealedAnswer> answers = new ArrayList<>();
        for (CommitteeMember member : members) {
            answers.add(member.answer(
                    agreed,
                    dealt.values().stream()
                            .map(shares -> shares.shareFor(member.id()))
                            .toList()));
        }
        Combination combination = ShareCombiner.of(committee, agreed, server).combine(answers);
        return combination.match(
                Combination.Opened::sum,
                few -> {
                    throw new AssertionError(few);
                },
                refused -> {
                    throw new AssertionError(refused);
                });
    }

    @Test
    void round_oneClientDropsOut_opensToTheMeanOfTheOthers() {
        for (int client : new int[] {1, 2, 4, 5}) {
            takePart(client);
        }
        CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
        uploads.values().forEach(upload -> sum.add(EncryptedUpdate.parse(round, upload)));
        AgreedSum agreed = agree();
        try (OneTimeKeySum keys = OneTimeKeySum.of(round, agreed)) {
            assertThat(keys.clients()).containsExactly(1, 2, 4, 5);
            OpenedSum opened = SumOpener.create(plan, 3).open(sum, keys);
            assertThat(opened.weightSum()).isEqualTo(1200);
            double[] mean = opened.mean();
            for (int i = 0; i < PARAMETERS; i++) {
                double expected = 0;
                for (int client : updates.keySet()) {
                    expected += updates.get(client)[i] * 100 * client / 1200;
                }
                // Four updates of half a level each, of weights 300 on average instead of 1000.
                assertThat(Math.abs(mean[i] - expected)).isLessThan(8 * plan.worstError() * 1000 / 300 + 1e-9);
            }
            assertThatThrownBy(() -> OneTimeKeySum.of(TestRounds.round(plan, 78), agreed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must have the name of the sum's");
        }
    }

    @Test
    void round_serverLeavesOutAnAcceptedUpdate_doesNotOpen() {
        for (int client = 1; client <= 3; client++) {
            takePart(client);
        }
        CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
        sum.add(EncryptedUpdate.parse(round, uploads.get(1)));
        sum.add(EncryptedUpdate.parse(round, uploads.get(2)));
        OneTimeKeySum keys = OneTimeKeySum.of(round, agree());
        assertThatThrownBy(() -> SumOpener.create(plan, 2).open(sum, keys))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sum exactly the updates of the agreed set");
    }

    @Test
    void round_updateReplacedAfterItsKeyWasDealt_isNamedAndNotOpened() {
        for (int client = 1; client <= 3; client++) {
            takePart(client);
        }
        byte[] other;
        try (OneTimeKey key = OneTimeKey.generate(round, secure);
                SumEncryptor encryptor = SumEncryptor.oneTimeKey(key, secure)) {
            other = encryptor.encrypt(2, updates.get(2), 200);
        }
        CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
        sum.add(EncryptedUpdate.parse(round, uploads.get(1)));
        sum.add(EncryptedUpdate.parse(round, other));
        sum.add(EncryptedUpdate.parse(round, uploads.get(3)));
        OneTimeKeySum keys = OneTimeKeySum.of(round, agree());
        assertThatThrownBy(() -> SumOpener.create(plan, 2).open(sum, keys))
                .isInstanceOf(SumFormatException.class)
                .hasMessageContaining("the update of client 2 in the sum has digest "
                        + EncryptedUpdate.parse(round, other).digest() + ", the committee agreed on "
                        + EncryptedUpdate.parse(round, uploads.get(2)).digest());
    }

    /** No one but the opening can notice: the digests and signatures are all right. */
    @Test
    void round_clientDealsAnotherKeyThanItsUploads_failsClosed() {
        takePart(1);
        takePart(2, false);
        takePart(3);
        CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
        uploads.values().forEach(upload -> sum.add(EncryptedUpdate.parse(round, upload)));
        OneTimeKeySum keys = OneTimeKeySum.of(round, agree());
        assertThatThrownBy(() -> SumOpener.create(plan, 2).open(sum, keys))
                .isInstanceOf(SumDecodingException.class)
                .hasMessageContaining("never retry");
    }
}
