package org.dalrn.podp.receipt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.CanonicalJson;
import org.dalrn.podp.canonical.Scalar;

/**
 * The statement of an actor that a step had these facts, at this place of this log, after that other receipt.
 *
 * <p>It proves nothing by itself: the log's checkpoint and, for other actors than the log's owner, the entry's signature do.
 * Immutable and thread-safe. Source: docs/receipts.md, section 2.
 *
 * @param log the origin of the log that it belongs to: 1 to 400 characters, none of them white space, a control character or
 *     a plus sign
 * @param seq its place in the log, 0 for the first
 * @param prev the replay digest of the receipt before it; empty exactly in the first
 * @param actor key id of who answers for it: SHA-256 of the raw 32-byte Ed25519 public key
 * @param facts what the step did
 * @param obs time and machine: what may differ when the same step runs again; a tree as {@link CanonicalJson} defines it, of at
 *     most 15 levels
 */
public record Receipt(
        String log, long seq, Optional<Sha256Hash> prev, Sha256Hash actor, Facts facts, SortedMap<String, Object> obs) {

    static final String LOG = "1 to 400 characters, no white space, control character or plus sign";

    private static final byte[] REPLAY_DOMAIN = "dalrn/replay/v1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_LOG = 400;

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if {@code log} is not of the allowed form, {@code seq} is negative, {@code prev} is
     *     empty in a later receipt or not empty in the first, or {@code obs} is no tree
     */
    public Receipt {
        Objects.requireNonNull(log, "log");
        Objects.requireNonNull(prev, "prev");
        Objects.requireNonNull(actor, "actor");
        Objects.requireNonNull(facts, "facts");
        if (!isLog(log)) {
            throw new IllegalArgumentException("log '" + Facts.excerpt(log) + "'; allowed are " + LOG);
        }
        if (seq < 0 || prev.isEmpty() != (seq == 0)) {
            throw new IllegalArgumentException("seq " + seq + " with " + (prev.isEmpty() ? "no prev" : "a prev")
                    + "; allowed are 0 without, and above 0 with the replay digest of the receipt before");
        }
        obs = Facts.copyOf(obs);
    }

    static boolean isLog(String log) {
        return !log.isEmpty()
                && log.length() <= LONGEST_LOG
                && log.codePoints()
                        .noneMatch(c -> c == '+'
                                || Character.isISOControl(c)
                                || Character.isWhitespace(c)
                                || Character.isSpaceChar(c));
    }

    /**
     * Reads a canonical text.
     *
     * @throws MalformedException if it is not canonical, or not a receipt of version 1
     */
    public static Receipt parse(byte[] canonicalText) {
        Object tree = CanonicalJson.read(canonicalText);
        List<SchemaFault> faults = ReceiptSchema.faults(tree);
        if (!faults.isEmpty()) {
            throw new MalformedException(faults.get(0).toString());
        }
        return of((SortedMap<?, ?>) tree);
    }

    /**
     * Says everything that keeps a tree from being a receipt.
     *
     * @param tree what {@link CanonicalJson#read} gave
     * @return at most 20 faults; empty exactly if {@link #parse} takes the tree's text
     */
    public static List<SchemaFault> faults(Object tree) {
        return ReceiptSchema.faults(tree);
    }

    private static Receipt of(SortedMap<?, ?> fields) {
        String prev = string(fields, "prev");
        return new Receipt(
                string(fields, "log"),
                Scalar.toLong(string(fields, "seq")),
                prev.isEmpty() ? Optional.empty() : Optional.of(Sha256Hash.parse(prev)),
                Sha256Hash.parse(string(fields, "actor")),
                new Facts(
                        string(fields, "type"),
                        artifacts(fields, "inputs"),
                        artifacts(fields, "outputs"),
                        object(fields, "parameters")),
                object(fields, "obs"));
    }

    private static List<Artifact> artifacts(SortedMap<?, ?> fields, String name) {
        List<?> trees = (List<?>) Objects.requireNonNull(fields.get(name), name);
        List<Artifact> artifacts = new ArrayList<>(trees.size());
        for (Object tree : trees) {
            SortedMap<?, ?> artifact = (SortedMap<?, ?>) tree;
            artifacts.add(new Artifact(string(artifact, "role"), Sha256Hash.parse(string(artifact, "sha256"))));
        }
        return artifacts;
    }

    private static String string(SortedMap<?, ?> fields, String name) {
        return (String) Objects.requireNonNull(fields.get(name), name);
    }

    @SuppressWarnings("unchecked") // what CanonicalJson read are maps from strings
    private static SortedMap<String, Object> object(SortedMap<?, ?> fields, String name) {
        return (SortedMap<String, Object>) Objects.requireNonNull(fields.get(name), name);
    }

    /**
     * The text that is logged, and that another actor than the log's owner signs.
     *
     * @throws IllegalArgumentException if it would have more than 16 MiB
     */
    public byte[] canonicalText() {
        SortedMap<String, Object> tree = replayTree();
        tree.put("obs", obs);
        return CanonicalJson.write(tree);
    }

    /**
     * The hash of everything but {@code obs}: running the step again at the same place of the log must give the same.
     *
     * @throws IllegalArgumentException if the text would have more than 16 MiB
     */
    public Sha256Hash replayDigest() {
        return Sha256Hash.of(REPLAY_DOMAIN, CanonicalJson.write(replayTree()));
    }

    /**
     * The receipt that the same actor would have written at the same place of the log about other facts.
     *
     * @param remade the facts that running the step again gave
     */
    public Receipt withFacts(Facts remade) {
        return new Receipt(log, seq, prev, actor, remade, obs);
    }

    private SortedMap<String, Object> replayTree() {
        SortedMap<String, Object> tree = new TreeMap<>();
        tree.put("v", ReceiptSchema.VERSION);
        tree.put("type", facts.type());
        tree.put("log", log);
        tree.put("seq", Scalar.of(seq));
        tree.put("prev", prev.map(Sha256Hash::toString).orElse(""));
        tree.put("actor", actor.toString());
        tree.put("inputs", trees(facts.inputs()));
        tree.put("outputs", trees(facts.outputs()));
        tree.put("parameters", facts.parameters());
        return tree;
    }

    private static List<Object> trees(List<Artifact> artifacts) {
        List<Object> trees = new ArrayList<>(artifacts.size());
        for (Artifact artifact : artifacts) {
            SortedMap<String, Object> tree = new TreeMap<>();
            tree.put("role", artifact.role());
            tree.put("sha256", artifact.sha256().toString());
            trees.add(tree);
        }
        return trees;
    }
}
