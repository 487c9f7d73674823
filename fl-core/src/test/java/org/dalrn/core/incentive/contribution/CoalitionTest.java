package org.dalrn.core.incentive.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoalitionTest {
    @Test
    void toString_fewPlayers_isTheHexadecimalNumber() {
        assertThat(Coalition.of(0, 3)).hasToString("9");
        assertThat(Coalition.empty()).hasToString("0");
        assertThat(Coalition.of(64)).hasToString("10000000000000000");
        assertThat(Coalition.of(65, 0, 65).describe()).isEqualTo("{0, 65}");
    }

    /** The oracle is {@link BigInteger}: its bits, its order, its text. */
    @Test
    void operations_randomSets_areThoseOfBigIntegers() {
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 500; trial++) {
            BigInteger left = BigInteger.ZERO;
            Coalition set = Coalition.empty();
            for (int change = 0; change < 40; change++) {
                int player = random.nextInt(200);
                if (random.nextInt(3) == 0) {
                    left = left.clearBit(player);
                    set = set.without(player);
                } else {
                    left = left.setBit(player);
                    set = set.with(player);
                }
                assertThat(set.contains(player)).isEqualTo(left.testBit(player));
            }
            assertThat(set).hasToString(left.toString(16));
            assertThat(set.size()).isEqualTo(left.bitCount());
            assertThat(set.leastPlayers()).isEqualTo(left.bitLength());
            assertThat(Coalition.parse(left.toString(16))).isEqualTo(set).hasSameHashCodeAs(set);
            assertThat(Coalition.of(set.players().toArray())).isEqualTo(set);
            BigInteger right = new BigInteger(Long.toString(random.nextLong() >>> 1)).shiftLeft(random.nextInt(100));
            assertThat(Integer.signum(set.compareTo(Coalition.parse(right.toString(16)))))
                    .isEqualTo(left.compareTo(right));
        }
    }

    @Test
    void without_theLastPlayers_leavesTheEmptyCoalition() {
        assertThat(Coalition.of(70, 130).without(130).without(70)).isEqualTo(Coalition.empty());
        assertThat(Coalition.empty().isEmpty()).isTrue();
        assertThat(Coalition.all(Coalition.MOST_PLAYERS).size()).isEqualTo(65_536);
        assertThat(Coalition.parse(Coalition.all(Coalition.MOST_PLAYERS).toString()))
                .isEqualTo(Coalition.all(Coalition.MOST_PLAYERS));
    }

    @Test
    void all_sortedSets_standInTheOrderOfTheirNumbers() {
        TreeSet<Coalition> sets = new TreeSet<>();
        for (int bits = 31; bits >= 0; bits--) {
            sets.add(Coalition.ofBits(bits));
        }
        assertThat(sets.stream().map(Games::bits)).isSorted().hasSize(32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "09", "A", "-1", "0x1", "g", " 1", "1 ", "\u0661"})
    void parse_noCoalition_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Coalition.parse(text));
    }

    @Test
    void parse_tooLong_isRefusedByItsLength() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Coalition.parse("1".repeat(16_385)))
                .withMessageContaining("1 to 16384 hexadecimal digits, not 16385");
    }

    @Test
    void of_playerOutsideTheRange_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Coalition.of(0, -1))
                .withMessageContaining("player -1 is not in [0, 65535]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Coalition.empty().with(65_536))
                .withMessageContaining("player 65536");
        assertThat(Coalition.of(3).contains(-1)).isFalse();
    }
}
