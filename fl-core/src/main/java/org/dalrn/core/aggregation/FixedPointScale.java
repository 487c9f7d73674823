package org.dalrn.core.aggregation;

/**
 * The power of two by which values are multiplied before they are rounded and added as 64-bit integers.
 *
 * @param exponent values are multiplied by 2^exponent
 * @param maxAbsoluteValue the largest |value| that the sum takes
 * @param maxTotalWeight the largest sum of weights that the sum takes
 */
public record FixedPointScale(int exponent, double maxAbsoluteValue, long maxTotalWeight) {

    /**
     * The finest scale at which no sum of such values and weights leaves 62 bits.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static FixedPointScale plan(double maxAbsoluteValue, long maxTotalWeight) {
        if (!(maxAbsoluteValue > 0) || Double.isInfinite(maxAbsoluteValue) || maxTotalWeight < 1) {
            throw new IllegalArgumentException("max-absolute-value " + maxAbsoluteValue + " and total weight "
                    + maxTotalWeight + " have to be positive");
        }
        int valueBits = Math.getExponent(maxAbsoluteValue) + 1;
        int weightBits = Long.SIZE - Long.numberOfLeadingZeros(maxTotalWeight - 1);
        return new FixedPointScale(62 - valueBits - weightBits, maxAbsoluteValue, maxTotalWeight);
    }
}
