package org.dalrn.core.strategy;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;

/**
 * The uniform draw without replacement that chooses a round's cohort from a seed that was fixed before the run began.
 *
 * <p>Each connected node gets the key SHA-256("dalrn-cohort-v1" | seed | round | attempt | purpose | node id); the nodes
 * with the smallest keys are drawn. Whoever knows the seed and the connected nodes can repeat the draw; no order of
 * arrival, hash table or random generator enters it. O(n log n).
 */
public final class CohortDraw {

    private static final byte[] DOMAIN = "dalrn-cohort-v1".getBytes(StandardCharsets.US_ASCII);

    private CohortDraw() {}

    /**
     * The drawn nodes, sorted by id.
     *
     * @param seed 32 bytes as a hash
     * @param purpose "train" or "evaluate"
     * @param size how many to draw; all if more than there are
     */
    public static List<NodeId> draw(
            ContentHash seed, int round, int attempt, String purpose, Collection<NodeId> available, int size) {
        requireNonNull(seed, "seed");
        if (size < 0) {
            throw new IllegalArgumentException("cohort size " + size + " is negative");
        }
        byte[] prefix = prefix(seed, round, attempt, purpose);
        record Keyed(ContentHash key, NodeId node) {}
        return available.stream()
                .distinct()
                .map(node -> new Keyed(ContentHash.sha256(prefix, node.value().getBytes(StandardCharsets.UTF_8)), node))
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .limit(size)
                .map(Keyed::node)
                .sorted()
                .toList();
    }

    private static byte[] prefix(ContentHash seed, int round, int attempt, String purpose) {
        byte[] purposeBytes = purpose.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(DOMAIN.length + 32 + 4 + 4 + 1 + purposeBytes.length)
                .put(DOMAIN)
                .put(seed.toByteArray())
                .putInt(round)
                .putInt(attempt)
                .put((byte) purposeBytes.length)
                .put(purposeBytes)
                .array();
    }
}
