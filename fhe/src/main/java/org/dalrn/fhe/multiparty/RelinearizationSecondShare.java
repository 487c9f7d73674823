package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.util.List;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * One party's message in the second round of a relinearization key: for each data prime j {@code s_i h0_j + (u_i - s_i) h1_j +
 * e2_ij + e3_ij}, with the digest of the first round it answers. Public; immutable, thread-safe.
 */
public final class RelinearizationSecondShare {
    private final KeyCeremony ceremony;
    private final int party;
    private final byte[] firstRound;
    private final List<NttPolynomial> digits;

    private RelinearizationSecondShare(KeyCeremony ceremony, int party, byte[] firstRound, List<NttPolynomial> digits) {
        this.ceremony = ceremony;
        this.party = party;
        this.firstRound = firstRound;
        this.digits = ShareBytes.requireDigits(ceremony, digits);
    }

    static RelinearizationSecondShare wrap(
            KeyCeremony ceremony, int party, byte[] firstRound, List<NttPolynomial> digits) {
        return new RelinearizationSecondShare(ceremony, party, firstRound, digits);
    }

    /** What it belongs to. */
    public KeyCeremony ceremony() {
        return ceremony;
    }

    /** Whose it is. */
    public int party() {
        return party;
    }

    byte[] rawFirstRound() {
        return firstRound;
    }

    List<NttPolynomial> digits() {
        return digits;
    }

    /** Its byte form. */
    public byte[] toBytes() {
        ByteBuffer out = ShareBytes.begin(
                ShareBytes.Kind.RELINEARIZATION_SECOND,
                ceremony.rawDigest(),
                party,
                0,
                firstRound.length + ShareBytes.digitsBytes(ceremony));
        out.put(firstRound);
        digits.forEach(digit -> ShareBytes.put(out, digit));
        return ShareBytes.finished(out);
    }

    /**
     * Reads the byte form.
     *
     * @param ceremony what it must belong to
     * @throws MultipartyException if the bytes are anything else
     */
    public static RelinearizationSecondShare parse(KeyCeremony ceremony, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ShareBytes.Kind kind = ShareBytes.Kind.RELINEARIZATION_SECOND;
        int size = Transcript.DIGEST_BYTES + ShareBytes.digitsBytes(ceremony);
        ShareBytes.Header header = ShareBytes.header(kind, ceremony, size, in);
        ShareBytes.requireNoNumber(kind, header);
        byte[] firstRound = new byte[Transcript.DIGEST_BYTES];
        in.get(firstRound);
        return new RelinearizationSecondShare(
                ceremony, header.party(), firstRound, ShareBytes.getDigits(in, ceremony, kind));
    }

    @Override
    public String toString() {
        return "RelinearizationSecondShare[party " + party + ", " + ceremony + "]";
    }
}
