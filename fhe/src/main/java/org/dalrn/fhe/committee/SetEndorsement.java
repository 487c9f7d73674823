package org.dalrn.fhe.committee;

import java.util.Objects;

/**
 * One member's signature under one set of one plan: it will answer for this set and for no other of the round.
 * Immutable. Nothing follows from a single one, so it is verified only where they are counted, in {@link AgreedSet}.
 */
public final class SetEndorsement {
    private final Digest plan;
    private final Digest set;
    private final int member;
    private final byte[] signature;

    private SetEndorsement(Digest plan, Digest set, int member, byte[] signature) {
        this.plan = plan;
        this.set = set;
        this.member = member;
        this.signature = signature;
    }

    static SetEndorsement wrap(AcceptedSet set, int member, byte[] signature) {
        return new SetEndorsement(set.plan(), set.digest(), member, signature);
    }

    /**
     * Reads an endorsement; does not verify it.
     *
     * @param bytes what {@link #toBytes} gave
     * @return the endorsement
     * @throws CommitteeException if the bytes are malformed
     */
    public static SetEndorsement parse(byte[] bytes) {
        WireReader in = new WireReader(WireKind.ENDORSEMENT, bytes);
        in.exactly(2 * Digest.SIZE_BYTES + 1 + VerifyingKey.SIGNATURE_BYTES);
        return new SetEndorsement(in.digest(), in.digest(), in.uint8(), in.take(VerifyingKey.SIGNATURE_BYTES));
    }

    /**
     * The canonical bytes, 131.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        return new WireWriter(WireKind.ENDORSEMENT, 2 * Digest.SIZE_BYTES + 1 + VerifyingKey.SIGNATURE_BYTES)
                .put(plan)
                .put(set)
                .uint8(member)
                .put(signature)
                .finish();
    }

    /** Whether it is this set's and its member, one of the plan, signed it. */
    boolean isFor(CommitteePlan plan, AcceptedSet accepted) {
        Objects.requireNonNull(plan, "plan");
        return this.plan.equals(plan.digest())
                && set.equals(accepted.digest())
                && member >= 1
                && member <= plan.members().size()
                && plan.member(member).identity().verifies(accepted.endorsementMessage(member), signature);
    }

    /**
     * Who endorses.
     *
     * @return the member's id, as it says
     */
    public int member() {
        return member;
    }

    /**
     * What it endorses.
     *
     * @return the digest of the set
     */
    public Digest set() {
        return set;
    }

    byte[] signature() {
        return signature;
    }

    /** Member and set. */
    @Override
    public String toString() {
        return "SetEndorsement(member " + member + ", set " + set + ")";
    }
}
