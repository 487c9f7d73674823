package org.dalrn.core.incentive.game;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds, among sets of labels, those that contain some labels: a binary tree that asks for one label at each node.
 *
 * <p>Immutable and thread-safe, as long as nothing is added to the sets.
 */
final class LabelTree {

    private static final int LARGEST_LEAF = 8;

    private final LabelSets sets;
    private final Node root;

    private static final class Node {
        /** -1 in a leaf. */
        final int label;
        /** Empty but in a leaf. */
        final int[] numbers;

        final @Nullable Node with;
        final @Nullable Node without;

        Node(int label, int[] numbers, @Nullable Node with, @Nullable Node without) {
            this.label = label;
            this.numbers = numbers;
            this.with = with;
            this.without = without;
        }
    }

    /** Searches the sets of these numbers, among {@code labels} labels. */
    LabelTree(LabelSets sets, int labels, int[] numbers) {
        this.sets = sets;
        root = node(labels, numbers);
    }

    private Node node(int labels, int[] numbers) {
        int best = -1;
        int bestDistance = numbers.length;
        if (numbers.length > LARGEST_LEAF) {
            for (int label = 0; label < labels; label++) {
                int with = 0;
                for (int number : numbers) {
                    with += sets.has(number, label) ? 1 : 0;
                }
                int distance = Math.abs(2 * with - numbers.length);
                if (distance < bestDistance) {
                    bestDistance = distance;
                    best = label;
                }
            }
        }
        if (best < 0) {
            return new Node(-1, numbers, null, null);
        }
        int label = best;
        int[] with =
                IntStream.of(numbers).filter(number -> sets.has(number, label)).toArray();
        int[] without =
                IntStream.of(numbers).filter(number -> !sets.has(number, label)).toArray();
        return new Node(label, new int[0], node(labels, with), node(labels, without));
    }

    /**
     * Tells the numbers of the sets that contain all wanted labels.
     *
     * @return how many nodes and sets were looked at
     */
    long forEachWith(long[] wanted, IntConsumer found) {
        return search(root, wanted, found);
    }

    private long search(Node node, long[] wanted, IntConsumer found) {
        if (node.with == null || node.without == null) {
            for (int number : node.numbers) {
                if (sets.containsAll(number, wanted)) {
                    found.accept(number);
                }
            }
            return 1L + node.numbers.length;
        }
        long seen = 1L + search(node.with, wanted, found);
        return LabelSets.has(wanted, node.label) ? seen : seen + search(node.without, wanted, found);
    }
}
