package org.dalrn.core.incentive;

import static org.assertj.core.api.Assertions.assertThat;

import org.dalrn.core.incentive.exact.Fraction;
import org.dalrn.core.incentive.game.ExactStrategyPair;
import org.junit.jupiter.api.Test;

/** That the oracles were read as they were meant, so that a test of theirs cannot pass on nothing. */
class NashOraclesTest {

    private final NashOracles oracles = NashOracles.read();

    @Test
    void read_wholeFile_everyPartIsThere() {
        assertThat(oracles.games()).hasSize(17);
        assertThat(oracles.nPlayerGames())
                .extracting(NashOracles.NPlayerGame::id)
                .containsExactly("mm222", "nau4");
        assertThat(oracles.bargains()).hasSize(8);
        assertThat(oracles.contests()).hasSize(4);
        assertThat(oracles.auctions()).hasSize(3);
        assertThat(oracles.game("vs75").extremeEquilibria()).hasSize(75);
        assertThat(oracles.game("agt32deg").components()).hasSize(2);
    }

    @Test
    void regret_everyExtremeEquilibrium_is0AndThePayoffsAreTheListedOnes() {
        for (NashOracles.Game game : oracles.games()) {
            for (NashOracles.Equilibrium listed : game.extremeEquilibria()) {
                ExactStrategyPair pair = ExactStrategyPair.of(game.exact(), listed.x(), listed.y());

                assertThat(pair.regret()).as(game.id()).isEqualTo(Fraction.ZERO);
                assertThat(listed.is(pair)).as(game.id()).isTrue();
            }
        }
    }
}
