package org.dalrn.podp.verify;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.verify.BundleScan.Member;
import org.dalrn.podp.verify.Finding.Kind;
import org.dalrn.podp.verify.Finding.Where;

/** One verification of one bundle, without replay. Confined to one thread. */
final class BundleCheck {
    private static final int MOST_TYPES = 256;

    private final Verifier verifier;
    private final Bundle bundle;
    private final Findings findings;
    private long blobBytes;

    BundleCheck(Verifier verifier, Bundle bundle, Findings findings) {
        this.verifier = verifier;
        this.bundle = bundle;
        this.findings = findings;
    }

    /** What there is to say of the bundle if there are no findings in the end. */
    Optional<Summary> run() {
        try {
            checkBlobs();
            Optional<Member> newest = bundle.member(BundleName.CHECKPOINT);
            Optional<Member> leaves = bundle.member(BundleName.LEAVES);
            Optional<Member> receipts = bundle.member(BundleName.RECEIPTS);
            if (newest.isEmpty() || leaves.isEmpty() || receipts.isEmpty()) {
                return Optional.empty();
            }
            CheckpointCheck checkpoints = new CheckpointCheck(verifier, bundle, newest.get(), findings);
            ReceiptCheck entries = new ReceiptCheck(verifier, bundle, checkpoints.newest(), findings);
            new LogCheck(checkpoints, entries, findings).run(leaves.get(), receipts.get());
            List<String> witnesses = checkpoints.cosigners();
            AnchorCheck anchors = new AnchorCheck(verifier, bundle, findings);
            anchors.checkForm(checkpoints.newest());
            return checkpoints.newest().map(newestOf -> summary(newestOf, entries, witnesses, anchors.ask(newestOf)));
        } catch (IOException e) {
            throw Bundle.unreadable(e);
        }
    }

    private Summary summary(Checkpoint checkpoint, ReceiptCheck log, List<String> witnesses, List<String> anchors) {
        int blobs = bundle.blobMembers().size();
        return new Summary(
                checkpoint.origin(),
                checkpoint.size(),
                checkpoint.root(),
                log.lastReplayDigest(),
                log.types(),
                log.signedByActors(),
                1L + bundle.checkpointMembers().size(),
                witnesses,
                blobs,
                blobBytes,
                log.missingBlobs(),
                (long) blobs - log.namedBlobs(),
                anchors,
                Optional.empty());
    }

    private void checkBlobs() throws IOException {
        List<Member> blobs = bundle.blobMembers();
        for (int i = 0; i < blobs.size(); i++) {
            Member blob = blobs.get(i);
            blobBytes += blob.content().size();
            Sha256Hash found = blob.content().hash();
            Sha256Hash named = BundleName.hashOf(blob.name());
            if (!found.equals(named)) {
                bundle.setBad(i);
                findings.add(
                        Kind.BLOB,
                        Where.file(blob.name()),
                        named.toString(),
                        found.toString(),
                        "the blob is not the one that its name says");
            }
            checkManifest(blob, named, true, findings);
        }
    }

    /**
     * Compares a file's hash with the manifest's.
     *
     * @param sure whether the content is known to be right by other means, so that only the manifest can be wrong
     */
    static void checkManifest(Member member, Sha256Hash found, boolean sure, Findings findings) {
        Optional<Sha256Hash> expected = member.manifest();
        if (expected.isPresent() && !expected.get().equals(found)) {
            if (!sure) {
                findings.add(
                        Kind.MANIFEST,
                        Where.file(member.name()),
                        expected.get().toString(),
                        found.toString(),
                        "the file is not the one in the manifest: one of the two was changed");
            }
            findings.add(
                    Kind.MANIFEST,
                    Where.file(BundleName.MANIFEST),
                    found.toString(),
                    expected.get().toString(),
                    "the manifest has another hash for " + member.name());
        }
    }

    static void count(SortedMap<String, Long> counts, String key) {
        count(counts, key, MOST_TYPES);
    }

    /** Counts; what comes after the most keys that are kept is counted under one more. */
    static void count(SortedMap<String, Long> counts, String key, int most) {
        counts.merge(counts.containsKey(key) || counts.size() < most ? key : "others", 1L, Long::sum);
    }
}
