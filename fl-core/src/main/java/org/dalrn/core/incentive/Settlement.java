package org.dalrn.core.incentive;

import java.util.Arrays;
import java.util.Locale;

/** When a budget is divided. */
public enum Settlement {
    /** After each completed round; what is left over goes into the next round's budget. */
    ROUND,
    /** Once, at the end of the run. */
    RUN;

    /** The word in a run file. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The settlement of a word.
     *
     * @throws IllegalArgumentException if there is none; the message names both
     */
    public static Settlement parse(String label) {
        return Arrays.stream(values())
                .filter(settlement -> settlement.label().equals(label))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("'" + label + "' is no settlement; write round or run"));
    }
}
