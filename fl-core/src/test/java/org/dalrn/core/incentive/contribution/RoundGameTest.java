package org.dalrn.core.incentive.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.core.aggregation.FixedPointScale;
import org.dalrn.core.aggregation.PartialSum;
import org.dalrn.core.aggregation.SumAccumulator;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.junit.jupiter.api.Test;

class RoundGameTest {
    private static final ParameterLayout LAYOUT = ParameterLayout.of(new TensorSpec("w", List.of(1200)));
    private static final FixedPointScale SCALE = FixedPointScale.plan(16, 1L << 20);
    private static final RunId RUN = new RunId("run-1");
    private static final FedAvg STRATEGY = new FedAvg(Sampling.defaults());

    private static Parameters random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return Parameters.create(LAYOUT, target -> {
            while (target.hasRemaining()) {
                target.put((float) (random.nextDouble() * 4 - 2));
            }
        });
    }

    private static List<CoalitionModels.Update> updates(int count) {
        List<CoalitionModels.Update> updates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Parameters delta = random(100 + i);
            updates.add(new CoalitionModels.Update(
                    PartialSum.updateId(new NodeId("node-" + i), delta.contentHash()),
                    7 + 13L * i,
                    UpdateBytes.of(delta)));
        }
        return updates;
    }

    private static PartialSum sum(List<CoalitionModels.Update> updates) {
        SumAccumulator accumulator = SumAccumulator.create(RUN, 3, 0, SCALE, LAYOUT.elementCount());
        updates.forEach(update -> accumulator.add(update.id(), update.weight(), update.bytes()));
        return accumulator.toPartialSum();
    }

    @Test
    void model_ofAll_isThePublishedModelToTheBit() {
        Parameters base = random(1);
        List<CoalitionModels.Update> updates = updates(6);
        Parameters published = STRATEGY.step(base, sum(updates).mean(LAYOUT));
        CoalitionModels models = CoalitionModels.ofUpdates(RUN, 3, SCALE, base, STRATEGY, updates);
        // Whatever was asked for before.
        for (int bits : new int[] {5, 62, 0, 33, 7}) {
            models.model(Coalition.ofBits(bits));
        }
        assertThat(models.model(Coalition.all(6))).isEqualTo(published);
        assertThat(models.model(Coalition.empty())).isSameAs(base);
        List<PartialSum> sums =
                updates.stream().map(update -> sum(List.of(update))).toList();
        assertThat(CoalitionModels.ofSums(base, STRATEGY, sums).model(Coalition.all(6)))
                .isEqualTo(published);
    }

    @Test
    void model_ofEachCoalition_isThatOfARoundOfItsMembers() {
        Parameters base = random(2);
        List<CoalitionModels.Update> updates = updates(4);
        CoalitionModels models = CoalitionModels.ofUpdates(RUN, 3, SCALE, base, STRATEGY, updates);
        CoalitionModels ofSums = CoalitionModels.ofSums(
                base,
                STRATEGY,
                updates.stream().map(update -> sum(List.of(update))).toList());
        for (int bits = 15; bits > 0; bits--) {
            Coalition coalition = Coalition.ofBits(bits);
            List<CoalitionModels.Update> members =
                    coalition.players().mapToObj(updates::get).toList();
            Parameters alone = STRATEGY.step(base, sum(members).mean(LAYOUT));
            assertThat(models.model(coalition)).isEqualTo(alone);
            assertThat(ofSums.model(coalition)).isEqualTo(alone);
        }
    }

    @Test
    void model_ofGroups_isThatOfTheirUnion() {
        Parameters base = random(3);
        List<CoalitionModels.Update> updates = updates(5);
        CoalitionModels groups =
                CoalitionModels.ofSums(base, STRATEGY, List.of(sum(updates.subList(0, 2)), sum(updates.subList(2, 5))));
        assertThat(groups.players()).isEqualTo(2);
        assertThat(groups.model(Coalition.of(0, 1)))
                .isEqualTo(STRATEGY.step(base, sum(updates).mean(LAYOUT)));
        assertThat(groups.model(Coalition.of(1)))
                .isEqualTo(STRATEGY.step(base, sum(updates.subList(2, 5)).mean(LAYOUT)));
    }

    @Test
    void value_isTheUtilityOfTheModel() {
        Parameters base = random(4);
        List<CoalitionModels.Update> updates = updates(3);
        CoalitionModels models = CoalitionModels.ofUpdates(RUN, 3, SCALE, base, STRATEGY, updates);
        RoundGame game = RoundGame.of(models, model -> model.get(17));
        assertThat(game.players()).isEqualTo(3);
        assertThat(game.value(Coalition.empty())).isEqualTo(base.get(17));
        assertThat(game.value(Coalition.of(1, 2)))
                .isEqualTo(models.model(Coalition.of(1, 2)).get(17));
    }

    @Test
    void ofSums_emptySumOrNone_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoalitionModels.ofSums(random(1), STRATEGY, List.of(sum(List.of()))))
                .withMessageContaining("the sum of player 0 holds no update");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoalitionModels.ofSums(random(1), STRATEGY, List.of()))
                .withMessageContaining("players, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoalitionModels.ofSums(random(1), STRATEGY, List.of(sum(updates(1))))
                        .model(Coalition.of(1)))
                .withMessageContaining("{1} has the player 1");
    }

    /** A run of two rounds with other participants: by additivity, totals are sums over the rounds. */
    @Test
    void totals_overRoundsOfOtherNodes_areSums() {
        RunContributions run = new RunContributions();
        NodeId a = new NodeId("a");
        NodeId b = new NodeId("b");
        NodeId c = new NodeId("c");
        run.add(List.of(a, b), Contributions.exact(new double[] {1, 2}, 4));
        run.add(List.of(c, b), Contributions.sampled(new double[] {0.5, -1}, new double[] {3, Double.NaN}, 3, true));
        run.add(List.of(c), Contributions.sampled(new double[] {1}, new double[] {4}, 2, true));
        assertThat(run.totals().keySet()).containsExactly(a, b, c);
        assertThat(run.totals().get(a)).isEqualTo(new RunContributions.Total(1, 0, 1));
        assertThat(run.totals().get(b)).isEqualTo(new RunContributions.Total(1, Double.NaN, 2));
        assertThat(run.totals().get(c)).isEqualTo(new RunContributions.Total(1.5, 5, 2));
        assertThat(run.evaluations()).isEqualTo(9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.add(List.of(a), Contributions.exact(new double[] {1, 2}, 4)))
                .withMessageContaining("1 nodes do not fit the contributions of 2 players");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.add(List.of(a, a), Contributions.exact(new double[] {1, 2}, 4)))
                .withMessageContaining("twice");
    }
}
