package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;

/**
 * Which key may sign the checkpoints of a log at which size: the first key, which the verifier trusts from elsewhere,
 * and what the log's own entries say of it since.
 *
 * <p>A history is right for checkpoints up to a size only if it holds every key event of the log below that size, in
 * the order of the log. What it cannot tell: whether somebody who stole a key told another history to somebody else.
 * For that there are witnesses and anchors.
 *
 * <p>Immutable and thread-safe.
 *
 * <p>Source of the rules: docs/receipts.md, section Keys.
 */
public final class KeyHistory {

    /** What a key's signature under a checkpoint of some size is worth. */
    public enum Standing {
        /** The one key whose signature counts. */
        IN_FORCE,
        /** The key takes over at a larger size. */
        NOT_YET,
        /** The key handed over at a smaller size. */
        RETIRED,
        /** A revocation says that its signature counts only under smaller checkpoints. */
        REVOKED,
        /** No key of this log. */
        UNKNOWN
    }

    /** Most keys that a log can have: a bound on what a hostile log can make a verifier do. */
    public static final int MOST_KEYS = 100;

    /** A key with the sizes of the checkpoints that were its to sign, and the largest for which a revocation lets it. */
    private record Term(Ed25519PublicKey key, long firstSize, long lastSize, long revokedAfter) {
        Term endingAt(long size) {
            return new Term(key, firstSize, size, revokedAfter);
        }

        Term revokedAfter(long size) {
            return new Term(key, firstSize, lastSize, Math.min(revokedAfter, size));
        }

        boolean isRevoked() {
            return revokedAfter != Long.MAX_VALUE;
        }
    }

    private final String origin;
    private final List<Term> terms;
    private final long lastIndex;

    private KeyHistory(String origin, List<Term> terms, long lastIndex) {
        this.origin = origin;
        this.terms = terms;
        this.lastIndex = lastIndex;
    }

    /**
     * The history of a log without key events.
     *
     * @param origin the log
     * @param first the key that is trusted from elsewhere
     * @throws IllegalArgumentException if the origin is not allowed
     */
    public static KeyHistory startingWith(String origin, Ed25519PublicKey first) {
        NoteText.requireKeyName(origin);
        Term term = new Term(requireNonNull(first, "first"), 0, Long.MAX_VALUE, Long.MAX_VALUE);
        return new KeyHistory(origin, List.of(term), -1);
    }

    /** The log. */
    public String origin() {
        return origin;
    }

    /** Why an event may not follow on this history; empty if it may. */
    public Optional<String> objection(KeyEvent event) {
        if (!event.origin().equals(origin)) {
            return Optional.of("entry " + event.index() + " is a key event of the log "
                    + MalformedException.excerpt(event.origin()) + ", not of " + origin);
        }
        if (event.index() <= lastIndex) {
            return Optional.of("key event at entry " + event.index() + " follows one at entry " + lastIndex
                    + "; they come in the order of the log");
        }
        return event instanceof KeyRotation rotation
                ? objectionToRotation(rotation)
                : objectionToRevocation((KeyRevocation) event);
    }

    /**
     * The history after one more event.
     *
     * @throws PodpException with the {@link #objection} if there is one
     */
    public KeyHistory with(KeyEvent event) {
        objection(event).ifPresent(reason -> {
            throw new PodpException(reason);
        });
        List<Term> next = new ArrayList<>(terms);
        if (event instanceof KeyRotation rotation) {
            next.set(next.size() - 1, current().endingAt(rotation.index()));
            next.add(new Term(rotation.to(), rotation.index() + 1, Long.MAX_VALUE, Long.MAX_VALUE));
        } else if (event instanceof KeyRevocation revocation) {
            next.replaceAll(
                    term -> term.key().equals(revocation.key()) ? term.revokedAfter(revocation.lastSize()) : term);
        }
        return new KeyHistory(origin, List.copyOf(next), event.index());
    }

    /** What a key's signature under a checkpoint of this size is worth. */
    public Standing standing(Ed25519PublicKey key, long size) {
        for (Term term : terms) {
            if (term.key().equals(key)) {
                if (size > term.revokedAfter()) {
                    return Standing.REVOKED;
                }
                if (size < term.firstSize()) {
                    return Standing.NOT_YET;
                }
                return size > term.lastSize() ? Standing.RETIRED : Standing.IN_FORCE;
            }
        }
        return Standing.UNKNOWN;
    }

    /** The key whose signature counts under a checkpoint of this size; empty if it is revoked. */
    public Optional<NoteVerifier> verifierAt(long size) {
        return terms.stream()
                .map(Term::key)
                .filter(key -> standing(key, size) == Standing.IN_FORCE)
                .map(key -> new NoteVerifier(origin, key))
                .findFirst();
    }

    /** Every key of the log, the first one first, whether in force or not. */
    public List<NoteVerifier> verifiers() {
        return terms.stream().map(term -> new NoteVerifier(origin, term.key())).toList();
    }

    /**
     * Why a note is not worth anything as a checkpoint of this log; empty if it is. Lines of witnesses and of keys that
     * are not the log's are passed over.
     */
    public Optional<String> objection(SignedNote note) {
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.parse(note.text());
        } catch (MalformedException malformed) {
            return Optional.of("the note is no checkpoint: " + malformed.getMessage());
        }
        if (!checkpoint.origin().equals(origin)) {
            return Optional.of("the checkpoint is of the log " + MalformedException.excerpt(checkpoint.origin())
                    + ", not of " + origin);
        }
        NoteCheck check = note.check(verifiers());
        List<NoteCheck.Line> failed = check.lines(NoteCheck.Status.FAILED);
        if (!failed.isEmpty()) {
            return Optional.of("signature line " + failed.get(0).number() + " of the checkpoint of size "
                    + checkpoint.size() + " names a key of the log that did not sign it");
        }
        Optional<NoteVerifier> inForce = verifierAt(checkpoint.size());
        if (inForce.isPresent() && check.isSignedBy(inForce.get())) {
            return Optional.empty();
        }
        StringBuilder found = new StringBuilder();
        for (NoteCheck.Line line : check.lines(NoteCheck.Status.VERIFIED)) {
            line.key()
                    .ifPresent(signer -> found.append(", but ")
                            .append(signer.key())
                            .append(" did, which is ")
                            .append(standing(signer.key(), checkpoint.size())));
        }
        return Optional.of("the checkpoint of size " + checkpoint.size() + " is not signed by "
                + inForce.map(key -> "the key in force, " + key.key())
                        .orElse("any key: the one for this size is revoked")
                + found);
    }

    private Optional<String> objectionToRotation(KeyRotation rotation) {
        String entry = "key rotation at entry " + rotation.index();
        if (current().isRevoked()) {
            return Optional.of(entry + " follows the revocation of the key in force: the log is closed");
        }
        if (!rotation.from().equals(current().key())) {
            return Optional.of(entry + " is authorised by " + rotation.from() + "; the key in force is "
                    + current().key());
        }
        if (terms.size() == MOST_KEYS) {
            return Optional.of(
                    entry + " would be for key number " + (MOST_KEYS + 1) + "; a log has at most " + MOST_KEYS);
        }
        if (terms.stream().anyMatch(term -> term.key().equals(rotation.to()))) {
            return Optional.of(entry + " hands over to " + rotation.to() + ", which was a key of this log before");
        }
        if (!rotation.isSignedByOld()) {
            return Optional.of(entry + " does not hold a signature of the old key " + rotation.from());
        }
        if (!rotation.isSignedByNew()) {
            return Optional.of(entry + " does not hold a signature of the new key " + rotation.to());
        }
        return Optional.empty();
    }

    private Optional<String> objectionToRevocation(KeyRevocation revocation) {
        String entry = "key revocation at entry " + revocation.index();
        boolean byInForce =
                !current().isRevoked() && revocation.by().equals(current().key());
        if (terms.stream().noneMatch(term -> term.key().equals(revocation.key()))) {
            return Optional.of(entry + " names " + revocation.key() + ", which is no key of this log");
        }
        if (!byInForce && !revocation.by().equals(revocation.key())) {
            return Optional.of(
                    entry + " is made by " + revocation.by() + "; only the key itself and the key in force can revoke");
        }
        if (!revocation.isSigned()) {
            return Optional.of(entry + " does not hold a signature of " + revocation.by());
        }
        return Optional.empty();
    }

    private Term current() {
        return terms.get(terms.size() - 1);
    }

    /** Returns the keys with their sizes. */
    @Override
    public String toString() {
        return origin + " " + terms;
    }
}
