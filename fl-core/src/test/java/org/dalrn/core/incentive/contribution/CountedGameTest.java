package org.dalrn.core.incentive.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CountedGameTest {
    @Test
    void value_askedTwice_isEvaluatedOnce() {
        List<Coalition> asked = new ArrayList<>();
        CountedGame game = CountedGame.of(
                Games.game(3, set -> {
                    asked.add(set);
                    return set.size();
                }),
                10);
        assertThat(game.value(Coalition.of(2))).isEqualTo(1);
        assertThat(game.value(Coalition.of(2))).isEqualTo(1);
        game.value(Coalition.of(0, 1));
        assertThat(asked).containsExactly(Coalition.of(2), Coalition.of(0, 1));
        assertThat(game.evaluations()).isEqualTo(2);
        assertThat(game.values()).hasToString("{3=2.0, 4=1.0}");
        assertThat(game.knows(Coalition.of(2))).isTrue();
        assertThat(game.knows(Coalition.of(1))).isFalse();
    }

    @Test
    void value_beyondTheBound_isRefused() {
        CountedGame game = CountedGame.of(Games.game(3, Coalition::size), 1);
        game.value(Coalition.of(0));
        assertThat(game.canValue(Coalition.of(0))).isTrue();
        assertThat(game.canValue(Coalition.of(1))).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> game.value(Coalition.of(1)))
                .withMessageContaining("coalition {1} would be evaluation 2, but at most 1 are allowed");
    }

    @Test
    void value_foreignPlayer_isNamed() {
        CountedGame game = CountedGame.of(Games.game(3, Coalition::size), 5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> game.value(Coalition.of(1, 3)))
                .withMessageContaining("coalition {1, 3} has the player 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CountedGame.of(Games.game(3, Coalition::size), 0))
                .withMessageContaining("at most 0 evaluations");
    }

    @Test
    void points_areMillionthsAndNeverNegative() {
        Contributions contributions = Contributions.exact(new double[] {0.1234565, -0.5, 0, 2}, 4);
        assertThat(contributions.points(0)).isEqualTo(123_457);
        assertThat(contributions.points(1)).isZero();
        assertThat(contributions.points(3)).isEqualTo(2_000_000);
        assertThat(contributions.sum()).isEqualTo(0.1234565 - 0.5 + 2);
    }

    @Test
    void contributions_impossible_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Contributions.exact(new double[] {1, Double.NaN}, 1))
                .withMessageContaining("the contribution of player 1 is NaN");
        assertThatIllegalArgumentException().isThrownBy(() -> Contributions.exact(new double[0], 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Contributions.sampled(new double[] {1}, new double[] {-1}, 1, true))
                .withMessageContaining("half width -1.0 of player 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Contributions.sampled(new double[] {1}, new double[0], 1, true));
        Contributions sampled = Contributions.sampled(new double[] {1, 2}, new double[] {0.5, Double.NaN}, 7, false);
        assertThat(sampled.halfWidth(0)).hasValue(0.5);
        assertThat(sampled.halfWidth(1)).isEqualTo(OptionalDouble.empty());
        assertThat(sampled.converged()).isFalse();
    }
}
