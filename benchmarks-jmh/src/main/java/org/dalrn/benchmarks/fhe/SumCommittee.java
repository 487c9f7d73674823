package org.dalrn.benchmarks.fhe;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.fhe.aggregation.EncryptedUpdate;
import org.dalrn.fhe.aggregation.OneTimeKey;
import org.dalrn.fhe.aggregation.SumPlan;
import org.dalrn.fhe.aggregation.SumRound;
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
import org.dalrn.fhe.rlwe.SecretKeyAccess;

/** A committee of 16 of which 11 answer, its clients and the receiver of its sums, all in one place. */
final class SumCommittee {
    static final int MEMBERS = 16;
    static final int THRESHOLD = 11;

    private final SecureRandom random;
    private final PlanPolicy policy = new PlanPolicy(key -> true, key -> true, key -> true, 2, 1);
    private final HpkePrivateKey receiver;
    private final List<SigningKey> identities = new ArrayList<>();
    private final List<HpkePrivateKey> sealingKeys = new ArrayList<>();
    private final List<SigningKey> clientKeys = new ArrayList<>();
    private final CommitteePlan committee;

    SumCommittee(SumRound round, SumPlan plan, int clients, SecureRandom random) {
        this.random = random;
        receiver = HpkePrivateKey.generate(random);
        RoundName name = RoundName.of(round.id());
        CommitteePlan.Builder builder = CommitteePlan.builder()
                .round(name)
                .threshold(THRESHOLD)
                .leastSetSize(2)
                .vectorLength(plan.ringDegree())
                .bound(OneTimeKey.coefficientBound())
                .receiver(receiver.publicKey());
        for (int i = 0; i < MEMBERS; i++) {
            identities.add(SigningKey.generate(random));
            sealingKeys.add(HpkePrivateKey.generate(random));
            builder.member(
                    MemberOffer.sign(name, identities.get(i), sealingKeys.get(i).publicKey()));
        }
        for (int client = 1; client <= clients; client++) {
            clientKeys.add(SigningKey.generate(random));
            builder.dealer(client, clientKeys.get(client - 1).verifyingKey());
        }
        committee = builder.build();
    }

    DealtShares deal(int client, OneTimeKey key, EncryptedUpdate update) {
        return ShareDealer.of(committee, policy, client, clientKeys.get(client - 1), random)
                .dealAndErase(key.coefficients(SecretKeyAccess.granted()), update.digest());
    }

    AgreedSet agree(List<DealtShares> dealt) {
        List<AcceptedDealing> accepted =
                dealt.stream().map(DealtShares::accepted).toList();
        AcceptedSet set = AcceptedSet.of(committee, accepted);
        List<SetEndorsement> endorsements = new ArrayList<>();
        for (int i = 0; i < THRESHOLD; i++) {
            endorsements.add(member(i).endorse(set));
        }
        return AgreedSet.of(committee, set, endorsements);
    }

    List<SealedAnswer> answers(AgreedSet agreed, List<DealtShares> dealt) {
        List<SealedAnswer> answers = new ArrayList<>();
        for (int i = 0; i < THRESHOLD; i++) {
            CommitteeMember member = member(i);
            answers.add(member.answer(
                    agreed,
                    dealt.stream().map(shares -> shares.shareFor(member.id())).toList()));
        }
        return answers;
    }

    ShareCombiner combiner(AgreedSet agreed) {
        return ShareCombiner.of(committee, agreed, receiver);
    }

    static AgreedSum sum(Combination combination) {
        return combination.match(
                Combination.Opened::sum, few -> fail(few.toString()), refused -> fail(refused.toString()));
    }

    private static AgreedSum fail(String what) {
        throw new IllegalStateException("the committee did not open: " + what);
    }

    /** With a journal that agrees to everything: durability is not what is measured here. */
    private CommitteeMember member(int index) {
        AnswerJournal forgetful = (wanted, step) -> wanted;
        return CommitteeMember.of(committee, policy, identities.get(index), sealingKeys.get(index), forgetful);
    }
}
