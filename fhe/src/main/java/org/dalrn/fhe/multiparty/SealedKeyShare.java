package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.dalrn.fhe.committee.Hpke;
import org.dalrn.fhe.committee.HpkePrivateKey;
import org.dalrn.fhe.committee.SigningKey;
import org.dalrn.fhe.committee.VerifyingKey;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;

/**
 * A point of a dealer's polynomial, sealed to one member with HPKE (RFC 9180) and signed by the dealer; group, dealer and member
 * are bound by the seal. Not secret; immutable, thread-safe.
 */
public final class SealedKeyShare {
    private final KeyGroup group;
    private final int dealer;
    private final int member;
    private final byte[] sealed;
    private final byte[] signature;

    private SealedKeyShare(KeyGroup group, int dealer, int member, byte[] sealed, byte[] signature) {
        this.group = group;
        this.dealer = dealer;
        this.member = member;
        this.sealed = sealed;
        this.signature = signature;
    }

    static SealedKeyShare seal(
            KeyGroup group, int dealer, int member, NttPolynomial point, SigningKey key, SecureRandom random) {
        byte[] plaintext = ShareBytes.body(point);
        byte[] sealed =
                Hpke.seal(group.member(member).sealingKey(), info(), aad(group, dealer, member), plaintext, random);
        Arrays.fill(plaintext, (byte) 0);
        return new SealedKeyShare(group, dealer, member, sealed, key.sign(message(group, dealer, member, sealed)));
    }

    private static byte[] info() {
        return "org.dalrn.fhe.multiparty/1 key share".getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] aad(KeyGroup group, int dealer, int member) {
        return ByteBuffer.wrap(new byte[Transcript.DIGEST_BYTES + 4])
                .put(group.rawDigest())
                .putShort((short) dealer)
                .putShort((short) member)
                .array();
    }

    private static byte[] message(KeyGroup group, int dealer, int member, byte[] sealed) {
        byte[] domain = "org.dalrn.fhe.multiparty/1 dealt key share".getBytes(StandardCharsets.US_ASCII);
        byte[] digest = Transcript.of("dealt key share")
                .bytes(aad(group, dealer, member))
                .bytes(sealed)
                .digest();
        return ByteBuffer.wrap(new byte[1 + domain.length + digest.length])
                .put((byte) domain.length)
                .put(domain)
                .put(digest)
                .array();
    }

    /** Whose summand it is a point of. */
    public int dealer() {
        return dealer;
    }

    /** Whom it is for. */
    public int member() {
        return member;
    }

    KeyGroup group() {
        return group;
    }

    NttPolynomial open(HpkePrivateKey key) {
        if (!group.member(dealer).identity().verifies(message(group, dealer, member, sealed), signature)) {
            throw new MultipartyException(
                    "the share of dealer " + dealer + " for member " + member + " is not signed by the dealer");
        }
        byte[] plaintext;
        try {
            plaintext = Hpke.open(key, info(), aad(group, dealer, member), sealed);
        } catch (GeneralSecurityException e) {
            throw new MultipartyException(
                    "the share of dealer " + dealer + " does not open with the key of member " + member, e);
        }
        RnsBasis basis = group.ceremony().context().keyBasis();
        try {
            if (plaintext.length != ShareBytes.polynomialBytes(basis)) {
                throw new MultipartyException("the share of dealer " + dealer + " holds " + plaintext.length
                        + " bytes instead of a polynomial's");
            }
            return ShareBytes.get(ByteBuffer.wrap(plaintext), basis, ShareBytes.Kind.DEALT_SHARE);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private static int bodyBytes(KeyGroup group) {
        return ShareBytes.polynomialBytes(group.ceremony().context().keyBasis())
                + Hpke.OVERHEAD_BYTES
                + VerifyingKey.SIGNATURE_BYTES;
    }

    /** Its byte form. */
    public byte[] toBytes() {
        ByteBuffer out =
                ShareBytes.begin(ShareBytes.Kind.DEALT_SHARE, group.rawDigest(), dealer, member, bodyBytes(group));
        out.put(sealed).put(signature);
        return ShareBytes.finished(out);
    }

    /**
     * Reads the byte form; seal and signature are checked when it is opened.
     *
     * @param group what it must belong to
     * @throws MultipartyException if the bytes are anything else
     */
    public static SealedKeyShare parse(KeyGroup group, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int parties = group.members().size();
        ShareBytes.Kind kind = ShareBytes.Kind.DEALT_SHARE;
        ShareBytes.Header header = ShareBytes.header(kind, group.rawDigest(), "group", parties, bodyBytes(group), in);
        if (header.number() < 1 || header.number() > parties) {
            throw new MultipartyException(
                    "a dealt share for member " + header.number() + "; the members are 1 to " + parties);
        }
        byte[] sealed = new byte[bodyBytes(group) - VerifyingKey.SIGNATURE_BYTES];
        in.get(sealed);
        byte[] signature = new byte[VerifyingKey.SIGNATURE_BYTES];
        in.get(signature);
        return new SealedKeyShare(group, header.party(), header.number(), sealed, signature);
    }

    @Override
    public String toString() {
        return "SealedKeyShare[dealer " + dealer + ", member " + member + ", " + group + "]";
    }
}
