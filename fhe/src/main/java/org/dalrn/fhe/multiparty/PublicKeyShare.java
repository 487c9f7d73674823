package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * One party's summand of the collective public key: {@code b_i = -(a s_i + e_i)} over all primes. Public; immutable, thread-safe.
 *
 * @param ceremony what it belongs to
 * @param party whose it is
 * @param b the summand
 */
public record PublicKeyShare(KeyCeremony ceremony, int party, NttPolynomial b) {
    /** Checks party and ring. */
    public PublicKeyShare {
        Objects.requireNonNull(ceremony, "ceremony").requireParty(party);
        if (!b.basis().equals(ceremony.context().keyBasis())) {
            throw new IllegalArgumentException("a share over " + b.basis() + " given for " + ceremony.context());
        }
    }

    /** Its byte form. */
    public byte[] toBytes() {
        int size = ShareBytes.polynomialBytes(b.basis());
        ByteBuffer out = ShareBytes.begin(ShareBytes.Kind.PUBLIC_KEY_SHARE, ceremony.rawDigest(), party, 0, size);
        ShareBytes.put(out, b);
        return ShareBytes.finished(out);
    }

    /**
     * Reads the byte form.
     *
     * @param ceremony what it must belong to
     * @throws MultipartyException if the bytes are anything else
     */
    public static PublicKeyShare parse(KeyCeremony ceremony, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ShareBytes.Kind kind = ShareBytes.Kind.PUBLIC_KEY_SHARE;
        int size = ShareBytes.polynomialBytes(ceremony.context().keyBasis());
        ShareBytes.Header header = ShareBytes.header(kind, ceremony, size, in);
        ShareBytes.requireNoNumber(kind, header);
        return new PublicKeyShare(
                ceremony, header.party(), ShareBytes.get(in, ceremony.context().keyBasis(), kind));
    }
}
