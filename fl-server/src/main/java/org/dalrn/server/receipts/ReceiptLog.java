package org.dalrn.server.receipts;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.merkle.SubtreeSink;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.EventLog;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.store.StoredCheckpoint;
import org.dalrn.server.store.StoredEvent;

/**
 * The log of all runs, with a signed checkpoint of a run's receipts at the end of each round and of the run.
 *
 * <p>Events are what is stored; receipts are derived from them whenever they are wanted. A checkpoint is written in the
 * transaction of the event that it ends with. Thread-safe.
 */
public final class ReceiptLog implements EventLog {
    private static final int PAGE = 1024;

    /** The ends of rounds and runs. */
    private static final Set<String> SIGNED = Set.of("round-completed", "finished", "stopped", "failed");

    private static final Set<String> LAST = Set.of("finished", "stopped", "failed");

    private final EventStore store;
    private final LogKey key;
    private final ReentrantLock appending = new ReentrantLock();
    private volatile Consumer<RunId> onSigned = run -> {};

    /** Guarded by the lock: the runs that may still grow, as the store has them. */
    private final Map<RunId, RunTree> trees = new HashMap<>();

    private ReceiptLog(EventStore store, LogKey key) {
        this.store = store;
        this.key = key;
    }

    /**
     * Derives all receipts once and compares them with every checkpoint that was signed.
     *
     * @throws StoreException {@code LOG_DAMAGED} if events and checkpoints contradict one another, or were signed by another
     *     key or under another origin
     */
    public static ReceiptLog open(EventStore store, LogKey key) {
        ReceiptLog log = new ReceiptLog(requireNonNull(store, "store"), requireNonNull(key, "key"));
        store.runs().forEach(log::check);
        return log;
    }

    /** The key that signs, and the name under which it does. */
    public LogKey key() {
        return key;
    }

    private void check(RunId run) {
        List<StoredCheckpoint> signed = store.checkpoints(run);
        if (!signed.isEmpty()) {
            requireOwn(signed.get(signed.size() - 1));
        }
        int[] next = {0};
        boolean[] over = {false};
        RunTree tree = fold(run, (entry, grown) -> {
            over[0] = RunReceipts.kindOf(entry).filter(LAST::contains).isPresent();
            if (next[0] < signed.size()
                    && signed.get(next[0]).size() == grown.frontier().size()) {
                requireSame(signed.get(next[0]++), grown);
            }
        });
        long size = tree.frontier().size();
        if (next[0] < signed.size()) {
            throw damaged("checkpoint " + signed.get(next[0]).size() + " of run " + run
                    + " was signed, but its log ends at event " + size);
        }
        boolean unsigned = signed.isEmpty() || signed.get(signed.size() - 1).size() < size;
        if (over[0] && unsigned) {
            // The run ended under a release that signed nothing.
            store.append(List.of(), List.of(sign(run, tree)));
        }
        if (!over[0]) {
            trees.put(run, tree);
        }
    }

    private void requireOwn(StoredCheckpoint checkpoint) {
        String origin = key.originOf(checkpoint.run());
        String found = checkpoint.note().lines().findFirst().orElse("");
        if (!found.equals(origin)) {
            throw damaged("checkpoint " + checkpoint.size() + " of run " + checkpoint.run() + " was signed as '" + found
                    + "', not as '" + origin + "'; set receipts.origin and receipts.key-file as they were");
        }
        try {
            SignedNote note = SignedNote.parse(checkpoint.note().getBytes(StandardCharsets.UTF_8));
            NoteVerifier verifier = new NoteVerifier(origin, key.publicKey());
            if (note.signatures().stream()
                    .anyMatch(line -> verifier.isNamedBy(line) && verifier.verify(note.text(), line))) {
                return;
            }
        } catch (PodpException malformed) {
            throw damaged("checkpoint " + checkpoint.size() + " of run " + checkpoint.run() + " is no signed note: "
                    + malformed.getMessage());
        }
        throw damaged("checkpoint " + checkpoint.size() + " of run " + checkpoint.run()
                + " was not signed by the key " + key.publicKey().keyId()
                + "; bring back the key file with which it was, or the data directory from a backup");
    }

    private static void requireSame(StoredCheckpoint signed, RunTree tree) {
        Checkpoint expected = tree.checkpoint();
        String root = expected.root().toString();
        if (!signed.root().toString().equals(root) || !signed.note().startsWith(expected.text() + "\n")) {
            throw damaged("the first " + signed.size() + " events of run " + signed.run() + " have the root " + root
                    + ", but the root " + signed.root() + " was signed"
                    + (signed.root().toString().equals(root) ? " in a note with another text" : "")
                    + "; an event was changed after it was signed");
        }
    }

    private static StoreException damaged(String what) {
        return new StoreException(ErrorCode.LOG_DAMAGED, what + "; bring the data directory back from a backup", null);
    }

    /** Is told each receipt of a run and the tree with it. */
    @FunctionalInterface
    interface Visitor {
        void visit(Receipt receipt, RunTree tree);
    }

    /** Derives a run's receipts from the store. */
    private RunTree fold(RunId run, Visitor visitor) {
        RunTree tree = RunTree.begin(key.originOf(run), key.publicKey().keyId());
        List<StoredEvent> page;
        do {
            page = store.read(run, tree.frontier().size(), PAGE);
            for (StoredEvent stored : page) {
                RunTree.Step step = next(tree, stored);
                tree = step.tree();
                visitor.visit(step.entry().receipt(), tree);
            }
        } while (page.size() == PAGE);
        return tree;
    }

    private static RunTree.Step next(RunTree tree, StoredEvent stored) {
        try {
            return tree.next(stored.text());
        } catch (PodpException unreadable) {
            throw new StoreException(
                    ErrorCode.LOG_DAMAGED,
                    "event " + stored.seq() + " of run " + stored.run() + " has no receipt: " + unreadable.getMessage()
                            + "; bring the data directory back from a backup",
                    unreadable);
        }
    }

    private StoredCheckpoint sign(RunId run, RunTree tree) {
        Checkpoint checkpoint = tree.checkpoint();
        return new StoredCheckpoint(
                run, checkpoint.size(), ContentHash.ofBytes(checkpoint.root().toByteArray()), key.sign(checkpoint));
    }

    /**
     * Names who is told each run with a new checkpoint, after it is durable; whoever it is must return at once and not throw.
     */
    void onSigned(Consumer<RunId> listener) {
        onSigned = requireNonNull(listener, "listener");
    }

    @Override
    public void append(List<StoredEvent> events) {
        appendAndSign(events).forEach(onSigned);
    }

    /** Returns the runs that were signed. */
    private List<RunId> appendAndSign(List<StoredEvent> events) {
        appending.lock();
        try {
            Map<RunId, RunTree> grown = new LinkedHashMap<>();
            Set<RunId> due = new HashSet<>();
            Set<RunId> over = new HashSet<>();
            for (StoredEvent event : events) {
                RunTree before = grown.containsKey(event.run()) ? grown.get(event.run()) : known(event);
                if (event.seq() != before.frontier().size() + 1) {
                    throw new StoreException(
                            ErrorCode.LOG_DAMAGED,
                            "event " + event.seq() + " of run " + event.run() + " does not follow the log, which has "
                                    + before.frontier().size()
                                    + " events; the number is taken or the one before it is missing",
                            null);
                }
                RunTree.Step step = next(before, event);
                String kind = RunReceipts.kindOf(step.entry().receipt()).orElse("");
                grown.put(event.run(), step.tree());
                if (SIGNED.contains(kind)) {
                    due.add(event.run());
                }
                if (LAST.contains(kind)) {
                    over.add(event.run());
                }
            }
            List<StoredCheckpoint> checkpoints = new ArrayList<>();
            grown.forEach((run, tree) -> {
                if (due.contains(run)) {
                    checkpoints.add(sign(run, tree));
                }
            });
            // Until the store has said yes, nothing is known of these runs: they are read again if it says no.
            trees.keySet().removeAll(grown.keySet());
            store.append(events, checkpoints);
            grown.forEach((run, tree) -> {
                if (!over.contains(run)) {
                    trees.put(run, tree);
                }
            });
            return checkpoints.stream().map(StoredCheckpoint::run).toList();
        } finally {
            appending.unlock();
        }
    }

    private RunTree known(StoredEvent event) {
        RunTree tree = trees.get(event.run());
        return tree != null ? tree : fold(event.run(), (receipt, grown) -> {});
    }

    @Override
    public List<StoredEvent> read(RunId run, long afterSeq, int limit) {
        return store.read(run, afterSeq, limit);
    }

    /** The tree of a run's log before its first event. */
    RunTree begin(RunId run) {
        return RunTree.begin(key.originOf(run), key.publicKey().keyId());
    }

    /**
     * A run's tree with the events after it up to a size.
     *
     * @param sink is told each subtree that becomes complete
     * @throws StoreException {@code STORE_UNAVAILABLE}, or {@code LOG_DAMAGED} if there are not so many events
     */
    RunTree grow(RunId run, RunTree from, long size, SubtreeSink sink) {
        RunTree tree = from;
        while (tree.frontier().size() < size) {
            long at = tree.frontier().size();
            List<StoredEvent> page = store.read(run, at, (int) Math.min(PAGE, size - at));
            if (page.isEmpty()) {
                throw damaged("event " + (at + 1) + " of run " + run + " was signed, but is not there");
            }
            for (StoredEvent stored : page) {
                RunTree.Step step = next(tree, stored);
                Frontier unused = tree.frontier()
                        .appendAll(List.of(MerkleTree.leafHash(step.entry().leafData())), sink);
                tree = step.tree();
            }
        }
        return tree;
    }

    @Override
    public List<RunId> runs() {
        return store.runs();
    }

    /**
     * A run's receipts as entries of its log, derived from the store page by page.
     *
     * @param size how many; at most as many as the run has events
     * @throws StoreException {@code STORE_UNAVAILABLE} or {@code LOG_DAMAGED}, also while iterating
     */
    public Iterator<Entry> entries(RunId run, long size) {
        return new ReceiptExport.Paged() {
            private RunTree tree =
                    RunTree.begin(key.originOf(run), key.publicKey().keyId());

            @Override
            List<Entry> nextPage() {
                long at = tree.frontier().size();
                int count = (int) Math.min(PAGE, size - at);
                List<Entry> entries = new ArrayList<>();
                for (StoredEvent stored : count == 0 ? List.<StoredEvent>of() : store.read(run, at, count)) {
                    RunTree.Step step = ReceiptLog.next(tree, stored);
                    tree = step.tree();
                    entries.add(step.entry());
                }
                return entries;
            }
        };
    }

    /**
     * A run's checkpoints, the smallest first.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public List<StoredCheckpoint> checkpoints(RunId run) {
        return store.checkpoints(run);
    }

    /**
     * A run's largest checkpoint.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public Optional<StoredCheckpoint> newestCheckpoint(RunId run) {
        return store.newestCheckpoint(run);
    }

    /**
     * The lines of witnesses below a checkpoint.
     *
     * @throws StoreException {@code STORE_UNAVAILABLE}
     */
    public List<String> cosignatures(RunId run, long size) {
        return store.cosignatures(run, size);
    }

    /** Keeps a line of a witness, which was verified; see {@link EventStore#addCosignature}. */
    void addCosignature(RunId run, long size, String line) {
        store.addCosignature(run, size, line);
    }
}
