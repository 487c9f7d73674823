package org.dalrn.core.incentive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.incentive.game.BimatrixGame;
import org.dalrn.core.incentive.game.ExactBimatrixGame;
import org.dalrn.core.incentive.game.ExactStrategyPair;

/**
 * The reference games, allocations and auctions of {@code nash-oracles.json}; the NOTICE beside that file says who computed them.
 *
 * @param games games of two players with all their extreme equilibria
 * @param nPlayerGames games of three players
 * @param bargains weighted Nash bargaining
 * @param contests Tullock contests with linear costs
 * @param auctions proportional share auctions
 */
public record NashOracles(
        List<Game> games,
        List<NPlayerGame> nPlayerGames,
        List<BargainCase> bargains,
        List<ContestCase> contests,
        List<AuctionCase> auctions) {

    /** Reads the whole file. */
    public static NashOracles read() {
        try (InputStream file = NashOracles.class.getResourceAsStream("nash-oracles.json")) {
            JsonNode root = new ObjectMapper().readTree(file);
            JsonNode allocation = root.required("allocation");
            return new NashOracles(
                    list(root.required("games"), Game::of),
                    list(root.required("nplayer"), NPlayerGame::of),
                    list(allocation.required("nsw_weighted_bargaining"), BargainCase::of),
                    list(allocation.required("tullock_linear_cost"), ContestCase::of),
                    list(allocation.required("singer_proportional_share"), AuctionCase::of));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The game of this id. */
    public Game game(String id) {
        return games.stream().filter(game -> game.id().equals(id)).findAny().orElseThrow();
    }

    /**
     * A game of two players.
     *
     * @param a {@code [rows][columns]} payoffs of the row player
     * @param b {@code [rows][columns]} payoffs of the column player
     * @param value what the row player gets in a zero-sum game
     * @param extremeEquilibria all of them
     * @param components maximal convex sets of equilibria, whose union is all of them; empty if there are only single ones
     * @param nondegenerate whether no mixed strategy has more best replies than its support is large, strictly
     * @param paths the Lemke-Howson paths by dropped label, only if they depend on no tie-break
     */
    public record Game(
            String id,
            String title,
            List<List<Fraction>> a,
            List<List<Fraction>> b,
            boolean zeroSum,
            Optional<Fraction> value,
            List<Equilibrium> extremeEquilibria,
            List<Component> components,
            boolean nondegenerate,
            boolean continuum,
            List<Path> paths) {

        private static Game of(JsonNode node) {
            JsonNode lemkeHowson = node.required("lemke_howson");
            List<Path> paths = new ArrayList<>();
            if (node.required("nondegenerate_strict").asBoolean()) {
                JsonNode ends = lemkeHowson.required("end_index_by_dropped_label");
                JsonNode pivots = lemkeHowson.required("pivots_by_dropped_label");
                for (int label = 0; label < ends.size(); label++) {
                    paths.add(new Path(
                            ends.get(label).intValue(), pivots.get(label).intValue()));
                }
            }
            return new Game(
                    node.required("id").textValue(),
                    node.required("title").textValue(),
                    list(node.required("A"), NashOracles::fractions),
                    list(node.required("B"), NashOracles::fractions),
                    node.required("zero_sum").asBoolean(),
                    optional(node.required("value")),
                    list(node.required("extreme_equilibria"), Equilibrium::of),
                    node.required("components").isNull() ? List.of() : list(node.required("components"), Component::of),
                    node.required("nondegenerate_strict").asBoolean(),
                    node.required("has_continuum").asBoolean(),
                    paths);
        }

        public int rows() {
            return a.size();
        }

        public int columns() {
            return a.get(0).size();
        }

        public ExactBimatrixGame exact() {
            return ExactBimatrixGame.of(fractions(a), fractions(b));
        }

        public BimatrixGame inDoubles() {
            return BimatrixGame.of(doubles(a), doubles(b));
        }

        private static Fraction[][] fractions(List<List<Fraction>> matrix) {
            return matrix.stream().map(row -> row.toArray(new Fraction[0])).toArray(Fraction[][]::new);
        }

        private static double[][] doubles(List<List<Fraction>> matrix) {
            return matrix.stream()
                    .map(row -> row.stream().mapToDouble(Fraction::toDouble).toArray())
                    .toArray(double[][]::new);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    /**
     * One equilibrium.
     *
     * @param x {@code [rows]} probabilities
     * @param y {@code [columns]} probabilities
     * @param u1 what the row player expects
     * @param u2 what the column player expects
     */
    public record Equilibrium(List<Fraction> x, List<Fraction> y, Fraction u1, Fraction u2) {

        private static Equilibrium of(JsonNode node) {
            return new Equilibrium(
                    fractions(node.required("x")),
                    fractions(node.required("y")),
                    fraction(node.required("u1")),
                    fraction(node.required("u2")));
        }

        public boolean is(ExactStrategyPair pair) {
            return x.equals(pair.x())
                    && y.equals(pair.y())
                    && u1.equals(pair.rowPayoff())
                    && u2.equals(pair.columnPayoff());
        }
    }

    /** Every pair of a mixture of the {@code xVertices} and one of the {@code yVertices} is an equilibrium. */
    public record Component(List<List<Fraction>> xVertices, List<List<Fraction>> yVertices) {

        private static Component of(JsonNode node) {
            return new Component(
                    list(node.required("x_vertices"), NashOracles::fractions),
                    list(node.required("y_vertices"), NashOracles::fractions));
        }
    }

    /**
     * Where a Lemke-Howson path from the artificial equilibrium ends.
     *
     * @param end index of an extreme equilibrium
     * @param pivots pivots in both tableaux together
     */
    public record Path(int end, int pivots) {}

    /**
     * A game of several players.
     *
     * @param strategies how many each player has
     * @param payoffs one list of all players' payoffs for each profile, the first player's strategy running fastest
     * @param exact each equilibrium's probabilities of every player's first strategy, as texts such as {@code 53/46 -
     *     sqrt(601)/46}
     * @param decimal the same in doubles
     */
    public record NPlayerGame(
            String id,
            String title,
            List<Integer> strategies,
            List<List<Integer>> payoffs,
            List<List<String>> exact,
            List<List<Double>> decimal) {

        private static NPlayerGame of(JsonNode node) {
            JsonNode equilibria = node.required("equilibria_prob_of_first_strategy");
            return new NPlayerGame(
                    node.required("id").textValue(),
                    node.required("title").textValue(),
                    list(node.required("strategies"), JsonNode::intValue),
                    list(node.required("payoffs_player1_fastest"), row -> list(row, JsonNode::intValue)),
                    list(equilibria, one -> list(one.required("exact"), JsonNode::textValue)),
                    list(equilibria, one -> list(one.required("decimal"), JsonNode::doubleValue)));
        }

        @Override
        public String toString() {
            return id;
        }
    }

    /**
     * Shares {@code min(cap, d + w theta)} of a budget.
     *
     * @param caps empty where there is none
     * @param theta empty if all caps bind
     */
    public record BargainCase(
            String title,
            List<Fraction> weights,
            List<Fraction> reservations,
            List<Optional<Fraction>> caps,
            Fraction budget,
            Optional<Fraction> theta,
            List<Fraction> shares,
            List<Integer> capped,
            Fraction undistributed) {

        private static BargainCase of(JsonNode node) {
            JsonNode expected = node.required("expected");
            if (!expected.required("status").textValue().equals("OPTIMAL")) {
                throw new IllegalStateException("bug: this reader knows only feasible bargains, not " + expected);
            }
            return new BargainCase(
                    node.required("title").textValue(),
                    fractions(node.required("w")),
                    fractions(node.required("d")),
                    list(node.required("cap"), NashOracles::optional),
                    fraction(node.required("R")),
                    optional(expected.required("theta")),
                    fractions(expected.required("x")),
                    list(expected.required("capped"), JsonNode::intValue),
                    fraction(expected.required("undistributed")));
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /** A contest in which each player's effort costs {@code unitCosts} a unit and the budget is split by effort. */
    public record ContestCase(
            List<Fraction> unitCosts,
            Fraction budget,
            int active,
            Fraction totalEffort,
            List<Fraction> efforts,
            List<Fraction> payoffs) {

        private static ContestCase of(JsonNode node) {
            return new ContestCase(
                    fractions(node.required("unit_cost")),
                    fraction(node.required("R")),
                    node.required("active").intValue(),
                    fraction(node.required("total_effort")),
                    fractions(node.required("effort")),
                    fractions(node.required("payoff")));
        }
    }

    /** Bids for a budget; payments are 0 for who does not win. */
    public record AuctionCase(
            List<Fraction> weights,
            List<Fraction> bids,
            Fraction budget,
            List<Integer> winners,
            List<Fraction> payments) {

        private static AuctionCase of(JsonNode node) {
            return new AuctionCase(
                    fractions(node.required("w")),
                    fractions(node.required("bid")),
                    fraction(node.required("R")),
                    list(node.required("winners"), JsonNode::intValue),
                    fractions(node.required("payments")));
        }
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> item) {
        List<T> items = new ArrayList<>();
        array.forEach(node -> items.add(item.apply(node)));
        return List.copyOf(items);
    }

    private static List<Fraction> fractions(JsonNode array) {
        return list(array, NashOracles::fraction);
    }

    private static Fraction fraction(JsonNode text) {
        return Fraction.parse(text.textValue());
    }

    private static Optional<Fraction> optional(JsonNode text) {
        return text.isNull() ? Optional.empty() : Optional.of(fraction(text));
    }
}
