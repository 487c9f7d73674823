package org.dalrn.fhe.committee;

import java.util.Objects;
import org.dalrn.fhe.committee.CommitteeException.Reason;

/**
 * What a member contributes to a plan: its lasting identity and the key that shares of one round are sealed to, the
 * second signed by the first. So whoever hands out plans cannot put a sealing key of its own beside a trusted identity.
 * Immutable; an instance is verified.
 */
public final class MemberOffer {
    /** Length of {@link #toBytes} in bytes. */
    static final int SIZE_BYTES =
            WireWriter.HEADER_BYTES + VerifyingKey.SIZE_BYTES + HpkePublicKey.SIZE_BYTES + VerifyingKey.SIGNATURE_BYTES;

    private final VerifyingKey identity;
    private final HpkePublicKey sealingKey;
    private final byte[] signature;

    private MemberOffer(VerifyingKey identity, HpkePublicKey sealingKey, byte[] signature) {
        this.identity = identity;
        this.sealingKey = sealingKey;
        this.signature = signature;
    }

    /**
     * Signs a sealing key for one round.
     *
     * @param round the round
     * @param identity the member's lasting key
     * @param sealingKey the public half of the key with which the member will open this round's shares; best a fresh
     *     one for each round
     * @return the offer
     */
    public static MemberOffer sign(RoundName round, SigningKey identity, HpkePublicKey sealingKey) {
        Objects.requireNonNull(round, "round");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(sealingKey, "sealingKey");
        return new MemberOffer(identity.verifyingKey(), sealingKey, identity.sign(message(round, sealingKey)));
    }

    /**
     * Reads and verifies an offer.
     *
     * @param round the round it must be for
     * @param bytes what {@link #toBytes} gave
     * @return the offer
     * @throws CommitteeException if the bytes are malformed or the signature is not the identity's for this round
     */
    public static MemberOffer parse(RoundName round, byte[] bytes) {
        Objects.requireNonNull(round, "round");
        WireReader in = new WireReader(WireKind.MEMBER_OFFER, bytes);
        in.exactly(SIZE_BYTES - WireWriter.HEADER_BYTES);
        MemberOffer offer = readUnverified(in);
        offer.requireSignedFor(round);
        return offer;
    }

    /** Reads an offer that the plan's constructor will verify. */
    static MemberOffer readUnverified(WireReader in) {
        VerifyingKey identity = VerifyingKey.of(in.take(VerifyingKey.SIZE_BYTES));
        HpkePublicKey sealingKey = readKey(in);
        return new MemberOffer(identity, sealingKey, in.take(VerifyingKey.SIGNATURE_BYTES));
    }

    static HpkePublicKey readKey(WireReader in) {
        try {
            return HpkePublicKey.of(in.take(HpkePublicKey.SIZE_BYTES));
        } catch (IllegalArgumentException e) {
            throw new CommitteeException(Reason.MALFORMED, "sealing key refused: " + e.getMessage(), e);
        }
    }

    /** Refuses an offer for another round. */
    void requireSignedFor(RoundName round) {
        if (!identity.verifies(message(round, sealingKey), signature)) {
            throw new CommitteeException(
                    Reason.BAD_SIGNATURE,
                    "the offer of member " + identity + " is not signed by it for round " + round
                            + "; ask the member for a new one");
        }
    }

    private static byte[] message(RoundName round, HpkePublicKey sealingKey) {
        return Domain.MEMBER_OFFER.message(round.bytes(), sealingKey.bytes());
    }

    /**
     * The member's lasting key.
     *
     * @return its public half
     */
    public VerifyingKey identity() {
        return identity;
    }

    /**
     * The key that this round's shares are sealed to.
     *
     * @return its public half
     */
    public HpkePublicKey sealingKey() {
        return sealingKey;
    }

    /**
     * The canonical bytes, 130.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        WireWriter out = new WireWriter(WireKind.MEMBER_OFFER, SIZE_BYTES - WireWriter.HEADER_BYTES);
        writeTo(out);
        return out.finish();
    }

    void writeTo(WireWriter out) {
        out.put(identity.bytes()).put(sealingKey.bytes()).put(signature);
    }

    /** The identity. */
    @Override
    public String toString() {
        return "MemberOffer(" + identity + ")";
    }
}
