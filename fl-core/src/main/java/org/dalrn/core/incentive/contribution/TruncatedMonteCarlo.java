package org.dalrn.core.incentive.contribution;

import static java.util.Objects.requireNonNull;

import org.dalrn.core.model.ContentHash;

/**
 * The Shapley value estimated by random orders of the players: the mean of each player's marginal contributions.
 *
 * <p>An order is cut off once its coalition is worth as much as all, within the truncation; the players behind get 0 in
 * it. With a truncation of 0 the estimate is unbiased; otherwise a player's bias is at most the truncation.
 *
 * <p><b>Intervals:</b> orders are independent, so the half width is Student's 0.975 quantile times the standard error of
 * the mean over orders. It does not count the bias of truncation. Sampling stops once every half width is at most the
 * precision, looked at after {@link #FEWEST_ORDERS} orders and each {@link #ORDERS_BETWEEN_LOOKS} from there on: stopping
 * when the intervals look small makes them cover a little less than 95 %.
 *
 * <p>Coalitions met again are not evaluated again. Pure; cost: the evaluations.
 *
 * <p>Source: Ghorbani and Zou, Data Shapley: Equitable Valuation of Data for Machine Learning, ICML 2019, algorithm 1,
 * whose stop rule (change of the estimates) is replaced by the intervals.
 *
 * @param truncation in the unit of the utility, 0 or more
 * @param precision the half width to reach for every player, in the unit of the utility, 0 or more; 0 samples up to the
 *     bounds
 * @param mostOrders the most orders, 2 or more
 * @param mostEvaluations the most different coalitions to evaluate; enough for one order, players + 1
 */
public record TruncatedMonteCarlo(double truncation, double precision, int mostOrders, int mostEvaluations) {
    /** The orders before the stop rule is looked at for the first time: 30. */
    public static final int FEWEST_ORDERS = 30;

    /** The orders between two looks at the stop rule: 10. */
    public static final int ORDERS_BETWEEN_LOOKS = 10;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public TruncatedMonteCarlo {
        OrderWalk.requireTolerance("truncation", truncation);
        OrderWalk.requireTolerance("precision", precision);
        if (mostOrders < 2) {
            throw new IllegalArgumentException("at most " + mostOrders + " orders show no spread; allow 2 or more");
        }
        if (mostEvaluations < 2) {
            throw new IllegalArgumentException("at most " + mostEvaluations
                    + " evaluations are not enough for one player; allow the number of players + 1 or more");
        }
    }

    /**
     * Estimates the contributions of all players.
     *
     * @param seed of the orders
     * @return converged if every half width reached the precision
     * @throws IllegalArgumentException if the bound on evaluations does not suffice for one order, or a value is not
     *     finite
     */
    public Contributions of(CoalitionGame game, ContentHash seed) {
        requireNonNull(seed, "seed");
        CountedGame counted = CountedGame.of(game, mostEvaluations);
        OrderWalk walk = new OrderWalk(counted, truncation);
        SeededDraw draw = new SeededDraw("dalrn-tmc-v1", seed);
        SampleMeans means = new SampleMeans(counted.players());
        int[] order = new int[counted.players()];
        boolean converged = false;
        while (!converged && means.samples() < mostOrders) {
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            draw.shuffle(order, 0);
            if (!walk.walk(order)) {
                break;
            }
            means.add(walk.marginals());
            long beyond = means.samples() - FEWEST_ORDERS;
            converged = beyond >= 0 && beyond % ORDERS_BETWEEN_LOOKS == 0 && isPrecise(means.halfWidths());
        }
        return Contributions.sampled(means.means(), means.halfWidths(), counted.evaluations(), converged);
    }

    private boolean isPrecise(double[] halfWidths) {
        for (double width : halfWidths) {
            if (!(width <= precision)) {
                return false;
            }
        }
        return true;
    }
}
