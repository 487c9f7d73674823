package org.dalrn.core.incentive.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dalrn.core.incentive.exact.Fraction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Compares all equilibria of 10,000 random 4 x 4 games with those of nashpy 0.0.43, which {@code peers/equilibria.py} runs.
 *
 * <p>Payoffs are whole numbers of -128 to 127, so that some of the games are degenerate. Takes a few minutes, which are the peer's.
 * {@code fl-core/peers/install} brings the peer; without it
 * the test is skipped, or fails with {@code -Ddalrn.peers.required=true}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NashpyInteropTest {
    private static final long SEED = 20261123;
    private static final int GAMES = 10_000;
    /** Every so many games are also asked for their equilibria by supports, of which nashpy loses some. */
    private static final int BY_SUPPORTS = 10;

    private static final double NEAR = 1e-6;

    private final ObjectMapper json = new ObjectMapper();
    private final List<ExactBimatrixGame> games = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();

    private record Pair(List<Double> x, List<Double> y) {

        boolean isNear(ExactStrategyPair pair) {
            return isNear(x, pair.x()) && isNear(y, pair.y());
        }

        private static boolean isNear(List<Double> strategy, List<Fraction> exact) {
            return IntStream.range(0, exact.size())
                    .allMatch(i ->
                            Math.abs(strategy.get(i) - exact.get(i).toDouble()) < NEAR);
        }
    }

    private record Answer(List<Pair> byVertices, List<Pair> bySupports, boolean warned) {}

    @BeforeAll
    void askThePeer() throws Exception {
        String root = System.getenv()
                .getOrDefault("DALRN_NASH_PEERS", System.getProperty("user.home") + "/.cache/dalrn/nash-peers");
        Path python = Path.of(root, "current", "bin", "python");
        boolean present = Files.isExecutable(python);
        if (!present && Boolean.getBoolean("dalrn.peers.required")) {
            throw new AssertionError("nashpy is not installed: run fl-core/peers/install");
        }
        assumeTrue(present, "nashpy is not installed: run fl-core/peers/install");
        SplittableRandom random = new SplittableRandom(SEED);
        for (int k = 0; k < GAMES; k++) {
            games.add(ExactBimatrixGame.of(payoffs(random), payoffs(random)));
        }
        run(python);
    }

    private static Fraction[][] payoffs(SplittableRandom random) {
        return Stream.generate(() -> Stream.generate(() -> Fraction.of(random.nextInt(-128, 128)))
                        .limit(4)
                        .toArray(Fraction[]::new))
                .limit(4)
                .toArray(Fraction[][]::new);
    }

    private void run(Path python) throws IOException, InterruptedException {
        Process peer = new ProcessBuilder(python.toString(), "peers/equilibria.py")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread writer = new Thread(() -> {
            try (var out = peer.outputWriter(StandardCharsets.UTF_8)) {
                for (int k = 0; k < GAMES; k++) {
                    out.write(question(k));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.start();
        try (BufferedReader lines = peer.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode answer = json.readTree(line);
                assertThat(answer.get("id").intValue()).isEqualTo(answers.size());
                assertThat(answer.get("failed").isNull()).as(line).isTrue();
                answers.add(new Answer(
                        pairs(answer.get("vertices")),
                        pairs(answer.get("supports")),
                        answer.get("warned").booleanValue()));
            }
        }
        writer.join();
        assertThat(peer.waitFor()).isZero();
        assertThat(answers).hasSize(GAMES);
    }

    private String question(int number) {
        ExactBimatrixGame game = games.get(number);
        return "{\"id\":" + number + ",\"A\":" + matrix(game, true) + ",\"B\":" + matrix(game, false)
                + ",\"supports\":" + (number % BY_SUPPORTS == 0) + "}\n";
    }

    private static String matrix(ExactBimatrixGame game, boolean ofRow) {
        return IntStream.range(0, game.rows())
                .mapToObj(i -> IntStream.range(0, game.columns())
                        .mapToObj(j -> ofRow ? game.a(i, j) : game.b(i, j))
                        .toList()
                        .toString())
                .toList()
                .toString();
    }

    private static List<Pair> pairs(JsonNode list) {
        List<Pair> pairs = new ArrayList<>();
        list.forEach(pair -> pairs.add(new Pair(strategy(pair.get(0)), strategy(pair.get(1)))));
        return pairs;
    }

    private static List<Double> strategy(JsonNode list) {
        List<Double> strategy = new ArrayList<>();
        list.forEach(value -> strategy.add(value.doubleValue()));
        return strategy;
    }

    /** How an answer differs from the exact one. */
    private record Difference(long lost, long repeated, long untrue) {
        static final Difference NONE = new Difference(0, 0, 0);

        static Difference of(List<Pair> answer, List<ExactStrategyPair> exact) {
            long lost = exact.stream()
                    .filter(pair -> answer.stream().noneMatch(one -> one.isNear(pair)))
                    .count();
            long untrue = answer.stream()
                    .filter(one -> exact.stream().noneMatch(one::isNear))
                    .count();
            return new Difference(lost, answer.size() - untrue - (exact.size() - lost), untrue);
        }

    }

    @Test
    void vertexEnumeration_randomGames_isThePeersSetInDoublesAndExactly() {
        int degenerate = 0;
        for (int k = 0; k < GAMES; k++) {
            ExactBimatrixGame game = games.get(k);
            List<ExactStrategyPair> exact = exact(game);
            List<StrategyPair> inDoubles = VertexEnumeration.solve(RandomGames.inDoubles(game))
                    .orElseThrow()
                    .extreme();

            assertThat(exact).allMatch(ExactStrategyPair::isEquilibrium);
            assertThat(Difference.of(
                            inDoubles.stream().map(NashpyInteropTest::pair).toList(), exact))
                    .as("doubles and exact numbers, game %d", k)
                    .isEqualTo(Difference.NONE);
            assertThat(Difference.of(answers.get(k).byVertices(), exact))
                    .as("game %s: %s and %s", question(k), answers.get(k).byVertices(), exact)
                    .isEqualTo(Difference.NONE);
            degenerate += isNondegenerate(game) ? 0 : 1;
        }
        System.out.println(GAMES + " games have the same equilibria by nashpy's vertex_enumeration, in doubles and exactly; "
                + degenerate + " of them are degenerate");
        assertThat(degenerate).as("degenerate games among them").isBetween(100, GAMES / 2);
    }

    /**
     * The peer compares payoffs in doubles without a tolerance and warns if an even number is left. What it lost is shown to be an
     * equilibrium by its regret of 0 in exact numbers.
     */
    @Test
    void supportEnumeration_randomNondegenerateGames_isThePeersSetButForWhatItLost() {
        int compared = 0;
        int lost = 0;
        int gamesWithLoss = 0;
        int lossesWithoutWarning = 0;
        for (int k = 0; k < GAMES; k += BY_SUPPORTS) {
            ExactBimatrixGame game = games.get(k);
            if (!isNondegenerate(game)) {
                continue;
            }
            List<ExactStrategyPair> bySupports = SupportEnumeration.solve(game);
            Answer answer = answers.get(k);
            Difference difference = Difference.of(answer.bySupports(), bySupports);

            assertThat(bySupports).hasSameSizeAs(exact(game)).allMatch(ExactStrategyPair::isEquilibrium);
            assertThat(difference.untrue()).as("game %d", k).isZero();
            assertThat(difference.repeated()).as("game %d", k).isZero();
            lost += (int) difference.lost();
            gamesWithLoss += difference.lost() > 0 ? 1 : 0;
            lossesWithoutWarning += difference.lost() > 0 && !answer.warned() ? 1 : 0;
            compared++;
        }
        System.out.println("nashpy's support_enumeration lost " + lost + " equilibria of " + gamesWithLoss + " games of "
                + compared + ", of " + lossesWithoutWarning + " without a warning");
        assertThat(compared).isGreaterThan(GAMES / BY_SUPPORTS / 2);
        assertThat(gamesWithLoss).as("games of which the peer lost some").isLessThan(compared);
    }

    private static List<ExactStrategyPair> exact(ExactBimatrixGame game) {
        return VertexEnumeration.solve(game).orElseThrow().extreme();
    }

    private static boolean isNondegenerate(ExactBimatrixGame game) {
        return PolytopeJoin.of(BestResponsePolytopes.exactly(game, VertexEnumeration.MOST_BASES))
                .nondegenerate();
    }

    private static Pair pair(StrategyPair pair) {
        return new Pair(
                Arrays.stream(pair.x()).boxed().toList(),
                Arrays.stream(pair.y()).boxed().toList());
    }
}
