package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * One party's answer for one polynomial: {@code h_i = c1 w_i s_i + noise} with w_i its weight in the active set; for a receiver,
 * encrypted under his key, as two polynomials. Immutable, thread-safe.
 *
 * <p>Whoever has the answers of all active parties and the ciphertext reads the message, unless it is for a receiver. It carries no
 * proof: a wrong one gives a wrong result.
 */
public final class PartialDecryption {
    private final DecryptionRequest request;
    private final int party;
    private final int index;
    private final List<NttPolynomial> parts;

    private PartialDecryption(DecryptionRequest request, int party, int index, List<NttPolynomial> parts) {
        this.request = request;
        this.party = party;
        this.index = index;
        this.parts = List.copyOf(parts);
    }

    static PartialDecryption wrap(DecryptionRequest request, int party, int index, List<NttPolynomial> parts) {
        return new PartialDecryption(request, party, index, parts);
    }

    /** What it answers. */
    public DecryptionRequest request() {
        return request;
    }

    /** Whose it is. */
    public int party() {
        return party;
    }

    /** Which polynomial of the request it is for. */
    public int index() {
        return index;
    }

    NttPolynomial part(int number) {
        return parts.get(number);
    }

    /** Its byte form. */
    public byte[] toBytes() {
        int size = Math.multiplyExact(parts.size(), ShareBytes.polynomialBytes(request.basis()));
        ByteBuffer out = ShareBytes.begin(ShareBytes.Kind.PARTIAL_DECRYPTION, request.rawDigest(), party, index, size);
        parts.forEach(part -> ShareBytes.put(out, part));
        return ShareBytes.finished(out);
    }

    /**
     * Reads the byte form.
     *
     * @param request what it must answer
     * @throws MultipartyException if the bytes are anything else
     */
    public static PartialDecryption parse(DecryptionRequest request, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ShareBytes.Kind kind = ShareBytes.Kind.PARTIAL_DECRYPTION;
        int count = request.isForReceiver() ? 2 : 1;
        int size = Math.multiplyExact(count, ShareBytes.polynomialBytes(request.basis()));
        ShareBytes.Header header = ShareBytes.header(
                kind, request.rawDigest(), "request", request.group().members().size(), size, in);
        request.requireParty(header.party());
        if (header.number() < 0 || header.number() >= request.size()) {
            throw new MultipartyException(
                    "an answer for polynomial " + header.number() + " of a request for " + request.size());
        }
        List<NttPolynomial> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(ShareBytes.get(in, request.basis(), kind));
        }
        return new PartialDecryption(request, header.party(), header.number(), parts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PartialDecryption that
                && party == that.party
                && index == that.index
                && Arrays.equals(toBytes(), that.toBytes());
    }

    @Override
    public int hashCode() {
        return 31 * (31 * request.hashCode() + party) + index;
    }

    @Override
    public String toString() {
        return "PartialDecryption[party " + party + ", polynomial " + index + " of " + request + "]";
    }
}
