package org.dalrn.core.incentive.game;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.Stream;
import org.dalrn.core.incentive.exact.Fraction;

/** Fractions as whole numbers over a common denominator. */
final class WholeNumbers {

    private WholeNumbers() {}

    /** The least common denominator of fractions, 1 of none. */
    static BigInteger commonDenominator(Stream<Fraction> fractions) {
        return fractions
                .map(Fraction::denominator)
                .distinct()
                .reduce(BigInteger.ONE, WholeNumbers::leastCommonMultiple);
    }

    private static BigInteger leastCommonMultiple(BigInteger left, BigInteger right) {
        return left.divide(left.gcd(right)).multiply(right);
    }

    /** The numerator of a fraction over a denominator that its own divides. */
    static BigInteger over(BigInteger denominator, Fraction fraction) {
        return fraction.numerator().multiply(denominator.divide(fraction.denominator()));
    }

    /** A matrix moved and scaled such that its entries are whole, the least is 1 and the others are no larger than they must be. */
    static BigInteger[][] from1(Fraction[][] matrix) {
        BigInteger denominator = commonDenominator(Arrays.stream(matrix).flatMap(Arrays::stream));
        BigInteger[][] whole = Arrays.stream(matrix)
                .map(row -> Arrays.stream(row)
                        .map(fraction -> over(denominator, fraction))
                        .toArray(BigInteger[]::new))
                .toArray(BigInteger[][]::new);
        BigInteger least = Arrays.stream(whole)
                .flatMap(Arrays::stream)
                .reduce(BigInteger::min)
                .orElseThrow();
        BigInteger divisor = Arrays.stream(whole)
                .flatMap(Arrays::stream)
                .map(entry -> entry.subtract(least))
                .reduce(BigInteger.ZERO, BigInteger::gcd)
                .max(BigInteger.ONE);
        for (BigInteger[] row : whole) {
            for (int j = 0; j < row.length; j++) {
                row[j] = row[j].subtract(least).divide(divisor).add(BigInteger.ONE);
            }
        }
        return whole;
    }
}
