package org.dalrn.core.incentive.game;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The maximal complete parts of the graph whose edges are the extreme equilibria: within one, every corner of one player goes
 * with every corner of the other.
 *
 * <p>They are the closed sets of a Galois connection; each is generated once, by Kuznetsov's "close by one" (1993).
 */
final class EquilibriumComponents {

    /** Words of bits to be compared. */
    private static final long MOST_WORK = 1L << 32;

    /** Maximal complete parts. */
    private static final int MOST_COMPONENTS = 1 << 20;

    /** A complete part: numbers of corners of each player, in rising order. */
    static final class Part implements Comparable<Part> {
        final int[] x;
        final int[] y;

        private Part(int[] x, int[] y) {
            this.x = x;
            this.y = y;
        }

        @Override
        public int compareTo(Part other) {
            int order = Arrays.compare(x, other.x);
            return order == 0 ? Arrays.compare(y, other.y) : order;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Part that && Arrays.equals(x, that.x) && Arrays.equals(y, that.y);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(x) + Arrays.hashCode(y);
        }
    }

    private record Open(BitSet x, BitSet y, int next) {}

    private final List<Part> parts = new ArrayList<>();
    private long work;

    private EquilibriumComponents() {}

    /** The maximal complete parts, sorted, of a graph with the edges {@code x[i] - y[i]}; empty if a bound on the work is reached. */
    static Optional<List<Part>> of(int[] x, int[] y) {
        EquilibriumComponents search = new EquilibriumComponents();
        for (List<Integer> edges : connected(x, y)) {
            if (!search.addPartsOf(x, y, edges)) {
                return Optional.empty();
            }
        }
        Collections.sort(search.parts);
        return Optional.of(search.parts);
    }

    /** The edges of each connected part. */
    private static Iterable<List<Integer>> connected(int[] x, int[] y) {
        int[] parent = new int[x.length];
        Map<Integer, Integer> firstWithX = new LinkedHashMap<>();
        Map<Integer, Integer> firstWithY = new LinkedHashMap<>();
        for (int edge = 0; edge < x.length; edge++) {
            parent[edge] = edge;
            Integer sameX = firstWithX.putIfAbsent(x[edge], edge);
            Integer sameY = firstWithY.putIfAbsent(y[edge], edge);
            if (sameX != null) {
                parent[root(parent, edge)] = root(parent, sameX);
            }
            if (sameY != null) {
                parent[root(parent, edge)] = root(parent, sameY);
            }
        }
        Map<Integer, List<Integer>> byRoot = new LinkedHashMap<>();
        for (int edge = 0; edge < x.length; edge++) {
            byRoot.computeIfAbsent(root(parent, edge), root -> new ArrayList<>())
                    .add(edge);
        }
        return byRoot.values();
    }

    private static int root(int[] parent, int edge) {
        int root = edge;
        while (parent[root] != root) {
            parent[root] = parent[parent[root]];
            root = parent[root];
        }
        return root;
    }

    private boolean addPartsOf(int[] x, int[] y, List<Integer> edges) {
        int[] xs = edges.stream().mapToInt(edge -> x[edge]).sorted().distinct().toArray();
        int[] ys = edges.stream().mapToInt(edge -> y[edge]).sorted().distinct().toArray();
        if ((long) xs.length * ys.length == edges.size()) {
            parts.add(new Part(xs, ys));
            return parts.size() <= MOST_COMPONENTS;
        }
        // Neighbours of each x among the ys, and of each y among the xs.
        BitSet[] ofX = sets(xs.length);
        BitSet[] ofY = sets(ys.length);
        for (int edge : edges) {
            int i = Arrays.binarySearch(xs, x[edge]);
            int j = Arrays.binarySearch(ys, y[edge]);
            ofX[i].set(j);
            ofY[j].set(i);
        }
        Deque<Open> open = new ArrayDeque<>();
        BitSet everyX = all(xs.length);
        open.push(new Open(everyX, common(ofX, everyX, ys.length), 0));
        while (!open.isEmpty()) {
            Open at = open.pop();
            if (!at.y.isEmpty()) {
                parts.add(new Part(chosen(xs, at.x), chosen(ys, at.y)));
            }
            for (int j = at.y.nextClearBit(at.next); j < ys.length; j = at.y.nextClearBit(j + 1)) {
                BitSet fewer = (BitSet) at.x.clone();
                fewer.and(ofY[j]);
                work += 1 + xs.length / Long.SIZE;
                if (!fewer.isEmpty()) {
                    BitSet more = common(ofX, fewer, ys.length);
                    if (agreeBefore(j, at.y, more)) {
                        open.push(new Open(fewer, more, j + 1));
                    }
                }
                if (work > MOST_WORK || parts.size() + open.size() > MOST_COMPONENTS) {
                    return false;
                }
            }
        }
        return true;
    }

    private BitSet common(BitSet[] ofX, BitSet among, int length) {
        BitSet common = all(length);
        for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
            common.and(ofX[i]);
            work += 1 + length / Long.SIZE;
        }
        return common;
    }

    /** Whether two sets have the same members below {@code end}, the second having all of the first's. */
    private static boolean agreeBefore(int end, BitSet few, BitSet many) {
        for (int j = many.nextSetBit(0); j >= 0 && j < end; j = many.nextSetBit(j + 1)) {
            if (!few.get(j)) {
                return false;
            }
        }
        return true;
    }

    private static BitSet all(int length) {
        BitSet all = new BitSet(length);
        all.set(0, length);
        return all;
    }

    private static BitSet[] sets(int length) {
        BitSet[] sets = new BitSet[length];
        Arrays.setAll(sets, i -> new BitSet());
        return sets;
    }

    private static int[] chosen(int[] values, BitSet chosen) {
        return chosen.stream().map(i -> values[i]).toArray();
    }
}
