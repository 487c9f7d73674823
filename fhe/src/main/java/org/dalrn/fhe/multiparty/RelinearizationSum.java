package org.dalrn.fhe.multiparty;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * The sum of all parties' first-round messages of a relinearization key, with the digest of those messages.
 *
 * <p>Each party computes it for itself from all messages, so that nobody between them can slip in a sum of his choice; the digests
 * of the second round must then agree. Immutable, thread-safe.
 */
public final class RelinearizationSum {
    private final KeyCeremony ceremony;
    private final List<NttPolynomial> h0;
    private final List<NttPolynomial> h1;
    private final byte[][] digests;
    private final byte[] digest;

    private RelinearizationSum(KeyCeremony ceremony, NttPolynomial[] h0, NttPolynomial[] h1, byte[][] digests) {
        this.ceremony = ceremony;
        this.h0 = List.of(h0);
        this.h1 = List.of(h1);
        this.digests = digests;
        Transcript transcript = Transcript.of("relinearization first round").bytes(ceremony.rawDigest());
        for (byte[] each : digests) {
            transcript.bytes(each);
        }
        digest = transcript.digest();
    }

    /**
     * Adds up the messages.
     *
     * @param ceremony what they belong to
     * @param shares one of each party, in any order; read once, so they may be streamed
     * @throws MultipartyException if one is missing, is there twice or is of another ceremony
     */
    public static RelinearizationSum of(KeyCeremony ceremony, Iterable<RelinearizationFirstShare> shares) {
        KeyCeremony.Contributors contributors = ceremony.new Contributors("relinearization key");
        NttPolynomial[] h0 = new NttPolynomial[ceremony.digits()];
        NttPolynomial[] h1 = new NttPolynomial[ceremony.digits()];
        byte[][] digests = new byte[ceremony.parties()][];
        for (RelinearizationFirstShare share : shares) {
            contributors.add(share.ceremony(), share.party());
            digests[share.party() - 1] = share.digest();
            KeyCeremony.addTo(h0, share.h0());
            KeyCeremony.addTo(h1, share.h1());
        }
        contributors.requireAll();
        return new RelinearizationSum(ceremony, h0, h1, digests);
    }

    /** What it belongs to. */
    public KeyCeremony ceremony() {
        return ceremony;
    }

    void requireOf(KeyCeremony wanted) {
        if (!ceremony.equals(wanted)) {
            throw new MultipartyException(
                    "the sum of the first round is of another ceremony; add up the shares of this one");
        }
    }

    List<NttPolynomial> h0() {
        return h0;
    }

    List<NttPolynomial> h1() {
        return h1;
    }

    boolean contains(RelinearizationFirstShare share) {
        return Arrays.equals(digests[share.party() - 1], share.digest());
    }

    byte[] rawDigest() {
        return digest;
    }

    @Override
    public String toString() {
        return "RelinearizationSum[" + ceremony.parties() + " parties, "
                + HexFormat.of().formatHex(digest, 0, 8) + "]";
    }
}
