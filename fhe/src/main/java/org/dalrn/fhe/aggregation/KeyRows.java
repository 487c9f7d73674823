package org.dalrn.fhe.aggregation;

import java.util.Arrays;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RowNtt;

/** A fixed polynomial, transformed and ready to be multiplied with: {@code double[limb][C][R]}, centred. May be secret. */
final class KeyRows {
    private final SumPlan plan;
    private final double[][][] values;
    private final double[][][] valuesOverQ;

    private KeyRows(SumPlan plan) {
        this.plan = plan;
        values = new double[plan.limbs()][][];
        valuesOverQ = new double[plan.limbs()][][];
    }

    /** The polynomial with those coefficients, below 2^50 in absolute value. */
    static KeyRows ofSmall(SumPlan plan, int[] coefficients) {
        KeyRows key = new KeyRows(plan);
        double[][] rows = plan.rowNtt(0).newCoefficients();
        for (int limb = 0; limb < plan.limbs(); limb++) {
            double[][] transformed = plan.rowNtt(limb).newValues();
            transform(plan.rowNtt(limb), coefficients, rows, transformed);
            key.set(limb, transformed);
        }
        clear(rows);
        return key;
    }

    /**
     * Transforms small coefficients.
     *
     * @param rows {@code double[R][C]} of working memory
     * @param out {@code double[C][R]}, centred
     */
    static void transform(RowNtt ntt, int[] coefficients, double[][] rows, double[][] out) {
        int columns = ntt.columnCount();
        for (int i = 0; i < coefficients.length; i++) {
            rows[i / columns][i % columns] = coefficients[i];
        }
        ntt.centre(rows);
        ntt.forwardLazy(rows, out);
        ntt.centre(out);
    }

    /** A polynomial over exactly the plan's primes. */
    static KeyRows of(SumPlan plan, NttPolynomial polynomial) {
        if (!polynomial.basis().equals(plan.basis())) {
            throw new IllegalArgumentException("a key over " + polynomial.basis() + " given for a plan over "
                    + plan.basis() + "; generate it for the plan's basis");
        }
        KeyRows key = new KeyRows(plan);
        for (int limb = 0; limb < plan.limbs(); limb++) {
            RowNtt ntt = plan.rowNtt(limb);
            double[][] rows = ntt.newValues();
            for (int k = 0; k < plan.ringDegree(); k++) {
                rows[k % ntt.columnCount()][k / ntt.columnCount()] = polynomial.residue(limb, k);
            }
            key.set(limb, rows);
        }
        return key;
    }

    private void set(int limb, double[][] rows) {
        plan.rowNtt(limb).centre(rows);
        values[limb] = rows;
        valuesOverQ[limb] = plan.rowNtt(limb).overModulus(rows);
    }

    /**
     * {@code out = x key mod q}, value by value.
     *
     * @param x {@code double[C][R]}, integers below 2^53 in absolute value
     * @param out integers with {@code |r| <= q}; may be x
     */
    void multiply(int limb, double[][] x, double[][] out) {
        RowNtt ntt = plan.rowNtt(limb);
        double[][] key = values[limb];
        double[][] keyOverQ = valuesOverQ[limb];
        for (int c = 0; c < x.length; c++) {
            ntt.multiply(x[c], key[c], keyOverQ[c], out[c]);
        }
    }

    void clear() {
        for (int limb = 0; limb < values.length; limb++) {
            clear(values[limb]);
            clear(valuesOverQ[limb]);
        }
    }

    static void clear(double[][] rows) {
        for (double[] row : rows) {
            Arrays.fill(row, 0);
        }
    }
}
