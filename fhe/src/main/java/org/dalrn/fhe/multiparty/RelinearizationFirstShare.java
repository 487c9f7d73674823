package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * One party's message in the first round of a relinearization key: for each data prime j {@code h0_j = -u_i a_j + e0_ij}, plus
 * {@code P s_i} in limb j, and {@code h1_j = s_i a_j + e1_ij}. Public; immutable, thread-safe.
 *
 * @param ceremony what it belongs to
 * @param party whose it is
 * @param h0 over all primes, one for each data prime
 * @param h1 as many
 */
public record RelinearizationFirstShare(
        KeyCeremony ceremony, int party, List<NttPolynomial> h0, List<NttPolynomial> h1) {
    /** Checks party and ring. */
    public RelinearizationFirstShare {
        Objects.requireNonNull(ceremony, "ceremony").requireParty(party);
        h0 = ShareBytes.requireDigits(ceremony, h0);
        h1 = ShareBytes.requireDigits(ceremony, h1);
    }

    byte[] digest() {
        Transcript transcript = Transcript.of("relinearization first share")
                .bytes(ceremony.rawDigest())
                .number(party);
        h0.forEach(transcript::polynomial);
        h1.forEach(transcript::polynomial);
        return transcript.digest();
    }

    /** Its byte form. */
    public byte[] toBytes() {
        ByteBuffer out = ShareBytes.begin(
                ShareBytes.Kind.RELINEARIZATION_FIRST,
                ceremony.rawDigest(),
                party,
                0,
                Math.multiplyExact(2, ShareBytes.digitsBytes(ceremony)));
        h0.forEach(digit -> ShareBytes.put(out, digit));
        h1.forEach(digit -> ShareBytes.put(out, digit));
        return ShareBytes.finished(out);
    }

    /**
     * Reads the byte form.
     *
     * @param ceremony what it must belong to
     * @throws MultipartyException if the bytes are anything else
     */
    public static RelinearizationFirstShare parse(KeyCeremony ceremony, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ShareBytes.Kind kind = ShareBytes.Kind.RELINEARIZATION_FIRST;
        int size = Math.multiplyExact(2, ShareBytes.digitsBytes(ceremony));
        ShareBytes.Header header = ShareBytes.header(kind, ceremony, size, in);
        ShareBytes.requireNoNumber(kind, header);
        List<NttPolynomial> h0 = ShareBytes.getDigits(in, ceremony, kind);
        return new RelinearizationFirstShare(ceremony, header.party(), h0, ShareBytes.getDigits(in, ceremony, kind));
    }
}
