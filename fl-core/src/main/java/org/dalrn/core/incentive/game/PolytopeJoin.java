package org.dalrn.core.incentive.game;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The pairs of vertices of the two best-response polytopes that have all labels together, but for the pair of the two zeros.
 *
 * <p>Not thread-safe.
 */
final class PolytopeJoin {

    private static final long MOST_COMPARISONS = 1L << 32;

    private final LabelSets ofP;
    private final LabelSets ofQ;
    private final int labels;
    private int[] x = new int[16];
    private int[] y = new int[16];
    private int size;
    private long comparisons;
    private boolean nondegenerate;

    private PolytopeJoin(LabelSets ofP, LabelSets ofQ, int labels) {
        this.ofP = ofP;
        this.ofQ = ofQ;
        this.labels = labels;
    }

    static PolytopeJoin of(BestResponsePolytopes polytopes) {
        PolytopeVertices p = polytopes.p();
        PolytopeVertices q = polytopes.q();
        PolytopeJoin join = new PolytopeJoin(p.vertices(), q.vertices(), p.labels());
        join.find(p, q);
        return join;
    }

    /** A vertex with no label to spare has one possible partner among those of its kind; the others are searched in trees. */
    private void find(PolytopeVertices p, PolytopeVertices q) {
        int[] ofQWithMore = IntStream.range(1, ofQ.size())
                .filter(vertex -> !q.isSimple(vertex))
                .toArray();
        LabelTree withMore = new LabelTree(ofQ, labels, ofQWithMore);
        LabelTree all = null;
        nondegenerate = ofQWithMore.length == 0;
        long[] missing = new long[ofP.words];
        for (int vertex = 1; vertex < ofP.size() && bound().isEmpty(); vertex++) {
            int number = vertex;
            ofP.get(vertex, missing);
            for (int label = 0; label < labels; label++) {
                LabelSets.flip(missing, label);
            }
            if (p.isSimple(vertex)) {
                int partner = ofQ.find(missing);
                if (partner > 0 && q.isSimple(partner)) {
                    add(number, partner);
                }
                comparisons += withMore.forEachWith(missing, other -> add(number, other));
            } else {
                nondegenerate = false;
                if (all == null) {
                    all = new LabelTree(
                            ofQ, labels, IntStream.range(1, ofQ.size()).toArray());
                }
                comparisons += all.forEachWith(missing, other -> add(number, other));
            }
        }
    }

    private void add(int vertexOfP, int vertexOfQ) {
        if (size == x.length) {
            x = Arrays.copyOf(x, 2 * size);
            y = Arrays.copyOf(y, 2 * size);
        }
        x[size] = vertexOfP;
        y[size++] = vertexOfQ;
    }

    /** The vertex of P of each pair. */
    int[] x() {
        return Arrays.copyOf(x, size);
    }

    /** The vertex of Q of each pair. */
    int[] y() {
        return Arrays.copyOf(y, size);
    }

    int size() {
        return size;
    }

    /** True if no vertex has more labels than its polytope has dimensions. */
    boolean nondegenerate() {
        return nondegenerate;
    }

    /** The bound that kept pairs from being found. */
    Optional<String> bound() {
        if (size > VertexEnumeration.MOST_EQUILIBRIA) {
            return Optional.of("there are more than " + VertexEnumeration.MOST_EQUILIBRIA + " extreme equilibria");
        }
        return comparisons > MOST_COMPARISONS
                ? Optional.of("more than " + MOST_COMPARISONS + " comparisons of vertices are needed")
                : Optional.empty();
    }
}
