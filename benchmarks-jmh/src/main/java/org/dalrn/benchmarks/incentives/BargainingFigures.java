package org.dalrn.benchmarks.incentives;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.dalrn.core.incentive.bargaining.Allocation;
import org.dalrn.core.incentive.bargaining.AllocationRule;
import org.dalrn.core.incentive.bargaining.Bargain;
import org.dalrn.core.incentive.bargaining.Bid;
import org.dalrn.core.incentive.bargaining.Claim;
import org.dalrn.core.incentive.bargaining.NashBargaining;
import org.dalrn.core.incentive.bargaining.ProportionalShareAuction;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;

/**
 * Divisions among 100,000 claimants with weights, reservations and caps, on one thread: exact, in whole units, duplicates refused,
 * and checked by a verifier. About a quarter of the caps bind. Medians of 41 after 20 to warm up.
 */
final class BargainingFigures {
    private static final int CLAIMS = 100_000;
    private static final long BUDGET = 4_000_000_000L;
    private static final int WARM_UP = 20;
    private static final int REPETITIONS = 41;

    private BargainingFigures() {}

    /** Measures and prints, once the divisions have turned out right. */
    static void print() {
        ContentHash salt = ContentHash.of("figures".getBytes(StandardCharsets.US_ASCII));
        List<Claim> claims = claims();
        double[] allocate = new double[REPETITIONS];
        double[] verify = new double[REPETITIONS];
        int full = 0;
        for (int repetition = -WARM_UP; repetition < REPETITIONS; repetition++) {
            // Fresh names, as when they have just been read: no hash of theirs is known yet.
            List<Claim> fresh = claims.stream()
                    .map(claim -> new Claim(
                            String.valueOf(claim.claimant().toCharArray()),
                            claim.weight(),
                            claim.reservation(),
                            claim.cap()))
                    .toList();
            long start = System.nanoTime();
            Bargain bargain = NashBargaining.allocate(BUDGET, fresh, salt);
            allocate[Math.max(0, repetition)] = (System.nanoTime() - start) / 1e6;
            Allocation allocation = require(bargain);
            start = System.nanoTime();
            List<String> faults = allocation.faults(salt);
            verify[Math.max(0, repetition)] = (System.nanoTime() - start) / 1e6;
            requireRight(allocation, faults);
            full = (int) allocation.shares().stream()
                    .filter(share -> share.amount() == share.claim().cap())
                    .count();
        }
        print("nash_bargaining_100k", allocate, Map.of("claims", CLAIMS, "caps_reached", full));
        print("nash_bargaining_100k_verify", verify, Map.of("claims", CLAIMS));
        for (AllocationRule rule : AllocationRule.values()) {
            if (rule != AllocationRule.NASH) {
                printRule(rule, claims, salt);
            }
        }
        printAuction();
    }

    private static List<Claim> claims() {
        SplittableRandom random = new SplittableRandom(1);
        List<Claim> claims = new ArrayList<>(CLAIMS);
        for (int i = 0; i < CLAIMS; i++) {
            long reservation = random.nextLong(1_000);
            claims.add(new Claim(
                    "node-" + i, random.nextLong(1, 1_000_000), reservation, reservation + random.nextLong(200_000)));
        }
        return claims;
    }

    private static Allocation require(Bargain bargain) {
        return bargain.match(allocation -> allocation, infeasible -> {
            throw new IllegalStateException("the division is infeasible: " + infeasible.shortfall());
        });
    }

    /** Each amount is within one unit of the formula, computed here in fractions, and their sum is the budget. */
    private static void requireRight(Allocation allocation, List<String> faults) {
        if (!faults.isEmpty()) {
            throw new IllegalStateException("the division is wrong: " + faults);
        }
        long sum = allocation.undistributed();
        for (int i = 0; i < CLAIMS; i++) {
            long amount = allocation.shares().get(i).amount();
            sum += amount;
            if (i % 1_000 == 0) {
                Claim claim = allocation.shares().get(i).claim();
                Fraction exact = Fraction.of(claim.reservation())
                        .plus(Fraction.of(claim.weight()).times(allocation.theta()))
                        .min(Fraction.of(claim.cap()));
                if (Fraction.of(amount).minus(exact).compareTo(Fraction.ONE) >= 0
                        || exact.minus(Fraction.of(amount)).compareTo(Fraction.ONE) >= 0) {
                    throw new IllegalStateException(claim + " got " + amount + " instead of " + exact);
                }
            }
        }
        if (sum != BUDGET) {
            throw new IllegalStateException("the amounts sum to " + sum);
        }
    }

    private static void printRule(AllocationRule rule, List<Claim> claims, ContentHash salt) {
        double[] times = new double[REPETITIONS];
        for (int repetition = -WARM_UP; repetition < REPETITIONS; repetition++) {
            long start = System.nanoTime();
            Bargain bargain = rule.allocate(BUDGET, claims, salt);
            times[Math.max(0, repetition)] = (System.nanoTime() - start) / 1e6;
            List<String> faults = require(bargain).faults(rule, salt);
            if (!faults.isEmpty()) {
                throw new IllegalStateException(rule + " divides wrongly: " + faults);
            }
        }
        print(rule.name().toLowerCase(Locale.ROOT) + "_100k", times, Map.of("claims", CLAIMS));
    }

    private static void printAuction() {
        SplittableRandom random = new SplittableRandom(2);
        List<Bid> bids = new ArrayList<>(CLAIMS);
        for (int i = 0; i < CLAIMS; i++) {
            bids.add(new Bid("node-" + i, random.nextLong(1, 1_000_000), random.nextLong(200_000)));
        }
        double[] times = new double[REPETITIONS];
        int winners = 0;
        for (int repetition = -WARM_UP; repetition < REPETITIONS; repetition++) {
            long start = System.nanoTime();
            var outcome = ProportionalShareAuction.run(BUDGET, bids);
            times[Math.max(0, repetition)] = (System.nanoTime() - start) / 1e6;
            winners = outcome.payments().size();
            long paid = outcome.payments().stream()
                    .mapToLong(payment -> payment.amount())
                    .sum();
            if (winners == 0 || paid + outcome.carried() != BUDGET) {
                throw new IllegalStateException(winners + " winners are paid " + paid);
            }
        }
        print("proportional_share_auction_100k", times, Map.of("bids", CLAIMS, "winners", winners));
    }

    private static void print(String name, double[] milliseconds, Map<String, Object> params) {
        double[] sorted = milliseconds.clone();
        Arrays.sort(sorted);
        TreeMap<String, Object> all = new TreeMap<>(params);
        all.put("best", rounded(sorted[0]));
        all.put("worst", rounded(sorted[sorted.length - 1]));
        IncentivesSuite.print(name, all, rounded(sorted[sorted.length / 2]), "ms");
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
