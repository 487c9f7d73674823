package org.dalrn.podp.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.CosignaturePolicy;
import org.dalrn.podp.note.KeyHistory;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.verify.BundleScan.Member;
import org.dalrn.podp.verify.Finding.Kind;
import org.dalrn.podp.verify.Finding.Where;

/**
 * The checkpoints of a bundle, and those seen elsewhere: their roots are compared while the log grows, their signatures when
 * all of the log's keys are known. Confined to one thread.
 */
final class CheckpointCheck {
    /** A file that holds a checkpoint; empty if what it holds is none. */
    private record Claim(Member member, Optional<SignedNote> note, Optional<Checkpoint> checkpoint) {}

    /** A checkpoint whose root is not that of the leaves. */
    private record Wrong(Optional<Member> member, long size, Sha256Hash claimed, Sha256Hash root) {}

    private static final int MOST_WRONG = 1_000;

    private final Verifier verifier;
    private final Bundle bundle;
    private final Findings findings;
    private final Claim newest;
    private final List<Checkpoint> seen;
    private final List<Wrong> wrong = new ArrayList<>();
    private Optional<Sha256Hash> rootOfLeaves = Optional.empty();
    private int nextEarlier;
    private int nextSeen;

    CheckpointCheck(Verifier verifier, Bundle bundle, Member newest, Findings findings) throws IOException {
        this.verifier = verifier;
        this.bundle = bundle;
        this.findings = findings;
        this.newest = read(newest);
        this.seen = verifier.known().stream()
                .filter(checkpoint -> this.newest.checkpoint().stream()
                        .anyMatch(of -> of.origin().equals(checkpoint.origin())))
                .sorted(Comparator.comparingLong(Checkpoint::size))
                .toList();
        checkForm(this.newest);
    }

    Optional<Checkpoint> newest() {
        return newest.checkpoint();
    }

    private Claim read(Member member) throws IOException {
        if (member.content().size() > SignedNote.MOST_BYTES) {
            return new Claim(member, Optional.empty(), Optional.empty());
        }
        try {
            byte[] bytes = member.content().read();
            SignedNote note = SignedNote.parse(bytes);
            if (!Arrays.equals(note.toByteArray(), bytes)) {
                return new Claim(member, Optional.empty(), Optional.empty());
            }
            return new Claim(member, Optional.of(note), Optional.of(Checkpoint.parse(note.text())));
        } catch (MalformedException malformed) {
            return new Claim(member, Optional.empty(), Optional.empty());
        }
    }

    private void checkForm(Claim claim) {
        String name = claim.member().name();
        if (claim.checkpoint().isEmpty()) {
            findings.add(
                    Kind.CHECKPOINT,
                    Where.file(name),
                    "a signed checkpoint of at most " + SignedNote.MOST_BYTES + " bytes",
                    claim.member().content().size() + " other bytes",
                    "the checkpoint is malformed");
            return;
        }
        Checkpoint checkpoint = claim.checkpoint().get();
        if (name.startsWith(BundleName.CHECKPOINTS) && !name.equals(BundleName.ofCheckpoint(checkpoint.size()))) {
            findings.add(
                    Kind.CHECKPOINT,
                    Where.file(name),
                    "the size in the name of the file",
                    Long.toString(checkpoint.size()),
                    "the checkpoint is of another size than its file's name says");
        }
        String origin = verifier.origin().orElse(origin(checkpoint));
        if (!checkpoint.origin().equals(origin)) {
            findings.add(
                    Kind.ORIGIN,
                    Where.file(name),
                    MalformedException.excerpt(origin),
                    MalformedException.excerpt(checkpoint.origin()),
                    "the checkpoint is of another log");
        }
    }

    /** The log that the bundle is of. */
    private String origin(Checkpoint otherwise) {
        return newest.checkpoint().map(Checkpoint::origin).orElse(otherwise.origin());
    }

    /** The smallest size at or above this one at which there is a checkpoint to compare. */
    long nextSize(long from) {
        long next = newest().map(Checkpoint::size).filter(size -> size >= from).orElse(Long.MAX_VALUE);
        if (nextEarlier < bundle.checkpointMembers().size()) {
            next = Math.min(next, sizeInName(nextEarlier));
        }
        if (nextSeen < seen.size()) {
            next = Math.min(next, seen.get(nextSeen).size());
        }
        return next;
    }

    private long sizeInName(int earlier) {
        return BundleName.sizeOf(bundle.checkpointMembers().get(earlier).name()).orElseThrow();
    }

    /** Compares the checkpoints of a size with the root that the leaves have at this size. */
    void grownTo(long size, Sha256Hash root) throws IOException {
        while (nextEarlier < bundle.checkpointMembers().size() && sizeInName(nextEarlier) == size) {
            Claim claim = read(bundle.checkpointMembers().get(nextEarlier++));
            checkForm(claim);
            claim.checkpoint()
                    .filter(checkpoint -> checkpoint.size() == size)
                    .ifPresent(checkpoint -> compare(Optional.of(claim.member()), checkpoint, root));
        }
        while (nextSeen < seen.size() && seen.get(nextSeen).size() == size) {
            compare(Optional.empty(), seen.get(nextSeen++), root);
        }
        newest().filter(checkpoint -> checkpoint.size() == size).ifPresent(checkpoint -> {
            rootOfLeaves = Optional.of(root);
            compare(Optional.of(newest.member()), checkpoint, root);
        });
    }

    private void compare(Optional<Member> member, Checkpoint checkpoint, Sha256Hash root) {
        if (!checkpoint.root().equals(root) && wrong.size() < MOST_WRONG) {
            // Not the checkpoint itself: its further lines may be long.
            wrong.add(new Wrong(member, checkpoint.size(), checkpoint.root(), root));
        }
    }

    /** Whether this is the root that the newest checkpoint states. */
    boolean isRoot(Optional<Sha256Hash> root) {
        return root.isPresent() && newest().map(Checkpoint::root).equals(root);
    }

    /** Whether the leaves have the root that the newest checkpoint states. */
    boolean leavesAreGenuine() {
        return isRoot(rootOfLeaves);
    }

    /**
     * Says what is wrong, once the whole log was read.
     *
     * @param leavesAreWrong whether the receipts have the root of the newest checkpoint and the leaves have not
     * @param keys the keys of the log; empty if it is not known which log it is
     */
    void finish(boolean leavesAreWrong, Optional<KeyHistory> keys) throws IOException {
        boolean newestIsSigned = checkSignature(newest, keys);
        List<Member> earlier = bundle.checkpointMembers();
        for (Member member : earlier) {
            checkSignature(read(member), keys);
        }
        for (; nextEarlier < earlier.size(); nextEarlier++) {
            findings.add(
                    Kind.SIZE,
                    Where.file(earlier.get(nextEarlier).name()),
                    "a size that the log has had",
                    Long.toString(sizeInName(nextEarlier)),
                    "an earlier checkpoint of a larger log");
        }
        for (; nextSeen < seen.size(); nextSeen++) {
            findings.add(
                    Kind.SIZE,
                    Where.file(BundleName.CHECKPOINT),
                    "at least " + seen.get(nextSeen).size(),
                    newest().map(checkpoint -> Long.toString(checkpoint.size())).orElse("?"),
                    "the log was larger when it was seen elsewhere: this bundle is older, or the log was cut");
        }
        if (!leavesAreWrong) {
            for (Wrong claim : wrong) {
                contradiction(claim, newestIsSigned && leavesAreGenuine(), keys);
            }
        }
    }

    /** The names of the trusted witnesses that cosigned the newest checkpoint. */
    List<String> cosigners() {
        if (verifier.cosigned().isEmpty() || newest.note().isEmpty()) {
            return List.of();
        }
        Verifier.Cosigned wanted = verifier.cosigned().get();
        CosignaturePolicy.Verdict verdict = wanted.policy().check(newest.note().get(), wanted.notAfter());
        List<String> names = verdict.cosignatures().stream()
                .map(cosignature -> cosignature.witness().name())
                .toList();
        if (!verdict.satisfied()) {
            findings.add(
                    Kind.COSIGNATURES,
                    Where.file(BundleName.CHECKPOINT),
                    wanted.policy().required() + " of "
                            + wanted.policy().witnesses().size() + " witnesses",
                    Integer.toString(names.size()),
                    verdict.objections().stream()
                            .findFirst()
                            .map(MalformedException::excerpt)
                            .orElse("too few witnesses cosigned"));
        }
        return names;
    }

    private void contradiction(Wrong claim, boolean logIsSigned, Optional<KeyHistory> keys) throws IOException {
        String file = claim.member().map(Member::name).orElse(BundleName.CHECKPOINT);
        boolean signed = claim.member().isEmpty();
        if (claim.member().isPresent() && logIsSigned && keys.isPresent()) {
            Optional<SignedNote> note = read(claim.member().get()).note();
            signed = note.isPresent() && keys.get().objection(note.get()).isEmpty();
        }
        findings.add(
                signed ? Kind.SPLIT_VIEW : Kind.ROOT,
                Where.file(file),
                claim.root().toString(),
                claim.claimed().toString(),
                claim.member().isEmpty()
                        ? "a checkpoint of size " + claim.size()
                                + " that was seen elsewhere has another root than the leaves here"
                        : "the checkpoint of size " + claim.size() + " has another root than the leaves"
                                + (signed ? ": the owner signed two histories" : ""));
    }

    /** Checks the signatures and the manifest; says whether the owner signed. */
    private boolean checkSignature(Claim claim, Optional<KeyHistory> keys) throws IOException {
        boolean signed = false;
        if (claim.note().isPresent() && keys.isPresent()) {
            Optional<String> objection = keys.get().objection(claim.note().get());
            signed = objection.isEmpty();
            objection.ifPresent(reason -> findings.add(
                    Kind.CHECKPOINT_SIGNATURE,
                    Where.file(claim.member().name()),
                    "a signature by the key of the log in force",
                    "none that counts",
                    reason));
        }
        Sha256Hash hash = claim.member().content().hash();
        if (!claim.member().manifest().equals(Optional.of(hash))) {
            BundleCheck.checkManifest(claim.member(), hash, signed && isSignedToItsLastLine(claim, keys), findings);
        }
        return signed;
    }

    /** Lines of unknown keys may be anything: only if there are none, the file cannot be what was changed. */
    private boolean isSignedToItsLastLine(Claim claim, Optional<KeyHistory> keys) {
        List<NoteVerifier> known = new ArrayList<>(keys.orElseThrow().verifiers());
        verifier.cosigned().ifPresent(cosigned -> known.addAll(cosigned.policy().witnesses()));
        return claim.note().orElseThrow().check(known).everyLineVerified();
    }
}
