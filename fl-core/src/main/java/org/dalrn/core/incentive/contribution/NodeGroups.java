package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;

/**
 * A random division of a round's nodes into groups of a least size, of each of which only the sum of the updates is
 * opened.
 *
 * <p>Each node gets the key SHA-256("dalrn-groups-v1" | seed | round | attempt | node id); in the order of their keys,
 * nodes are dealt to the groups one by one, so sizes differ by at most 1. Whoever knows the seed can repeat the draw.
 *
 * <p>Immutable and thread-safe.
 *
 * @param groups the groups, 1 to {@link #MOST_GROUPS} of them, each with its nodes sorted by id, no node in two
 */
public record NodeGroups(List<List<NodeId>> groups) {
    /** The most groups: 10, which make 1,024 coalitions. */
    public static final int MOST_GROUPS = 10;

    private static final byte[] DOMAIN = "dalrn-groups-v1".getBytes(StandardCharsets.US_ASCII);

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if there is no group or too many, one is empty, or a node is in two
     */
    public NodeGroups {
        if (groups.isEmpty() || groups.size() > MOST_GROUPS) {
            throw new IllegalArgumentException("there are " + groups.size() + " groups, not 1 to " + MOST_GROUPS);
        }
        List<List<NodeId>> copies = new ArrayList<>();
        Set<NodeId> seen = new TreeSet<>();
        for (List<NodeId> group : groups) {
            if (group.isEmpty()) {
                throw new IllegalArgumentException("group " + copies.size() + " is empty");
            }
            for (NodeId node : group) {
                if (!seen.add(requireNonNull(node, "node"))) {
                    throw new IllegalArgumentException("node " + node + " is in two groups");
                }
            }
            copies.add(group.stream().sorted().toList());
        }
        groups = List.copyOf(copies);
    }

    /**
     * Divides the nodes of a round.
     *
     * @param seed fixed before the run began
     * @param nodes whose updates are in the round's sum; the order does not matter
     * @param leastSize the fewest nodes whose sum may be opened, 1 or more
     * @param mostGroups 1 to 10; there are fewer where the nodes do not suffice
     * @throws IllegalArgumentException if a number is outside its range or there are fewer nodes than one group needs
     */
    public static NodeGroups draw(
            ContentHash seed, int round, int attempt, Collection<NodeId> nodes, int leastSize, int mostGroups) {
        requireNonNull(seed, "seed");
        Set<NodeId> distinct = new TreeSet<>(nodes);
        if (leastSize < 1 || mostGroups < 1 || mostGroups > MOST_GROUPS) {
            throw new IllegalArgumentException("groups of at least " + leastSize + " nodes, at most " + mostGroups
                    + " of them: sizes start at 1, and there are 1 to " + MOST_GROUPS + " groups");
        }
        if (distinct.size() < leastSize) {
            throw new IllegalArgumentException(distinct.size() + " nodes do not make a group of at least " + leastSize
                    + "; ask more nodes or lower the least size");
        }
        byte[] prefix = ByteBuffer.allocate(DOMAIN.length + ContentHash.SIZE_BYTES + 2 * Integer.BYTES)
                .put(DOMAIN)
                .put(seed.toByteArray())
                .putInt(round)
                .putInt(attempt)
                .array();
        record Keyed(ContentHash key, NodeId node) {}
        List<NodeId> order = distinct.stream()
                .map(node -> new Keyed(ContentHash.sha256(prefix, node.value().getBytes(StandardCharsets.UTF_8)), node))
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .map(Keyed::node)
                .toList();
        int count = Math.min(mostGroups, order.size() / leastSize);
        List<List<NodeId>> groups = new ArrayList<>();
        for (int group = 0; group < count; group++) {
            int first = group;
            groups.add(IntStream.range(0, order.size())
                    .filter(i -> i % count == first)
                    .mapToObj(order::get)
                    .toList());
        }
        return new NodeGroups(groups);
    }

    /** The number of groups. */
    public int count() {
        return groups.size();
    }

    /** All nodes, sorted by id. */
    public List<NodeId> nodes() {
        return groups.stream().flatMap(List::stream).sorted().toList();
    }

    /**
     * The coalitions of groups whose models have to be measured, in the order of coalitions: all {@code 2^count}, from
     * the base model's, {@link Coalition#empty}, to that of the published model. Group g is player g.
     */
    public List<Coalition> coalitions() {
        return IntStream.range(0, 1 << count()).mapToObj(Coalition::ofBits).toList();
    }

    /** The nodes of a coalition of groups, sorted by id. */
    public List<NodeId> nodes(Coalition coalition) {
        Measured.requireMember(count(), coalition);
        return coalition
                .players()
                .boxed()
                .flatMap(g -> groups.get(g).stream())
                .sorted()
                .toList();
    }
}
