package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * One party's summands of a collective rotation key: for each data prime j {@code -(a_j s_i + e_ij)}, plus {@code P s_i(X^g)} in
 * limb j. Public; immutable, thread-safe.
 *
 * @param ceremony what it belongs to
 * @param party whose it is
 * @param element g, the Galois element
 * @param digits over all primes, one for each data prime
 */
public record RotationKeyShare(KeyCeremony ceremony, int party, int element, List<NttPolynomial> digits) {
    /** Checks party, element and ring. */
    public RotationKeyShare {
        Objects.requireNonNull(ceremony, "ceremony").requireParty(party);
        ceremony.requireRotation(element);
        digits = ShareBytes.requireDigits(ceremony, digits);
    }

    /** Its byte form. */
    public byte[] toBytes() {
        ByteBuffer out = ShareBytes.begin(
                ShareBytes.Kind.ROTATION_KEY_SHARE,
                ceremony.rawDigest(),
                party,
                element,
                ShareBytes.digitsBytes(ceremony));
        digits.forEach(digit -> ShareBytes.put(out, digit));
        return ShareBytes.finished(out);
    }

    /**
     * Reads the byte form.
     *
     * @param ceremony what it must belong to
     * @throws MultipartyException if the bytes are anything else
     */
    public static RotationKeyShare parse(KeyCeremony ceremony, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ShareBytes.Kind kind = ShareBytes.Kind.ROTATION_KEY_SHARE;
        int size = ShareBytes.digitsBytes(ceremony);
        ShareBytes.Header header = ShareBytes.header(kind, ceremony, size, in);
        if (!ceremony.rotations().contains(header.number())) {
            throw new MultipartyException(
                    "a share for Galois element " + header.number() + " in a ceremony for " + ceremony.rotations());
        }
        return new RotationKeyShare(
                ceremony, header.party(), header.number(), ShareBytes.getDigits(in, ceremony, kind));
    }
}
