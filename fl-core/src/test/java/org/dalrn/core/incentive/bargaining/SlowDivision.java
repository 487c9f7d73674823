package org.dalrn.core.incentive.bargaining;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;

/**
 * A division by the definition, in fractions: what is given out is computed at every point where an amount starts or stops to grow,
 * and theta by a straight line between the two around the budget. Slow, and without a line in common with the code it checks.
 */
record SlowDivision(Fraction theta, List<Fraction> exact, List<Long> amounts, Fraction undistributed) {

    static SlowDivision of(AllocationRule rule, long budget, List<Claim> claims, ContentHash salt) {
        Fraction b = Fraction.of(budget);
        Fraction reserved =
                claims.stream().map(claim -> Fraction.of(claim.reservation())).reduce(Fraction.ZERO, Fraction::plus);
        List<Fraction> bases = new ArrayList<>();
        List<Fraction> strengths = new ArrayList<>();
        for (Claim claim : claims) {
            Fraction reservation = Fraction.of(claim.reservation());
            boolean takesPart = claim.weight() > 0;
            switch (rule) {
                case NASH -> strengths.add(Fraction.of(claim.weight()));
                case EGALITARIAN -> strengths.add(takesPart ? Fraction.ONE : Fraction.ZERO);
                case KALAI_SMORODINSKY ->
                    strengths.add(
                            takesPart
                                    ? Fraction.of(claim.cap())
                                            .min(b.minus(reserved.minus(reservation)))
                                            .minus(reservation)
                                    : Fraction.ZERO);
                case PROPORTIONAL -> strengths.add(Fraction.of(claim.weight()));
            }
            bases.add(rule == AllocationRule.PROPORTIONAL ? Fraction.ZERO : reservation);
        }
        TreeSet<Fraction> points = new TreeSet<>(List.of(Fraction.ZERO));
        for (int i = 0; i < claims.size(); i++) {
            if (strengths.get(i).signum() > 0) {
                for (long bound :
                        new long[] {claims.get(i).reservation(), claims.get(i).cap()}) {
                    points.add(Fraction.of(bound).minus(bases.get(i)).over(strengths.get(i)));
                }
            }
        }
        Fraction most = sum(amounts(points.last(), bases, strengths, claims));
        Fraction target = b.min(most);
        Fraction theta = Fraction.ZERO;
        Fraction previous = Fraction.ZERO;
        for (Fraction point : points) {
            Fraction here = sum(amounts(point, bases, strengths, claims));
            if (here.compareTo(target) >= 0) {
                Fraction before = sum(amounts(previous, bases, strengths, claims));
                theta = here.equals(before)
                        ? previous
                        : previous.plus(target.minus(before)
                                .times(point.minus(previous))
                                .over(here.minus(before)));
                break;
            }
            previous = point;
        }
        List<Fraction> exact = amounts(theta, bases, strengths, claims);
        return new SlowDivision(theta, exact, rounded(target, exact, claims, salt), b.minus(target));
    }

    private static List<Fraction> amounts(
            Fraction theta, List<Fraction> bases, List<Fraction> strengths, List<Claim> claims) {
        return IntStream.range(0, claims.size())
                .mapToObj(i -> bases.get(i)
                        .plus(strengths.get(i).times(theta))
                        .max(Fraction.of(claims.get(i).reservation()))
                        .min(Fraction.of(claims.get(i).cap())))
                .toList();
    }

    private static Fraction sum(List<Fraction> values) {
        return values.stream().reduce(Fraction.ZERO, Fraction::plus);
    }

    private static List<Long> rounded(Fraction target, List<Fraction> exact, List<Claim> claims, ContentHash salt) {
        List<BigInteger> whole =
                new ArrayList<>(exact.stream().map(Fraction::floor).toList());
        Comparator<Integer> byRemainder = Comparator.comparing(
                i -> exact.get(i).minus(Fraction.of(exact.get(i).floor())));
        List<Integer> order = IntStream.range(0, exact.size())
                .boxed()
                .sorted(byRemainder
                        .reversed()
                        .thenComparing(i -> ContentHash.sha256(
                                salt.toByteArray(), claims.get(i).claimant().getBytes(StandardCharsets.UTF_8))))
                .toList();
        BigInteger given = whole.stream().reduce(BigInteger.ZERO, BigInteger::add);
        int units = target.floor().subtract(given).intValueExact();
        for (int i : order.subList(0, units)) {
            whole.set(i, whole.get(i).add(BigInteger.ONE));
        }
        return whole.stream().map(BigInteger::longValueExact).toList();
    }
}
