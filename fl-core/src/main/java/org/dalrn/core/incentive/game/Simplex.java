package org.dalrn.core.incentive.game;

/**
 * The simplex method in two phases on a tableau: the entering variable is the one of steepest objective, the leaving one is the tableau's
 * choice.
 *
 * <p>The first objective below the rows is to be maximised; if any variable that is basic at the start is artificial, a second one is minus
 * the sum of the artificial variables. Objective rows hold negated coefficients. Artificial variables never enter. Once their sum is 0,
 * only variables may enter that leave it at 0, those whose entry in the second objective is 0: so artificial variables that stay in the basis
 * stay at 0.
 */
final class Simplex {

    enum End {
        OPTIMAL,
        INFEASIBLE,
        UNBOUNDED,
        UNDECIDED
    }

    private final Tableau tableau;
    private final boolean[] artificial;
    private final boolean anyArtificial;
    private final int barred;
    private final long mostPivots;
    private long pivots;

    /**
     * A run to come.
     *
     * @param artificial by row, whether the variable that is basic at the start is artificial
     * @param barred a variable that never enters, or {@link Tableau#NONE}
     */
    Simplex(Tableau tableau, boolean[] artificial, int barred, long mostPivots) {
        this.tableau = tableau;
        this.artificial = artificial;
        this.barred = barred;
        this.mostPivots = mostPivots;
        boolean any = false;
        for (boolean one : artificial) {
            any |= one;
        }
        anyArtificial = any;
    }

    long pivots() {
        return pivots;
    }

    End run() {
        int feasibility = tableau.rows + 1;
        if (anyArtificial) {
            End first = maximise(feasibility, false);
            if (first != End.OPTIMAL) {
                // The sum of the artificial variables is bounded: only rounding errors can hide the row that leaves.
                return End.UNDECIDED;
            }
            if (tableau.sign(feasibility, tableau.columns) < 0) {
                return End.INFEASIBLE;
            }
        }
        return maximise(tableau.rows, anyArtificial);
    }

    private End maximise(int objective, boolean keepFeasible) {
        while (true) {
            int column = entering(objective, keepFeasible);
            if (column == Tableau.NONE) {
                return End.OPTIMAL;
            }
            if (pivots == mostPivots || !tableau.mayPivot()) {
                return End.UNDECIDED;
            }
            int row = tableau.leaving(column);
            if (row == Tableau.NONE) {
                return End.UNBOUNDED;
            }
            tableau.exchange(row, column);
            pivots++;
        }
    }

    private int entering(int objective, boolean keepFeasible) {
        int steepest = Tableau.NONE;
        for (int j = 0; j < tableau.columns; j++) {
            boolean allowed = mayEnter(tableau.nonbasic(j))
                    && tableau.sign(objective, j) < 0
                    && (!keepFeasible || tableau.sign(tableau.rows + 1, j) == 0);
            if (allowed && (steepest == Tableau.NONE || tableau.less(objective, j, steepest))) {
                steepest = j;
            }
        }
        return steepest;
    }

    /** False of artificial variables and of the one that is barred. */
    boolean mayEnter(int variable) {
        return variable != barred && (variable < tableau.columns || !artificial[variable - tableau.columns]);
    }
}
