package org.dalrn.podp.verify;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.CanonicalJson;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.Finding.Kind;
import org.dalrn.podp.verify.Finding.Where;

/** Runs the steps of a verified bundle again, in the order of the log. Confined to one thread. */
final class ReplayCheck {
    private static final int MOST_REASONS = 100;

    private final Bundle bundle;
    private final Blobs blobs;
    private final Map<String, Replayer> replayers = new HashMap<>();
    private final Map<Replayer, Replayer.Session> sessions = new LinkedHashMap<>();
    private final boolean required;
    private final Findings findings;
    private final SortedMap<String, Long> unknownTypes = new TreeMap<>();
    private final SortedMap<String, Long> notReplayable = new TreeMap<>();
    private long replayed;
    private long seen;

    ReplayCheck(Bundle bundle, Collection<Replayer> replayers, boolean required, Findings findings) {
        this.bundle = bundle;
        this.blobs = bundle.blobs();
        this.required = required;
        this.findings = findings;
        for (Replayer replayer : replayers) {
            replayer.types().forEach(type -> this.replayers.putIfAbsent(type, replayer));
        }
    }

    Summary run(Summary summary) {
        bundle.forEachEntry(entry -> replay(entry.receipt()));
        for (Replayer.Session session : sessions.values()) {
            session.end()
                    .ifPresent(missing -> findings.add(
                            Kind.REPLAY,
                            Where.field(seen, ""),
                            MalformedException.excerpt(missing),
                            "the end of the log",
                            "the log ends in the midst of a step"));
        }
        return summary.with(new Summary.Replay(replayed, unknownTypes, notReplayable));
    }

    private void replay(Receipt claimed) {
        seen = claimed.seq() + 1;
        String type = claimed.facts().type();
        Replayer replayer = replayers.get(type);
        if (replayer == null) {
            BundleCheck.count(unknownTypes, type);
            notReplayed(claimed, "nobody knows how to run " + type + " again");
            return;
        }
        Replayer.Outcome outcome;
        try {
            outcome = sessions.computeIfAbsent(replayer, r -> r.begin(claimed.log()))
                    .replay(claimed, blobs);
        } catch (BlobMissingException missing) {
            outcome = new Replayer.NotReplayable(String.valueOf(missing.getMessage()));
        } catch (RuntimeException failure) {
            // Whatever a step does with what the log holds: a step that does not run has not given these outputs.
            findings.add(
                    Kind.REPLAY,
                    Where.field(claimed.seq(), ""),
                    "a step that runs",
                    MalformedException.excerpt(failure.getClass().getName()),
                    "running the step again failed: "
                            + MalformedException.excerpt(String.valueOf(failure.getMessage())));
            return;
        }
        if (outcome instanceof Replayer.Remade remade) {
            compare(claimed, remade.facts());
        } else if (outcome instanceof Replayer.NotReplayable not) {
            String because = MalformedException.excerpt(not.because());
            BundleCheck.count(notReplayable, because, MOST_REASONS);
            notReplayed(claimed, because);
        }
    }

    private void notReplayed(Receipt claimed, String because) {
        if (required) {
            findings.add(
                    Kind.NOT_REPLAYED, Where.field(claimed.seq(), ""), "a step that was run again", "none", because);
        }
    }

    private void compare(Receipt claimed, Facts remade) {
        Receipt again = claimed.withFacts(remade);
        Sha256Hash expected = again.replayDigest();
        Sha256Hash found = claimed.replayDigest();
        if (expected.equals(found)) {
            replayed++;
            return;
        }
        TreeDifference.between(CanonicalJson.read(again.canonicalText()), CanonicalJson.read(claimed.canonicalText()))
                .forEach(difference -> findings.add(
                        Kind.REPLAY,
                        Where.field(claimed.seq(), difference.path()),
                        difference.expected(),
                        difference.found(),
                        "running the step again gave something else; replay digest " + expected + " instead of "
                                + found));
    }
}
