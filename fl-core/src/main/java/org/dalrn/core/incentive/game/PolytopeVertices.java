package org.dalrn.core.incentive.game;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All vertices of a best-response polytope, by the sets of their labels.
 *
 * <p>The search goes along the edges of the polytope whose bounds are raised by powers of an infinitely small number. It is
 * simple and bounded: its graph is connected, each vertex has one basis, and there are no more of them than McMullen's upper
 * bound allows; each vertex of the polytope itself is near at least one of them. A search in doubles asks exact arithmetic
 * about each basis where they cannot tell, and gives up if that are many.
 *
 * <p>Not thread-safe.
 */
final class PolytopeVertices {

    /** Words of memory for the sets of labels of one polytope: 128 MiB. */
    private static final int MOST_WORDS = 1 << 24;

    /** Cells of tableaux in doubles to be computed for one polytope. */
    private static final long MOST_CELLS = 1L << 32;

    /** Cells of exact tableaux to be computed for one polytope, in the measure of {@link ExactPolytopeTableau#cost}. */
    private static final long MOST_EXACT_COST = 1L << 30;

    /** So many bases may be unclear before their part in all counts. */
    private static final int UNCLEAR_WITHOUT_CARE = 32;

    /** The exact search needs some two pivots a basis, an exact answer on a single basis up to one for each dimension. */
    private static final int CLEAR_FOR_EACH_UNCLEAR = 8;

    private final @Nullable DoublePolytopeTableau inDoubles;
    private final Supplier<ExactPolytopeTableau> whenExact;
    private @Nullable ExactPolytopeTableau exact;
    private final int labels;
    private final int dimension;
    private final int mostBases;

    /** Nonbasic labels of the bases found so far. */
    private final LabelSets bases;

    private final LabelSets vertices;
    /** By vertex: number of one of its bases. */
    private int[] basisOfVertex = new int[64];
    /** Numbers of the bases whose neighbours are not known yet. */
    private int[] open = new int[64];

    private int opened;
    private int unclear;
    private boolean complete;

    private PolytopeVertices(
            int labels,
            int dimension,
            @Nullable DoublePolytopeTableau inDoubles,
            Supplier<ExactPolytopeTableau> whenExact,
            int mostBases) {
        this.inDoubles = inDoubles;
        this.whenExact = whenExact;
        this.labels = labels;
        this.dimension = dimension;
        bases = new LabelSets(labels);
        vertices = new LabelSets(labels);
        this.mostBases = Math.min(mostBases, MOST_WORDS / bases.words);
    }

    /** Searches in exact arithmetic only. */
    static PolytopeVertices exactly(ExactPolytopeTableau tableau, int mostBases) {
        PolytopeVertices search = new PolytopeVertices(
                tableau.rows + tableau.dimension, tableau.dimension, null, () -> tableau, mostBases);
        search.complete = search.search(tableau.labelsOfOrigin());
        return search;
    }

    /** Searches in doubles as far as they can tell. */
    static PolytopeVertices inDoubles(
            DoublePolytopeTableau tableau, Supplier<ExactPolytopeTableau> whenExact, int mostBases) {
        PolytopeVertices search = new PolytopeVertices(
                tableau.rows + tableau.dimension, tableau.dimension, tableau, whenExact, mostBases);
        search.complete = search.search(tableau.labelsOfOrigin());
        return !search.complete && search.tooUnclear() ? exactly(search.exact(), mostBases) : search;
    }

    private boolean tooUnclear() {
        return inDoubles != null
                && unclear > UNCLEAR_WITHOUT_CARE
                && (long) unclear * CLEAR_FOR_EACH_UNCLEAR > bases.size();
    }

    private boolean search(long[] origin) {
        long[] at = new long[bases.words];
        long[] neighbour = new long[bases.words];
        int[] leaving = new int[dimension];
        open(bases.add(origin));
        while (opened > 0) {
            if (tooUnclear() || outOfWork()) {
                return false;
            }
            int basis = open[--opened];
            bases.get(basis, at);
            PolytopeTableau tableau = goTo(at, leaving);
            if (tableau == null) {
                return false;
            }
            System.arraycopy(at, 0, neighbour, 0, at.length);
            tableau.addLabelsOfZeros(neighbour);
            addVertex(neighbour, basis);
            for (int column = 0; column < dimension; column++) {
                System.arraycopy(at, 0, neighbour, 0, at.length);
                LabelSets.flip(neighbour, tableau.nonbasic[column]);
                LabelSets.flip(neighbour, leaving[column]);
                int number = bases.add(neighbour);
                if (number >= 0) {
                    if (number >= mostBases) {
                        return false;
                    }
                    open(number);
                }
            }
        }
        return true;
    }

    /**
     * The tableau that is at the basis and knows which label leaves it in exchange for that of each column; null if that is too much
     * work.
     */
    private @Nullable PolytopeTableau goTo(long[] labels, int[] leaving) {
        if (inDoubles != null) {
            if (inDoubles.moveToClearly(labels) && neighbours(inDoubles, leaving)) {
                return inDoubles;
            }
            unclear++;
        }
        ExactPolytopeTableau tableau = exact();
        return tableau.moveTo(labels, MOST_EXACT_COST) && neighbours(tableau, leaving) ? tableau : null;
    }

    private boolean neighbours(PolytopeTableau tableau, int[] leaving) {
        for (int column = 0; column < dimension; column++) {
            int row = tableau.leavingRow(column);
            if (row == PolytopeTableau.UNCLEAR) {
                return false;
            }
            leaving[column] = tableau.basic[row];
        }
        return true;
    }

    private ExactPolytopeTableau exact() {
        if (exact == null) {
            exact = whenExact.get();
        }
        return exact;
    }

    private boolean outOfWork() {
        return (inDoubles != null && inDoubles.pivots() * inDoubles.rows * (dimension + 1L) > MOST_CELLS)
                || (exact != null && exact.cost() > MOST_EXACT_COST);
    }

    private void open(int basis) {
        if (opened == open.length) {
            open = Arrays.copyOf(open, 2 * opened);
        }
        open[opened++] = basis;
    }

    private void addVertex(long[] labels, int basis) {
        int number = vertices.add(labels);
        if (number >= 0) {
            if (number == basisOfVertex.length) {
                basisOfVertex = Arrays.copyOf(basisOfVertex, 2 * number);
            }
            basisOfVertex[number] = basis;
        }
    }

    /** Whether these are all vertices; if not, a bound on the work was reached. */
    boolean complete() {
        return complete;
    }

    /** Number of labels that there are, of both players. */
    int labels() {
        return labels;
    }

    /** Number of bases that were found. */
    int bases() {
        return bases.size();
    }

    /** Labels of each vertex; number 0 is the vertex 0, which stands for no strategy. */
    LabelSets vertices() {
        return vertices;
    }

    /** Whether only as many labels meet in the vertex as there are dimensions. */
    boolean isSimple(int vertex) {
        long[] labels = new long[vertices.words];
        vertices.get(vertex, labels);
        return LabelSets.count(labels) == dimension;
    }

    /** The exact tableau at the vertex. */
    ExactPolytopeTableau exactlyAt(int vertex) {
        long[] labels = new long[bases.words];
        bases.get(basisOfVertex[vertex], labels);
        ExactPolytopeTableau tableau = exact();
        tableau.moveTo(labels, Long.MAX_VALUE);
        return tableau;
    }

    /** The tableau in doubles at the vertex, computed from the game at once; null where doubles cannot tell. */
    @Nullable
    DoublePolytopeTableau inDoublesAt(int vertex) {
        if (inDoubles == null) {
            return null;
        }
        long[] labels = new long[bases.words];
        bases.get(basisOfVertex[vertex], labels);
        inDoubles.reset();
        return inDoubles.moveToClearly(labels) ? inDoubles : null;
    }
}
