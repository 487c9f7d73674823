package org.dalrn.core.incentive.effort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TullockContestTest {

    private static final double[] EXPONENTS = {1, 1.01, 1.5, 2, 3, 16};

    private static Offset<Double> near(double value) {
        return within(1e-13 * Math.max(1, Math.abs(value)));
    }

    private static SortedSet<Integer> all(TullockContest contest) {
        return new TreeSet<>(IntStream.range(0, contest.nodes()).boxed().toList());
    }

    private static TullockContest random(SplittableRandom random, int most) {
        int n = random.nextInt(2, most + 1);
        double[] costs = random.doubles(n, 0.5, 4).toArray();
        double[] outside = Arrays.stream(random.doubles(n, -20, 30).toArray())
                .map(value -> Math.max(0, value))
                .toArray();
        return TullockContest.of(random.nextDouble(1, 400), costs)
                .withExponent(EXPONENTS[random.nextInt(EXPONENTS.length)])
                .withOutsideOptions(outside);
    }

    static List<NashOracles.ContestCase> oracles() {
        return NashOracles.read().contests();
    }

    @ParameterizedTest
    @MethodSource("oracles")
    void equilibrium_oracle_hasItsEffortsAndPayoffs(NashOracles.ContestCase oracle) {
        EffortEquilibrium equilibrium = TullockContest.of(
                        oracle.budget().toDouble(),
                        oracle.unitCosts().stream()
                                .mapToDouble(Fraction::toDouble)
                                .toArray())
                .equilibrium();

        assertThat(equilibrium.active()).isEqualTo(oracle.active());
        double total = oracle.totalEffort().toDouble();
        assertThat(equilibrium.totalEffort()).isCloseTo(total, near(total));
        for (int i = 0; i < equilibrium.nodes(); i++) {
            double effort = oracle.efforts().get(i).toDouble();
            double payoff = oracle.payoffs().get(i).toDouble();
            assertThat(equilibrium.effort(i)).isCloseTo(effort, near(effort));
            assertThat(equilibrium.payoff(i)).isCloseTo(payoff, near(payoff));
        }
        assertThat(equilibrium.largestGain()).isLessThan(1e-12);
    }

    /** The closed form in fractions, by trying every number of active nodes. */
    @Test
    void equilibrium_linearCosts_isTheClosedFormInFractions() {
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 300; trial++) {
            long[] costs = random.longs(random.nextInt(2, 8), 1, 12).toArray();
            Fraction budget = Fraction.of(random.nextLong(1, 1_000));
            EffortEquilibrium equilibrium = TullockContest.of(
                            budget.toDouble(),
                            Arrays.stream(costs).asDoubleStream().toArray())
                    .equilibrium();
            Fraction level = exactLevel(costs);
            Fraction total = budget.over(level);
            for (int i = 0; i < costs.length; i++) {
                Fraction share =
                        Fraction.ONE.minus(Fraction.of(costs[i]).over(level)).max(Fraction.ZERO);
                double effort = share.times(total).toDouble();
                double payoff = budget.times(share).times(share).toDouble();
                assertThat(equilibrium.effort(i)).isCloseTo(effort, near(total.toDouble()));
                assertThat(equilibrium.payoff(i)).isCloseTo(payoff, near(budget.toDouble()));
            }
        }
    }

    private static Fraction exactLevel(long[] costs) {
        long[] ascending = costs.clone();
        Arrays.sort(ascending);
        for (int active = ascending.length; ; active--) {
            Fraction level = Fraction.of(Arrays.stream(ascending, 0, active).sum(), active - 1);
            if (active == 2 || Fraction.of(ascending[active - 1]).compareTo(level) < 0) {
                return level;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.01, 1.5, 2, 3, 16})
    void equilibrium_equalNodes_isTheClosedForm(double k) {
        // 1 - s = (c / z) s^(k-1) at s = 1/n
        double z = 3 * Math.pow(10, 2 - k) / 9;
        EffortEquilibrium equilibrium = TullockContest.of(50, new double[] {3, 3, 3, 3, 3, 3, 3, 3, 3, 3})
                .withExponent(k)
                .equilibrium();
        double total = Math.pow(50 / z, 1 / k);
        assertThat(equilibrium.totalEffort()).isCloseTo(total, within(1e-12 * total));
        assertThat(equilibrium.payoff(4)).isCloseTo(5 * (1 - 0.9 / k), within(1e-11));
    }

    @Test
    void equilibrium_twoNodesWithSquareCosts_isTheClosedForm() {
        // s1 = z / (z + c1) and s1 + s2 = 1 give z = sqrt(c1 c2).
        EffortEquilibrium equilibrium =
                TullockContest.of(10, 4, 9).withExponent(2).equilibrium();
        assertThat(equilibrium.share(0)).isCloseTo(0.6, within(1e-14));
        assertThat(equilibrium.totalEffort()).isCloseTo(Math.sqrt(10 / 6.0), within(1e-14));
        assertThat(equilibrium.effort(1)).isCloseTo(0.4 * Math.sqrt(10 / 6.0), within(1e-14));
    }

    /** The others stay, one node tries a thousand efforts; nothing of the solver is used but its answer. */
    @Test
    void equilibrium_anyContest_leavesNobodyABetterEffort() {
        SplittableRandom random = new SplittableRandom(2);
        for (int trial = 0; trial < 200; trial++) {
            TullockContest contest = random(random, 8);
            EffortEquilibrium equilibrium = contest.equilibrium();
            double shares = 0;
            for (int i = 0; i < contest.nodes(); i++) {
                shares += equilibrium.share(i);
                double others = 0;
                for (int j = 0; j < contest.nodes(); j++) {
                    others += j == i ? 0 : equilibrium.effort(j);
                }
                for (int step = 0; step <= 1_000; step++) {
                    double effort = 1.5 * step / 1_000 * equilibrium.totalEffort();
                    double payoff = contest.budget() * effort / (effort + others)
                            - contest.unitCost(i) * Math.pow(effort, contest.exponent()) / contest.exponent();
                    assertThat(payoff).isLessThanOrEqualTo(equilibrium.payoff(i) + 1e-11 * contest.budget());
                }
            }
            assertThat(shares).isCloseTo(1, within(1e-12));
            assertThat(equilibrium.largestGain()).isLessThan(1e-12 * contest.budget());
        }
    }

    @Test
    void equilibrium_extremeNumbers_staysACertifiedOne() {
        SplittableRandom random = new SplittableRandom(3);
        for (double k : EXPONENTS) {
            for (int n : new int[] {2, 3, 10, 300}) {
                double[] costs = random.doubles(n, -9, 9)
                        .map(power -> Math.pow(10, power))
                        .toArray();
                for (double budget : new double[] {1e-9, 1, 1e15}) {
                    EffortEquilibrium equilibrium =
                            TullockContest.of(budget, costs).withExponent(k).equilibrium();
                    assertThat(equilibrium.largestGain())
                            .as("k = %s, %s nodes, budget %s", k, n, budget)
                            .isLessThan(1e-12 * budget);
                }
            }
        }
    }

    @Test
    void certificate_ofOtherEfforts_isTheGainThatTheyLeave() {
        TullockContest contest = TullockContest.of(100, 1, 1);
        // Against 16 the best reply is sqrt(1600) - 16 = 24, worth 60 - 24; 9 is worth 36 - 9.
        EffortEquilibrium none = new EffortEquilibrium(contest, new double[] {9, 16}, new boolean[] {true, true});
        assertThat(none.bestReply(0)).isCloseTo(24, within(1e-13));
        assertThat(none.gain(0)).isCloseTo(9, within(1e-13));
        assertThat(none.largestGain()).isGreaterThanOrEqualTo(none.gain(0));
    }

    @Test
    void equilibrium_permutedNodes_isPermuted() {
        EffortEquilibrium one = TullockContest.of(7, 3, 1, 2).withExponent(1.5).equilibrium();
        EffortEquilibrium other =
                TullockContest.of(7, 2, 3, 1).withExponent(1.5).equilibrium();
        assertThat(other.effort(0)).isEqualTo(one.effort(2));
        assertThat(other.effort(1)).isEqualTo(one.effort(0));
        assertThat(other.effort(2)).isEqualTo(one.effort(1));
    }

    @Test
    void equilibriumAmong_someNodes_isThatOfTheContestAmongThem() {
        TullockContest contest = TullockContest.of(60, 1, 5, 2, 3);
        EffortEquilibrium some = contest.equilibriumAmong(new TreeSet<>(List.of(0, 2)));
        EffortEquilibrium alone = TullockContest.of(60, 1, 2).equilibrium();
        assertThat(some.effort(0)).isEqualTo(alone.effort(0));
        assertThat(some.effort(1)).isZero();
        assertThat(some.effort(2)).isEqualTo(alone.effort(1));
        assertThat(some.gain(3)).isZero();
    }

    @Test
    void payoffs_overEfforts_areTheCurve() {
        assertThat(TullockContest.of(100, 1, 1).payoffs(0, 25, 0, 25, 75)).containsExactly(0, 25, 0);
    }

    @Nested
    class Free {

        /** Checked by trying to take out, or let in, each node. */
        @Test
        void participation_anyContest_nobodyWantsOutOrIn() {
            SplittableRandom random = new SplittableRandom(4);
            int partly = 0;
            for (int trial = 0; trial < 600; trial++) {
                TullockContest contest = random(random, 7);
                SortedSet<Integer> in = contest.participation().nodes();
                partly += in.size() >= 2 && in.size() < contest.nodes() ? 1 : 0;
                for (int node = 0; node < contest.nodes(); node++) {
                    TreeSet<Integer> with = new TreeSet<>(in);
                    with.add(node);
                    double gain = with.size() == 1
                            ? contest.budget() - contest.outsideOption(node)
                            : contest.equilibriumAmong(with).payoff(node) - contest.outsideOption(node);
                    if (in.contains(node)) {
                        assertThat(gain).isGreaterThan(-1e-9);
                    } else {
                        assertThat(gain).isLessThan(1e-9);
                    }
                }
            }
            assertThat(partly).isGreaterThan(100);
        }

        @Test
        void participation_aloneOrNobody_isNoContest() {
            TullockContest contest = TullockContest.of(10, 1, 1);
            assertThat(contest.withOutsideOptions(3, 3).participation())
                    .isEqualTo(new Participation(new TreeSet<>(List.of(0)), Optional.empty()));
            assertThat(contest.withOutsideOptions(10, 10).participation().nodes())
                    .isEmpty();
            assertThat(contest.withOutsideOptions(2.5, 2.5).participation().nodes())
                    .containsExactly(0, 1);
        }
    }

    @Nested
    class Leader {

        /** By bisection on whether every wanted node has its outside option. */
        @Test
        void smallestBudget_anyContest_isWhatBisectionFinds() {
            SplittableRandom random = new SplittableRandom(5);
            int found = 0;
            for (int trial = 0; trial < 300; trial++) {
                TullockContest contest = random(random, 6);
                LeastBudget least = contest.smallestBudget(all(contest));
                if (least instanceof LeastBudget.Found answer && answer.budget() > 0) {
                    found++;
                    double low = 0;
                    double high = 1e15;
                    for (int step = 0; step < 200; step++) {
                        double middle = (low + high) / 2;
                        if (middle >= 1e-9 && keepsAll(contest.withBudget(middle))) {
                            high = middle;
                        } else {
                            low = middle;
                        }
                    }
                    assertThat(answer.budget()).isCloseTo(high, within(1e-9 * high));
                    EffortEquilibrium poorer =
                            contest.withBudget(answer.budget() * 0.999).equilibrium();
                    assertThat(poorer.payoff(answer.lastToStay()))
                            .isLessThan(contest.outsideOption(answer.lastToStay()));
                } else if (least instanceof LeastBudget.Impossible impossible) {
                    EffortEquilibrium rich = contest.withBudget(1e15).equilibrium();
                    assertThat(impossible.nodes())
                            .isEqualTo(IntStream.range(0, contest.nodes())
                                    .filter(i -> rich.effort(i) == 0 || rich.payoff(i) < contest.outsideOption(i))
                                    .boxed()
                                    .toList());
                }
            }
            assertThat(found).isGreaterThan(100);
        }

        private boolean keepsAll(TullockContest contest) {
            EffortEquilibrium equilibrium = contest.equilibrium();
            return IntStream.range(0, contest.nodes()).allMatch(i -> equilibrium.payoff(i) >= contest.outsideOption(i));
        }

        @Test
        void smallestBudget_tooDearANode_isImpossible() {
            assertThat(TullockContest.of(1, 1, 1, 10).smallestBudget(new TreeSet<>(List.of(0, 1, 2))))
                    .isEqualTo(new LeastBudget.Impossible(List.of(2)));
            assertThat(TullockContest.of(1, 1, 1, 10)
                            .withOutsideOptions(5, 2, 9)
                            .smallestBudget(new TreeSet<>(List.of(0, 1))))
                    .isEqualTo(new LeastBudget.Found(20, 0));
        }
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TullockContest.of(10, 1))
                .withMessage("a contest has 2 to 1048576 nodes, not 1; a single one gets the budget for any effort,"
                        + " however small");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TullockContest.of(10, 1, 0))
                .withMessage("the unit cost of node 1 is 0.0, not in [1.0E-9, 1.0E9]; choose another unit of effort");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TullockContest.of(10, Double.NaN, 1))
                .withMessageStartingWith("the unit cost of node 0 is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TullockContest.of(-1, 1, 1))
                .withMessage("the budget is -1.0, not in [1.0E-9, 1.0E15]; choose another unit of money");
        TullockContest contest = TullockContest.of(10, 1, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contest.withExponent(0.5))
                .withMessage(
                        "the exponent of the costs is 0.5, not in [1, 16.0]; below 1 an equilibrium need not exist");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contest.withOutsideOptions(1))
                .withMessage("there are 1 outside options for 2 nodes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contest.withOutsideOptions(1, -1))
                .withMessage("the outside option of node 1 is -1.0, not in [0, 1.0E15]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contest.equilibriumAmong(new TreeSet<>(List.of(0, 2))))
                .withMessage("node 2 is not in the contest; its nodes are 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contest.smallestBudget(new TreeSet<>(List.of(1))))
                .withMessage("a contest has 2 nodes or more, not 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> contest.bestReply(0, 0))
                .withMessage("the others' effort is 0.0; there is a best reply only to an effort above 0");
    }
}
