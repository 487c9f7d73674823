package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.dalrn.fhe.committee.SigningKey;
import org.dalrn.fhe.committee.VerifyingKey;

/**
 * A party's signature under a {@link DecryptionRequest}: it will answer this one, and no other for the same ciphertexts. Public;
 * immutable, thread-safe.
 */
public final class RequestEndorsement {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + Transcript.DIGEST_BYTES + 2 + VerifyingKey.SIGNATURE_BYTES;

    private final byte[] request;
    private final int party;
    private final byte[] signature;

    private RequestEndorsement(byte[] request, int party, byte[] signature) {
        this.request = request;
        this.party = party;
        this.signature = signature;
    }

    static RequestEndorsement sign(DecryptionRequest request, int party, SigningKey key) {
        return new RequestEndorsement(request.rawDigest(), party, key.sign(message(request.rawDigest(), party)));
    }

    private static byte[] message(byte[] request, int party) {
        byte[] domain = "org.dalrn.fhe.multiparty/1 endorsement".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.wrap(new byte[1 + domain.length + request.length + 2])
                .put((byte) domain.length)
                .put(domain)
                .put(request)
                .putShort((short) party)
                .array();
    }

    /** Whose it is. */
    public int party() {
        return party;
    }

    void require(DecryptionRequest wanted) {
        wanted.requireParty(party);
        if (!Arrays.equals(request, wanted.rawDigest())) {
            throw new MultipartyException(
                    "the endorsement of party " + party + " is of another request; ask for that of " + wanted);
        }
        if (!wanted.group().member(party).identity().verifies(message(request, party), signature)) {
            throw new MultipartyException("the endorsement of party " + party + " is not signed by it");
        }
    }

    /** Its byte form: version 1, the request's digest, the party (u16, big-endian), the Ed25519 signature. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.wrap(new byte[BYTES]);
        out.put(VERSION).put(request).putShort((short) party).put(signature);
        return ShareBytes.finished(out);
    }

    /**
     * Reads the byte form; what it says is checked by {@link AgreedRequest#of}.
     *
     * @throws MultipartyException if it is none
     */
    public static RequestEndorsement parse(byte[] bytes) {
        if (bytes.length != BYTES || bytes[0] != VERSION) {
            throw new MultipartyException(bytes.length + " bytes given as an endorsement of version 1; it has " + BYTES
                    + " and begins with 1");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
        byte[] request = new byte[Transcript.DIGEST_BYTES];
        in.get(request);
        int party = Short.toUnsignedInt(in.getShort());
        byte[] signature = new byte[VerifyingKey.SIGNATURE_BYTES];
        in.get(signature);
        return new RequestEndorsement(request, party, signature);
    }

    @Override
    public String toString() {
        return "RequestEndorsement[party " + party + ", request "
                + HexFormat.of().formatHex(request, 0, 8) + "]";
    }
}
