package org.dalrn.fhe.committee;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.dalrn.fhe.committee.CommitteeException.Reason;

/**
 * A set that at least t members endorsed, with the signatures that prove it: the only thing for which a member answers.
 * Immutable; an instance is verified, there is no other way to make one.
 */
public final class AgreedSet {
    private static final int ENDORSEMENT_BYTES = 1 + VerifyingKey.SIGNATURE_BYTES;

    private final AcceptedSet set;
    private final List<SetEndorsement> endorsements;

    private AgreedSet(AcceptedSet set, List<SetEndorsement> endorsements) {
        this.set = set;
        this.endorsements = List.copyOf(endorsements);
    }

    /**
     * Counts endorsements: those of members of the plan, for this set, with a valid signature, once per member. Others
     * are ignored, so a single dishonest member stops nothing.
     *
     * @param plan the round's plan
     * @param set the set
     * @param endorsements what members sent
     * @return the agreement, with the valid endorsements only
     * @throws CommitteeException if fewer than the plan's threshold are valid, or the set is of another plan
     */
    public static AgreedSet of(CommitteePlan plan, AcceptedSet set, Collection<SetEndorsement> endorsements) {
        Objects.requireNonNull(plan, "plan");
        plan.requireSame(set.plan(), "set");
        TreeMap<Integer, SetEndorsement> valid = new TreeMap<>();
        for (SetEndorsement endorsement : endorsements) {
            if (!valid.containsKey(endorsement.member()) && endorsement.isFor(plan, set)) {
                valid.put(endorsement.member(), endorsement);
            }
        }
        if (valid.size() < plan.threshold()) {
            throw new CommitteeException(
                    Reason.TOO_FEW,
                    "set " + set.digest() + " has valid endorsements of " + valid.size() + " members " + valid.keySet()
                            + ", needed are " + plan.threshold() + "; collect more of this same set");
        }
        return new AgreedSet(set, new ArrayList<>(valid.values()));
    }

    /**
     * Reads and verifies an agreement; here every endorsement must be valid.
     *
     * @param plan the plan it must belong to
     * @param bytes what {@link #toBytes} gave
     * @return the agreement
     * @throws CommitteeException if the bytes are malformed, of another plan, or an endorsement is not valid
     */
    public static AgreedSet parse(CommitteePlan plan, byte[] bytes) {
        Objects.requireNonNull(plan, "plan");
        WireReader in = new WireReader(WireKind.AGREED_SET, bytes);
        AcceptedSet set = AcceptedSet.parse(plan, in.take(in.int32()));
        int count = in.uint8();
        in.exactly((long) count * ENDORSEMENT_BYTES);
        List<SetEndorsement> endorsements = new ArrayList<>(count);
        int last = 0;
        for (int i = 0; i < count; i++) {
            int member = in.uint8();
            if (member <= last) {
                throw in.malformed("member " + member + " follows member " + last + ", ids must ascend from 1");
            }
            last = member;
            endorsements.add(SetEndorsement.wrap(set, member, in.take(VerifyingKey.SIGNATURE_BYTES)));
        }
        in.end();
        AgreedSet agreed = of(plan, set, endorsements);
        if (agreed.endorsements.size() != count) {
            throw new CommitteeException(
                    Reason.BAD_SIGNATURE,
                    (count - agreed.endorsements.size()) + " of " + count
                            + " endorsements are not valid; ask the sender again");
        }
        return agreed;
    }

    /**
     * The canonical bytes.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        WireWriter out = new WireWriter(
                WireKind.AGREED_SET, Integer.BYTES + set.sizeBytes() + 1 + endorsements.size() * ENDORSEMENT_BYTES);
        out.int32(set.sizeBytes()).put(set.toBytes()).uint8(endorsements.size());
        for (SetEndorsement endorsement : endorsements) {
            out.uint8(endorsement.member()).put(endorsement.signature());
        }
        return out.finish();
    }

    /**
     * The set.
     *
     * @return what was agreed on
     */
    public AcceptedSet set() {
        return set;
    }

    /**
     * The proof.
     *
     * @return valid endorsements of at least t members, ids ascending
     */
    public List<SetEndorsement> endorsements() {
        return endorsements;
    }

    /** Set and number of endorsements. */
    @Override
    public String toString() {
        return "AgreedSet(" + set + ", " + endorsements.size() + " endorsements)";
    }
}
