package org.dalrn.core.incentive;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dalrn.core.model.NodeId;

/**
 * Who earns what for taking part in a run, agreed before it begins. Immutable.
 *
 * <p>A claimant is an organisation, by its name, or a node that no organisation names, as {@code node:} and its id. A
 * claimant's weight in a settlement is its weight here times the points of its nodes' contributions.
 *
 * @param unit of all amounts, for people: 1 to 16 characters without spaces or control characters
 * @param budget whole units for each completed round, or for the whole run
 * @param settlement when it is divided
 * @param rule how it is divided
 * @param measure what contributions are measured by
 * @param organisations by name, 1 to 63 characters of {@code [a-z0-9._-]}
 * @param others the terms of each node that no organisation names; empty: they are paid nothing
 */
public record IncentivePolicy(
        String unit,
        long budget,
        Settlement settlement,
        PayoutRule rule,
        ContributionMeasure measure,
        SortedMap<String, Terms> organisations,
        Optional<Terms> others) {

    /** The largest budget, and the largest sum of the budgets of all rounds. */
    public static final long LARGEST_BUDGET = 1_000_000_000_000_000_000L;

    /**
     * The largest sum of budgets under {@link PayoutRule#KALAI_SMORODINSKY}: as many claims as a division has cannot bring
     * the sum of what they could gain at most above 64 bits.
     */
    public static final long LARGEST_KALAI_SMORODINSKY_BUDGET = (1L << 43) - 1;

    /** What the claimants of nodes without an organisation begin with; no organisation's name does. */
    public static final String NODE_PREFIX = "node:";

    private static final int MOST_ORGANISATIONS = 10_000;
    private static final int LONGEST_UNIT = 16;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /**
     * Checks the whole.
     *
     * @throws IllegalArgumentException with all faults
     */
    public IncentivePolicy {
        requireNonNull(settlement, "settlement");
        requireNonNull(rule, "rule");
        requireNonNull(measure, "measure");
        requireNonNull(others, "others");
        organisations = Collections.unmodifiableSortedMap(new TreeMap<>(organisations));
        List<String> faults = new ArrayList<>();
        if (unit.isEmpty()
                || unit.length() > LONGEST_UNIT
                || unit.codePoints()
                        .anyMatch(c -> Character.isWhitespace(c)
                                || !Character.isDefined(c)
                                || Character.isISOControl(c)
                                || Character.getType(c) == Character.SURROGATE)) {
            faults.add("unit has " + unit.length() + " characters, allowed are 1 to " + LONGEST_UNIT
                    + " without spaces or control characters");
        }
        if (budget < 1 || budget > LARGEST_BUDGET) {
            faults.add("budget " + budget + " is not in [1, " + LARGEST_BUDGET + "]");
        }
        if (organisations.isEmpty() && others.isEmpty()) {
            faults.add("nobody can be paid; name organisations, or the terms of others");
        }
        if (organisations.size() > MOST_ORGANISATIONS) {
            faults.add(organisations.size() + " organisations, at most " + MOST_ORGANISATIONS + " are allowed");
        }
        faultsOfOrganisations(organisations, faults);
        faultsOfReservations(budget, organisations, faults);
        others.ifPresent(terms -> faultsOfOthers(terms, faults));
        organisations.forEach((name, terms) -> faultsOfUse("organisations." + name, terms, rule, measure, faults));
        others.ifPresent(terms -> faultsOfUse("others", terms, rule, measure, faults));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
    }

    private static void faultsOfOrganisations(SortedMap<String, Terms> organisations, List<String> faults) {
        Map<NodeId, String> owners = new HashMap<>();
        organisations.forEach((name, terms) -> {
            if (!NAME.matcher(name).matches()) {
                faults.add("organisation '" + name + "' has a name that is not 1 to 63 characters of [a-z0-9._-]");
            }
            if (terms.nodes().isEmpty()) {
                faults.add("organisation '" + name + "' has no nodes; name those whose updates it is paid for");
            }
            for (NodeId node : terms.nodes()) {
                String owner = owners.putIfAbsent(node, name);
                if (owner != null) {
                    faults.add("node " + node + " is in two organisations, '" + owner + "' and '" + name
                            + "'; leave it in one");
                }
            }
        });
    }

    private static void faultsOfReservations(long budget, SortedMap<String, Terms> organisations, List<String> faults) {
        BigInteger sum = organisations.values().stream()
                .map(terms -> BigInteger.valueOf(terms.reservation()))
                .reduce(BigInteger.ZERO, BigInteger::add);
        if (sum.compareTo(BigInteger.valueOf(budget)) > 0) {
            String names = organisations.entrySet().stream()
                    .filter(entry -> entry.getValue().reservation() > 0)
                    .limit(10)
                    .map(entry -> entry.getKey() + " " + entry.getValue().reservation())
                    .collect(Collectors.joining(", "));
            faults.add("the reservations sum to " + sum + ", above the budget " + budget + " (" + names
                    + "); raise the budget or lower reservations");
        }
    }

    private static void faultsOfOthers(Terms others, List<String> faults) {
        if (!others.nodes().isEmpty()) {
            faults.add("others names nodes; they are those that no organisation names");
        }
        if (others.reservation() != 0) {
            faults.add("others has the reservation " + others.reservation()
                    + "; whoever joins under many names would get it many times, so only organisations have one");
        }
    }

    private static void faultsOfUse(
            String path, Terms terms, PayoutRule rule, ContributionMeasure measure, List<String> faults) {
        if (rule == PayoutRule.AUCTION) {
            if (terms.bid().isEmpty()) {
                faults.add(path + " has no bid, but the rule is auction");
            }
            if (terms.reservation() != 0 || terms.isCapped()) {
                faults.add(path + " has a reservation or a cap, which an auction does not use; leave it out");
            }
        } else if (terms.bid().isPresent()) {
            faults.add(path + " has a bid, but the rule is " + rule.label() + "; bids are for the rule auction");
        }
        if (terms.verifiedExamples().isPresent() && !(measure instanceof ContributionMeasure.Examples)) {
            faults.add(path + " has verified-examples, but the measure is " + measure.label()
                    + "; they are for the measure examples");
        }
    }

    /** Why this policy cannot be kept under a protection that shows so much; empty if it can. */
    public Optional<String> refusalUnder(UpdateVisibility shown) {
        return shown.shows(measure.needs())
                ? Optional.empty()
                : Optional.of("measure " + measure.label() + " needs "
                        + measure.needs().words() + ", but the run's protection shows the coordinator only "
                        + shown.words() + "; use participation or examples"
                        + (shown == UpdateVisibility.GROUP_SUMS ? ", or group-shapley" : ""));
    }

    /** Why this policy cannot be kept in a run of so many rounds; empty if it can. */
    public Optional<String> refusalFor(int rounds) {
        long largest = rule == PayoutRule.KALAI_SMORODINSKY ? LARGEST_KALAI_SMORODINSKY_BUDGET : LARGEST_BUDGET;
        BigInteger whole =
                BigInteger.valueOf(budget).multiply(BigInteger.valueOf(settlement == Settlement.ROUND ? rounds : 1));
        return whole.compareTo(BigInteger.valueOf(largest)) <= 0
                ? Optional.empty()
                : Optional.of("the budgets of the run sum to " + whole + ", above " + largest + ", the most that rule "
                        + rule.label() + " divides; state the budget in larger units");
    }

    /** The terms of a claimant; those of {@link #others} for a node. */
    Terms termsOf(String claimant) {
        Terms organisation = organisations.get(claimant);
        return organisation != null ? organisation : others.orElseThrow();
    }

    /** The organisations of all nodes that have one. */
    Map<NodeId, String> owners() {
        Map<NodeId, String> owners = new HashMap<>();
        organisations.forEach((name, terms) -> terms.nodes().forEach(node -> owners.put(node, name)));
        return owners;
    }
}
