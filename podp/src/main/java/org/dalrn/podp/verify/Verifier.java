package org.dalrn.podp.verify;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorLookup;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.CosignaturePolicy;
import org.dalrn.podp.note.Ed25519PublicKey;

/**
 * What somebody trusts, and so what they take for verified.
 *
 * <p>It says everything that is wrong with a {@link Bundle}: the archive, each checkpoint's signature and root, each receipt's
 * form, place, chain, leaf and signature, each blob's hash; and, given {@link Replayer}s, whether the steps run again to the same
 * hashes. What it proves is that the owner of the key stands by exactly this log, not that what went into the log is true.
 *
 * <p>Immutable and thread-safe, but for {@link #asking}. Time is linear in the length of the bundle. Memory is at most
 * 64 MiB, some 40 times the longest line, which has at most 16 MiB, and what replayers take.
 *
 * <p>Source: docs/receipts.md, "Verification".
 */
public final class Verifier {
    /** Who must have cosigned, and when it is now. */
    record Cosigned(CosignaturePolicy policy, Instant notAfter) {}

    private final Ed25519PublicKey owner;
    private Optional<String> origin = Optional.empty();
    private Map<Sha256Hash, Ed25519PublicKey> actors = Map.of();
    private List<Checkpoint> known = List.of();
    private Optional<Cosigned> cosigned = Optional.empty();
    private Optional<AnchorLookup> anchors = Optional.empty();
    private boolean blobsRequired;
    private boolean replayRequired;

    private Verifier(Ed25519PublicKey owner) {
        this.owner = owner;
    }

    /**
     * Trusts the first key of a log's owner, and the keys to which the log itself hands over.
     *
     * @param owner from elsewhere than from whoever gave the bundle
     */
    public static Verifier trusting(Ed25519PublicKey owner) {
        return new Verifier(Objects.requireNonNull(owner, "owner"));
    }

    /** Takes only the log of this origin; otherwise any log of the owner will do. */
    public Verifier ofLog(String wanted) {
        Verifier other = copy();
        other.origin = Optional.of(wanted);
        return other;
    }

    /** Knows more actors than the owner of the log: those whose signed receipts are expected. */
    public Verifier knowing(Collection<Ed25519PublicKey> others) {
        Map<Sha256Hash, Ed25519PublicKey> all = new HashMap<>(actors);
        others.forEach(key -> all.put(key.keyId(), key));
        Verifier other = copy();
        other.actors = Map.copyOf(all);
        return other;
    }

    /**
     * Compares with a checkpoint of the log that was seen elsewhere and whose signature was verified then: a log that shows
     * others another history is found out.
     */
    public Verifier havingSeen(Checkpoint checkpoint) {
        List<Checkpoint> all = new ArrayList<>(known);
        all.add(Objects.requireNonNull(checkpoint, "checkpoint"));
        Verifier other = copy();
        other.known = List.copyOf(all);
        return other;
    }

    /**
     * Refutes a bundle whose newest checkpoint too few witnesses cosigned.
     *
     * @param policy which witnesses, and how many of them
     * @param notAfter the latest time of a cosignature that is believed: now, and what clocks may differ by
     */
    public Verifier requiringCosignatures(CosignaturePolicy policy, Instant notAfter) {
        Verifier other = copy();
        other.cosigned = Optional.of(
                new Cosigned(Objects.requireNonNull(policy, "policy"), Objects.requireNonNull(notAfter, "notAfter")));
        return other;
    }

    /**
     * Asks a chain about the anchors of the bundle, and if it has none about its newest checkpoint. Only checkpoints are asked for
     * whose bundle has no other finding. A chain that is down refutes nothing: the summary tells.
     *
     * @param lookup stays open; what is true of its threads is true of this verifier's
     */
    public Verifier asking(AnchorLookup lookup) {
        Verifier other = copy();
        other.anchors = Optional.of(lookup);
        return other;
    }

    /** Refutes a bundle that lacks a blob that a receipt names; otherwise they are counted. */
    public Verifier requiringBlobs() {
        Verifier other = copy();
        other.blobsRequired = true;
        return other;
    }

    /** Refutes a bundle with a receipt that no replayer could run again; otherwise they are counted. */
    public Verifier requiringReplay() {
        Verifier other = copy();
        other.replayRequired = true;
        return other;
    }

    private Verifier copy() {
        Verifier other = new Verifier(owner);
        other.origin = origin;
        other.actors = actors;
        other.known = known;
        other.cosigned = cosigned;
        other.anchors = anchors;
        other.blobsRequired = blobsRequired;
        other.replayRequired = replayRequired;
        return other;
    }

    /**
     * Verifies a file without running anything again.
     *
     * @throws PodpException if the file cannot be read
     */
    public Verification verify(Path file) {
        Findings findings = new Findings();
        try (Bundle bundle = Bundle.scan(file, findings)) {
            return answer(new BundleCheck(this, bundle, findings).run(), findings);
        }
    }

    /**
     * Verifies a file and, if nothing is wrong, runs its steps again.
     *
     * @param replayers how; of two that know a type the first runs it
     * @throws PodpException if the file cannot be read
     */
    public Verification verify(Path file, Collection<Replayer> replayers) {
        Findings findings = new Findings();
        try (Bundle bundle = Bundle.scan(file, findings)) {
            Optional<Summary> summary = new BundleCheck(this, bundle, findings).run();
            // What is run again is code on data: only on what the owner stands by.
            if (findings.isEmpty() && summary.isPresent()) {
                summary = Optional.of(new ReplayCheck(bundle, replayers, replayRequired, findings).run(summary.get()));
            }
            return answer(summary, findings);
        }
    }

    private static Verification answer(Optional<Summary> summary, Findings findings) {
        if (findings.isEmpty()) {
            return new Verification.Verified(
                    summary.orElseThrow(() -> new IllegalStateException("bug: no finding, and no summary")));
        }
        return new Verification.Refuted(findings.kept(), findings.count());
    }

    Ed25519PublicKey owner() {
        return owner;
    }

    Optional<String> origin() {
        return origin;
    }

    Map<Sha256Hash, Ed25519PublicKey> actors() {
        return actors;
    }

    List<Checkpoint> known() {
        return known;
    }

    Optional<Cosigned> cosigned() {
        return cosigned;
    }

    Optional<AnchorLookup> anchors() {
        return anchors;
    }

    boolean blobsRequired() {
        return blobsRequired;
    }
}
