package org.dalrn.core.incentive.contribution;

import java.util.Arrays;

/** Lets the players of a game join one by one and notes what each adds. Confined to one thread. */
final class OrderWalk {
    private final CountedGame game;
    private final double truncation;
    private final double start;
    private final double end;
    private final double[] marginals;

    /** Evaluates the coalitions of nobody and of all. */
    OrderWalk(CountedGame game, double truncation) {
        int players = game.players();
        if (game.mostEvaluations() < players + 1L) {
            throw new IllegalArgumentException(
                    "at most " + game.mostEvaluations() + " evaluations do not suffice for one" + " order of " + players
                            + " players; allow " + (players + 1) + " or more");
        }
        this.game = game;
        this.truncation = truncation;
        this.start = game.value(Coalition.empty());
        this.end = game.value(Coalition.all(players));
        this.marginals = new double[players];
    }

    static void requireTolerance(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " " + value + " is not a finite number of 0 or more");
        }
    }

    /** The value of nobody. */
    double start() {
        return start;
    }

    /** The value of all. */
    double end() {
        return end;
    }

    /** Fills {@link #marginals}; false if that takes more evaluations than are allowed. */
    boolean walk(int[] order) {
        Arrays.fill(marginals, 0);
        Coalition coalition = Coalition.empty();
        double before = start;
        for (int player : order) {
            if (truncation > 0 && Math.abs(end - before) <= truncation) {
                return true;
            }
            coalition = coalition.with(player);
            if (!game.canValue(coalition)) {
                return false;
            }
            double after = game.value(coalition);
            marginals[player] = after - before;
            before = after;
        }
        return true;
    }

    /** What each player added, 0 behind the truncation; valid until the next walk. */
    double[] marginals() {
        return marginals;
    }
}
