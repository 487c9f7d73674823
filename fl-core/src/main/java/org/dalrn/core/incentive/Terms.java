package org.dalrn.core.incentive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.dalrn.core.model.NodeId;

/**
 * What was agreed with one organisation.
 *
 * @param nodes its nodes; empty for the terms of nodes that no organisation names
 * @param weight factor of what its contribution counts, 1 to 1,000,000
 * @param reservation what it gets at least for a settlement in which it has an accepted update, in whole units, 0 or more
 * @param cap what it gets at most, in whole units; {@link #UNCAPPED} if nothing limits it
 * @param verifiedExamples how many training examples were verified, 1 or more: a round counts no more of it, whatever its
 *     nodes claim
 * @param bid what it asks for under {@link PayoutRule#AUCTION}, in whole units, 0 or more
 */
public record Terms(
        SortedSet<NodeId> nodes,
        long weight,
        long reservation,
        long cap,
        OptionalLong verifiedExamples,
        OptionalLong bid) {

    /** The cap of whoever has none. */
    public static final long UNCAPPED = Long.MAX_VALUE;

    /** The largest weight. */
    public static final long LARGEST_WEIGHT = 1_000_000;

    /**
     * Checks each term.
     *
     * @throws IllegalArgumentException with all faults
     */
    public Terms {
        nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
        List<String> faults = new ArrayList<>();
        if (weight < 1 || weight > LARGEST_WEIGHT) {
            faults.add("weight " + weight + " is not in [1, " + LARGEST_WEIGHT + "]");
        }
        if (reservation < 0) {
            faults.add("reservation " + reservation + " is below 0");
        }
        if (cap < reservation) {
            faults.add("cap " + cap + " is below the reservation " + reservation + "; raise the cap");
        }
        verifiedExamples.ifPresent(count -> {
            if (count < 1) {
                faults.add("verified-examples " + count + " is below 1; leave it out if nothing was verified");
            }
        });
        bid.ifPresent(amount -> {
            if (amount < 0) {
                faults.add("bid " + amount + " is below 0");
            }
        });
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
    }

    /** True if something limits what is paid. */
    public boolean isCapped() {
        return cap != UNCAPPED;
    }
}
