package org.dalrn.podp.verify;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.Scalar;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Entry;

/**
 * The proof, in a text of its own, that one receipt is in a log: entry, place, path and checkpoint.
 *
 * <p>What it cannot show is what a whole bundle shows: that the log's own key had not been handed over or revoked by another
 * entry. It is verified by the key that signed its checkpoint. Immutable and thread-safe.
 *
 * <p>Source: C2SP tlog-proof, whose extra data is the line of the entry; docs/receipts.md, "Proof of a single receipt".
 *
 * @param entry the receipt
 * @param inclusion its place and the path to the root
 * @param checkpoint the signed note of the log at the size of the proof
 */
public record ReceiptProof(Entry entry, InclusionProof inclusion, SignedNote checkpoint) {
    private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";
    private static final int MOST_HASHES = 63;

    /** The longest text, in bytes: entry in base64, path and checkpoint. */
    public static final int MAX_BYTES =
            SignedNote.MOST_BYTES + 4 * (Entry.MAX_LINE_BYTES / 3 + 1) + 46 * MOST_HASHES + 128;

    /**
     * Checks.
     *
     * @throws MalformedException if the note is no checkpoint, or of another size than the proof
     */
    public ReceiptProof {
        Objects.requireNonNull(entry, "entry");
        Objects.requireNonNull(inclusion, "inclusion");
        long size = Checkpoint.parse(checkpoint.text()).size();
        if (size != inclusion.size()) {
            throw new MalformedException(
                    "a proof for a log of size " + inclusion.size() + " beside a checkpoint of size " + size);
        }
    }

    /**
     * The proof of a receipt of a bundle. It costs one reading of all leaves.
     *
     * @param index place of the receipt
     * @throws IllegalArgumentException if there is no such receipt
     * @throws PodpException if the bundle is malformed or cannot be read
     */
    public static ReceiptProof of(Bundle bundle, long index) {
        SignedNote checkpoint = bundle.checkpoint();
        long size = Checkpoint.parse(checkpoint.text()).size();
        if (size != bundle.size()) {
            throw new MalformedException("a bundle of " + bundle.size() + " leaves with a checkpoint of size " + size);
        }
        InclusionProof inclusion = InclusionProof.build(index, size, bundle.subtrees());
        Entry[] found = new Entry[1];
        long[] at = new long[1];
        bundle.forEachEntry(entry -> {
            if (at[0]++ == index) {
                found[0] = entry;
            }
        });
        if (found[0] == null) {
            throw new MalformedException("a bundle of " + at[0] + " receipts and more leaves");
        }
        return new ReceiptProof(found[0], inclusion, checkpoint);
    }

    /**
     * Reads the text.
     *
     * @throws MalformedException if it is anything but what {@link #toByteArray} gives
     */
    public static ReceiptProof parse(byte[] text) {
        if (text.length > MAX_BYTES) {
            throw new MalformedException("a proof of " + text.length + " bytes; allowed are at most " + MAX_BYTES);
        }
        String whole;
        try {
            whole = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedException("a proof is text in UTF-8", notUtf8);
        }
        int emptyLine = whole.indexOf("\n\n");
        if (emptyLine < 0) {
            throw new MalformedException("a proof has an empty line before its checkpoint");
        }
        List<String> lines = Arrays.asList(whole.substring(0, emptyLine).split("\n", -1));
        if (lines.size() < 3
                || lines.size() > 3 + MOST_HASHES
                || !lines.get(0).equals(FIRST_LINE)
                || !lines.get(1).startsWith(EXTRA)
                || !lines.get(2).startsWith(INDEX)) {
            throw new MalformedException("a proof of a receipt begins with the lines '" + FIRST_LINE
                    + "', 'extra ...' and 'index ...' and has at most " + MOST_HASHES + " hashes");
        }
        SignedNote checkpoint = SignedNote.parse(whole.substring(emptyLine + 2).getBytes(StandardCharsets.UTF_8));
        List<Sha256Hash> path = new ArrayList<>();
        for (String line : lines.subList(3, lines.size())) {
            path.add(Sha256Hash.ofBytes(base64(line)));
        }
        ReceiptProof proof = new ReceiptProof(
                Entry.parse(base64(lines.get(1).substring(EXTRA.length()))),
                new InclusionProof(
                        Scalar.toLong(lines.get(2).substring(INDEX.length())),
                        Checkpoint.parse(checkpoint.text()).size(),
                        path),
                checkpoint);
        if (!Arrays.equals(proof.toByteArray(), text)) {
            throw new MalformedException("a proof in another spelling than the canonical one");
        }
        return proof;
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException("'" + MalformedException.excerpt(text) + "' is no base64", malformed);
        }
    }

    /** The text; its customary file extension is {@code .tlog-proof}. */
    public byte[] toByteArray() {
        Base64.Encoder base64 = Base64.getEncoder();
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        text.append(EXTRA).append(base64.encodeToString(entry.line())).append('\n');
        text.append(INDEX).append(inclusion.index()).append('\n');
        inclusion
                .path()
                .forEach(hash ->
                        text.append(base64.encodeToString(hash.toByteArray())).append('\n'));
        return text.append('\n').append(checkpoint).toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Says why it proves nothing.
     *
     * @param owner the key that is trusted to sign the log's checkpoint of this size
     * @param actor the key of the receipt's actor; the owner's unless another signed it
     * @return empty if the log that the owner signed holds exactly this receipt at this place, signed by its actor
     */
    public Optional<String> objection(Ed25519PublicKey owner, Ed25519PublicKey actor) {
        Checkpoint signed = Checkpoint.parse(checkpoint.text());
        NoteVerifier key = new NoteVerifier(signed.origin(), owner);
        var check = checkpoint.check(List.of(key));
        if (!check.accepted() || !check.isSignedBy(key)) {
            return Optional.of("the checkpoint is not signed by " + owner);
        }
        if (!inclusion.proves(MerkleTree.leafHash(entry.leafData()), signed.root())) {
            return Optional.of("the path does not lead from the receipt to the root of the checkpoint");
        }
        var receipt = entry.receipt();
        if (!receipt.log().equals(signed.origin()) || receipt.seq() != inclusion.index()) {
            return Optional.of("the receipt says that it is number " + receipt.seq() + " of the log "
                    + MalformedException.excerpt(receipt.log()) + "; it is number " + inclusion.index() + " of "
                    + MalformedException.excerpt(signed.origin()));
        }
        if (!receipt.actor().equals(actor.keyId())) {
            return Optional.of("the actor of the receipt is " + receipt.actor() + ", not " + actor.keyId());
        }
        if (actor.equals(owner) != entry.signature().isEmpty()) {
            return Optional.of(
                    actor.equals(owner)
                            ? "a receipt of the owner has no signature of its own, this one has"
                            : "the actor did not sign");
        }
        if (entry.signature().isPresent()
                && !actor.verify(Entry.signedMessage(receipt), entry.signature().get())) {
            return Optional.of("the actor did not sign this receipt");
        }
        return Optional.empty();
    }
}
