package org.dalrn.fhe.committee;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.dalrn.fhe.committee.AnswerJournal.Commitment;
import org.dalrn.fhe.committee.AnswerJournal.Step;
import org.dalrn.fhe.committee.CommitteeException.Reason;

/**
 * A committee member in one round: endorses one set, answers for one agreed set, and never for a second. Thread-safe.
 *
 * <p>The only ways to a member's shares are {@link #endorse}, which gives none away, and {@link #answer}, which takes
 * an {@link AgreedSet}; both record the set in the {@link AnswerJournal} first and refuse every other set of the round
 * from then on, after a restart too. A second answer for the same set is allowed and has the same bytes: it tells
 * nothing new, while refusing it would make a lost message lose the round.
 */
public final class CommitteeMember {
    private final CommitteePlan plan;
    private final int member;
    private final SigningKey signingKey;
    private final HpkePrivateKey sealingKey;
    private final AnswerJournal journal;

    private CommitteeMember(
            CommitteePlan plan, int member, SigningKey signingKey, HpkePrivateKey sealingKey, AnswerJournal journal) {
        this.plan = plan;
        this.member = member;
        this.signingKey = signingKey;
        this.sealingKey = sealingKey;
        this.journal = journal;
    }

    /**
     * A member that takes part in this plan.
     *
     * @param plan the plan, usually received
     * @param policy what this member demands of it
     * @param signingKey its identity; says which member of the plan it is
     * @param sealingKey the key it offered for this round; the caller destroys it after the round
     * @param journal its memory, the same in every round and after every restart
     * @return the member
     * @throws CommitteeException if the policy refuses the plan or the plan has no member with this identity
     * @throws IllegalArgumentException if the sealing key is not the one in the plan
     */
    public static CommitteeMember of(
            CommitteePlan plan,
            PlanPolicy policy,
            SigningKey signingKey,
            HpkePrivateKey sealingKey,
            AnswerJournal journal) {
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(policy, "policy").require(plan);
        Objects.requireNonNull(sealingKey, "sealingKey");
        VerifyingKey identity = signingKey.verifyingKey();
        int member = 0;
        for (int id = 1; id <= plan.members().size(); id++) {
            member = plan.member(id).identity().equals(identity) ? id : member;
        }
        if (member == 0) {
            throw new CommitteeException(
                    Reason.UNKNOWN_PARTY, "the plan has no member " + identity + "; take no part in this round");
        }
        if (!plan.member(member).sealingKey().equals(sealingKey.publicKey())) {
            throw new IllegalArgumentException(
                    "the plan has another sealing key for member " + member + "; give the key offered for this round");
        }
        return new CommitteeMember(plan, member, signingKey, sealingKey, Objects.requireNonNull(journal, "journal"));
    }

    /**
     * This member's id.
     *
     * @return 1 to m
     */
    public int id() {
        return member;
    }

    /**
     * Whether a share is this member's and opens. To be asked before a set is endorsed: once a set is agreed, a dealer
     * in it whose shares do not open costs the round. Commits to nothing; tells nothing but yes or no.
     *
     * @param share a share of this round
     * @return true if {@link #answer} will be able to use it
     */
    public boolean opens(SealedShare share) {
        Objects.requireNonNull(share, "share");
        try {
            Arrays.fill(share.open(plan, member, sealingKey), 0);
            return true;
        } catch (CommitteeException e) {
            return false;
        }
    }

    /**
     * Commits to a set and signs it.
     *
     * @param set the set proposed
     * @return the signature
     * @throws CommitteeException with reason {@link Reason#OTHER_SET} if this member is committed to another set of the
     *     round, {@link Reason#OTHER_PLAN} if the set is of another plan, {@link Reason#JOURNAL} if the commitment
     *     cannot be recorded
     */
    public SetEndorsement endorse(AcceptedSet set) {
        commit(set, Step.ENDORSED);
        return SetEndorsement.wrap(set, member, signingKey.sign(set.endorsementMessage(member)));
    }

    /**
     * Adds up the shares of an agreed set and seals the sum to the plan's receiver.
     *
     * @param agreed the set on which at least t members agreed
     * @param shares this member's shares of exactly its dealers, in any order; read once, so they may be streamed
     * @return the answer; for the same set always the same bytes
     * @throws CommitteeException with reason {@link Reason#OTHER_SET} if this member is committed to another set of the
     *     round, {@link Reason#BAD_SHARE} if a share is missing, surplus, of another dealing or does not open, {@link
     *     Reason#OTHER_PLAN} if the set or a share is of another plan, {@link Reason#JOURNAL} if the commitment cannot
     *     be recorded
     */
    public SealedAnswer answer(AgreedSet agreed, Iterable<SealedShare> shares) {
        AcceptedSet set = agreed.set();
        Objects.requireNonNull(shares, "shares");
        commit(set, Step.ENDORSED);
        int[] sum = sum(set, shares);
        commit(set, Step.ANSWERED);
        SealedAnswer answer = SealedAnswer.seal(plan, set.digest(), member, sum, sealingKey, signingKey);
        Arrays.fill(sum, 0);
        return answer;
    }

    private void commit(AcceptedSet set, Step step) {
        plan.requireSame(set.plan(), "set");
        Commitment wanted = new Commitment(plan.round(), plan.digest(), set.digest());
        Commitment inForce = journal.commit(wanted, step);
        if (!inForce.equals(wanted)) {
            throw new CommitteeException(
                    Reason.OTHER_SET,
                    "member " + member + " is committed to set " + inForce.set() + " of plan " + inForce.plan()
                            + " in round " + plan.round() + ", not to set " + set.digest()
                            + "; begin a new round with new secrets");
        }
    }

    /** The shares' sum as residues. The field has more than twice as many residues as there are dealers. */
    private int[] sum(AcceptedSet set, Iterable<SealedShare> shares) {
        Map<Integer, AcceptedDealing> missing = new HashMap<>();
        for (AcceptedDealing dealing : set.dealings()) {
            missing.put(dealing.dealer(), dealing);
        }
        long[] sums = new long[plan.vectorLength()];
        for (SealedShare share : shares) {
            AcceptedDealing wanted = missing.remove(share.dealer());
            if (!share.entry().equals(wanted)) {
                throw new CommitteeException(
                        Reason.BAD_SHARE,
                        "the share of dealer " + share.dealer() + " is given twice, or not of the dealing in the set;"
                                + " give exactly the shares of the " + set.size() + " dealers in it");
            }
            int[] residues = share.open(plan, member, sealingKey);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += residues[i];
            }
            Arrays.fill(residues, 0);
        }
        if (!missing.isEmpty()) {
            throw new CommitteeException(
                    Reason.BAD_SHARE,
                    "the shares of " + missing.size() + " of " + set.size()
                            + " dealers are missing, among them that of dealer "
                            + missing.keySet().iterator().next() + "; give all of them");
        }
        ShareField field = plan.field();
        int[] reduced = new int[sums.length];
        for (int i = 0; i < sums.length; i++) {
            reduced[i] = field.reduce(sums[i]);
        }
        Arrays.fill(sums, 0);
        return reduced;
    }

    /** Member and round. */
    @Override
    public String toString() {
        return "CommitteeMember(member " + member + ", round " + plan.round() + ")";
    }
}
