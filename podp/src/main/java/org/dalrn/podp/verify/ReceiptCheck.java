package org.dalrn.podp.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.CanonicalJson;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.KeyEvent;
import org.dalrn.podp.note.KeyHistory;
import org.dalrn.podp.note.KeyRevocation;
import org.dalrn.podp.receipt.Artifact;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.receipt.SchemaFault;
import org.dalrn.podp.verify.Finding.Kind;
import org.dalrn.podp.verify.Finding.Where;

/** The receipts of a log, one after the other. Confined to one thread. */
final class ReceiptCheck {
    /** Every signature is compared with all keys of the log. */
    private static final int MOST_KEY_EVENTS = 256;

    private final Verifier verifier;
    private final Bundle bundle;
    private final Findings findings;
    private final Optional<String> origin;
    private final BitSet namedBlobs = new BitSet();
    private final SortedMap<String, Long> types = new TreeMap<>();
    private final Map<Sha256Hash, Ed25519PublicKey> ownersKeys = new HashMap<>();
    private Optional<KeyHistory> keys;
    private int revocations;
    private long signedByActors;
    private long missingBlobs;

    /** The digest of the last receipt; empty if it is not known, or there is none. */
    private Optional<Sha256Hash> digest = Optional.empty();

    ReceiptCheck(Verifier verifier, Bundle bundle, Optional<Checkpoint> newest, Findings findings) {
        this.verifier = verifier;
        this.bundle = bundle;
        this.findings = findings;
        this.origin = newest.map(Checkpoint::origin);
        this.keys = Optional.empty();
        origin.ifPresent(log -> setKeys(KeyHistory.startingWith(log, verifier.owner())));
    }

    Optional<KeyHistory> keys() {
        return keys;
    }

    Optional<Sha256Hash> lastReplayDigest() {
        return digest;
    }

    SortedMap<String, Long> types() {
        return types;
    }

    long signedByActors() {
        return signedByActors;
    }

    long missingBlobs() {
        return missingBlobs;
    }

    int namedBlobs() {
        return namedBlobs.cardinality();
    }

    /** Says that receipts are missing before the next line: it is not blamed for it. */
    void gap() {
        digest = Optional.empty();
    }

    /**
     * Checks a line.
     *
     * @param at its place in the log
     * @param genuine whether it is the line of its leaf; what follows one that is not is not blamed for it
     */
    void line(Lines.Line line, long at, boolean genuine) {
        if (!line.ended()) {
            findings.add(
                    Kind.CANONICAL,
                    Where.line(BundleName.RECEIPTS, at),
                    "a line feed",
                    "the end of the file",
                    "the last line is not ended");
        }
        Optional<Sha256Hash> before = digest;
        digest = Optional.empty();
        if (line.isCut()) {
            findings.add(
                    Kind.CANONICAL,
                    Where.line(BundleName.RECEIPTS, at),
                    "at most " + Entry.MAX_LINE_BYTES + " bytes",
                    line.length() + " bytes",
                    "the line is too long");
            return;
        }
        Entry entry;
        try {
            entry = Entry.parse(line.bytes());
        } catch (MalformedException malformed) {
            malformed(line.bytes(), at, malformed);
            return;
        }
        entry(entry, at, before);
        if (genuine) {
            digest = Optional.of(entry.receipt().replayDigest());
        }
    }

    private void malformed(byte[] line, long at, MalformedException malformed) {
        List<SchemaFault> faults = List.of();
        try {
            int tab = new String(line, StandardCharsets.ISO_8859_1).indexOf('\t');
            faults = Receipt.faults(CanonicalJson.read(tab < 0 ? line : Arrays.copyOf(line, tab)));
        } catch (MalformedException notEvenATree) {
            // Said below, in the words of the first refusal.
        }
        for (SchemaFault fault : faults) {
            findings.add(Kind.SCHEMA, Where.field(at, fault.path()), fault.expected(), fault.found(), fault.toString());
        }
        if (faults.isEmpty()) {
            findings.add(
                    Kind.CANONICAL,
                    Where.line(BundleName.RECEIPTS, at),
                    "a canonical text and perhaps a signature",
                    "other bytes",
                    String.valueOf(malformed.getMessage()));
        }
    }

    private void entry(Entry entry, long at, Optional<Sha256Hash> before) {
        Receipt receipt = entry.receipt();
        if (origin.isPresent() && !receipt.log().equals(origin.get())) {
            field(Kind.LOG, at, "log", origin.get(), receipt.log(), "the receipt belongs to another log");
        }
        if (receipt.seq() != at) {
            field(
                    Kind.SEQ,
                    at,
                    "seq",
                    Long.toString(at),
                    Long.toString(receipt.seq()),
                    "the receipt has another place");
        }
        if (before.isPresent() && !receipt.prev().equals(before)) {
            field(
                    Kind.PREV,
                    at,
                    "prev",
                    before.get().toString(),
                    receipt.prev().map(Sha256Hash::toString).orElse(""),
                    "the receipt does not follow the one before it");
        }
        BundleCheck.count(types, receipt.facts().type());
        artifacts(at, "inputs", receipt.facts().inputs());
        artifacts(at, "outputs", receipt.facts().outputs());
        keyEvent(receipt, at);
        signature(entry, at);
    }

    private void artifacts(long at, String list, List<Artifact> artifacts) {
        for (int i = 0; i < artifacts.size(); i++) {
            int blob = bundle.indexOfBlob(artifacts.get(i).sha256());
            if (blob >= 0) {
                namedBlobs.set(blob);
                continue;
            }
            missingBlobs++;
            if (verifier.blobsRequired()) {
                findings.add(
                        Kind.BLOB_MISSING,
                        Where.field(at, list + "." + i + ".sha256"),
                        "blob " + artifacts.get(i).sha256(),
                        "none",
                        "the receipt names a blob that is not in the bundle");
            }
        }
    }

    /** Key events come before the question who may act: an event may be by the key that it brings. */
    private void keyEvent(Receipt receipt, long at) {
        try {
            Optional<KeyEvent> event = KeyReceipt.event(receipt);
            if (event.isEmpty() || keys.isEmpty()) {
                return;
            }
            Optional<String> objection = keys.get().objection(event.get());
            if (ownersKeys.size() + revocations > MOST_KEY_EVENTS) {
                field(Kind.KEY, at, "parameters", "at most " + MOST_KEY_EVENTS, "more", "too many key events");
            } else if (objection.isPresent()) {
                field(Kind.KEY, at, "parameters", "a key event that may follow", "another", objection.get());
            } else {
                setKeys(keys.get().with(event.get()));
                revocations += event.get() instanceof KeyRevocation ? 1 : 0;
            }
        } catch (MalformedException malformed) {
            field(Kind.KEY, at, "parameters", "a key event", "another", String.valueOf(malformed.getMessage()));
        }
    }

    private void setKeys(KeyHistory history) {
        keys = Optional.of(history);
        ownersKeys.clear();
        history.verifiers().forEach(verifies -> ownersKeys.put(verifies.key().keyId(), verifies.key()));
    }

    /** What the owner did is signed by the checkpoint; what others did by themselves. */
    private void signature(Entry entry, long at) {
        if (keys.isEmpty()) {
            return;
        }
        Receipt receipt = entry.receipt();
        Optional<byte[]> signature = entry.signature();
        Ed25519PublicKey owner = ownersKeys.get(receipt.actor());
        if (owner != null) {
            // At a key event both the old and the new key may act.
            boolean inForce = keys.get().standing(owner, at) == KeyHistory.Standing.IN_FORCE
                    || keys.get().standing(owner, at + 1) == KeyHistory.Standing.IN_FORCE;
            if (!inForce) {
                field(
                        Kind.ACTOR,
                        at,
                        "actor",
                        "a key in force",
                        receipt.actor().toString(),
                        "the key of the log is not in force here");
            }
            if (signature.isPresent()) {
                field(
                        Kind.RECEIPT_SIGNATURE,
                        at,
                        "",
                        "no signature",
                        "a signature",
                        "the owner's receipts have none of their own");
            }
            return;
        }
        signedByActors++;
        Ed25519PublicKey key = verifier.actors().get(receipt.actor());
        if (key == null) {
            field(
                    Kind.ACTOR,
                    at,
                    "actor",
                    "the owner or a known actor",
                    receipt.actor().toString(),
                    "nobody knows the key of this actor");
        } else if (signature.isEmpty()) {
            field(Kind.RECEIPT_SIGNATURE, at, "", "a signature by " + key, "none", "the actor did not sign");
        } else if (!key.verify(Entry.signedMessage(receipt), signature.get())) {
            field(Kind.RECEIPT_SIGNATURE, at, "", "a signature by " + key, "another", "the actor did not sign this");
        }
    }

    private void field(Kind kind, long at, String path, String expected, String found, String message) {
        findings.add(
                kind,
                Where.field(at, path),
                MalformedException.excerpt(expected),
                MalformedException.excerpt(found),
                message);
    }
}
