package org.dalrn.fhe.committee;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One dealer's secret, shared among all members: a sealed payload for each and one signature over all. Goes from the
 * dealer to whoever runs the round, who reads none of it and hands {@link #shareFor} to each member. Immutable; an
 * instance is signed by a dealer of the plan it was made or read under.
 *
 * <p>About {@code m (48 + bN/8)} bytes with b of {@link CommitteePlan#shareBits}: 107 kB for 16 members, 4096 coordinates
 * and b = 13.
 */
public final class DealtShares {
    private static final int FIXED_BYTES =
            Digest.SIZE_BYTES + Integer.BYTES + Digest.SIZE_BYTES + VerifyingKey.SIGNATURE_BYTES;

    private final Dealing dealing;
    private final byte[][] payloads;

    private DealtShares(Dealing dealing, byte[][] payloads) {
        this.dealing = dealing;
        this.payloads = payloads;
    }

    /** Length of {@link #toBytes} with that many payloads. */
    static int sizeBytes(int members, int payloadBytes) {
        return WireWriter.HEADER_BYTES + FIXED_BYTES + members * payloadBytes;
    }

    static DealtShares wrap(Dealing dealing, byte[][] payloads) {
        return new DealtShares(dealing, payloads);
    }

    /**
     * Reads a dealing and verifies its signature. Whether each payload opens, only its member can tell: see {@link
     * CommitteeMember#opens}.
     *
     * @param plan the plan it must belong to
     * @param bytes what {@link #toBytes} gave
     * @return the dealing
     * @throws CommitteeException if the bytes are malformed, of another plan, of an unknown dealer or not signed by it
     */
    public static DealtShares parse(CommitteePlan plan, byte[] bytes) {
        Objects.requireNonNull(plan, "plan");
        int members = plan.members().size();
        WireReader in = new WireReader(WireKind.DEALT_SHARES, bytes);
        in.exactly(FIXED_BYTES + (long) members * plan.payloadBytes());
        plan.requireSame(in.digest(), "dealing");
        int dealer = in.int32();
        Digest upload = in.digest();
        byte[] signature = in.take(VerifyingKey.SIGNATURE_BYTES);
        byte[][] payloads = new byte[members][];
        List<Digest> digests = new ArrayList<>(members);
        for (int i = 0; i < members; i++) {
            payloads[i] = in.take(plan.payloadBytes());
            digests.add(Dealing.payloadDigest(payloads[i]));
        }
        in.end();
        return new DealtShares(Dealing.received(plan, dealer, upload, digests, signature), payloads);
    }

    /**
     * The canonical bytes.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        WireWriter out = new WireWriter(WireKind.DEALT_SHARES, FIXED_BYTES + payloads.length * payloads[0].length);
        out.put(dealing.plan()).int32(dealing.dealer()).put(dealing.upload()).put(dealing.signature());
        for (byte[] payload : payloads) {
            out.put(payload);
        }
        return out.finish();
    }

    /**
     * One member's part.
     *
     * @param member its id, 1 to m
     * @return the part to send to it
     * @throws IllegalArgumentException if there is no such member
     */
    public SealedShare shareFor(int member) {
        if (member < 1 || member > payloads.length) {
            throw new IllegalArgumentException("member " + member + " is not in [1, " + payloads.length + "]");
        }
        return SealedShare.wrap(dealing, member, payloads[member - 1]);
    }

    /**
     * The entry that puts this dealing into an {@link AcceptedSet}.
     *
     * @return dealer, upload and digest of the dealing
     */
    public AcceptedDealing accepted() {
        return dealing.entry();
    }

    /**
     * Who dealt.
     *
     * @return the dealer's id in the plan
     */
    public int dealer() {
        return dealing.dealer();
    }

    /** Dealer and sizes. */
    @Override
    public String toString() {
        return "DealtShares(dealer " + dealing.dealer() + ", " + payloads.length + " members, " + payloads[0].length
                + " bytes each)";
    }
}
