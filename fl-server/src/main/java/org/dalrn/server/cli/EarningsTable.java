package org.dalrn.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.round.RunEvent;
import org.dalrn.server.gateway.RunEarnings;

/** What claimants have earned, as people read it. */
final class EarningsTable {

    /** Rows for people; programs get all. */
    static final int MOST_CLAIMANTS = 20;

    private EarningsTable() {}

    /** Those who got most, how many others there are, and the newest division. */
    static List<String> lines(RunEarnings earnings, int most) {
        String unit = earnings.policy().map(IncentivePolicy::unit).orElse("");
        TextTable table = headed(unit);
        for (RunEarnings.Earned each : earnings.mostFirst(most)) {
            row(table, each.claimant(), each.rounds(), each.points(), each.amount(), each.share());
        }
        List<String> lines = new ArrayList<>(table.lines());
        more(lines, earnings.claimants(), most);
        earnings.last().ifPresent(last -> lines.add(line(last, unit)));
        return lines;
    }

    /** The same from what the operator API tells of a run. */
    static List<String> lines(JsonNode incentive) {
        String unit = incentive.path("unit").asText();
        TextTable table = headed(unit);
        int shown = 0;
        for (JsonNode each : incentive.path("earned")) {
            if (shown++ < MOST_CLAIMANTS) {
                row(
                        table,
                        each.path("claimant").asText(),
                        each.path("rounds").asInt(),
                        each.path("points").bigIntegerValue(),
                        each.path("amount").bigIntegerValue(),
                        each.path("share").asDouble());
            }
        }
        List<String> lines = new ArrayList<>(table.lines());
        more(lines, incentive.path("claimants").asInt(), MOST_CLAIMANTS);
        JsonNode last = incentive.path("last");
        if (last.isObject()) {
            lines.add(line(
                    last.path("budget").asLong(),
                    last.path("payouts").asInt(),
                    last.path("round").asInt(),
                    Fraction.parse(last.path("theta").asText()),
                    last.path("undistributed").asLong(),
                    unit));
        }
        return lines;
    }

    /** What was agreed, in a line. */
    static String terms(IncentivePolicy policy) {
        return terms(
                policy.budget(),
                policy.unit(),
                policy.settlement() == Settlement.RUN,
                policy.rule().label(),
                policy.measure().label());
    }

    /** The same from what the operator API tells of a run. */
    static String terms(JsonNode incentive) {
        return terms(
                incentive.path("budget").asLong(),
                incentive.path("unit").asText(),
                incentive.path("settle").asText().equals(Settlement.RUN.label()),
                incentive.path("rule").asText(),
                incentive.path("measure").asText());
    }

    private static String terms(long budget, String unit, boolean once, String rule, String measure) {
        return grouped(budget) + " " + TextTable.plain(unit) + (once ? " for the run" : " a round") + ", rule " + rule
                + ", measure " + measure;
    }

    /** A division of a budget, in a line. */
    static String line(RunEvent.Allocated allocated, String unit) {
        return line(
                allocated.budget(),
                allocated.payouts().size(),
                allocated.round(),
                allocated.theta(),
                allocated.undistributed(),
                unit);
    }

    private static String line(long budget, int payouts, int round, Fraction theta, long undistributed, String unit) {
        return grouped(budget) + " " + TextTable.plain(unit) + " divided among " + payouts + " after round " + round
                + ", theta " + String.format(Locale.ROOT, "%.6g", theta.toDouble())
                + (undistributed == 0 ? "" : ", " + grouped(undistributed) + " left over");
    }

    private static TextTable headed(String unit) {
        return new TextTable("CLAIMANT", "ROUNDS", "POINTS", heading(unit), "SHARE");
    }

    /** The heading of a column of amounts. */
    static String heading(String unit) {
        return unit.toUpperCase(Locale.ROOT);
    }

    private static void row(
            TextTable table, String claimant, int rounds, BigInteger points, BigInteger amount, double share) {
        table.row(
                claimant,
                Integer.toString(rounds),
                grouped(points),
                grouped(amount),
                String.format(Locale.ROOT, "%.1f %%", 100 * share));
    }

    private static void more(List<String> lines, int claimants, int shown) {
        if (claimants > shown) {
            lines.add("and " + (claimants - shown) + " more; `dalrn incentives show RUN --json` has all");
        }
    }

    static String grouped(Number whole) {
        return String.format(Locale.ROOT, "%,d", whole);
    }
}
