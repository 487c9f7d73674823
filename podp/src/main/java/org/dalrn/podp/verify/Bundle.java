package org.dalrn.podp.verify;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.merkle.SubtreeHashes;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.verify.BundleScan.Member;
import org.jspecify.annotations.Nullable;

/**
 * A log in one file: checkpoints, receipts, leaves, anchors and blobs in an uncompressed ustar archive.
 *
 * <p>What it gives is in form, but nothing of it is verified: that is for a verifier. Only blobs are compared with
 * their hashes whenever they are read.
 *
 * <p>Of each file the name, place and hash are held in memory, and a window of 64 KiB of those that are read: it needs at most
 * 64 MiB for the largest bundle, and some 40 times an entry while it is read. Reading is by position: thread-safe as long as it is open, but for {@link #close}.
 *
 * <p>Source: docs/receipts.md, "Bundle".
 */
public final class Bundle implements Closeable {

    /** The most files of a bundle. */
    public static final int MAX_FILES = 1 << 18;

    private final FileChannel channel;
    private final Map<String, Member> single = new HashMap<>();
    private final List<Member> checkpoints = new ArrayList<>();
    private final List<Member> anchors = new ArrayList<>();
    private final List<Member> blobs = new ArrayList<>();
    private final BitSet badBlobs = new BitSet();

    private Bundle(FileChannel channel, List<Member> members) {
        this.channel = channel;
        for (Member member : members) {
            String name = member.name();
            if (name.startsWith(BundleName.CHECKPOINTS)) {
                checkpoints.add(member);
            } else if (name.startsWith(BundleName.ANCHORS)) {
                anchors.add(member);
            } else if (name.startsWith(BundleName.BLOBS)) {
                blobs.add(member);
            } else {
                single.put(name, member);
            }
        }
    }

    /**
     * Opens a file.
     *
     * @throws MalformedException if it is not a bundle in canonical form
     * @throws PodpException if it cannot be read
     */
    public static Bundle open(Path file) {
        Findings findings = new Findings();
        Bundle bundle = scan(file, findings);
        if (!findings.isEmpty()) {
            bundle.close();
            throw new MalformedException("no bundle: " + findings.kept().get(0));
        }
        return bundle;
    }

    /** Opens a file, whatever is wrong with its structure. */
    @SuppressWarnings("resource") // the bundle owns it
    static Bundle scan(Path file, Findings findings) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            return new Bundle(channel, BundleScan.of(channel, findings));
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new PodpException("bundle " + file + " cannot be read; is it a file?", e);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel, IOException because) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                because.addSuppressed(e);
            }
        }
    }

    Optional<Member> member(String name) {
        return Optional.ofNullable(single.get(name));
    }

    List<Member> checkpointMembers() {
        return Collections.unmodifiableList(checkpoints);
    }

    List<Member> anchorMembers() {
        return Collections.unmodifiableList(anchors);
    }

    List<Member> blobMembers() {
        return Collections.unmodifiableList(blobs);
    }

    /** The place of a blob among the blobs, or a negative number. */
    int indexOfBlob(Sha256Hash hash) {
        return Collections.binarySearch(
                blobs,
                new Member(BundleName.ofBlob(hash), nothing(), Optional.empty()),
                Comparator.comparing(Member::name));
    }

    /** No bytes: the content of a name that is looked for. */
    Slice nothing() {
        return new Slice(channel, 0, 0);
    }

    /** Takes a blob for missing from now on. */
    void setBad(int blob) {
        badBlobs.set(blob);
    }

    /**
     * The newest checkpoint, whose signatures are not verified.
     *
     * @throws MalformedException if it is no signed note
     * @throws PodpException if the file cannot be read
     */
    public SignedNote checkpoint() {
        return note(required(BundleName.CHECKPOINT));
    }

    /**
     * The earlier checkpoints by size, whose signatures are not verified.
     *
     * @throws MalformedException if one is no signed note
     * @throws PodpException if the file cannot be read
     */
    public List<SignedNote> earlierCheckpoints() {
        return checkpoints.stream().map(Bundle::note).toList();
    }

    static SignedNote note(Member member) {
        return SignedNote.parse(small(member, SignedNote.MOST_BYTES));
    }

    private static byte[] small(Member member, int most) {
        if (member.content().size() > most) {
            throw new MalformedException(
                    member.name() + " has " + member.content().size() + " bytes; allowed are at most " + most);
        }
        return read(() -> member.content().read());
    }

    /** Number of leaves, by the length of the file of leaves. */
    public long size() {
        return required(BundleName.LEAVES).content().size() / Sha256Hash.SIZE_BYTES;
    }

    /**
     * Gives each entry of the log, the first first.
     *
     * @throws MalformedException at the first line that is none
     * @throws PodpException if the file cannot be read
     */
    public void forEachEntry(Consumer<Entry> consumer) {
        Lines lines = new Lines(required(BundleName.RECEIPTS).content(), Entry.MAX_LINE_BYTES);
        for (Lines.Line line = next(lines); line != null; line = next(lines)) {
            if (!line.ended() || line.isCut()) {
                throw new MalformedException("line " + line.number() + " of " + BundleName.RECEIPTS
                        + (line.ended() ? " is longer than " + Entry.MAX_LINE_BYTES + " bytes" : " has no line feed"));
            }
            consumer.accept(Entry.parse(line.bytes()));
        }
    }

    /** The subtrees of the leaves, from which proofs are built; each costs as many hashes as it has leaves. */
    SubtreeHashes subtrees() {
        Slice leaves = required(BundleName.LEAVES).content();
        return new SubtreeHashes() {
            @Override
            public Sha256Hash hash(int level, long index) {
                if (level == 0) {
                    byte[] leaf = new byte[Sha256Hash.SIZE_BYTES];
                    read(() -> {
                        leaves.read(index * Sha256Hash.SIZE_BYTES, ByteBuffer.wrap(leaf));
                        return leaf;
                    });
                    return Sha256Hash.ofBytes(leaf);
                }
                return MerkleTree.nodeHash(hash(level - 1, 2 * index), hash(level - 1, 2 * index + 1));
            }
        };
    }

    static AnchorProof anchor(Member member) {
        return AnchorProof.parse(small(member, AnchorProof.MOST_BYTES));
    }

    /** The blobs that are in the file. */
    public Blobs blobs() {
        return new Blobs() {
            @Override
            public OptionalLong size(Sha256Hash hash) {
                int blob = indexOfBlob(hash);
                return blob < 0 || badBlobs.get(blob)
                        ? OptionalLong.empty()
                        : OptionalLong.of(blobs.get(blob).content().size());
            }

            @Override
            public InputStream open(Sha256Hash hash) {
                if (size(hash).isEmpty()) {
                    throw new BlobMissingException(hash);
                }
                return new HashedStream(blobs.get(indexOfBlob(hash)).content().open(), hash);
            }
        };
    }

    private Member required(String name) {
        return member(name).orElseThrow(() -> new MalformedException("the bundle has no file " + name));
    }

    /** Reading that may fail. */
    interface Reading<T> {
        T read() throws IOException;
    }

    static <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    static Lines.@Nullable Line next(Lines lines) {
        try {
            return lines.next();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    static PodpException unreadable(IOException cause) {
        return new PodpException("the bundle cannot be read to its end; was it changed meanwhile?", cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new PodpException("the bundle cannot be closed", e);
        }
    }
}
