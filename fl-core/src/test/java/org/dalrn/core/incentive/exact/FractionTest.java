package org.dalrn.core.incentive.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FractionTest {

    private static Fraction random(SplittableRandom random) {
        return Fraction.of(random.nextLong(-50, 50), random.nextLong(1, 50));
    }

    @ParameterizedTest
    @CsvSource({"6, 4, 3/2", "-6, 4, -3/2", "6, -4, -3/2", "-6, -4, 3/2", "0, -7, 0", "8, 4, 2"})
    void of_numeratorAndDenominator_isInLowestTermsWithItsSignAbove(long above, long below, String text) {
        Fraction fraction = Fraction.of(above, below);

        assertThat(fraction).hasToString(text).isEqualTo(Fraction.parse(text)).hasSameHashCodeAs(Fraction.parse(text));
        assertThat(fraction.denominator()).isPositive();
    }

    @Test
    void of_denominator0_isRefused() {
        assertThatThrownBy(() -> Fraction.of(3, 0))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("the denominator of 3/0 is 0");
        assertThatThrownBy(() -> Fraction.ONE.over(Fraction.ZERO)).isInstanceOf(ArithmeticException.class);
    }

    /** The laws of an ordered field, which no wrong sum or product keeps. */
    @Test
    void arithmetic_randomFractions_isThatOfAField() {
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 500; trial++) {
            Fraction a = random(random);
            Fraction b = random(random);
            Fraction c = random(random);

            assertThat(a.plus(b)).isEqualTo(b.plus(a));
            assertThat(a.times(b.plus(c))).isEqualTo(a.times(b).plus(a.times(c)));
            assertThat(a.minus(b).plus(b)).isEqualTo(a);
            assertThat(a.plus(a.negated())).isEqualTo(Fraction.ZERO);
            if (b.signum() != 0) {
                assertThat(a.over(b).times(b)).isEqualTo(a);
            }
            assertThat(a.minus(b).signum()).isEqualTo(a.compareTo(b));
            assertThat(a.max(b).plus(a.min(b))).isEqualTo(a.plus(b));
            assertThat(a.max(b)).isGreaterThanOrEqualTo(a.min(b));
            assertThat(a.equals(b)).isEqualTo(a.compareTo(b) == 0);
        }
    }

    @Test
    void arithmetic_wholeNumbers_isThatOfLongs() {
        SplittableRandom random = new SplittableRandom(2);
        for (int trial = 0; trial < 200; trial++) {
            long a = random.nextLong(-1_000_000, 1_000_000);
            long b = random.nextLong(1, 1_000_000);

            assertThat(Fraction.of(a).plus(Fraction.of(b))).isEqualTo(Fraction.of(a + b));
            assertThat(Fraction.of(a).times(Fraction.of(b))).isEqualTo(Fraction.of(a * b));
            assertThat(Fraction.of(a, b).floor()).isEqualTo(BigInteger.valueOf(Math.floorDiv(a, b)));
            assertThat(Fraction.of(a, b).toDouble()).isEqualTo((double) a / b);
        }
    }

    @ParameterizedTest
    @CsvSource({"7/2, 3", "-7/2, -4", "4, 4", "-4, -4", "1/3, 0", "-1/3, -1", "0, 0"})
    void floor_ofAnySign_isTheLargestWholeNumberNotAbove(String fraction, long floor) {
        assertThat(Fraction.parse(fraction).floor()).isEqualTo(BigInteger.valueOf(floor));
    }

    @ParameterizedTest
    @CsvSource({"0.25, 1/4", "-0.5, -1/2", "-0.0, 0", "007, 7", "10/4, 5/2", "0/9, 0"})
    void parse_everyForm_isRead(String text, String same) {
        assertThat(Fraction.parse(text)).hasToString(same);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "1 ", "+1", "1/-2", "1.5/2", ".5", "1.", "1e3", "NaN", "--1", "1/2/3", "\u0661"})
    void parse_anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> Fraction.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no exact number; write 3, -3/5 or 0.25");
    }

    @Test
    void parse_divisionBy0OrEndlessText_isRefused() {
        assertThatThrownBy(() -> Fraction.parse("1/00"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'1/00' divides by 0");
        assertThatThrownBy(() -> Fraction.parse("1".repeat(10_001)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a number has at most 10000 characters, not 10001");
        assertThat(Fraction.parse("1".repeat(10_000)).signum()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, 1, 0.1, -1 / 3.0, 1e300, 1e-300, Double.MIN_VALUE, Double.MAX_VALUE, 123456.789})
    void ofExactly_aDouble_isTheNumberOfItsBitsAndComesBack(double value) {
        Fraction exact = Fraction.ofExactly(value);

        assertThat(new BigDecimal(exact.numerator())
                        .compareTo(new BigDecimal(value).multiply(new BigDecimal(exact.denominator()))))
                .isZero();
        assertThat(exact.toDouble()).isEqualTo(value + 0.0);
    }

    @Test
    void ofExactly_aTenth_isNotATenth() {
        assertThat(Fraction.ofExactly(0.1)).hasToString("3602879701896397/36028797018963968");
        assertThat(Fraction.ofExactly(0.1)).isNotEqualTo(Fraction.parse("0.1"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void ofExactly_noNumber_isRefused(double value) {
        assertThatThrownBy(() -> Fraction.ofExactly(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(value + " is no number that a fraction can stand for");
    }

    @Test
    void toDouble_longerThanADouble_isTheNearestOrItsNeighbour() {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 200; trial++) {
            BigInteger above = BigInteger.valueOf(random.nextLong()).pow(3);
            BigInteger below =
                    BigInteger.valueOf(random.nextLong(1, Long.MAX_VALUE)).pow(3);
            Fraction fraction = Fraction.of(above, below);

            double rounded = fraction.toDouble();

            assertThat(Fraction.ofExactly(Math.nextDown(rounded))).isLessThan(fraction);
            assertThat(Fraction.ofExactly(Math.nextUp(rounded))).isGreaterThan(fraction);
        }
        assertThat(Fraction.of(BigInteger.ONE.shiftLeft(2_000)).toDouble()).isInfinite();
    }
}
