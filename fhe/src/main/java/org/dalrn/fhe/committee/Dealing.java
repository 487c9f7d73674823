package org.dalrn.fhe.committee;

import java.util.List;
import org.dalrn.fhe.committee.CommitteeException.Reason;

/**
 * The signed head of a dealing: who dealt what under which plan, and the digest of each member's sealed payload. One
 * signature covers all members' shares, so each of them knows that it holds its part of the same dealing.
 */
final class Dealing {
    private final Digest plan;
    private final int dealer;
    private final Digest upload;
    private final List<Digest> payloads;
    private final byte[] signature;
    private final AcceptedDealing entry;

    private Dealing(Digest plan, int dealer, Digest upload, List<Digest> payloads, byte[] message, byte[] signature) {
        this.plan = plan;
        this.dealer = dealer;
        this.upload = upload;
        this.payloads = List.copyOf(payloads);
        this.signature = signature;
        entry = new AcceptedDealing(dealer, upload, Domain.DEALING_DIGEST.digest(message));
    }

    static Dealing sign(CommitteePlan plan, int dealer, Digest upload, List<Digest> payloads, SigningKey key) {
        byte[] message = message(plan.digest(), dealer, upload, payloads);
        return new Dealing(plan.digest(), dealer, upload, payloads, message, key.sign(message));
    }

    static Dealing received(CommitteePlan plan, int dealer, Digest upload, List<Digest> payloads, byte[] signature) {
        byte[] message = message(plan.digest(), dealer, upload, payloads);
        if (!plan.dealerKey(dealer).verifies(message, signature)) {
            throw new CommitteeException(
                    Reason.BAD_SIGNATURE,
                    "the dealing of dealer " + dealer
                            + " is not signed by its key in the plan; leave it out of the set");
        }
        return new Dealing(plan.digest(), dealer, upload, payloads, message, signature);
    }

    static Digest payloadDigest(byte[] payload) {
        return Domain.SHARE_PAYLOAD.digest(payload);
    }

    /** What authenticates one member's payload beside its ciphertext. */
    static byte[] associatedData(Digest plan, int dealer, int member, Digest upload) {
        return Domain.SHARE.message(plan.bytes(), Domain.int32(dealer), Domain.int32(member), upload.bytes());
    }

    static byte[] info(Digest plan) {
        return Domain.SHARE.message(plan.bytes());
    }

    private static byte[] message(Digest plan, int dealer, Digest upload, List<Digest> payloads) {
        byte[][] parts = new byte[3 + payloads.size()][];
        parts[0] = plan.bytes();
        parts[1] = Domain.int32(dealer);
        parts[2] = upload.bytes();
        for (int i = 0; i < payloads.size(); i++) {
            parts[3 + i] = payloads.get(i).bytes();
        }
        return Domain.DEALING.message(parts);
    }

    /** The entry of a set that this dealing becomes. */
    AcceptedDealing entry() {
        return entry;
    }

    Digest plan() {
        return plan;
    }

    int dealer() {
        return dealer;
    }

    Digest upload() {
        return upload;
    }

    List<Digest> payloads() {
        return payloads;
    }

    byte[] signature() {
        return signature;
    }
}
