package org.dalrn.fhe.aggregation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import org.dalrn.fhe.committee.Digest;
import org.jspecify.annotations.Nullable;

/**
 * One client's update, or a range of its blocks, as it arrived: the header checked, the residues not yet.
 *
 * <p>It reads from the caller's buffer, which may be a mapped file and must not change. That the named client sent it is for a
 * signature to say, over all its bytes. Immutable as the buffer is; thread-safe.
 */
public final class EncryptedUpdate {
    private final UpdateHeader header;
    private final ByteBuffer bytes;
    private final ByteBuffer residues;
    /** Once it was asked for; two threads may both compute it. */
    private @Nullable Digest digest;

    private EncryptedUpdate(UpdateHeader header, ByteBuffer bytes, ByteBuffer residues) {
        this.header = header;
        this.bytes = bytes;
        this.residues = residues;
    }

    /**
     * Reads an update of a round.
     *
     * @param round that it must belong to
     * @param bytes from outside, all of them; not copied, its position does not move
     * @throws SumFormatException if they are not exactly an update of that round
     */
    public static EncryptedUpdate parse(SumRound round, ByteBuffer bytes) {
        ByteBuffer in = bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        UpdateHeader header = UpdateHeader.read(round, in);
        int from = in.position();
        return new EncryptedUpdate(header, bytes.slice(), bytes.slice(from, bytes.limit() - from));
    }

    /**
     * Reads an update of a round.
     *
     * @param round that it must belong to
     * @param bytes from outside; not copied
     * @throws SumFormatException if they are not exactly an update of that round
     */
    public static EncryptedUpdate parse(SumRound round, byte[] bytes) {
        return parse(round, ByteBuffer.wrap(bytes));
    }

    /** Whose update it says it is: the client's number in the round's roster. */
    public int clientId() {
        return header.clientId;
    }

    /** Values of the whole update, without the weight. */
    public long parameters() {
        return header.layout.parameters();
    }

    /** The first block that is here. */
    public int firstBlock() {
        return header.firstBlock;
    }

    /** Blocks that are here. */
    public int blockCount() {
        return header.blockCount;
    }

    /** SHA-256 of all its bytes: what the client signs and binds its dealt key to. Reads them all, the first time. */
    public Digest digest() {
        Digest known = digest;
        if (known == null) {
            MessageDigest sha = SumPlan.sha256();
            sha.update(bytes.duplicate());
            known = Digest.of(sha.digest());
            digest = known;
        }
        return known;
    }

    UpdateHeader header() {
        return header;
    }

    /** The residues' bytes, from 0 to the capacity. */
    ByteBuffer residues() {
        return residues;
    }

    @Override
    public String toString() {
        return "EncryptedUpdate[client=" + header.clientId + ", parameters=" + parameters() + ", blocks="
                + header.firstBlock + "+" + header.blockCount + ", " + header.round + "]";
    }
}
