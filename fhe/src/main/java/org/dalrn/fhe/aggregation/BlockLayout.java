package org.dalrn.fhe.aggregation;

import org.dalrn.fhe.ring.ResiduePacking;

/**
 * Where the values of an update lie: value p of all (the weight's digits, then the parameters) belongs to block
 * {@code p / capacity}; within a block of M data coefficients it is field {@code p / M} of coefficient {@code p % M}.
 *
 * <p>A block has at most N - 1 data coefficients, because coefficient M carries zero in all fields: with a key that does not
 * belong to the sum it opens to a uniform number, which shows whatever the update's size. Coefficients above M are not sent.
 *
 * @param plan the plan
 * @param parameters values of the update without the weight, at least 1
 */
record BlockLayout(SumPlan plan, long parameters) {
    /** The most parameters of an update: the blocks stay countable by an int and the failure bound's 2^40 coefficients hold. */
    static final long MAX_PARAMETERS = 1L << 38;

    BlockLayout {
        if (parameters < 1 || parameters > MAX_PARAMETERS) {
            throw new IllegalArgumentException(
                    "an update of " + parameters + " parameters; it must have between 1 and 2^38");
        }
    }

    /** Weight digits and parameters. */
    long values() {
        return parameters + plan.weightDigits();
    }

    /** Values of a full block. */
    int capacity() {
        return (plan.ringDegree() - 1) * plan.valuesPerCoefficient();
    }

    int blocks() {
        return Math.toIntExact((values() + capacity() - 1) / capacity());
    }

    /** Values of one block. */
    int valuesOf(int block) {
        return (int) Math.min(capacity(), values() - (long) block * capacity());
    }

    /** M: coefficients of one block that carry values. */
    int dataCoefficients(int block) {
        int v = plan.valuesPerCoefficient();
        return (valuesOf(block) + v - 1) / v;
    }

    /** The first parameter of a block; negative in block 0, by the weight's digits. */
    long firstParameter(int block) {
        return (long) block * capacity() - plan.weightDigits();
    }

    /** Bytes of one block on the wire. */
    int bytesOf(int block) {
        return bytes(dataCoefficients(block) + 1);
    }

    private int bytes(int coefficients) {
        int bytes = 0;
        for (int limb = 0; limb < plan.limbs(); limb++) {
            bytes += ResiduePacking.bytes(coefficients, plan.primeBits(limb));
            if (plan.mode() == SumMode.COLLECTIVE_KEY) {
                bytes += ResiduePacking.bytes(plan.ringDegree(), plan.primeBits(limb));
            }
        }
        return bytes;
    }

    /** Bytes of a range of blocks. */
    long bytesOf(int firstBlock, int blockCount) {
        int last = blocks() - 1;
        long full = (long) blockCount * bytes(plan.ringDegree());
        return firstBlock + blockCount - 1 == last ? full - bytes(plan.ringDegree()) + bytesOf(last) : full;
    }

    void requireRange(int firstBlock, int blockCount) {
        if (firstBlock < 0 || blockCount < 1 || firstBlock > blocks() - blockCount) {
            throw new IllegalArgumentException("blocks " + firstBlock + " to " + ((long) firstBlock + blockCount - 1)
                    + " of an update of " + blocks() + " blocks; the range must be inside and not empty");
        }
    }
}
