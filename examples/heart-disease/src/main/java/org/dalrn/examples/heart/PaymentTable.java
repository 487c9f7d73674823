package org.dalrn.examples.heart;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The payments as people and programs read them. */
final class PaymentTable {

    private static final String ROW = "  %-16s %7s  %-16s %-14s %11s%n";

    private PaymentTable() {}

    /**
     * Prints a line for each hospital and what stands behind it.
     *
     * @param rounds of all runs together
     * @param recomputed how many divisions the replay of the receipts computed again, to the same cents
     */
    static void print(Payments payments, Reward reward, int runs, int rounds, long recomputed, PrintStream out) {
        out.printf("%n" + ROW, "reward", "records", "contribution", "share", "a run pays");
        for (Hospital hospital : Hospital.values()) {
            Spread contribution = payments.contribution(hospital);
            Spread share = payments.share(hospital);
            out.printf(
                    ROW,
                    hospital.displayName(),
                    HeartDataset.load(hospital).size(),
                    reward.text(contribution.mean()) + " ± " + reward.text(contribution.sd()),
                    String.format(Locale.ROOT, "%.1f ± %.1f %%", 100 * share.mean(), 100 * share.sd()),
                    money(payments.cents(hospital).mean()));
        }
        out.printf("  Contribution to a round: %s.%n", reward.words());
        out.printf(
                "  Nash bargaining: of %s a run %s to each hospital, the rest by contribution.%n",
                money(Reward.BUDGET_CENTS), money(Reward.RESERVATION_CENTS));
        if (recomputed == runs) {
            out.printf(
                    "  The receipts' replay computed %s again, to the same cents.%n",
                    runs == 1 ? "this division" : "all " + runs + " divisions");
        }
        List<String> below = Arrays.stream(Hospital.values())
                .filter(hospital -> payments.roundsBelowZero(hospital) > 0)
                .map(hospital -> hospital.displayName() + " in " + payments.roundsBelowZero(hospital))
                .toList();
        if (!below.isEmpty()) {
            out.printf(
                    "  Below zero: %s of %d rounds,%n  each counted as zero: %s.%n",
                    String.join(", ", below), rounds, reward.below());
        }
    }

    /** The same as a tree for JSON. */
    static Map<String, Object> tree(Payments payments, Reward reward, long recomputed) {
        Map<String, Object> hospitals = new LinkedHashMap<>();
        for (Hospital hospital : Hospital.values()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("records", HeartDataset.load(hospital).size());
            each.put("contribution", spread(payments.contribution(hospital)));
            each.put("share", spread(payments.share(hospital)));
            each.put("cents", spread(payments.cents(hospital)));
            each.put("roundsBelowZero", payments.roundsBelowZero(hospital));
            hospitals.put(hospital.id(), each);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("measure", reward.label());
        tree.put("budgetCents", Reward.BUDGET_CENTS);
        tree.put("reservationCents", Reward.RESERVATION_CENTS);
        tree.put("recomputedDivisions", recomputed);
        tree.put("hospitals", hospitals);
        return tree;
    }

    private static Map<String, Object> spread(Spread spread) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("mean", spread.mean());
        tree.put("sd", spread.sd());
        return tree;
    }

    private static String money(double cents) {
        return String.format(Locale.ROOT, "%,.2f", cents / 100);
    }
}
