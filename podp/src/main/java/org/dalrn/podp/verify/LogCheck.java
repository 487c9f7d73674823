package org.dalrn.podp.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.verify.BundleScan.Member;
import org.dalrn.podp.verify.Finding.Kind;
import org.dalrn.podp.verify.Finding.Where;

/**
 * The receipts of a bundle beside its leaves.
 *
 * <p>The leaves say which line is wrong when one is: a line that is missing or too many does not put all others out of place.
 * Whether the leaves themselves are right says the checkpoint's root. Confined to one thread.
 */
final class LogCheck {
    /** How far a line is looked for from where it should be. */
    private static final int REACH = 16;

    private static final int MOST_DIFFERENCES = Findings.MOST_KEPT;
    private static final int BATCH = 1024;

    /** A line that is not the one of its leaf. */
    private record Difference(Kind kind, long leaf, String ofLeaf, String ofLine, String message) {}

    private final CheckpointCheck checkpoints;
    private final ReceiptCheck receipts;
    private final Findings findings;
    private final List<Difference> differences = new ArrayList<>();
    private long differenceCount;

    /** The tree of the leaves, and those that are not in it yet. */
    private Frontier tree = Frontier.EMPTY;

    private final List<Sha256Hash> pending = new ArrayList<>();

    /** The tree of the lines from the first difference on. */
    private Optional<Frontier> treeOfLines = Optional.empty();

    private Optional<Sha256Hash> rootOfLines = Optional.empty();

    LogCheck(CheckpointCheck checkpoints, ReceiptCheck receipts, Findings findings) {
        this.checkpoints = checkpoints;
        this.receipts = receipts;
        this.findings = findings;
    }

    void run(Member leavesMember, Member receiptsMember) throws IOException {
        LeafFile leaves = new LeafFile(leavesMember.content());
        boolean sizeIsRight = checkSize(leavesMember);
        Lines lines = new Lines(receiptsMember.content(), Entry.MAX_LINE_BYTES);
        checkpoints.grownTo(0, tree.root());
        long at = 0;
        for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
            at = line(line, at, leaves);
        }
        if (at < leaves.size()) {
            differ(
                    leaves,
                    at,
                    Kind.LEAF_MISSING,
                    leaves.get(at).toString(),
                    "nothing",
                    "receipt " + at + " is missing" + (leaves.size() - at == 1 ? "" : ", and all after it"));
        }
        growTo(leaves.size(), leaves);
        flush();
        boolean leavesAreGenuine = sizeIsRight && checkpoints.leavesAreGenuine();
        boolean linesAreGenuine = differenceCount == 0 ? leavesAreGenuine : checkpoints.isRoot(rootOfLines);
        boolean leavesAreWrong = linesAreGenuine && !checkpoints.leavesAreGenuine();
        report(leavesAreWrong);
        checkpoints.finish(leavesAreWrong, receipts.keys());
        BundleCheck.checkManifest(leavesMember, leavesMember.content().hash(), leavesAreGenuine, findings);
        BundleCheck.checkManifest(receiptsMember, lines.hash(), linesAreGenuine, findings);
    }

    private boolean checkSize(Member leaves) {
        Optional<Long> size = checkpoints.newest().map(Checkpoint::size);
        long bytes = leaves.content().size();
        boolean right =
                bytes % Sha256Hash.SIZE_BYTES == 0 && (size.isEmpty() || size.get() == bytes / Sha256Hash.SIZE_BYTES);
        if (!right) {
            findings.add(
                    Kind.SIZE,
                    Where.file(BundleName.LEAVES),
                    size.map(leafCount -> leafCount + " leaves of 32 bytes").orElse("leaves of 32 bytes"),
                    bytes + " bytes",
                    "the number of leaves is not that of the checkpoint");
        }
        return right;
    }

    /** Takes in a line where a leaf is due; gives the leaf that is due next. */
    private long line(Lines.Line line, long due, LeafFile leaves) throws IOException {
        Optional<Sha256Hash> hash =
                line.isCut() ? Optional.empty() : Optional.of(MerkleTree.leafHash(Entry.leafData(line.bytes())));
        long at = due;
        boolean genuine = isLeaf(hash, at, leaves);
        for (int i = 1; i <= REACH && !genuine; i++) {
            if (isLeaf(hash, due + i, leaves)) {
                at = due + i;
                genuine = true;
                receipts.gap();
                for (long missing = due; missing < at; missing++) {
                    differ(
                            leaves,
                            missing,
                            Kind.LEAF_MISSING,
                            leaves.get(missing).toString(),
                            "nothing",
                            "receipt " + missing + " is missing");
                }
            }
        }
        boolean extra = !genuine && (due >= leaves.size() || isOneBefore(hash, due, leaves));
        if (extra) {
            differ(
                    leaves,
                    at,
                    Kind.LEAF_EXTRA,
                    "no such receipt here",
                    words(hash),
                    "line " + line.number() + " is in the log elsewhere, or not at all");
        } else if (!genuine) {
            differ(
                    leaves,
                    at,
                    Kind.LEAF_HASH,
                    leaves.get(at).toString(),
                    words(hash),
                    "receipt " + at + " is not the one of its leaf");
        }
        addToLines(hash);
        receipts.line(line, at, genuine);
        if (extra) {
            return due;
        }
        growTo(at + 1, leaves);
        return at + 1;
    }

    private static String words(Optional<Sha256Hash> hash) {
        return hash.map(Sha256Hash::toString).orElse("a line of more than " + Entry.MAX_LINE_BYTES + " bytes");
    }

    private static boolean isLeaf(Optional<Sha256Hash> hash, long leaf, LeafFile leaves) throws IOException {
        return hash.isPresent() && leaf < leaves.size() && leaves.get(leaf).equals(hash.get());
    }

    private static boolean isOneBefore(Optional<Sha256Hash> hash, long due, LeafFile leaves) throws IOException {
        for (long leaf = Math.max(0, due - REACH); leaf < due; leaf++) {
            if (isLeaf(hash, leaf, leaves)) {
                return true;
            }
        }
        return false;
    }

    private void differ(LeafFile leaves, long leaf, Kind kind, String ofLeaf, String ofLine, String message)
            throws IOException {
        if (differenceCount++ == 0) {
            // Up to here lines and leaves were the same.
            growTo(Math.min(leaf, leaves.size()), leaves);
            flush();
            treeOfLines = Optional.of(tree);
            rememberRootOfLines(tree);
        }
        if (differences.size() < MOST_DIFFERENCES) {
            differences.add(new Difference(kind, leaf, ofLeaf, ofLine, message));
        }
    }

    private void addToLines(Optional<Sha256Hash> hash) {
        if (treeOfLines.isPresent() && hash.isPresent()) {
            Frontier grown = treeOfLines.get().append(hash.get());
            treeOfLines = Optional.of(grown);
            rememberRootOfLines(grown);
        }
    }

    private void rememberRootOfLines(Frontier grown) {
        boolean whole = checkpoints.newest().stream().anyMatch(checkpoint -> checkpoint.size() == grown.size());
        // Lines after those of the checkpoint are no part of its tree, but are not genuine either.
        rootOfLines = whole ? Optional.of(grown.root()) : Optional.empty();
    }

    private void growTo(long size, LeafFile leaves) throws IOException {
        for (long leaf = tree.size() + pending.size(); leaf < size; leaf++) {
            pending.add(leaves.get(leaf));
            if (pending.size() == BATCH || leaf + 1 == checkpoints.nextSize(leaf + 1)) {
                flush();
            }
        }
    }

    private void flush() throws IOException {
        if (!pending.isEmpty()) {
            tree = tree.appendAll(pending, (level, index, hash) -> {});
            pending.clear();
            if (tree.size() == checkpoints.nextSize(tree.size())) {
                checkpoints.grownTo(tree.size(), tree.root());
            }
        }
    }

    private void report(boolean leavesAreWrong) {
        for (Difference difference : differences) {
            if (leavesAreWrong) {
                findings.add(
                        difference.kind(),
                        Where.line(BundleName.LEAVES, difference.leaf()),
                        difference.ofLine(),
                        difference.ofLeaf(),
                        "leaf " + difference.leaf()
                                + " is not that of its receipt; the receipts have the root of the checkpoint");
            } else {
                findings.add(
                        difference.kind(),
                        Where.line(BundleName.RECEIPTS, difference.leaf()),
                        difference.ofLeaf(),
                        difference.ofLine(),
                        difference.message());
            }
        }
        findings.addUnkept(differenceCount - differences.size());
    }
}
