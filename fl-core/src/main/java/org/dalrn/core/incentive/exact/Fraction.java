package org.dalrn.core.incentive.exact;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An exact rational number in lowest terms.
 *
 * <p>Immutable and thread-safe. Ordered as numbers.
 */
public final class Fraction implements Comparable<Fraction> {

    /** 0. */
    public static final Fraction ZERO = new Fraction(BigInteger.ZERO, BigInteger.ONE);

    /** 1. */
    public static final Fraction ONE = new Fraction(BigInteger.ONE, BigInteger.ONE);

    /** A text of more characters is refused: nobody states a payoff with so many digits. */
    private static final int LONGEST_TEXT = 10_000;

    /** More digits than any double has, so that one rounding remains. */
    private static final MathContext TO_A_DOUBLE = new MathContext(40);

    private static final Pattern RATIO = Pattern.compile("(-?[0-9]+)(?:/([0-9]+))?");
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+\\.[0-9]+");

    private final BigInteger numerator;
    /** Above 0. */
    private final BigInteger denominator;

    private Fraction(BigInteger numerator, BigInteger denominator) {
        this.numerator = numerator;
        this.denominator = denominator;
    }

    /** A whole number. */
    public static Fraction of(long whole) {
        return of(BigInteger.valueOf(whole));
    }

    /** A whole number. */
    public static Fraction of(BigInteger whole) {
        return new Fraction(requireNonNull(whole, "whole"), BigInteger.ONE);
    }

    /**
     * {@code numerator / denominator}.
     *
     * @throws ArithmeticException if the denominator is 0
     */
    public static Fraction of(long numerator, long denominator) {
        return of(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
    }

    /**
     * {@code numerator / denominator}.
     *
     * @throws ArithmeticException if the denominator is 0
     */
    public static Fraction of(BigInteger numerator, BigInteger denominator) {
        if (denominator.signum() == 0) {
            throw new ArithmeticException("the denominator of " + numerator + "/0 is 0");
        }
        BigInteger common = numerator.gcd(denominator);
        if (denominator.signum() < 0) {
            common = common.negate();
        }
        return new Fraction(numerator.divide(common), denominator.divide(common));
    }

    /**
     * The number that the bits of a double stand for, exactly: 0.1 is 3602879701896397/36028797018963968.
     *
     * @throws IllegalArgumentException if it is infinite or not a number
     */
    public static Fraction ofExactly(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(value + " is no number that a fraction can stand for");
        }
        BigDecimal exact = new BigDecimal(value);
        return exact.scale() <= 0
                ? of(exact.toBigIntegerExact())
                : of(exact.unscaledValue(), BigInteger.TEN.pow(exact.scale()));
    }

    /**
     * The number of a text such as {@code 3}, {@code -3/5} or {@code 0.25}.
     *
     * @throws IllegalArgumentException if it is none, or longer than 10,000 characters
     */
    public static Fraction parse(String text) {
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "a number has at most " + LONGEST_TEXT + " characters, not " + text.length());
        }
        Matcher ratio = RATIO.matcher(text);
        if (ratio.matches()) {
            BigInteger below = ratio.group(2) == null ? BigInteger.ONE : new BigInteger(ratio.group(2));
            if (below.signum() == 0) {
                throw new IllegalArgumentException("'" + text + "' divides by 0");
            }
            return of(new BigInteger(ratio.group(1)), below);
        }
        if (DECIMAL.matcher(text).matches()) {
            BigDecimal decimal = new BigDecimal(text);
            return of(decimal.unscaledValue(), BigInteger.TEN.pow(decimal.scale()));
        }
        throw new IllegalArgumentException("'" + text + "' is no exact number; write 3, -3/5 or 0.25");
    }

    /** In lowest terms. */
    public BigInteger numerator() {
        return numerator;
    }

    /** In lowest terms, 1 or more. */
    public BigInteger denominator() {
        return denominator;
    }

    public Fraction plus(Fraction other) {
        return of(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    public Fraction minus(Fraction other) {
        return plus(other.negated());
    }

    public Fraction times(Fraction other) {
        return of(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    /**
     * The quotient.
     *
     * @throws ArithmeticException if the other number is 0
     */
    public Fraction over(Fraction other) {
        return of(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
    }

    public Fraction negated() {
        return new Fraction(numerator.negate(), denominator);
    }

    /** -1, 0 or 1. */
    public int signum() {
        return numerator.signum();
    }

    public Fraction max(Fraction other) {
        return compareTo(other) >= 0 ? this : other;
    }

    public Fraction min(Fraction other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** The largest whole number that is not above this one. */
    public BigInteger floor() {
        BigInteger[] parts = numerator.divideAndRemainder(denominator);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    /** The number within one unit in the last place of a double; infinite if it is too large. */
    public double toDouble() {
        if (numerator.bitLength() <= 53 && denominator.bitLength() <= 53) {
            return numerator.doubleValue() / denominator.doubleValue();
        }
        return new BigDecimal(numerator)
                .divide(new BigDecimal(denominator), TO_A_DOUBLE)
                .doubleValue();
    }

    @Override
    public int compareTo(Fraction other) {
        return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fraction that
                && numerator.equals(that.numerator)
                && denominator.equals(that.denominator);
    }

    @Override
    public int hashCode() {
        return 31 * numerator.hashCode() + denominator.hashCode();
    }

    /** The text that {@link #parse} reads: {@code -3/5}, or {@code 3} if it is whole. */
    @Override
    public String toString() {
        return denominator.equals(BigInteger.ONE) ? numerator.toString() : numerator + "/" + denominator;
    }
}
