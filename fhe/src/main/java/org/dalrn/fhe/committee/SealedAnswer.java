package org.dalrn.fhe.committee;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One member's sum of the shares of one agreed set, sealed to the plan's receiver and signed by the member. Immutable;
 * an instance is signed by the member of the plan it was made or read under.
 */
public final class SealedAnswer {
    private static final int FIXED_BYTES = 2 * Digest.SIZE_BYTES + 1 + VerifyingKey.SIGNATURE_BYTES;

    private final Digest plan;
    private final Digest set;
    private final int member;
    private final byte[] signature;
    private final byte[] payload;

    private SealedAnswer(Digest plan, Digest set, int member, byte[] signature, byte[] payload) {
        this.plan = plan;
        this.set = set;
        this.member = member;
        this.signature = signature;
        this.payload = payload;
    }

    /**
     * Seals and signs; the same arguments give the same bytes. The ephemeral key is derived from the member's private
     * key and everything that is sealed, the sum included, so two different sums can never meet the same nonce.
     */
    static SealedAnswer seal(
            CommitteePlan plan, Digest set, int member, int[] sum, HpkePrivateKey sealingKey, SigningKey signingKey) {
        byte[] plaintext = Residues.toBytes(plan.field(), sum);
        byte[] context = associatedData(plan.digest(), set, member);
        byte[] scalar = sealingKey.copyScalar();
        byte[] material = Hpke.hmac(
                scalar,
                Domain.ANSWER_SEAL.message(
                        context,
                        plan.receiver().bytes(),
                        Domain.ANSWER_SEAL.digest(plaintext).bytes()));
        HpkePrivateKey ephemeral = Hpke.deriveKeyPair(material);
        byte[] payload = Hpke.seal(plan.receiver(), ephemeral, info(plan.digest()), context, plaintext);
        ephemeral.destroy();
        Arrays.fill(scalar, (byte) 0);
        Arrays.fill(material, (byte) 0);
        Arrays.fill(plaintext, (byte) 0);
        byte[] signature = signingKey.sign(message(plan.digest(), set, member, payload));
        return new SealedAnswer(plan.digest(), set, member, signature, payload);
    }

    /**
     * Reads an answer and verifies its signature.
     *
     * @param plan the plan it must belong to
     * @param bytes what {@link #toBytes} gave
     * @return the answer, still sealed
     * @throws CommitteeException if the bytes are malformed, of another plan, of an unknown member or not signed by it
     */
    public static SealedAnswer parse(CommitteePlan plan, byte[] bytes) {
        Objects.requireNonNull(plan, "plan");
        WireReader in = new WireReader(WireKind.ANSWER, bytes);
        in.exactly((long) FIXED_BYTES + plan.payloadBytes());
        Digest planDigest = in.digest();
        plan.requireSame(planDigest, "answer");
        Digest set = in.digest();
        int member = in.uint8();
        byte[] signature = in.take(VerifyingKey.SIGNATURE_BYTES);
        byte[] payload = in.take(plan.payloadBytes());
        in.end();
        if (!plan.member(member).identity().verifies(message(planDigest, set, member, payload), signature)) {
            throw new CommitteeException(
                    CommitteeException.Reason.BAD_SIGNATURE,
                    "the answer of member " + member + " is not signed by it; ask it again");
        }
        return new SealedAnswer(planDigest, set, member, signature, payload);
    }

    /**
     * The canonical bytes.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        return new WireWriter(WireKind.ANSWER, FIXED_BYTES + payload.length)
                .put(plan)
                .put(set)
                .uint8(member)
                .put(signature)
                .put(payload)
                .finish();
    }

    /** The residues inside, or null if it does not open to a vector of the field: then its member lied. */
    int @Nullable [] open(CommitteePlan plan, HpkePrivateKey receiver) {
        try {
            byte[] opened = Hpke.open(receiver, info(this.plan), associatedData(this.plan, set, member), payload);
            int[] residues = Residues.parse(plan.field(), opened, plan.vectorLength());
            Arrays.fill(opened, (byte) 0);
            return residues;
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    private static byte[] info(Digest plan) {
        return Domain.ANSWER.message(plan.bytes());
    }

    private static byte[] associatedData(Digest plan, Digest set, int member) {
        return Domain.ANSWER.message(plan.bytes(), set.bytes(), Domain.int32(member));
    }

    private static byte[] message(Digest plan, Digest set, int member, byte[] payload) {
        return Domain.ANSWER_SIGNATURE.message(
                plan.bytes(),
                set.bytes(),
                Domain.int32(member),
                Domain.ANSWER_PAYLOAD.digest(payload).bytes());
    }

    /**
     * Who answers.
     *
     * @return the member's id in the plan
     */
    public int member() {
        return member;
    }

    /**
     * For what it answers.
     *
     * @return the digest of the agreed set
     */
    public Digest set() {
        return set;
    }

    Digest plan() {
        return plan;
    }

    boolean isSameAs(SealedAnswer other) {
        return member == other.member && set.equals(other.set) && Arrays.equals(payload, other.payload);
    }

    /** Member, set and size. */
    @Override
    public String toString() {
        return "SealedAnswer(member " + member + ", set " + set + ", " + payload.length + " bytes)";
    }
}
