package org.dalrn.fhe.ckks;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How a vector of ciphertexts is multiplied by a plain matrix: with D diagonals, D a power of two not below the smaller side.
 *
 * <p>Diagonals as Halevi and Shoup (CRYPTO 2014), taken in {@code D / baby} giant steps of {@code baby} rotations of the
 * input. A matrix with fewer columns than rows is folded: slot k collects what belongs to column {@code k mod D}, and the blocks
 * of D slots are added (Gazelle's hybrid, Juvekar and others, USENIX Security 2018). One with fewer rows is read from a
 * vector that is repeated every D slots.
 *
 * @param slots S, numbers in a ciphertext
 * @param diagonals D
 * @param baby rotations of the input, a power of two, at most D
 * @param repeat whether the input is first repeated every D slots
 * @param foldBlocks how many blocks of D slots are added at the end, a power of two; 1 if none
 * @param shift D if the sums are moved right by D before folding, so that fewer blocks need to be added; else 0
 */
record VectorMatrixPlan(int slots, int diagonals, int baby, boolean repeat, int foldBlocks, int shift) {
    static VectorMatrixPlan of(int slots, int rows, int columns, VectorPadding padding) {
        int fromRows = Math.min(slots, VectorSteps.powerOfTwoFrom(rows));
        int fromColumns = Math.min(slots, VectorSteps.powerOfTwoFrom(columns));
        boolean clean = padding != VectorPadding.UNKNOWN || rows % slots == 0;
        boolean repeat = clean && fromRows < fromColumns;
        int diagonals = repeat ? fromRows : fromColumns;
        int baby = babySteps(diagonals, chunks(rows, slots), chunks(columns, slots));
        int foldBlocks = 1;
        int shift = 0;
        if (!repeat) {
            foldBlocks = slots / diagonals;
            // Slot k collects from k … k + D - 1, so the collecting slots are -(D - 1) … rows - 1.
            int reached =
                    VectorSteps.powerOfTwoFrom((int) ((long) Math.min(rows, slots) + 2L * diagonals - 1) / diagonals);
            if (2 * reached < foldBlocks) {
                foldBlocks = reached;
                shift = diagonals;
            }
        }
        return new VectorMatrixPlan(slots, diagonals, baby, repeat, foldBlocks, shift);
    }

    /** The power of two that takes the fewest rotations: of every input for a baby step, of every output for a giant one. */
    private static int babySteps(int diagonals, int inputs, int outputs) {
        int best = 1;
        for (int baby = 1; baby <= diagonals; baby *= 2) {
            if (rotations(diagonals, baby, inputs, outputs) < rotations(diagonals, best, inputs, outputs)) {
                best = baby;
            }
        }
        return best;
    }

    private static long rotations(int diagonals, int baby, int inputs, int outputs) {
        return (long) inputs * (baby - 1) + (long) outputs * (diagonals / baby - 1);
    }

    private static int chunks(int size, int slots) {
        return (size - 1) / slots + 1;
    }

    /** How far, to the left, the sum of a giant step is rotated. */
    int giantRotation(int giant) {
        return Math.floorMod(giant * baby - shift, slots);
    }

    int giants() {
        return diagonals / baby;
    }

    SortedSet<Integer> repeatSteps() {
        return repeat ? VectorSteps.doublings(diagonals, slots) : Collections.emptySortedSet();
    }

    SortedSet<Integer> foldSteps() {
        return VectorSteps.doublings(diagonals, diagonals * foldBlocks);
    }

    SortedSet<Integer> steps() {
        SortedSet<Integer> steps = new TreeSet<>(repeatSteps());
        steps.addAll(foldSteps());
        for (int b = 1; b < baby; b++) {
            steps.add(b);
        }
        for (int g = 0; g < giants(); g++) {
            steps.add(giantRotation(g));
        }
        steps.remove(0);
        return Collections.unmodifiableSortedSet(steps);
    }
}
