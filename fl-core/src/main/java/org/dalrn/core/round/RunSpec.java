package org.dalrn.core.round;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.aggregation.FixedPointScale;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.UpdateVisibility;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.WellFormed;
import org.dalrn.core.strategy.Strategy;

/**
 * What an operator asks for: a checked, immutable description of a run.
 *
 * @param name for people, 1 to 100 characters
 * @param layout the model's tensors
 * @param initialModel hash of the flat little-endian float32 bytes that the first round starts from
 * @param rounds how many rounds, 1 to 1,000,000
 * @param strategy whom to ask and how to step
 * @param policy when rounds end
 * @param maxExamplesPerNode the largest weight that one update or evaluation gets, whatever the node claims
 * @param maxAbsoluteValue the largest |value| that an element of an update may have
 * @param config what trainers are told
 * @param incentive who earns what for taking part; empty: nobody earns anything
 */
public record RunSpec(
        String name,
        ParameterLayout layout,
        ContentHash initialModel,
        int rounds,
        Strategy strategy,
        RoundPolicy policy,
        long maxExamplesPerNode,
        double maxAbsoluteValue,
        SortedMap<String, ConfigValue> config,
        Optional<IncentivePolicy> incentive) {

    /** The largest weight cap: with 24 bits of a float's mantissa, value times weight stays exact in a double. */
    public static final long LARGEST_WEIGHT_CAP = 1L << 29;

    /** More nodes than this take part in no round; the sum's headroom is planned for them. */
    public static final int LARGEST_COHORT = 1 << 17;

    public RunSpec {
        requireNonNull(layout, "layout");
        requireNonNull(initialModel, "initialModel");
        requireNonNull(strategy, "strategy");
        requireNonNull(policy, "policy");
        requireNonNull(incentive, "incentive");
        List<String> faults = new ArrayList<>();
        if (name.isBlank() || name.length() > 100) {
            faults.add("name has " + name.length() + " characters, allowed are 1 to 100 that are not all blank");
        }
        if (!WellFormed.is(name)) {
            faults.add("name has half of a surrogate pair; write well-formed Unicode");
        }
        if (rounds < 1 || rounds > 1_000_000) {
            faults.add("rounds " + rounds + " is not in [1, 1000000]");
        }
        if (maxExamplesPerNode < 1 || maxExamplesPerNode > LARGEST_WEIGHT_CAP) {
            faults.add("max-examples-per-node " + maxExamplesPerNode + " is not in [1, " + LARGEST_WEIGHT_CAP + "]");
        }
        if (!(maxAbsoluteValue > 0 && maxAbsoluteValue <= Float.MAX_VALUE)) {
            faults.add("max-absolute-value " + maxAbsoluteValue + " is not a positive float");
        }
        if (config.size() > 256) {
            faults.add("config has " + config.size() + " entries, at most 256 are allowed");
        }
        config.keySet().stream()
                .filter(key -> key.isBlank() || key.length() > 64)
                .forEach(key -> faults.add("config key '" + key + "' is not 1 to 64 characters long"));
        if (!areWellFormed(config)) {
            faults.add("config key or value has half of a surrogate pair; write well-formed Unicode");
        }
        if (policy.quorum() > LARGEST_COHORT) {
            faults.add("quorum " + policy.quorum() + " is above " + LARGEST_COHORT);
        }
        incentive.ifPresent(terms -> faultsOf(terms, rounds, strategy, faults));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
        config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
    }

    /**
     * A run in which nobody earns anything.
     *
     * @throws IllegalArgumentException as the canonical constructor
     */
    public RunSpec(
            String name,
            ParameterLayout layout,
            ContentHash initialModel,
            int rounds,
            Strategy strategy,
            RoundPolicy policy,
            long maxExamplesPerNode,
            double maxAbsoluteValue,
            SortedMap<String, ConfigValue> config) {
        this(
                name,
                layout,
                initialModel,
                rounds,
                strategy,
                policy,
                maxExamplesPerNode,
                maxAbsoluteValue,
                config,
                Optional.empty());
    }

    private static void faultsOf(IncentivePolicy incentive, int rounds, Strategy strategy, List<String> faults) {
        incentive.refusalFor(rounds).ifPresent(fault -> faults.add("incentive: " + fault));
        // The updates of every run are readable as yet.
        incentive.refusalUnder(UpdateVisibility.EACH_UPDATE).ifPresent(fault -> faults.add("incentive: " + fault));
        boolean wellFormed = incentive
                .measure()
                .match(
                        participation -> true,
                        examples -> true,
                        alignment -> true,
                        heldOut -> areWellFormed(heldOut.settings()),
                        group -> WellFormed.is(group.metric()));
        if (!wellFormed) {
            faults.add("incentive: metric, or utility setting or its value, has half of a surrogate pair; write"
                    + " well-formed Unicode");
        }
        boolean evaluates = strategy.sampling().fractionEvaluate() > 0;
        if (incentive.measure() instanceof ContributionMeasure.GroupShapley && !evaluates) {
            faults.add("incentive: measure group-shapley is measured by evaluating nodes, but fraction-evaluate is 0;"
                    + " raise fraction-evaluate or use another measure");
        }
    }

    private static boolean areWellFormed(SortedMap<String, ConfigValue> settings) {
        return settings.entrySet().stream()
                .allMatch(entry -> WellFormed.is(entry.getKey())
                        && WellFormed.is(
                                entry.getValue().match(text -> text, number -> "", integer -> "", flag -> "")));
    }

    /** The scale of the exact sum for a cohort of the given size. */
    public FixedPointScale scale(int cohortSize) {
        return FixedPointScale.plan(maxAbsoluteValue, Math.multiplyExact(maxExamplesPerNode, (long) cohortSize));
    }

    /** True if the exact sum of so many updates of the largest weight and value fits its 64 bits. */
    boolean canSum(int cohortSize) {
        try {
            scale(cohortSize);
            return true;
        } catch (IllegalArgumentException tooLarge) {
            return false;
        }
    }
}
