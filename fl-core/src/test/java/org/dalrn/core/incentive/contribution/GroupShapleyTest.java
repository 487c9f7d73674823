package org.dalrn.core.incentive.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.dalrn.core.model.NodeId;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupShapleyTest {
    private static List<NodeId> nodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new NodeId("node-" + (char) ('a' + i / 26) + (char) ('a' + i % 26)))
                .toList();
    }

    private static Map<Coalition, Double> measure(NodeGroups groups, ToDoubleFunction<List<NodeId>> utility) {
        Map<Coalition, Double> utilities = new HashMap<>();
        for (Coalition coalition : groups.coalitions()) {
            utilities.put(coalition, utility.applyAsDouble(groups.nodes(coalition)));
        }
        return utilities;
    }

    private static ToDoubleFunction<List<NodeId>> additive(Map<NodeId, Double> worth) {
        return members -> members.stream().mapToDouble(worth::get).sum();
    }

    private static Map<NodeId, Double> worth(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<NodeId, Double> worth = new TreeMap<>();
        nodes(count).forEach(node -> worth.put(node, random.nextDouble()));
        return worth;
    }

    @Nested
    class Draw {
        @ParameterizedTest
        @CsvSource({"10, 3, 10, 3", "10, 2, 4, 4", "7, 7, 10, 1", "40, 3, 10, 10", "5, 1, 10, 5"})
        void draw_leastSize_isKeptByAsManyGroupsAsFit(int count, int leastSize, int mostGroups, int groups) {
            NodeGroups drawn = NodeGroups.draw(Games.seed("d"), 1, 1, nodes(count), leastSize, mostGroups);
            assertThat(drawn.count()).isEqualTo(groups);
            assertThat(drawn.groups()).allMatch(group -> group.size() >= leastSize);
            assertThat(drawn.nodes()).containsExactlyElementsOf(nodes(count));
            assertThat(drawn.coalitions()).hasSize(1 << groups).startsWith(Coalition.empty());
            assertThat(drawn.nodes(Coalition.all(groups))).containsExactlyElementsOf(nodes(count));
        }

        @Test
        void draw_orderOfNodes_doesNotMatter() {
            List<NodeId> reversed = new ArrayList<>(nodes(9));
            Collections.reverse(reversed);
            assertThat(NodeGroups.draw(Games.seed("d"), 4, 1, reversed, 3, 10))
                    .isEqualTo(NodeGroups.draw(Games.seed("d"), 4, 1, nodes(9), 3, 10));
        }

        @Test
        void draw_otherRoundAttemptOrSeed_dividesOtherwise() {
            NodeGroups drawn = NodeGroups.draw(Games.seed("d"), 4, 1, nodes(12), 3, 10);
            assertThat(NodeGroups.draw(Games.seed("d"), 5, 1, nodes(12), 3, 10)).isNotEqualTo(drawn);
            assertThat(NodeGroups.draw(Games.seed("d"), 4, 2, nodes(12), 3, 10)).isNotEqualTo(drawn);
            assertThat(NodeGroups.draw(Games.seed("e"), 4, 1, nodes(12), 3, 10)).isNotEqualTo(drawn);
        }

        /**
         * Null hypothesis: each pair of 6 nodes is together in 1 of 5 divisions into pairs. 3,000 draws: each of 15 pairs
         * within 600 +- 120, which is 5.5 standard deviations, but for a probability of 6e-7.
         */
        @Test
        void draw_manyRounds_bringsAllPairsTogetherEquallyOften() {
            Map<List<NodeId>, Integer> together = new HashMap<>();
            for (int round = 0; round < 3000; round++) {
                NodeGroups.draw(Games.seed("pairs"), round, 1, nodes(6), 2, 3)
                        .groups()
                        .forEach(pair -> together.merge(pair, 1, Integer::sum));
            }
            assertThat(together).hasSize(15);
            assertThat(together.values()).allMatch(times -> Math.abs(times - 600) < 120);
        }

        @Test
        void draw_impossible_isRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NodeGroups.draw(Games.seed("d"), 1, 1, nodes(2), 3, 10))
                    .withMessageContaining("2 nodes do not make a group of at least 3");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NodeGroups.draw(Games.seed("d"), 1, 1, nodes(5), 1, 11))
                    .withMessageContaining("there are 1 to 10 groups");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NodeGroups.draw(Games.seed("d"), 1, 1, nodes(5), 0, 3));
            assertThatIllegalArgumentException().isThrownBy(() -> new NodeGroups(List.of()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new NodeGroups(List.of(nodes(2), nodes(1))))
                    .withMessageContaining("node node-aa is in two groups");
        }
    }

    @Test
    void ofRound_additiveUtility_givesEachGroupTheSumOfItsMembers() {
        Map<NodeId, Double> worth = worth(9, 1);
        NodeGroups groups = NodeGroups.draw(Games.seed("g"), 1, 1, nodes(9), 3, 3);
        GroupRound round = GroupShapley.ofRound(groups, measure(groups, additive(worth)));
        for (int group = 0; group < 3; group++) {
            double sum = additive(worth).applyAsDouble(groups.groups().get(group));
            assertThat(round.contributions().value(group)).isCloseTo(sum, within(1e-12));
            for (NodeId node : groups.groups().get(group)) {
                assertThat(round.shares().get(node)).isCloseTo(sum / 3, within(1e-12));
            }
        }
    }

    @Test
    void ofRound_groupsOfOne_areTheExactValues() {
        double[] values = Games.random(5, 60);
        NodeGroups groups = new NodeGroups(nodes(5).stream().map(List::of).toList());
        Map<Coalition, Double> utilities = new HashMap<>();
        groups.coalitions().forEach(coalition -> utilities.put(coalition, values[Games.bits(coalition)]));
        assertThat(GroupShapley.ofRound(groups, utilities).contributions())
                .isEqualTo(ShapleyValue.exact(Games.table(5, values)));
    }

    /** All 15 divisions of 6 nodes into pairs: the mean share is x/m + (1 - 1/m) times the mean of the others. */
    @Test
    void shares_allDivisions_shrinkTowardsTheMeanAsDerived() {
        Map<NodeId, Double> worth = worth(6, 2);
        List<NodeGroups> divisions = new ArrayList<>();
        List<NodeId> nodes = nodes(6);
        for (int second = 1; second < 6; second++) {
            List<NodeId> rest = new ArrayList<>(nodes.subList(1, 6));
            NodeId partner = rest.remove(second - 1);
            for (int third = 1; third < 4; third++) {
                List<NodeId> others = new ArrayList<>(rest);
                NodeId first = others.remove(0);
                NodeId with = others.remove(third - 1);
                divisions.add(new NodeGroups(List.of(List.of(nodes.get(0), partner), List.of(first, with), others)));
            }
        }
        assertThat(divisions).hasSize(15).doesNotHaveDuplicates();
        double total = worth.values().stream().mapToDouble(x -> x).sum();
        for (NodeId node : nodes) {
            double mean = divisions.stream()
                    .mapToDouble(groups -> GroupShapley.ofRound(groups, measure(groups, additive(worth)))
                            .shares()
                            .get(node))
                    .average()
                    .orElseThrow();
            double own = worth.get(node);
            assertThat(mean).isCloseTo(own / 2 + (total - own) / 5 / 2, within(1e-12));
        }
    }

    @Nested
    class OverRounds {
        private List<GroupRound> rounds(int count, int nodes, int size, Map<NodeId, Double> worth, double noise) {
            SplittableRandom random = new SplittableRandom(count + 31L * nodes);
            List<GroupRound> rounds = new ArrayList<>();
            for (int round = 0; round < count; round++) {
                NodeGroups groups = NodeGroups.draw(Games.seed("over"), round, 1, nodes(nodes), size, 10);
                double[] values = new double[groups.count()];
                for (int group = 0; group < values.length; group++) {
                    values[group] =
                            additive(worth).applyAsDouble(groups.groups().get(group)) + noise * random.nextGaussian();
                }
                rounds.add(new GroupRound(groups, Contributions.exact(values, 8)));
            }
            return rounds;
        }

        @Test
        void overRounds_additiveWithoutNoise_findsEachNode() {
            Map<NodeId, Double> worth = worth(12, 3);
            GroupEstimates estimates = GroupShapley.overRounds(rounds(200, 12, 3, worth, 0));
            worth.forEach((node, x) ->
                    assertThat(estimates.nodes().get(node).value() / 200).isCloseTo(x, within(0.02)));
            assertThat(estimates.groups()).isEqualTo(800);
        }

        @Test
        void overRounds_noise_beatsEqualShares() {
            Map<NodeId, Double> worth = worth(12, 4);
            List<GroupRound> rounds = rounds(40, 12, 3, worth, 0.3);
            GroupEstimates estimates = GroupShapley.overRounds(rounds);
            double byLeastSquares = 0;
            double byShares = 0;
            for (NodeId node : nodes(12)) {
                double exact = 40 * worth.get(node);
                double shares = rounds.stream()
                        .mapToDouble(round -> round.shares().get(node))
                        .sum();
                byLeastSquares += Math.abs(estimates.nodes().get(node).value() - exact);
                byShares += Math.abs(shares - exact);
            }
            assertThat(byLeastSquares).isLessThan(byShares / 2);
        }

        @Test
        void overRounds_intervals_mostlyCover() {
            int covered = 0;
            for (int seed = 0; seed < 20; seed++) {
                Map<NodeId, Double> worth = worth(10, 100 + seed);
                GroupEstimates estimates = GroupShapley.overRounds(rounds(30 + seed, 10, 2, worth, 0.2));
                for (NodeId node : nodes(10)) {
                    GroupEstimates.Estimate estimate = estimates.nodes().get(node);
                    double error = estimate.value() - (30 + seed) * worth.get(node);
                    covered += Math.abs(error) <= estimate.halfWidth() ? 1 : 0;
                }
            }
            assertThat(covered).isBetween(170, 200);
        }

        @Test
        void overRounds_oneRound_isTheEqualSharesDrawnToTheMean() {
            Map<NodeId, Double> worth = worth(6, 5);
            List<GroupRound> rounds = rounds(1, 6, 2, worth, 0);
            GroupEstimates estimates = GroupShapley.overRounds(rounds);
            double sum = estimates.nodes().values().stream()
                    .mapToDouble(GroupEstimates.Estimate::value)
                    .sum();
            assertThat(sum).isCloseTo(rounds.get(0).contributions().sum(), within(1e-12));
            for (List<NodeId> group : rounds.get(0).groups().groups()) {
                assertThat(estimates.nodes().get(group.get(0)).value())
                        .isCloseTo(estimates.nodes().get(group.get(1)).value(), within(1e-12));
            }
            assertThat(estimates.nodes().get(nodes(1).get(0)).halfWidth()).isNaN();
        }

        @Test
        void overRounds_othersMissing_countsOnlyRoundsTakenPartIn() {
            Map<NodeId, Double> worth = worth(6, 6);
            List<GroupRound> rounds = new ArrayList<>(rounds(60, 4, 2, worth, 0));
            rounds.addAll(rounds(60, 6, 2, worth, 0));
            GroupEstimates estimates = GroupShapley.overRounds(rounds);
            assertThat(estimates.nodes()).hasSize(6);
            assertThat(estimates.nodes().values().stream()
                            .mapToDouble(GroupEstimates.Estimate::value)
                            .sum())
                    .isCloseTo(
                            rounds.stream()
                                    .mapToDouble(round -> round.contributions().sum())
                                    .sum(),
                            within(1e-9));
            double late = estimates.nodes().get(nodes(6).get(5)).value();
            // Differences are those of one model for both halves: near, not equal.
            assertThat(late).isCloseTo(60 * worth.get(nodes(6).get(5)), within(60 * 0.1));
        }

        @Test
        void overRounds_roundsWithoutGain_giveNothing() {
            NodeGroups groups = NodeGroups.draw(Games.seed("z"), 1, 1, nodes(4), 2, 2);
            GroupEstimates estimates = GroupShapley.overRounds(List.of(
                    new GroupRound(groups, Contributions.exact(new double[] {0, 0}, 4))));
            assertThat(estimates.nodes().values()).allMatch(estimate -> estimate.value() == 0);
            assertThatIllegalArgumentException().isThrownBy(() -> GroupShapley.overRounds(List.of()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new GroupRound(groups, Contributions.exact(new double[] {1}, 2)))
                    .withMessageContaining("1 contributions do not fit 2 groups");
        }
    }
}
