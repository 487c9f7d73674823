package org.dalrn.fhe.committee;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** One round with all its private keys: a fixture. Keys are fresh, secrets come from a fixed seed. */
final class TestRound {
    static final SecureRandom RANDOM = new SecureRandom();
    static final PlanPolicy ACCEPT = new PlanPolicy(key -> true, key -> true, key -> true, 2, 1);

    final RoundName round;
    final List<SigningKey> identities = new ArrayList<>();
    final List<HpkePrivateKey> sealingKeys = new ArrayList<>();
    final Map<Integer, SigningKey> dealerKeys = new HashMap<>();
    final HpkePrivateKey receiver = HpkePrivateKey.generate(RANDOM);
    final CommitteePlan plan;
    private final Map<Integer, int[]> secrets = new HashMap<>();
    private final Map<Integer, DealtShares> dealt = new HashMap<>();
    private final Map<Integer, CommitteeMember> members = new HashMap<>();

    private TestRound(
            int members, int threshold, int dealers, int length, int bound, Consumer<CommitteePlan.Builder> change) {
        round = roundName(RANDOM.nextInt());
        CommitteePlan.Builder builder = CommitteePlan.builder()
                .round(round)
                .threshold(threshold)
                .leastSetSize(2)
                .vectorLength(length)
                .bound(bound)
                .receiver(receiver.publicKey());
        for (int id = 1; id <= members; id++) {
            identities.add(SigningKey.generate(RANDOM));
            sealingKeys.add(HpkePrivateKey.generate(RANDOM));
            builder.member(MemberOffer.sign(
                    round, identities.get(id - 1), sealingKeys.get(id - 1).publicKey()));
        }
        for (int dealer = 1; dealer <= dealers; dealer++) {
            dealerKeys.put(10 * dealer, SigningKey.generate(RANDOM));
            builder.dealer(10 * dealer, dealerKeys.get(10 * dealer).verifyingKey());
        }
        change.accept(builder);
        plan = builder.build();
    }

    /** Dealers have the ids 10, 20, 30 and so on. */
    static TestRound of(int members, int threshold, int dealers, int length, int bound) {
        return new TestRound(members, threshold, dealers, length, bound, builder -> {});
    }

    static TestRound of(int members, int threshold, int dealers, Consumer<CommitteePlan.Builder> change) {
        return new TestRound(members, threshold, dealers, 4, 21, change);
    }

    /** The same parties, asked to take part in another plan of the same round. */
    CommitteePlan changed(Consumer<CommitteePlan.Builder> change) {
        CommitteePlan.Builder builder = CommitteePlan.builder()
                .round(plan.round())
                .threshold(plan.threshold())
                .leastSetSize(plan.leastSetSize())
                .vectorLength(plan.vectorLength())
                .bound(plan.bound())
                .receiver(plan.receiver())
                .dealers(plan.dealers());
        plan.members().forEach(builder::member);
        change.accept(builder);
        return builder.build();
    }

    static RoundName roundName(int number) {
        byte[] bytes = new byte[RoundName.SIZE_BYTES];
        new Random(number).nextBytes(bytes);
        return RoundName.of(bytes);
    }

    static Digest digest(int number) {
        byte[] bytes = new byte[Digest.SIZE_BYTES];
        new Random(number).nextBytes(bytes);
        return Digest.of(bytes);
    }

    /** Random in the plan's range, always the same for one dealer. */
    int[] secret(int dealer) {
        return secrets.computeIfAbsent(
                        dealer,
                        id -> new Random(id)
                                .ints(plan.vectorLength(), -plan.bound(), plan.bound() + 1)
                                .toArray())
                .clone();
    }

    void secret(int dealer, int[] values) {
        secrets.put(dealer, values.clone());
    }

    ShareDealer dealer(int dealer) {
        return dealer(plan, dealer);
    }

    ShareDealer dealer(CommitteePlan ofPlan, int dealer) {
        return ShareDealer.of(ofPlan, ACCEPT, dealer, dealerKeys.get(dealer), RANDOM);
    }

    DealtShares dealt(int dealer) {
        return dealt.computeIfAbsent(dealer, id -> dealer(id).deal(secret(id), digest(id)));
    }

    /** A member with a journal in memory, one and the same for each id. */
    CommitteeMember member(int id) {
        return members.computeIfAbsent(id, key -> member(key, new MemoryAnswerJournal()));
    }

    CommitteeMember member(int id, AnswerJournal journal) {
        return member(plan, id, journal);
    }

    CommitteeMember member(CommitteePlan ofPlan, int id, AnswerJournal journal) {
        return CommitteeMember.of(ofPlan, ACCEPT, identities.get(id - 1), sealingKeys.get(id - 1), journal);
    }

    AcceptedSet set(Integer... dealers) {
        return AcceptedSet.of(
                plan, Arrays.stream(dealers).map(id -> dealt(id).accepted()).toList());
    }

    /** An agreement of fresh copies of the first t members, whose journals are thrown away. */
    AgreedSet agreed(Integer... dealers) {
        AcceptedSet set = set(dealers);
        List<SetEndorsement> endorsements = new ArrayList<>();
        for (int id = 1; id <= plan.threshold(); id++) {
            endorsements.add(member(id, new MemoryAnswerJournal()).endorse(set));
        }
        return AgreedSet.of(plan, set, endorsements);
    }

    List<SealedShare> shares(int member, Integer... dealers) {
        return Arrays.stream(dealers).map(id -> dealt(id).shareFor(member)).toList();
    }

    SealedAnswer answer(int member, AgreedSet agreed, Integer... dealers) {
        return member(member).answer(agreed, shares(member, dealers));
    }

    /** What a dishonest member can make: a well-formed, signed answer with any content. */
    SealedAnswer forged(int member, AgreedSet agreed, int[] residues) {
        return SealedAnswer.seal(
                plan, agreed.set().digest(), member, residues, sealingKeys.get(member - 1), identities.get(member - 1));
    }

    int[] sumOfSecrets(Integer... dealers) {
        int[] sum = new int[plan.vectorLength()];
        for (int dealer : dealers) {
            int[] secret = secret(dealer);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += secret[i];
            }
        }
        return sum;
    }

    Combination combine(AgreedSet agreed, List<SealedAnswer> answers) {
        return ShareCombiner.of(plan, agreed, receiver).combine(answers);
    }
}
