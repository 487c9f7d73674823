package org.dalrn.core.incentive;

/** What a run's protection lets its coordinator see of the updates, the most first. */
public enum UpdateVisibility {
    /** Every update by itself. */
    EACH_UPDATE("each update"),
    /** The sums of groups of updates, but no update by itself. */
    GROUP_SUMS("sums of groups"),
    /** Who delivered and with which claims, but no sum of fewer than all. */
    METADATA_ONLY("metadata");

    private final String words;

    UpdateVisibility(String words) {
        this.words = words;
    }

    /** True if whoever sees this much sees what {@code needed} asks for. */
    public boolean shows(UpdateVisibility needed) {
        return compareTo(needed) <= 0;
    }

    /** In a message. */
    String words() {
        return words;
    }
}
