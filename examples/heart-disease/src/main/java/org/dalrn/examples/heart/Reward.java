package org.dalrn.examples.heart;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.model.NodeId;

/**
 * What the hospitals are paid by.
 *
 * @param measure of their contributions
 * @param words what is measured, for people
 * @param below what a contribution below zero means, for people
 * @param decimals of a contribution that are worth showing
 */
record Reward(ContributionMeasure measure, String words, String below, int decimals) {

    /** 10,000.00 for each run. */
    static final long BUDGET_CENTS = 1_000_000;

    /** 500.00 for each hospital that takes part. */
    static final long RESERVATION_CENTS = 50_000;

    /**
     * The measures to choose from, the demo's own first.
     *
     * <p>Chosen against a reference that costs 16 federations: the Shapley value of the final model's log loss, each
     * coalition of hospitals trained from the start. Over 40 splits it gives Cleveland 34 %, Hungary 37 %, Switzerland
     * 10 % and Long Beach 19 %. In percentage points, summed over the four, the shares by verified records are off by 21,
     * by pairs 25, by alignment 31, equal ones 43. The pairs' come out that near because two thirds of a hospital's share
     * do not depend on it: they vary by 6 points a hospital from draw to draw, put Switzerland before Long Beach, and each
     * of a pair can take the pair's model apart. Alignment calls the two small hospitals' updates useless as soon as the
     * large ones have what they want.
     */
    static final List<Reward> ALL = List.of(
            new Reward(
                    new ContributionMeasure.Examples(),
                    "its training records, as many as were verified",
                    "it trained on nothing",
                    0),
            new Reward(
                    new ContributionMeasure.Alignment(),
                    "how far its update points the way of all together (cosine, 1 at most)",
                    "its update pointed against that of all: where hospitals differ, some do",
                    3),
            new Reward(new ContributionMeasure.Participation(), "1 for its update", "it sent nothing", 0),
            new Reward(
                    new ContributionMeasure.GroupShapley(2, 2, "log-loss", false),
                    "half of what its pair takes off the log loss (Shapley value of pairs)",
                    "its pair made the model worse",
                    4));

    /** The word for it in run files and on the command line. */
    String label() {
        return measure.label();
    }

    /** A contribution as people read it. */
    String text(double value) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** The reward of a word. */
    static Optional<Reward> parse(String label) {
        return ALL.stream().filter(reward -> reward.label().equals(label)).findFirst();
    }

    /** All words. */
    static String labels() {
        return ALL.stream().map(Reward::label).collect(Collectors.joining(", "));
    }

    /** Every hospital is an organisation of one node; its training records of the split are what was verified of it. */
    IncentivePolicy policy(long splitSeed) {
        TreeMap<String, Terms> organisations = new TreeMap<>();
        for (Hospital hospital : Hospital.values()) {
            organisations.put(
                    hospital.id(),
                    new Terms(
                            new TreeSet<>(List.of(new NodeId(hospital.id()))),
                            1,
                            RESERVATION_CENTS,
                            Terms.UNCAPPED,
                            verified(hospital, splitSeed),
                            OptionalLong.empty()));
        }
        return new IncentivePolicy(
                "cents", BUDGET_CENTS, Settlement.RUN, PayoutRule.NASH, measure, organisations, Optional.empty());
    }

    private OptionalLong verified(Hospital hospital, long splitSeed) {
        return measure instanceof ContributionMeasure.Examples
                ? OptionalLong.of(
                        HospitalData.prepare(hospital, splitSeed).train().size())
                : OptionalLong.empty();
    }
}
