package org.dalrn.fhe.ckks;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The product of a vector with a plain matrix, by the plan of {@link VectorMatrixPlan}. Confined to one thread. */
final class VectorMatrixProduct {
    private final CkksVector vector;
    private final double[][] matrix;
    private final int slots;
    private final int columns;
    private final VectorMatrixPlan plan;
    private final VectorEvaluator evaluator;

    VectorMatrixProduct(CkksVector vector, double[][] matrix) {
        this.vector = vector;
        this.matrix = matrix;
        this.evaluator = vector.evaluator();
        this.slots = evaluator.slots();
        this.columns = matrix[0].length;
        this.plan = VectorMatrixPlan.of(slots, matrix.length, columns, vector.padding());
    }

    CkksVector compute() {
        evaluator.requireRotations(plan.steps(), "a product with a matrix of " + matrix.length + " x " + columns);
        List<Ciphertext> inputs = new ArrayList<>();
        for (Ciphertext input : vector.ciphertexts()) {
            // A replicated number already stands in every slot.
            boolean repeat = plan.repeat() && vector.padding() != VectorPadding.REPLICATED;
            inputs.add(repeat ? evaluator.rotateAndAdd(input, plan.repeatSteps()) : input);
        }
        Ciphertext[][] rotated = new Ciphertext[inputs.size()][plan.baby()];
        List<Ciphertext> outputs = new ArrayList<>();
        for (int from = 0; from < columns; from += slots) {
            outputs.add(output(inputs, rotated, from));
        }
        boolean exact = plan.foldBlocks() == 1;
        return new CkksVector(vector.vectors(), outputs, columns, exact ? VectorPadding.ZERO : VectorPadding.UNKNOWN);
    }

    /** The ciphertext of the columns {@code [from, from + slots)}. */
    private Ciphertext output(List<Ciphertext> inputs, @Nullable Ciphertext[][] rotated, int from) {
        Ciphertext total = null;
        for (int giant = 0; giant < plan.giants(); giant++) {
            Ciphertext inner = null;
            for (int p = 0; p < inputs.size(); p++) {
                for (int b = 0; b < plan.baby(); b++) {
                    double[] diagonal = diagonal(p, from, giant, b);
                    if (diagonal.length > 0) {
                        Ciphertext input = rotated[p][b];
                        if (input == null) {
                            input = evaluator.rotate(inputs.get(p), b);
                            rotated[p][b] = input;
                        }
                        inner = VectorEvaluator.sumOrNull(
                                evaluator.engine, inner, evaluator.productOrNull(input, diagonal));
                    }
                }
            }
            if (inner != null) {
                total = VectorEvaluator.sumOrNull(
                        evaluator.engine, total, evaluator.rotate(inner, plan.giantRotation(giant)));
            }
        }
        if (total == null) {
            return evaluator.zeroProduct(inputs.get(0));
        }
        return evaluator.rotateAndAdd(evaluator.rescaleIfAutomatic(total), plan.foldSteps());
    }

    /**
     * The diagonal {@code giant * baby + b} of a block, rotated to the right by {@code giant * baby}, so that the sum of a giant step
     * can be rotated once; empty if it is zero.
     */
    private double[] diagonal(int input, int from, int giant, int b) {
        int back = giant * plan.baby();
        int d = back + b;
        int blockColumns = Math.min(slots, columns - from);
        double[] values = new double[slots];
        boolean zero = true;
        for (int k = 0; k < slots; k++) {
            int row;
            int column;
            if (plan.repeat()) {
                row = (k + d) & (plan.diagonals() - 1);
                column = k;
            } else {
                row = (k + d) & (slots - 1);
                column = k & (plan.diagonals() - 1);
            }
            long matrixRow = (long) input * slots + row;
            if (matrixRow < matrix.length && column < blockColumns) {
                double value = matrix[(int) matrixRow][from + column];
                values[(k + back) & (slots - 1)] = value;
                zero &= value == 0;
            }
        }
        return zero ? new double[0] : values;
    }
}
