package org.dalrn.core.incentive;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How a budget is divided among those who claim a share of it. */
public enum PayoutRule {
    /** Weighted Nash bargaining above the reservations. */
    NASH("nash"),
    /** Equal gains above the reservations. */
    EGALITARIAN("egalitarian"),
    /** Gains in proportion to the largest that each could have. */
    KALAI_SMORODINSKY("kalai-smorodinsky"),
    /** In proportion to the weights. */
    PROPORTIONAL("proportional"),
    /** A budget-feasible auction of sealed bids: proportional share, paid at the threshold. */
    AUCTION("auction");

    private final String label;

    PayoutRule(String label) {
        this.label = label;
    }

    /** The word in a run file. */
    public String label() {
        return label;
    }

    /**
     * The rule of a word.
     *
     * @throws IllegalArgumentException if there is none; the message names all
     */
    public static PayoutRule parse(String label) {
        return Arrays.stream(values())
                .filter(rule -> rule.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + label + "' is no rule; rules are "
                        + Arrays.stream(values()).map(PayoutRule::label).collect(Collectors.joining(", "))));
    }
}
