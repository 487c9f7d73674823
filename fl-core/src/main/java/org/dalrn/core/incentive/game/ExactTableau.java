package org.dalrn.core.incentive.game;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.exact.Fraction;

/**
 * A tableau in whole numbers: all entries share one denominator, the last pivot, by which the next ones are divided without remainder
 * (Edmonds 1967; Bareiss 1968). Entries are determinants of the system at the start, so they grow no longer than those.
 */
final class ExactTableau extends Tableau {

    private final BigInteger[][] entries;
    private BigInteger denominator = BigInteger.ONE;

    /** Entries computed so far, each counted as often as a product of its size is dearer than one of two words. */
    private long cost;

    private final long mostCost;

    /**
     * The tableau with these entries, kept and not copied.
     *
     * @param entries {@code [rows + objectives][columns + 1]}, the right-hand sides in the last column
     * @param objectives how many of the last rows are objectives
     * @param basicFirst whether the basic variables have the lowest numbers or the highest ones
     * @param mostCost products of two words, about, after which {@link #mayPivot} says no
     */
    ExactTableau(BigInteger[][] entries, int objectives, boolean basicFirst, long mostCost) {
        super(entries.length - objectives, entries[0].length - 1, basicFirst);
        this.entries = entries;
        this.mostCost = mostCost;
    }

    @Override
    int sign(int row, int column) {
        return entries[row][column].signum();
    }

    @Override
    boolean less(int row, int column, int other) {
        return entries[row][column].compareTo(entries[row][other]) < 0;
    }

    /** An entry times the {@link #denominator()}; column {@link #columns} is the right-hand side. */
    BigInteger entry(int row, int column) {
        return entries[row][column];
    }

    /** The denominator of all entries, above 0. */
    BigInteger denominator() {
        return denominator;
    }

    @Override
    int leaving(int column) {
        int least = NONE;
        for (int i = 0; i < rows; i++) {
            if (entries[i][column].signum() > 0 && (least == NONE || compare(i, least, column) < 0)) {
                least = i;
            }
        }
        return least;
    }

    private int compare(int row, int other, int column) {
        BigInteger divisor = entries[row][column];
        BigInteger otherDivisor = entries[other][column];
        int order = entries[row][columns].multiply(otherDivisor).compareTo(entries[other][columns].multiply(divisor));
        for (int k = 0; order == 0 && k < rows; k++) {
            BigInteger inverse = inverse(row, basicAtStart(k));
            BigInteger otherInverse = inverse(other, basicAtStart(k));
            if (inverse.signum() != 0 || otherInverse.signum() != 0) {
                order = inverse.multiply(otherDivisor).compareTo(otherInverse.multiply(divisor));
            }
        }
        return order;
    }

    /** The entry of a variable, whether it has a column or not. */
    private BigInteger inverse(int row, int variable) {
        int at = place(variable);
        return at >= 0 ? entries[row][at] : row == -1 - at ? denominator : BigInteger.ZERO;
    }

    @Override
    boolean mayPivot() {
        return cost < mostCost;
    }

    @Override
    void pivot(int row, int column) {
        BigInteger[] pivotRow = entries[row];
        BigInteger pivot = pivotRow[column];
        if (pivot.signum() <= 0) {
            throw new IllegalStateException("bug: the pivot is " + pivot + ", not above 0");
        }
        for (int i = 0; i < entries.length; i++) {
            if (i == row) {
                continue;
            }
            BigInteger[] other = entries[i];
            BigInteger factor = other[column];
            for (int j = 0; j <= columns; j++) {
                if (j != column) {
                    other[j] = cross(other[j], pivot, factor, pivotRow[j]);
                }
            }
            other[column] = factor.negate();
        }
        pivotRow[column] = denominator;
        denominator = pivot;
        long words = 1L + pivot.bitLength() / 128;
        cost += (long) entries.length * (columns + 1) * words * words;
    }

    /** {@code (entry * pivot - factor * above) / denominator}. */
    private BigInteger cross(BigInteger entry, BigInteger pivot, BigInteger factor, BigInteger above) {
        boolean kept = entry.signum() == 0;
        boolean taken = factor.signum() != 0 && above.signum() != 0;
        if (kept && !taken) {
            return BigInteger.ZERO;
        }
        BigInteger sum = kept ? BigInteger.ZERO : entry.multiply(pivot);
        if (taken) {
            sum = sum.subtract(factor.multiply(above));
        }
        return denominator.equals(BigInteger.ONE) ? sum : sum.divide(denominator);
    }

    /** The value of a variable times the {@link #denominator()}. */
    BigInteger value(int variable) {
        return place(variable) >= 0 ? BigInteger.ZERO : entries[-1 - place(variable)][columns];
    }

    /**
     * The values of {@code count} variables from {@code first} on, scaled to sum 1.
     *
     * @throws ArithmeticException if all are 0
     */
    List<Fraction> distribution(int first, int count) {
        List<BigInteger> values =
                IntStream.range(first, first + count).mapToObj(this::value).toList();
        BigInteger sum = values.stream().reduce(BigInteger.ZERO, BigInteger::add);
        return values.stream().map(value -> Fraction.of(value, sum)).toList();
    }
}
