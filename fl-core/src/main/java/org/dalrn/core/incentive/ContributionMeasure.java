package org.dalrn.core.incentive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.dalrn.core.incentive.contribution.GtgShapley;
import org.dalrn.core.model.ConfigValue;

/** What a node's contribution to a round is measured by. */
public sealed interface ContributionMeasure {

    /** The word in a run file. */
    String label();

    /** What the coordinator must see of the updates. */
    UpdateVisibility needs();

    /** More accepted updates than this cannot be measured in one round. */
    int mostNodes();

    /** One function for each kind of measure. */
    <R> R match(
            Function<Participation, R> participation,
            Function<Examples, R> examples,
            Function<Alignment, R> alignment,
            Function<HeldOut, R> heldOut,
            Function<GroupShapley, R> groupShapley);

    /** 1 for each accepted update. */
    record Participation() implements ContributionMeasure {
        /** The word in a run file. */
        public static final String NAME = "participation";

        @Override
        public String label() {
            return NAME;
        }

        @Override
        public UpdateVisibility needs() {
            return UpdateVisibility.METADATA_ONLY;
        }

        @Override
        public int mostNodes() {
            return Integer.MAX_VALUE;
        }

        @Override
        public <R> R match(
                Function<Participation, R> participation,
                Function<Examples, R> examples,
                Function<Alignment, R> alignment,
                Function<HeldOut, R> heldOut,
                Function<GroupShapley, R> groupShapley) {
            return participation.apply(this);
        }
    }

    /** The granted examples of the accepted update; of an organisation together at most its verified ones. */
    record Examples() implements ContributionMeasure {
        /** The word in a run file. */
        public static final String NAME = "examples";

        @Override
        public String label() {
            return NAME;
        }

        @Override
        public UpdateVisibility needs() {
            return UpdateVisibility.METADATA_ONLY;
        }

        @Override
        public int mostNodes() {
            return Integer.MAX_VALUE;
        }

        @Override
        public <R> R match(
                Function<Participation, R> participation,
                Function<Examples, R> examples,
                Function<Alignment, R> alignment,
                Function<HeldOut, R> heldOut,
                Function<GroupShapley, R> groupShapley) {
            return examples.apply(this);
        }
    }

    /** How far the update points where the round's mean update does. */
    record Alignment() implements ContributionMeasure {
        /** The word in a run file. */
        public static final String NAME = "alignment";

        @Override
        public String label() {
            return NAME;
        }

        @Override
        public UpdateVisibility needs() {
            return UpdateVisibility.EACH_UPDATE;
        }

        @Override
        public int mostNodes() {
            return Integer.MAX_VALUE;
        }

        @Override
        public <R> R match(
                Function<Participation, R> participation,
                Function<Examples, R> examples,
                Function<Alignment, R> alignment,
                Function<HeldOut, R> heldOut,
                Function<GroupShapley, R> groupShapley) {
            return alignment.apply(this);
        }
    }

    /** How contributions are computed from the utilities of coalitions of updates. */
    enum Method {
        /** What the model loses without the update: one evaluation for each node, and one of all. */
        LEAVE_ONE_OUT(1_000),
        /** The exact Shapley value: 2^n evaluations. */
        SHAPLEY(12),
        /** The Shapley value from some coalitions: interpolated for few nodes, by guided sampling of orders for more. */
        GTG_SHAPLEY(100);

        private final int mostNodes;

        Method(int mostNodes) {
            this.mostNodes = mostNodes;
        }

        /** The word in a run file. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /**
         * The method of a word.
         *
         * @throws IllegalArgumentException if there is none; the message names all measures
         */
        public static Method parse(String label) {
            return Arrays.stream(values())
                    .filter(method -> method.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'" + label
                            + "' is no measure; measures are participation, examples, alignment, leave-one-out,"
                            + " shapley, gtg-shapley, group-shapley"));
        }
    }

    /**
     * What the update adds to the utility of the model on data that the coordinator holds.
     *
     * @param method how contributions follow from utilities
     * @param utility name of the utility that is installed at the coordinator, 1 to 64 characters of {@code [a-z0-9-]}
     * @param settings of the utility
     * @param sampling how {@link Method#GTG_SHAPLEY} samples, present for it and for it only
     */
    record HeldOut(
            Method method, String utility, SortedMap<String, ConfigValue> settings, Optional<GtgShapley> sampling)
            implements ContributionMeasure {
        /** The most coalitions that one round evaluates: their values stand in one event. */
        public static final int MOST_EVALUATIONS = 50_000;

        /**
         * Checks the name and the sampling.
         *
         * @throws IllegalArgumentException with all faults
         */
        public HeldOut {
            settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
            List<String> faults = new ArrayList<>();
            if (!utility.matches("[a-z0-9-]{1,64}")) {
                faults.add("utility '" + utility + "' is no name; allowed are 1 to 64 characters of [a-z0-9-]");
            }
            if (sampling.isPresent() != (method == Method.GTG_SHAPLEY)) {
                faults.add(
                        sampling.isPresent()
                                ? "measure " + method.label() + " samples nothing; leave the sampling out"
                                : "measure gtg-shapley needs to know how it samples");
            }
            if (sampling.isPresent() && sampling.get().mostEvaluations() > MOST_EVALUATIONS) {
                faults.add("most-evaluations " + sampling.get().mostEvaluations() + " is above " + MOST_EVALUATIONS);
            }
            settings.forEach((key, value) -> {
                if (key.isBlank() || key.length() > 64) {
                    faults.add("utility setting '" + key + "' is not 1 to 64 characters long");
                }
            });
            if (!faults.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", faults));
            }
        }

        @Override
        public String label() {
            return method.label();
        }

        @Override
        public UpdateVisibility needs() {
            return UpdateVisibility.EACH_UPDATE;
        }

        @Override
        public int mostNodes() {
            return sampling.map(bounds -> Math.min(method.mostNodes, bounds.mostPlayers()))
                    .orElse(method.mostNodes);
        }

        @Override
        public <R> R match(
                Function<Participation, R> participation,
                Function<Examples, R> examples,
                Function<Alignment, R> alignment,
                Function<HeldOut, R> heldOut,
                Function<GroupShapley, R> groupShapley) {
            return heldOut.apply(this);
        }
    }

    /**
     * What a random group of nodes adds to a metric that the evaluating nodes measure, shared by the group's nodes.
     *
     * @param groups into how many groups a round's nodes fall, 2 to {@value #MOST_GROUPS}; fewer if there are not enough
     * @param groupSize the least number of nodes of a group, 1 or more
     * @param metric name of the metric of the evaluation
     * @param largerIsBetter true for an accuracy, false for a loss
     */
    record GroupShapley(int groups, int groupSize, String metric, boolean largerIsBetter)
            implements ContributionMeasure {
        /** The word in a run file. */
        public static final String NAME = "group-shapley";

        /** More groups would make more than 63 models besides the published one. */
        public static final int MOST_GROUPS = 6;

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException with all faults
         */
        public GroupShapley {
            List<String> faults = new ArrayList<>();
            if (groups < 2 || groups > MOST_GROUPS) {
                faults.add("groups " + groups + " is not in [2, " + MOST_GROUPS + "]");
            }
            if (groupSize < 1) {
                faults.add("group-size " + groupSize + " is below 1");
            }
            if (metric.isBlank() || metric.length() > 64) {
                faults.add("metric '" + metric + "' is not 1 to 64 characters long");
            }
            if (!faults.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", faults));
            }
        }

        @Override
        public String label() {
            return NAME;
        }

        @Override
        public UpdateVisibility needs() {
            return UpdateVisibility.GROUP_SUMS;
        }

        @Override
        public int mostNodes() {
            return Integer.MAX_VALUE;
        }

        @Override
        public <R> R match(
                Function<Participation, R> participation,
                Function<Examples, R> examples,
                Function<Alignment, R> alignment,
                Function<HeldOut, R> heldOut,
                Function<GroupShapley, R> groupShapley) {
            return groupShapley.apply(this);
        }
    }
}
