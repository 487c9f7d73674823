package org.dalrn.core.incentive.bargaining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.model.ContentHash;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AllocationRuleTest {

    private static final ContentHash SALT = ContentHash.of(new byte[] {1, 2, 3});

    private static Allocation allocate(AllocationRule rule, long budget, List<Claim> claims) {
        return rule.allocate(budget, claims, SALT).match(Function.identity(), infeasible -> {
            throw new AssertionError("infeasible: " + infeasible);
        });
    }

    private static List<Long> amounts(Allocation allocation) {
        return allocation.shares().stream().map(Share::amount).toList();
    }

    private static Map<String, Long> byName(Allocation allocation) {
        return allocation.shares().stream()
                .collect(Collectors.toMap(share -> share.claim().claimant(), Share::amount));
    }

    private static boolean feasible(RandomClaims random) {
        return random.claims().stream()
                        .map(claim -> BigInteger.valueOf(claim.reservation()))
                        .reduce(BigInteger.ZERO, BigInteger::add)
                        .compareTo(BigInteger.valueOf(random.budget()))
                <= 0;
    }

    static List<NashOracles.BargainCase> oracles() {
        return NashOracles.read().bargains();
    }

    @ParameterizedTest
    @MethodSource("oracles")
    void nash_oracle_givesItsThetaAndShares(NashOracles.BargainCase oracle) {
        // Weights may be fractions there: all times their denominators, and theta divided by that.
        BigInteger scale = oracle.weights().stream()
                .map(Fraction::denominator)
                .reduce(BigInteger.ONE, (a, b) -> a.multiply(b).divide(a.gcd(b)));
        List<Claim> claims = IntStream.range(0, oracle.weights().size())
                .mapToObj(i -> new Claim(
                        "c" + i,
                        whole(oracle.weights().get(i).times(Fraction.of(scale))),
                        whole(oracle.reservations().get(i)),
                        oracle.caps().get(i).map(AllocationRuleTest::whole).orElse(Claim.UNCAPPED)))
                .toList();

        Allocation allocation = allocate(AllocationRule.NASH, whole(oracle.budget()), claims);

        assertThat(amounts(allocation))
                .isEqualTo(
                        oracle.shares().stream().map(AllocationRuleTest::whole).toList());
        assertThat(allocation.undistributed()).isEqualTo(whole(oracle.undistributed()));
        oracle.theta().ifPresent(theta -> assertThat(allocation.theta()).isEqualTo(theta.over(Fraction.of(scale))));
        assertThat(IntStream.range(0, claims.size())
                        .filter(i -> claims.get(i).weight() > 0
                                && allocation.shares().get(i).amount()
                                        == claims.get(i).cap())
                        .boxed()
                        .toList())
                .isEqualTo(oracle.capped());
        assertThat(allocation.faults(SALT)).isEmpty();
    }

    private static long whole(Fraction fraction) {
        assertThat(fraction.denominator()).isEqualTo(BigInteger.ONE);
        return fraction.numerator().longValueExact();
    }

    @Test
    void nash_allCapsReached_thetaIsTheLevelOfTheLastCap() {
        Allocation allocation =
                allocate(AllocationRule.NASH, 10, List.of(new Claim("a", 2, 0, 3), new Claim("b", 1, 1, 4)));

        assertThat(allocation.theta()).isEqualTo(Fraction.of(3));
        assertThat(allocation.undistributed()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(AllocationRule.class)
    void allocate_smallNumbers_isWhatTheDefinitionSays(AllocationRule rule) {
        SplittableRandom random = new SplittableRandom(2);
        int feasible = 0;
        for (int trial = 0; trial < 6_000; trial++) {
            RandomClaims input = RandomClaims.small(random);
            if (feasible(input)) {
                feasible++;
                requireAsDefined(rule, input);
            }
        }
        assertThat(feasible).isGreaterThan(4_000);
    }

    @ParameterizedTest
    @EnumSource(
            value = AllocationRule.class,
            names = {"NASH", "EGALITARIAN", "PROPORTIONAL"})
    void allocate_numbersNearTheLargest_isWhatTheDefinitionSays(AllocationRule rule) {
        SplittableRandom random = new SplittableRandom(3);
        int feasible = 0;
        for (int trial = 0; trial < 3_000; trial++) {
            RandomClaims input = RandomClaims.large(random);
            if (feasible(input)) {
                feasible++;
                requireAsDefined(rule, input);
            }
        }
        assertThat(feasible).isGreaterThan(1_000);
    }

    private static void requireAsDefined(AllocationRule rule, RandomClaims input) {
        SlowDivision expected = SlowDivision.of(rule, input.budget(), input.claims(), SALT);
        Allocation allocation = allocate(rule, input.budget(), input.claims());
        assertThat(allocation.theta()).as("%s of %s", rule, input).isEqualTo(expected.theta());
        assertThat(amounts(allocation)).as("%s of %s", rule, input).isEqualTo(expected.amounts());
        assertThat(Fraction.of(allocation.undistributed())).isEqualTo(expected.undistributed());
        assertThat(allocation.faults(rule, SALT)).as("%s of %s", rule, input).isEmpty();
    }

    /** Where the optimum is whole, no whole amounts can have a larger product; found by trying all of them. */
    @Test
    void nash_wholeOptimum_hasTheLargestProductOfAll() {
        SplittableRandom random = new SplittableRandom(4);
        int checked = 0;
        while (checked < 150) {
            RandomClaims input = RandomClaims.small(random);
            if (!feasible(input) || input.budget() > 16 || input.claims().size() > 4) {
                continue;
            }
            Allocation allocation = allocate(AllocationRule.NASH, input.budget(), input.claims());
            SlowDivision exact = SlowDivision.of(AllocationRule.NASH, input.budget(), input.claims(), SALT);
            if (exact.exact().stream().anyMatch(x -> !x.denominator().equals(BigInteger.ONE))) {
                continue;
            }
            checked++;
            assertThat(product(input.claims(), amounts(allocation)))
                    .as(input.toString())
                    .isEqualTo(largestProduct(input.claims(), 0, input.budget(), new ArrayList<>()));
        }
    }

    private static BigInteger largestProduct(List<Claim> claims, int next, long left, List<Long> chosen) {
        if (next == claims.size()) {
            return product(claims, chosen);
        }
        Claim claim = claims.get(next);
        long reserved = claims.subList(next + 1, claims.size()).stream()
                .mapToLong(Claim::reservation)
                .sum();
        BigInteger best = BigInteger.ONE.negate();
        for (long x = claim.reservation(); x <= Math.min(claim.cap(), left - reserved); x++) {
            chosen.add(x);
            best = best.max(largestProduct(claims, next + 1, left - x, chosen));
            chosen.remove(chosen.size() - 1);
        }
        return best;
    }

    private static BigInteger product(List<Claim> claims, List<Long> amounts) {
        BigInteger product = BigInteger.ONE;
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            // Who cannot gain at all would make every product 0.
            if (claim.cap() > claim.reservation()) {
                product = product.multiply(
                        BigInteger.valueOf(amounts.get(i) - claim.reservation()).pow((int) claim.weight()));
            }
        }
        return product;
    }

    @Nested
    class Properties {

        private Stream<RandomClaims> inputs(int seed) {
            SplittableRandom random = new SplittableRandom(seed);
            return Stream.generate(() -> RandomClaims.small(random))
                    .filter(AllocationRuleTest::feasible)
                    .limit(1_000);
        }

        @ParameterizedTest
        @EnumSource(AllocationRule.class)
        void amounts_liesBetweenReservationAndCap_andSumToTheBudget(AllocationRule rule) {
            inputs(5).forEach(input -> {
                Allocation allocation = allocate(rule, input.budget(), input.claims());
                long sum = allocation.undistributed();
                for (Share share : allocation.shares()) {
                    assertThat(share.amount())
                            .isBetween(
                                    share.claim().reservation(), share.claim().cap());
                    sum += share.amount();
                    if (share.claim().weight() == 0) {
                        assertThat(share.amount()).isEqualTo(share.claim().reservation());
                    } else if (allocation.undistributed() > 0) {
                        assertThat(share.amount()).isEqualTo(share.claim().cap());
                    }
                }
                assertThat(sum).isEqualTo(input.budget());
            });
        }

        @ParameterizedTest
        @EnumSource(AllocationRule.class)
        void order_ofTheClaims_changesNothing(AllocationRule rule) {
            Random shuffling = new Random(6);
            inputs(6).forEach(input -> {
                List<Claim> shuffled = new ArrayList<>(input.claims());
                Collections.shuffle(shuffled, shuffling);
                assertThat(byName(allocate(rule, input.budget(), shuffled)))
                        .isEqualTo(byName(allocate(rule, input.budget(), input.claims())));
            });
        }

        @ParameterizedTest
        @EnumSource(AllocationRule.class)
        void equalClaims_getTheSame_upToOneUnit(AllocationRule rule) {
            inputs(7).filter(input -> !input.claims().isEmpty()).forEach(input -> {
                Claim twin = input.claims().get(0);
                List<Claim> claims = new ArrayList<>(input.claims());
                claims.add(new Claim("twin", twin.weight(), twin.reservation(), twin.cap()));
                Allocation allocation = allocate(rule, input.budget() + twin.reservation(), claims);
                assertThat(byName(allocation).get("twin"))
                        .isBetween(
                                allocation.shares().get(0).amount() - 1,
                                allocation.shares().get(0).amount() + 1);
            });
        }

        /** The amounts before rounding; rounding by largest remainder can take a unit away as the budget grows. */
        @ParameterizedTest
        @EnumSource(
                value = AllocationRule.class,
                names = {"NASH", "EGALITARIAN", "PROPORTIONAL"})
        void largerBudget_takesFromNobody(AllocationRule rule) {
            inputs(8).forEach(input -> {
                Allocation less = allocate(rule, input.budget(), input.claims());
                Allocation more = allocate(rule, input.budget() + 1, input.claims());
                assertThat(more.theta()).isGreaterThanOrEqualTo(less.theta());
            });
        }

        @Test
        void splittingAClaimWithoutCap_changesNothingInSum() {
            SplittableRandom random = new SplittableRandom(9);
            inputs(9).filter(input -> !input.claims().isEmpty()).forEach(input -> {
                Claim whole = new Claim(
                        input.claims().get(0).claimant(),
                        input.claims().get(0).weight() + 2,
                        input.claims().get(0).reservation(),
                        Claim.UNCAPPED);
                List<Claim> claims = new ArrayList<>(input.claims());
                claims.set(0, whole);
                List<Claim> split = new ArrayList<>(claims);
                long weight = random.nextLong(1, whole.weight());
                long reservation = random.nextLong(whole.reservation() + 1);
                split.set(0, new Claim("one", weight, reservation, Claim.UNCAPPED));
                split.add(new Claim("two", whole.weight() - weight, whole.reservation() - reservation, Claim.UNCAPPED));

                Allocation before = allocate(AllocationRule.NASH, input.budget(), claims);
                Allocation after = allocate(AllocationRule.NASH, input.budget(), split);

                assertThat(after.theta()).isEqualTo(before.theta());
                long together = byName(after).get("one") + byName(after).get("two");
                assertThat(together)
                        .isBetween(
                                before.shares().get(0).amount() - 1,
                                before.shares().get(0).amount() + 1);
            });
        }

        @Test
        void scale_ofMoneyOrWeights_scalesTheta() {
            inputs(10).forEach(input -> {
                List<Claim> scaled = input.claims().stream()
                        .map(claim -> new Claim(
                                claim.claimant(),
                                claim.weight() * 5,
                                claim.reservation() * 7,
                                claim.cap() == Claim.UNCAPPED ? Claim.UNCAPPED : claim.cap() * 7))
                        .toList();
                assertThat(allocate(AllocationRule.NASH, input.budget() * 7, scaled)
                                .theta())
                        .isEqualTo(allocate(AllocationRule.NASH, input.budget(), input.claims())
                                .theta()
                                .times(Fraction.of(7, 5)));
            });
        }
    }

    @Nested
    class Comparison {

        private final List<Claim> claims =
                List.of(new Claim("a", 1, 10, 40), new Claim("b", 3, 0, 1_000), new Claim("c", 1, 0, 1_000));

        @Test
        void nash_isByWeightAboveTheReservation() {
            assertThat(amounts(allocate(AllocationRule.NASH, 110, claims))).containsExactly(30L, 60L, 20L);
        }

        @Test
        void egalitarian_isTheSameGainForAll_untilACap() {
            assertThat(amounts(allocate(AllocationRule.EGALITARIAN, 70, claims)))
                    .containsExactly(30L, 20L, 20L);
            assertThat(amounts(allocate(AllocationRule.EGALITARIAN, 140, claims)))
                    .containsExactly(40L, 50L, 50L);
        }

        @Test
        void kalaiSmorodinsky_isTheSamePartOfTheIdealGain() {
            // Ideal gains 30, 100 and 100 of which 100 can be had.
            assertThat(allocate(AllocationRule.KALAI_SMORODINSKY, 110, claims).theta())
                    .isEqualTo(Fraction.of(100, 230));
            // 23.04, 43.48 and 43.48: the lot decides which of two equal remainders gets the last unit.
            assertThat(amounts(allocate(AllocationRule.KALAI_SMORODINSKY, 110, claims)))
                    .isIn(List.of(List.of(23L, 44L, 43L), List.of(23L, 43L, 44L)));
        }

        @Test
        void proportional_isByWeight_andTheReservationAtLeast() {
            assertThat(amounts(allocate(AllocationRule.PROPORTIONAL, 100, claims)))
                    .containsExactly(20L, 60L, 20L);
            assertThat(amounts(allocate(AllocationRule.PROPORTIONAL, 30, claims)))
                    .containsExactly(10L, 15L, 5L);
        }
    }

    @Nested
    class Refusals {

        @Test
        void reservationsAboveTheBudget_areInfeasible_andSayWhose() {
            Bargain bargain = NashBargaining.allocate(
                    10,
                    List.of(
                            new Claim("a", 1, Long.MAX_VALUE, Claim.UNCAPPED),
                            new Claim("b", 1, 0, Claim.UNCAPPED),
                            new Claim("c", 0, Long.MAX_VALUE, Claim.UNCAPPED)),
                    SALT);

            assertThat(bargain)
                    .isEqualTo(new Infeasible(
                            10,
                            BigInteger.valueOf(Long.MAX_VALUE)
                                    .multiply(BigInteger.TWO)
                                    .subtract(BigInteger.TEN),
                            List.of("a", "c")));
        }

        @Test
        void badClaims_areNamed() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Claim("a", -1, 0, 0))
                    .withMessage("the weight of 'a' is -1; it must be 0 or more");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Claim("a", 1, -2, 0))
                    .withMessage("the reservation of 'a' is -2; it must be 0 or more");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Claim("a", 1, 5, 4))
                    .withMessage(
                            "the cap of 'a' is 4, below its reservation 5; raise the cap or lower the reservation");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Claim("", 1, 0, 4))
                    .withMessage("a claimant's name has 1 to 512 characters, not 0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Claim("a\ud800", 1, 0, 1))
                    .withMessage("a claimant's name has half a surrogate pair; use whole characters");
        }

        @Test
        void badDivisions_areNamed() {
            Claim claim = new Claim("a", Long.MAX_VALUE, 0, 10);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NashBargaining.allocate(-1, List.of(claim), SALT))
                    .withMessage("the budget is -1; it must be 0 or more");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NashBargaining.allocate(1, List.of(claim, new Claim("a", 0, 0, 10)), SALT))
                    .withMessage("'a' claims twice; add its claims up or name them apart");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NashBargaining.allocate(1, List.of(claim, new Claim("b", 1, 0, 10)), SALT))
                    .withMessage(
                            "the weights sum to more than 9223372036854775807 at 'b'; divide all weights by the same"
                                    + " number");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NashBargaining.allocate(
                            1, Collections.nCopies(AllocationRule.MOST_CLAIMS + 1, claim), SALT))
                    .withMessage("there are 1048577 claims, more than 1048576; divide the budget among groups first");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AllocationRule.KALAI_SMORODINSKY.allocate(
                            Long.MAX_VALUE,
                            List.of(new Claim("a", 1, 0, Claim.UNCAPPED), new Claim("b", 1, 0, Claim.UNCAPPED)),
                            SALT))
                    .withMessage(
                            "the ideal gains sum to more than 9223372036854775807 at 'b'; state the budget in larger"
                                    + " units");
            assertThatNullPointerException()
                    .isThrownBy(() -> NashBargaining.allocate(1, List.of(claim), null))
                    .withMessage("salt");
        }
    }

    @Test
    void nobody_orNoWeight_leavesTheBudget() {
        assertThat(allocate(AllocationRule.NASH, 7, List.of()))
                .isEqualTo(new Allocation(7, Fraction.ZERO, List.of(), 7));
        assertThat(allocate(AllocationRule.NASH, 7, List.of(new Claim("a", 0, 2, 9)))
                        .undistributed())
                .isEqualTo(5);
    }

    @Test
    void equalRemainders_areOrderedBySaltAndName() {
        List<Claim> claims = IntStream.range(0, 20)
                .mapToObj(i -> new Claim("node " + i, 1, 0, Claim.UNCAPPED))
                .toList();
        Bargain one = NashBargaining.allocate(210, claims, SALT);
        Bargain other = NashBargaining.allocate(210, claims, ContentHash.of(new byte[] {4}));
        assertThat(one).isNotEqualTo(other);
        for (Bargain bargain : List.of(one, other)) {
            assertThat(amounts((Allocation) bargain))
                    .containsOnly(10L, 11L)
                    .satisfies(amounts ->
                            assertThat(Collections.frequency(amounts, 11L)).isEqualTo(10));
        }
    }
}
