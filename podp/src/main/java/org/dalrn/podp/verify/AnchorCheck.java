package org.dalrn.podp.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorLookup;
import org.dalrn.podp.anchor.AnchorOutcome;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.verify.BundleScan.Member;
import org.dalrn.podp.verify.Finding.Kind;
import org.dalrn.podp.verify.Finding.Where;

/** The anchors of a bundle: their form, and what the chain says of them. Confined to one thread. */
final class AnchorCheck {
    /** Each costs an answer of somebody else's machine. */
    private static final int MOST_ASKED = 100;

    private final Verifier verifier;
    private final Bundle bundle;
    private final Findings findings;

    AnchorCheck(Verifier verifier, Bundle bundle, Findings findings) {
        this.verifier = verifier;
        this.bundle = bundle;
        this.findings = findings;
    }

    void checkForm(Optional<Checkpoint> newest) throws IOException {
        for (Member anchor : bundle.anchorMembers()) {
            Sha256Hash found = anchor.content().hash();
            Sha256Hash named = BundleName.hashOf(anchor.name());
            if (!found.equals(named)) {
                add(anchor, named.toString(), found.toString(), "the anchor is not the one that its name says");
            }
            BundleCheck.checkManifest(anchor, named, true, findings);
            try {
                Bundle.anchor(anchor);
            } catch (MalformedException malformed) {
                add(anchor, "an anchor proof", "other bytes", String.valueOf(malformed.getMessage()));
            }
            long size = BundleName.sizeOf(anchor.name()).orElseThrow();
            if (newest.isPresent()
                    && newest.get().size() != size
                    && earlier(size).isEmpty()) {
                add(anchor, "a checkpoint of size " + size, "none", "the anchored checkpoint is not in the bundle");
            }
        }
    }

    private Optional<Member> earlier(long size) {
        List<Member> checkpoints = bundle.checkpointMembers();
        int found = Collections.binarySearch(
                checkpoints,
                new Member(BundleName.ofCheckpoint(size), bundle.nothing(), Optional.empty()),
                Comparator.comparing(Member::name));
        return found < 0 ? Optional.empty() : Optional.of(checkpoints.get(found));
    }

    /** Asks the chain about the newest anchors, if nothing else is wrong; gives a sentence for each answer. */
    List<String> ask(Checkpoint newest) {
        List<String> told = new ArrayList<>();
        if (verifier.anchors().isPresent() && findings.isEmpty()) {
            AnchorLookup lookup = verifier.anchors().get();
            List<Member> anchors = bundle.anchorMembers();
            int unasked = Math.max(0, anchors.size() - MOST_ASKED);
            for (Member anchor : anchors.subList(unasked, anchors.size())) {
                long size = BundleName.sizeOf(anchor.name()).orElseThrow();
                Checkpoint anchored = size == newest.size()
                        ? newest
                        : Checkpoint.parse(
                                Bundle.note(earlier(size).orElseThrow()).text());
                AnchorOutcome outcome = lookup.find(anchored, Optional.of(Bundle.anchor(anchor)));
                take(outcome, anchor.name(), told);
                if (outcome instanceof AnchorOutcome.Unreachable) {
                    // The others would wait for the same time-out.
                    break;
                }
            }
            if (anchors.isEmpty()) {
                take(lookup.find(newest, Optional.empty()), BundleName.CHECKPOINT, told);
            }
            if (unasked > 0) {
                told.add("the chain was not asked about " + unasked + " earlier anchors");
            }
        }
        return told;
    }

    private void take(AnchorOutcome outcome, String file, List<String> told) {
        String explanation = MalformedException.excerpt(outcome.explanation());
        if (outcome instanceof AnchorOutcome.Contradicted contradicted) {
            findings.add(
                    Kind.SPLIT_VIEW,
                    Where.file(file),
                    contradicted.anchored().toString(),
                    "another root",
                    "the chain holds another root: " + explanation);
        } else if (outcome instanceof AnchorOutcome.Absent && file.startsWith(BundleName.ANCHORS)) {
            findings.add(Kind.ANCHOR, Where.file(file), "an anchored checkpoint", "none", explanation);
        } else {
            told.add(explanation);
        }
    }

    private void add(Member anchor, String expected, String found, String message) {
        findings.add(Kind.ANCHOR, Where.file(anchor.name()), expected, found, message);
    }
}
