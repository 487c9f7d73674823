package org.dalrn.fhe.committee;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.committee.CommitteeException.Reason;

/**
 * One member's part of one dealing: sealed to the member, signed by the dealer together with all other parts.
 * Immutable; an instance is signed by a dealer of the plan it was made or read under.
 *
 * <p>The seal binds plan, dealer, member and upload; the dealer's signature binds the parts to each other. So a share
 * cannot be moved to another round, member or upload, nor mixed with parts of a second dealing.
 */
public final class SealedShare {
    private static final int FIXED_BYTES =
            Digest.SIZE_BYTES + Integer.BYTES + 1 + Digest.SIZE_BYTES + VerifyingKey.SIGNATURE_BYTES;

    private final Dealing dealing;
    private final int member;
    private final byte[] payload;

    private SealedShare(Dealing dealing, int member, byte[] payload) {
        this.dealing = dealing;
        this.member = member;
        this.payload = payload;
    }

    static SealedShare wrap(Dealing dealing, int member, byte[] payload) {
        return new SealedShare(dealing, member, payload);
    }

    /**
     * Reads a share and verifies its signature.
     *
     * @param plan the plan it must belong to
     * @param bytes what {@link #toBytes} gave
     * @return the share, still sealed
     * @throws CommitteeException if the bytes are malformed, of another plan, of an unknown dealer or not signed by it
     */
    public static SealedShare parse(CommitteePlan plan, byte[] bytes) {
        Objects.requireNonNull(plan, "plan");
        int members = plan.members().size();
        WireReader in = new WireReader(WireKind.SEALED_SHARE, bytes);
        in.exactly(FIXED_BYTES + (long) members * Digest.SIZE_BYTES + plan.payloadBytes());
        plan.requireSame(in.digest(), "share");
        int dealer = in.int32();
        int member = in.uint8();
        plan.member(member);
        Digest upload = in.digest();
        byte[] signature = in.take(VerifyingKey.SIGNATURE_BYTES);
        List<Digest> digests = new ArrayList<>(members);
        for (int i = 0; i < members; i++) {
            digests.add(in.digest());
        }
        byte[] payload = in.take(plan.payloadBytes());
        in.end();
        if (!digests.get(member - 1).equals(Dealing.payloadDigest(payload))) {
            throw new CommitteeException(
                    Reason.BAD_SIGNATURE,
                    "the payload for member " + member + " is not the one that dealer " + dealer
                            + " signed; ask for it again");
        }
        return new SealedShare(Dealing.received(plan, dealer, upload, digests, signature), member, payload);
    }

    /**
     * The canonical bytes.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        WireWriter out = new WireWriter(
                WireKind.SEALED_SHARE, FIXED_BYTES + dealing.payloads().size() * Digest.SIZE_BYTES + payload.length);
        out.put(dealing.plan()).int32(dealing.dealer()).uint8(member);
        out.put(dealing.upload()).put(dealing.signature());
        dealing.payloads().forEach(out::put);
        return out.put(payload).finish();
    }

    /**
     * The residues inside.
     *
     * @throws CommitteeException if the share is another plan's or member's, does not open or is outside the field
     */
    int[] open(CommitteePlan plan, int ownId, HpkePrivateKey own) {
        plan.requireSame(dealing.plan(), "share of dealer " + dealing.dealer());
        if (member != ownId) {
            throw bad("is for member " + member + ", not for " + ownId);
        }
        byte[] opened;
        try {
            opened = Hpke.open(
                    own,
                    Dealing.info(plan.digest()),
                    Dealing.associatedData(plan.digest(), dealing.dealer(), member, dealing.upload()),
                    payload);
        } catch (GeneralSecurityException e) {
            throw new CommitteeException(Reason.BAD_SHARE, badMessage("does not open"), e);
        }
        int[] residues = Residues.parse(plan.field(), opened, plan.vectorLength());
        Arrays.fill(opened, (byte) 0);
        if (residues == null) {
            throw bad("holds a value outside the field or a bit after the last");
        }
        return residues;
    }

    private CommitteeException bad(String what) {
        return new CommitteeException(Reason.BAD_SHARE, badMessage(what));
    }

    private String badMessage(String what) {
        return "the share of dealer " + dealing.dealer() + " " + what
                + "; report it before the set is endorsed, so that the dealer is left out";
    }

    /**
     * Who dealt.
     *
     * @return the dealer's id in the plan
     */
    public int dealer() {
        return dealing.dealer();
    }

    /**
     * For whom.
     *
     * @return the member's id in the plan
     */
    public int member() {
        return member;
    }

    /** The entry of the set that this share is a part of. */
    AcceptedDealing entry() {
        return dealing.entry();
    }

    /** Dealer, member and size. */
    @Override
    public String toString() {
        return "SealedShare(dealer " + dealing.dealer() + ", member " + member + ", " + payload.length + " bytes)";
    }
}
