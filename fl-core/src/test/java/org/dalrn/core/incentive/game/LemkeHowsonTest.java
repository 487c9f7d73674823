package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dalrn.core.incentive.NashOracles;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LemkeHowsonTest {

    private static Stream<NashOracles.Game> oracles() {
        return NashOracles.read().games().stream();
    }

    private static Stream<NashOracles.Game> nondegenerateOracles() {
        return oracles().filter(NashOracles.Game::nondegenerate);
    }

    /** The end of a path that is expected to have one. */
    private static <P> LemkeHowson.Ended<P> end(LemkeHowson.Path<P> path) {
        return path.match(ended -> ended, stopped -> {
            throw new AssertionError(stopped);
        });
    }

    private static double[][] random(SplittableRandom random, int rows, int columns) {
        return IntStream.range(0, rows)
                .mapToObj(i -> random.doubles(columns).toArray())
                .toArray(double[][]::new);
    }

    private static double[][] ofWholeNumbers(SplittableRandom random, int rows, int columns, int below) {
        return IntStream.range(0, rows)
                .mapToObj(i -> random.ints(columns, 0, below).asDoubleStream().toArray())
                .toArray(double[][]::new);
    }

    private static double[][] all(double value, int rows, int columns) {
        return IntStream.range(0, rows)
                .mapToObj(
                        i -> IntStream.range(0, columns).mapToDouble(j -> value).toArray())
                .toArray(double[][]::new);
    }

    private static double[][] scaled(double[][] matrix, double factor, double summand) {
        return Stream.of(matrix)
                .map(row -> Arrays.stream(row)
                        .map(value -> factor * value + summand)
                        .toArray())
                .toArray(double[][]::new);
    }

    @Nested
    class FromLabel {

        @ParameterizedTest
        @MethodSource("org.dalrn.core.incentive.game.LemkeHowsonTest#nondegenerateOracles")
        void fromLabel_nondegenerateGame_endsWhereTheOracleEndsAfterAsManyPivots(NashOracles.Game oracle) {
            assertThat(oracle.paths()).hasSize(oracle.rows() + oracle.columns());
            for (int label = 0; label < oracle.paths().size(); label++) {
                NashOracles.Path path = oracle.paths().get(label);
                NashOracles.Equilibrium listed = oracle.extremeEquilibria().get(path.end());

                LemkeHowson.Ended<ExactStrategyPair> exact = end(LemkeHowson.fromLabel(oracle.exact(), label));
                LemkeHowson.Ended<StrategyPair> rounded = end(LemkeHowson.fromLabel(oracle.inDoubles(), label));

                assertThat(listed.is(exact.equilibrium())).as("label %s", label).isTrue();
                assertThat(exact.pivots()).as("label %s", label).isEqualTo(path.pivots());
                assertThat(exact.label()).isEqualTo(label);
                assertThat(rounded.pivots()).as("label %s", label).isEqualTo(path.pivots());
                assertClose(rounded.equilibrium().x(), listed.x());
                assertClose(rounded.equilibrium().y(), listed.y());
                assertThat(rounded.equilibrium().rowPayoff())
                        .isCloseTo(listed.u1().toDouble(), within(1e-12));
                assertThat(rounded.equilibrium().columnPayoff())
                        .isCloseTo(listed.u2().toDouble(), within(1e-12));
            }
        }

        private static void assertClose(double[] actual, List<Fraction> expected) {
            assertThat(actual)
                    .containsExactly(
                            expected.stream().mapToDouble(Fraction::toDouble).toArray(), within(1e-12));
        }

        /** A lexicographic path ends in a vertex of each polytope, so in an extreme equilibrium, of degenerate games too. */
        @ParameterizedTest
        @MethodSource("org.dalrn.core.incentive.game.LemkeHowsonTest#oracles")
        void fromLabel_anyGame_endsInAListedExtremeEquilibrium(NashOracles.Game oracle) {
            for (int label = 0; label < oracle.rows() + oracle.columns(); label++) {
                ExactStrategyPair exact =
                        end(LemkeHowson.fromLabel(oracle.exact(), label)).equilibrium();
                StrategyPair rounded =
                        end(LemkeHowson.fromLabel(oracle.inDoubles(), label)).equilibrium();

                assertThat(oracle.extremeEquilibria()).as("label %s", label).anyMatch(listed -> listed.is(exact));
                assertThat(exact.regret()).isEqualTo(Fraction.ZERO);
                assertThat(rounded.regret()).isLessThan(1e-9);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 5})
        void fromLabel_noLabelOfTheGame_isRefused(int label) {
            BimatrixGame game = BimatrixGame.zeroSum(new double[3][2]);

            assertThatThrownBy(() -> LemkeHowson.fromLabel(game, label))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("label " + label + " is not in [0, 5) of a 3 x 2 game");
            assertThatThrownBy(() -> LemkeHowson.fromLabel(game.exactly(), label))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("label " + label + " is not in [0, 5) of a 3 x 2 game");
        }

        @Test
        void fromLabel_randomGames_bothArithmeticsGoTheSameWay() {
            SplittableRandom random = new SplittableRandom(5);
            for (int trial = 0; trial < 40; trial++) {
                int rows = 1 + random.nextInt(6);
                int columns = 1 + random.nextInt(6);
                BimatrixGame game = BimatrixGame.of(random(random, rows, columns), random(random, rows, columns));
                for (int label = 0; label < rows + columns; label++) {
                    LemkeHowson.Ended<ExactStrategyPair> exact = end(LemkeHowson.fromLabel(game.exactly(), label));
                    LemkeHowson.Ended<StrategyPair> rounded = end(LemkeHowson.fromLabel(game, label));

                    assertThat(rounded.pivots()).isEqualTo(exact.pivots());
                    assertClose(rounded.equilibrium().x(), exact.equilibrium().x());
                    assertClose(rounded.equilibrium().y(), exact.equilibrium().y());
                }
            }
        }
    }

    @Nested
    class Solve {

        @ParameterizedTest
        @MethodSource("org.dalrn.core.incentive.game.LemkeHowsonTest#oracles")
        void solve_oracle_isAnEquilibrium(NashOracles.Game oracle) {
            assertThat(LemkeHowson.solve(oracle.inDoubles()).regret()).isLessThan(1e-9);
            ExactStrategyPair exact = LemkeHowson.solve(oracle.exact());
            assertThat(oracle.extremeEquilibria()).anyMatch(listed -> listed.is(exact));
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 5, 17, 60, 100})
        void solve_randomGames_leaveNoRegret(int size) {
            SplittableRandom random = new SplittableRandom(size);
            for (int trial = 0; trial < 20; trial++) {
                BimatrixGame game = BimatrixGame.of(random(random, size, size), random(random, size, size));

                assertThat(LemkeHowson.solve(game).regret()).isLessThan(1e-9);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {10, 20, 50})
        void solve_payoffsOf012_massivelyDegenerateGamesAreSolved(int size) {
            SplittableRandom random = new SplittableRandom(100 + size);
            for (int trial = 0; trial < 100; trial++) {
                BimatrixGame game =
                        BimatrixGame.of(ofWholeNumbers(random, size, size, 3), ofWholeNumbers(random, size, size, 3));

                assertThat(LemkeHowson.solve(game).regret()).isLessThan(2e-9);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {5, 12, 20})
        void solveExactly_payoffsOf012_everyLabelEndsInAnEquilibrium(int size) {
            SplittableRandom random = new SplittableRandom(200 + size);
            for (int trial = 0; trial < 3; trial++) {
                ExactBimatrixGame game = BimatrixGame.of(
                                ofWholeNumbers(random, size, size, 3), ofWholeNumbers(random, size, size, 3))
                        .exactly();

                assertThat(LemkeHowson.solve(game).isEquilibrium()).isTrue();
                for (int label = 0; label < 2 * size; label++) {
                    assertThat(end(LemkeHowson.fromLabel(game, label))
                                    .equilibrium()
                                    .isEquilibrium())
                            .isTrue();
                }
            }
        }

        @Test
        void solve_oneStrategy_theOtherPlayersBestReply() {
            double[][] payoffs = {{1, 5, 2, 5, 4}};
            double[][] column = {{1}, {5}, {2}, {7}};

            StrategyPair oneRow = LemkeHowson.solve(BimatrixGame.of(all(0, 1, 5), payoffs));
            StrategyPair oneColumn = LemkeHowson.solve(BimatrixGame.of(column, all(0, 4, 1)));

            assertThat(oneRow.columnPayoff()).isEqualTo(5);
            assertThat(oneColumn.rowPayoff()).isEqualTo(7);
            assertThat(oneColumn.x()).containsExactly(0, 0, 0, 1);
        }

        @Test
        void solve_allPayoffsEqual_isSolved() {
            BimatrixGame game = BimatrixGame.of(all(3, 4, 7), all(-2, 4, 7));

            assertThat(LemkeHowson.solve(game).regret()).isZero();
            assertThat(LemkeHowson.solve(game.exactly()).isEquilibrium()).isTrue();
            assertThat(end(LemkeHowson.fromLabel(game, 6)).equilibrium().regret())
                    .isZero();
        }

        @ParameterizedTest
        @ValueSource(doubles = {1e300, 1e-300, 4.9e-322, 1e15})
        void solve_payoffsOfAnySize_regretIsSmallBesideTheirRange(double size) {
            SplittableRandom random = new SplittableRandom(9);
            double[][] a = scaled(random(random, 12, 9), size, 0);
            double[][] b = scaled(random(random, 12, 9), size, 0);
            BimatrixGame game = BimatrixGame.of(a, b);

            StrategyPair pair = LemkeHowson.solve(game);

            // The smallest payoffs are a few units of the last place, on which averages are rounded.
            assertThat(pair.regret()).isLessThanOrEqualTo(1e-9 * size + 20 * Double.MIN_VALUE);
        }

        @Test
        void solve_payoffsFarFromZero_theirDifferencesCount() {
            SplittableRandom random = new SplittableRandom(10);
            double[][] a = scaled(random(random, 30, 30), 1, 1e6);
            double[][] b = scaled(random(random, 30, 30), 1, -1e6);

            StrategyPair pair = LemkeHowson.solve(BimatrixGame.of(a, b));

            assertThat(pair.regret()).isLessThan(1e-9);
        }

        @Test
        void solve_hugeRange_regretIsSmallBesideIt() {
            SplittableRandom random = new SplittableRandom(11);
            for (int trial = 0; trial < 20; trial++) {
                double[][] a = random(random, 8, 8);
                double[][] b = random(random, 8, 8);
                for (int i = 0; i < 8; i++) {
                    for (int j = 0; j < 8; j++) {
                        a[i][j] = Math.scalb(a[i][j], random.nextInt(-900, 900));
                        b[i][j] = Math.scalb(b[i][j], random.nextInt(-40, 40));
                    }
                }
                BimatrixGame game = BimatrixGame.of(a, b);

                StrategyPair pair = LemkeHowson.solve(game);

                assertThat(pair.rowRegret()).isLessThanOrEqualTo(1e-9 * game.rangeA());
                assertThat(pair.columnRegret()).isLessThanOrEqualTo(1e-9 * game.rangeB());
            }
        }

        @Test
        void solve_payoffsThatDoublesCannotTellApart_exactNumbersDo() {
            Fraction tiny = Fraction.parse("1/1000000000000000000000000000000");
            Fraction[][] a = {{Fraction.ONE.plus(tiny), Fraction.ZERO}, {Fraction.ONE, tiny}};
            Fraction[][] b = {{Fraction.ONE, Fraction.ONE.minus(tiny)}, {Fraction.ONE, Fraction.ONE.plus(tiny)}};

            ExactStrategyPair pair = LemkeHowson.solve(ExactBimatrixGame.of(a, b));

            assertThat(pair.isEquilibrium()).isTrue();
        }
    }

    @Nested
    class Search {

        private final BimatrixGame game =
                BimatrixGame.of(random(new SplittableRandom(1), 20, 20), random(new SplittableRandom(2), 20, 20));

        @Test
        void search_fewerPivotsThanNeeded_stopsThere() {
            LemkeHowson.Ended<StrategyPair> found = end(LemkeHowson.search(game, 1_000_000));

            assertThat(LemkeHowson.search(game, found.pivots() - 1))
                    .isInstanceOfSatisfying(LemkeHowson.Stopped.class, stopped -> {
                        assertThat(stopped.pivots()).isEqualTo(found.pivots() - 1);
                        assertThat(stopped.reason()).isEqualTo(LemkeHowson.Reason.PIVOTS);
                    });
            assertThat(end(LemkeHowson.search(game, found.pivots())).pivots()).isEqualTo(found.pivots());
            assertThat(end(LemkeHowson.search(game.exactly(), 1_000_000)).pivots())
                    .isEqualTo(found.pivots());
        }

        @Test
        void search_noPivots_stopsAtOnce() {
            assertThat(LemkeHowson.search(game, 0))
                    .isEqualTo(new LemkeHowson.Stopped<StrategyPair>(0, 0, LemkeHowson.Reason.PIVOTS));
            assertThat(LemkeHowson.search(game.exactly(), 0))
                    .isEqualTo(new LemkeHowson.Stopped<ExactStrategyPair>(0, 0, LemkeHowson.Reason.PIVOTS));
        }

        @Test
        void search_boundBelow0_isRefused() {
            assertThatThrownBy(() -> LemkeHowson.search(game, -1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a bound of -1 pivots is below 0");
        }

        @Test
        void search_again_isTheSameToTheBit() {
            LemkeHowson.Ended<StrategyPair> first = end(LemkeHowson.search(game, 1_000_000));
            LemkeHowson.Ended<StrategyPair> second = end(LemkeHowson.search(game, 1_000_000));

            assertThat(second.equilibrium().x()).isEqualTo(first.equilibrium().x());
            assertThat(second.equilibrium().y()).isEqualTo(first.equilibrium().y());
            assertThat(second.label()).isEqualTo(first.label());
        }

        /** Exact numbers of a large game of long payoffs would take hours: the default bound stops that. */
        @Test
        void solveExactly_payoffsTooLong_namesTheBound() {
            SplittableRandom random = new SplittableRandom(3);
            double[][] a = random(random, 40, 40);
            a[0][0] = 1e300;
            a[0][1] = 1e-300;
            ExactBimatrixGame large = BimatrixGame.of(a, random(random, 40, 40)).exactly();

            assertThatThrownBy(() -> LemkeHowson.solve(large))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageStartingWith("no path in the 40 x 40 game ended within ")
                    .hasMessageContaining(" pivots; call search with a larger bound than that");
        }
    }
}
