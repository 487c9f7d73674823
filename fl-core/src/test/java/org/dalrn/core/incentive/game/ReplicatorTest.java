package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against solutions in closed form of the differential equations, and against quantities that they keep. */
class ReplicatorTest {

    /** Value 2, cost of a fight 4. */
    private static final double[][] HAWK_DOVE = {{-1, 2}, {0, 1}};

    private static final double[][] ROCK_PAPER_SCISSORS = {{0, -1, 1}, {1, 0, -1}, {-1, 1, 0}};

    private static double[] last(List<ReplicatorState> states) {
        return states.get(states.size() - 1).shares();
    }

    /** Of {@code x' = x (1 - x) (1 - 2 x)} from below 1/2: {@code x (1 - x) / (1 - 2 x)^2} grows as {@code exp(t)}. */
    private static double hawks(double start, double time) {
        double odds = start * (1 - start) / ((1 - 2 * start) * (1 - 2 * start)) * Math.exp(time);
        return (1 - Math.sqrt(1 / (1 + 4 * odds))) / 2;
    }

    @Test
    void trajectory_hawksAndDoves_followTheClosedForm() {
        List<ReplicatorState> states = Replicator.of(HAWK_DOVE).trajectory(new double[] {0.02, 0.98}, 0.01, 1_000, 100);

        assertThat(states).hasSize(11);
        for (int i = 0; i < states.size(); i++) {
            assertThat(states.get(i).shares()[0]).isCloseTo(hawks(0.02, i), within(1e-9));
        }
    }

    @Test
    void trajectory_hawksAndDoves_endAtOneHalf() {
        ReplicatorState end = Replicator.of(HAWK_DOVE)
                .trajectory(new double[] {0.9, 0.1}, 0.1, 1_000, 1_000)
                .get(1);

        assertThat(end.shares()[0]).isCloseTo(0.5, within(1e-12));
        assertThat(end.meanPayoff()).isCloseTo(0.5, within(1e-12));
        assertThat(end.regret()).isLessThan(1e-12);
    }

    @Test
    void trajectory_halfTheStep_hasASixteenthOfTheError() {
        double[] start = {0.05, 0.95};
        Replicator replicator = Replicator.of(HAWK_DOVE);

        double coarse = Math.abs(last(replicator.trajectory(start, 0.2, 10, 10))[0] - hawks(0.05, 2));
        double fine = Math.abs(last(replicator.trajectory(start, 0.1, 20, 20))[0] - hawks(0.05, 2));

        assertThat(coarse / fine).isBetween(13.0, 19.0);
    }

    @Test
    void trajectory_rockPaperScissors_keepsTheProductUpToTheErrorOfTheStep() {
        double[] start = {0.5, 0.3, 0.2};
        Replicator replicator = Replicator.of(ROCK_PAPER_SCISSORS);

        double coarse = product(last(replicator.trajectory(start, 0.1, 1_000, 1_000))) / 0.03 - 1;
        double fine = product(last(replicator.trajectory(start, 0.05, 2_000, 2_000))) / 0.03 - 1;

        // Time 100; measured 9.9e-8, and 3.7e-9 at half the step.
        assertThat(Math.abs(coarse)).isLessThan(2e-7);
        assertThat(Math.abs(fine)).isLessThan(Math.abs(coarse) / 15);
    }

    private static double product(double[] shares) {
        return Arrays.stream(shares).reduce(1, (left, right) -> left * right);
    }

    @Test
    void generations_rockPaperScissors_spiralOutwards() {
        List<ReplicatorState> states =
                Replicator.of(ROCK_PAPER_SCISSORS).generations(new double[] {0.5, 0.3, 0.2}, 2, 100, 1);

        for (int i = 1; i < states.size(); i++) {
            assertThat(product(states.get(i).shares()))
                    .isLessThan(product(states.get(i - 1).shares()));
        }
    }

    @Test
    void trajectory_strictEquilibria_attractWhatIsNear() {
        SplittableRandom random = new SplittableRandom(5);
        for (int trial = 0; trial < 20; trial++) {
            double[][] payoffs = FictitiousPlayTest.matrix(random, 4, 4);
            int strict = random.nextInt(4);
            payoffs[strict][strict] = 1.5;
            double[] start = {0.02, 0.02, 0.02, 0.02};
            start[strict] = 0.94;

            ReplicatorState end =
                    Replicator.of(payoffs).trajectory(start, 0.5, 400, 400).get(1);

            assertThat(end.shares()[strict]).isCloseTo(1, within(1e-9));
            assertThat(end.regret()).isLessThan(1e-9);
        }
    }

    @Test
    void trajectory_dominatedStrategy_decaysExponentially() {
        // The odds of a strategy that always earns 1 more grow as exp(t).
        double[] end = last(Replicator.of(new double[][] {{3, 1}, {2, 0}})
                .trajectory(new double[] {0.1, 0.9}, 0.01, 300, 300));

        assertThat(end[0] / end[1]).isCloseTo(Math.exp(3) / 9, within(1e-8));
    }

    @Test
    void trajectory_neutralStrategiesThatMutate_relaxExponentially() {
        // Both earn 2, so x' = 2 (0.3 (1 - x) - 0.1 x): it goes to 3/4 at the rate 0.8.
        double[][] equal = {{2, 2}, {2, 2}};
        double[][] mutation = {{0.9, 0.1}, {0.3, 0.7}};

        List<ReplicatorState> states =
                Replicator.withMutation(equal, mutation).trajectory(new double[] {0.05, 0.95}, 0.01, 500, 100);

        for (int i = 0; i < states.size(); i++) {
            assertThat(states.get(i).shares()[0]).isCloseTo(0.75 - 0.7 * Math.exp(-0.8 * i), within(1e-9));
        }
    }

    @Test
    void generations_neutralStrategiesThatMutate_areAMarkovChain() {
        double[][] equal = {{2, 2}, {2, 2}};
        double[][] mutation = {{0.9, 0.1}, {0.3, 0.7}};

        List<ReplicatorState> states =
                Replicator.withMutation(equal, mutation).generations(new double[] {0.05, 0.95}, 3, 20, 1);

        for (int i = 0; i < states.size(); i++) {
            assertThat(states.get(i).shares()[0]).isCloseTo(0.75 - 0.7 * Math.pow(0.6, i), within(1e-12));
        }
    }

    @Test
    void trajectory_mutationToItselfOnly_isTheOneWithout() {
        double[][] payoffs = {{1, 4}, {2, 3}};
        double[] start = {0.3, 0.7};

        double[] without = last(Replicator.of(payoffs).trajectory(start, 0.1, 30, 30));
        double[] with = last(Replicator.withMutation(payoffs, new double[][] {{1, 0}, {0, 1}})
                .trajectory(start, 0.1, 30, 30));

        assertThat(with[0]).isCloseTo(without[0], within(1e-14));
    }

    @Test
    void generations_constantFitness_multiplyTheOdds() {
        double[] end =
                last(Replicator.of(new double[][] {{2, 2}, {1, 1}}).generations(new double[] {0.25, 0.75}, 1, 10, 10));

        assertThat(end[0] / end[1]).isCloseTo(Math.pow(1.5, 10) / 3, within(1e-9));
    }

    @Test
    void generations_largeBackground_approachContinuousTime() {
        double[] start = {0.05, 0.95};

        double coarse = Math.abs(last(Replicator.of(HAWK_DOVE).generations(start, 100, 200, 200))[0] - hawks(0.05, 2));
        double fine =
                Math.abs(last(Replicator.of(HAWK_DOVE).generations(start, 1_000, 2_000, 2_000))[0] - hawks(0.05, 2));

        assertThat(coarse).isLessThan(0.01);
        assertThat(fine).isLessThan(coarse / 8);
    }

    @Test
    void trajectory_pureStart_staysAndTellsWhatIsMissed() {
        ReplicatorState end = Replicator.of(HAWK_DOVE)
                .trajectory(new double[] {0, 1}, 0.1, 10, 10)
                .get(1);

        assertThat(end.shares()).containsExactly(0, 1);
        assertThat(end.regret()).isEqualTo(1);
    }

    @Test
    void trajectory_singleStrategyOrEqualPayoffs_rests() {
        assertThat(last(Replicator.of(new double[][] {{-7}}).trajectory(new double[] {1}, 5, 3, 1)))
                .containsExactly(1);
        assertThat(last(Replicator.of(new double[3][3]).trajectory(new double[] {0.5, 0.25, 0.25}, 9, 9, 9)))
                .containsExactly(0.5, 0.25, 0.25);
    }

    @Test
    void trajectory_equalPayoffsInALongStep_rests() {
        // The mean of three thirds of 0.9 is rounded to something else.
        double[][] equal = {{0.9, 0.9, 0.9}, {0.9, 0.9, 0.9}, {0.9, 0.9, 0.9}};
        double[] start = {1 / 3.0, 1 / 3.0, 1 / 3.0};

        assertThat(Replicator.of(equal).trajectory(start, 1e100, 1, 1).get(1).shares())
                .containsExactly(start, within(1e-15));
    }

    @Test
    void trajectory_hugeAndTinyPayoffs_isTheSameInItsOwnTime() {
        double[] start = {0.02, 0.98};
        double[] expected = last(Replicator.of(HAWK_DOVE).trajectory(start, 0.125, 20, 20));
        for (double unit : new double[] {0x1p490, 0x1p-600}) {
            double[][] payoffs = {{-unit, 2 * unit}, {0, unit}};

            assertThat(last(Replicator.of(payoffs).trajectory(start, 0.125 / unit, 20, 20)))
                    .isEqualTo(expected);
        }
    }

    @Test
    void shares_changedByTheCaller_doNotChangeTheState() {
        ReplicatorState state = Replicator.of(HAWK_DOVE).state(new double[] {0.25, 0.75});

        state.shares()[0] = 9;

        assertThat(state.shares()).containsExactly(0.25, 0.75);
    }

    @Test
    void of_badMatrices_areNamed() {
        assertThatThrownBy(() -> Replicator.of(new double[][] {{1, 2}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "matrix A is 1 x 2; in one population all choose from the same strategies, so it is square");
        assertThatThrownBy(() -> Replicator.of(new double[][] {{1, 2}, {3, Double.NaN}}))
                .hasMessageStartingWith("payoff A[1][1] is NaN");
        assertThatThrownBy(() -> Replicator.of(new double[0][0])).hasMessageContaining("empty");
        double[][] identity = {{1, 0}, {0, 1}};
        assertThatThrownBy(() -> Replicator.withMutation(HAWK_DOVE, identity))
                .hasMessage("payoff A[0][0] is -1.0; with mutation payoffs are 0 or more, add the same to all");
        assertThatThrownBy(() -> Replicator.withMutation(identity, new double[][] {{0.5, 0.6}, {0, 1}}))
                .hasMessage("row 0 of matrix Q sums to 1.1, not to 1");
        assertThatThrownBy(() -> Replicator.withMutation(identity, new double[][] {{1, 0}, {-0.1, 1.1}}))
                .hasMessage("mutation Q[1][0] is -0.1, not in [0, 1]");
        assertThatThrownBy(() -> Replicator.withMutation(identity, new double[][] {{1, 0}}))
                .hasMessage("matrix Q has 1 rows for 2 strategies");
    }

    @Test
    void trajectory_badArguments_areNamed() {
        Replicator replicator = Replicator.of(HAWK_DOVE);
        double[] half = {0.5, 0.5};

        assertThatThrownBy(() -> replicator.trajectory(half, 0.4, 1, 1))
                .hasMessage("the step is 0.4; it is above 0, and at most 1 / 3.0 for these payoffs");
        assertThatThrownBy(() -> replicator.trajectory(half, 0, 1, 1)).hasMessageStartingWith("the step is 0.0");
        assertThatThrownBy(() -> replicator.trajectory(half, Double.NaN, 1, 1))
                .hasMessageStartingWith("the step is NaN");
        assertThatThrownBy(() -> replicator.trajectory(new double[] {0.5, 0.6}, 0.1, 1, 1))
                .hasMessage("shares sum to 1.1, not to 1");
        assertThatThrownBy(() -> replicator.trajectory(new double[] {1}, 0.1, 1, 1))
                .hasMessage("shares has 1 entries for 2 strategies");
        assertThatThrownBy(() -> replicator.trajectory(half, 0.1, -1, 1))
                .hasMessage("-1 steps, a state every 1; steps are 0 or more, every is 1 or more");
        assertThatThrownBy(() -> replicator.trajectory(half, 0.1, Integer.MAX_VALUE, 1))
                .hasMessageContaining("numbers; a trajectory holds at most 16777216");
        assertThatThrownBy(() -> replicator.generations(half, 1, 1, 1))
                .hasMessage("the background fitness 1.0 and payoff A[0][0] = -1.0 make 0.0; together they are above 0,"
                        + " at most 1e150");
    }
}
