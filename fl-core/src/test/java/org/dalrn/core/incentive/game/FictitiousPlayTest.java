package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Test;

/** Values are those of the oracle file; single plays are checked against a slow one in fractions. */
class FictitiousPlayTest {

    private final NashOracles oracles = NashOracles.read();

    @Test
    void run_zeroSumGames_payoffsReachTheListedValue() {
        List<NashOracles.Game> zeroSum =
                oracles.games().stream().filter(NashOracles.Game::zeroSum).toList();
        assertThat(zeroSum).hasSizeGreaterThan(4);
        for (NashOracles.Game game : zeroSum) {
            FictitiousPlay.Outcome outcome = FictitiousPlay.run(game.inDoubles(), 0, 0, 0.01, 2_000_000);

            double value = game.value().orElseThrow().toDouble();
            assertThat(outcome).as(game.id()).isInstanceOf(FictitiousPlay.Reached.class);
            assertThat(outcome.frequencies().isEquilibrium(0.01)).as(game.id()).isTrue();
            assertThat(outcome.frequencies().rowPayoff()).as(game.id()).isCloseTo(value, within(0.01));
        }
    }

    @Test
    void run_twoRows_reachesAnEquilibrium() {
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 50; trial++) {
            double[][] a = matrix(random, 2, 5);
            double[][] b = matrix(random, 2, 5);

            FictitiousPlay.Outcome outcome = FictitiousPlay.run(BimatrixGame.of(a, b), 0, 0, 0.005, 1_000_000);

            assertThat(outcome).isInstanceOf(FictitiousPlay.Reached.class);
        }
    }

    @Test
    void run_commonInterest_reachesAnEquilibrium() {
        SplittableRandom random = new SplittableRandom(2);
        for (int trial = 0; trial < 50; trial++) {
            double[][] a = matrix(random, 4, 4);

            FictitiousPlay.Outcome outcome = FictitiousPlay.run(BimatrixGame.of(a, a), 0, 3, 0.005, 1_000_000);

            assertThat(outcome).isInstanceOf(FictitiousPlay.Reached.class);
        }
    }

    @Test
    void run_shapleysCycle_doesNotConverge() {
        BimatrixGame game = oracles.game("shapleycycle").inDoubles();

        for (int steps : new int[] {1_000, 30_000, 1_000_000}) {
            FictitiousPlay.Outcome outcome = FictitiousPlay.run(game, 0, 1, 0.02, steps);

            assertThat(outcome).isInstanceOf(FictitiousPlay.Stopped.class);
            assertThat(outcome.steps()).isEqualTo(steps);
            // The cycle's frequencies stay away from the uniform ones for ever.
            assertThat(outcome.frequencies().regret()).isGreaterThan(0.1);
        }
    }

    @Test
    void run_wholePayoffs_isThePlayOfASlowOneInFractions() {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 20; trial++) {
            double[][] a = new double[3][4];
            double[][] b = new double[3][4];
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 4; j++) {
                    a[i][j] = random.nextInt(-3, 4);
                    b[i][j] = random.nextInt(-3, 4);
                }
            }
            BimatrixGame game = BimatrixGame.of(a, b);

            FictitiousPlay.Outcome outcome = FictitiousPlay.run(game, 2, 1, 0, 60);

            int steps = outcome.steps();
            int[][] counts = slowly(game.exactly(), 2, 1, steps);
            for (int i = 0; i < 3; i++) {
                assertThat(outcome.frequencies().x()[i]).isEqualTo((double) counts[0][i] / steps);
            }
            for (int j = 0; j < 4; j++) {
                assertThat(outcome.frequencies().y()[j]).isEqualTo((double) counts[1][j] / steps);
            }
        }
    }

    /** How often what was played, by best replies to the frequencies, in fractions and computed anew at each step. */
    private static int[][] slowly(ExactBimatrixGame game, int row, int column, int steps) {
        int[] rows = new int[game.rows()];
        int[] columns = new int[game.columns()];
        rows[row]++;
        columns[column]++;
        for (int step = 1; step < steps; step++) {
            List<Fraction> ofRows = new ArrayList<>();
            for (int i = 0; i < rows.length; i++) {
                Fraction payoff = Fraction.ZERO;
                for (int j = 0; j < columns.length; j++) {
                    payoff = payoff.plus(game.a(i, j).times(Fraction.of(columns[j], step)));
                }
                ofRows.add(payoff);
            }
            List<Fraction> ofColumns = new ArrayList<>();
            for (int j = 0; j < columns.length; j++) {
                Fraction payoff = Fraction.ZERO;
                for (int i = 0; i < rows.length; i++) {
                    payoff = payoff.plus(game.b(i, j).times(Fraction.of(rows[i], step)));
                }
                ofColumns.add(payoff);
            }
            rows[ofRows.indexOf(ofRows.stream().reduce(Fraction::max).orElseThrow())]++;
            columns[ofColumns.indexOf(ofColumns.stream().reduce(Fraction::max).orElseThrow())]++;
        }
        return new int[][] {rows, columns};
    }

    @Test
    void run_equalPayoffs_endsAtOnce() {
        FictitiousPlay.Outcome outcome =
                FictitiousPlay.run(oracles.game("zero22").inDoubles(), 1, 1, 0, 10);

        assertThat(outcome.<Integer>match(FictitiousPlay.Reached::steps, stopped -> -1))
                .isEqualTo(1);
    }

    @Test
    void run_hugeAndTinyPayoffs_isTheSamePlay() {
        BimatrixGame plain = BimatrixGame.zeroSum(new double[][] {{3, -1}, {-2, 1}});
        FictitiousPlay.Outcome expected = FictitiousPlay.run(plain, 0, 0, 0.01, 100_000);
        for (double unit : new double[] {0x1p994, 0x1p-1000}) {
            BimatrixGame game = BimatrixGame.zeroSum(new double[][] {{3 * unit, -1 * unit}, {-2 * unit, 1 * unit}});

            FictitiousPlay.Outcome outcome = FictitiousPlay.run(game, 0, 0, 0.01 * unit, 100_000);

            assertThat(outcome.steps()).isEqualTo(expected.steps());
            assertThat(outcome.frequencies().x())
                    .isEqualTo(expected.frequencies().x());
        }
    }

    @Test
    void run_badArguments_areNamed() {
        BimatrixGame game = oracles.game("pd").inDoubles();

        assertThatThrownBy(() -> FictitiousPlay.run(game, 0, 0, -1, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("epsilon is -1.0; it is 0 or more");
        assertThatThrownBy(() -> FictitiousPlay.run(game, 0, 0, Double.NaN, 10))
                .hasMessage("epsilon is NaN; it is 0 or more");
        assertThatThrownBy(() -> FictitiousPlay.run(game, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("at most 0 steps were allowed; allow 1 or more");
        assertThatThrownBy(() -> FictitiousPlay.run(game, 2, 0, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    static double[][] matrix(SplittableRandom random, int rows, int columns) {
        double[][] matrix = new double[rows][columns];
        for (double[] row : matrix) {
            for (int j = 0; j < columns; j++) {
                row[j] = random.nextDouble();
            }
        }
        return matrix;
    }
}
