package org.dalrn.fhe.ckks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts vectors one after the other. */
final class VectorConcatenation {
    private VectorConcatenation() {}

    static CkksVector of(CkksVectors vectors, List<CkksVector> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("0 vectors to concatenate; give at least one");
        }
        int slots = vectors.slots();
        VectorEvaluator evaluator = vectors.evaluator();
        int[] sizes = parts.stream().mapToInt(CkksVector::size).toArray();
        long size = Arrays.stream(sizes).asLongStream().sum();
        if (size > 1 << 30) {
            throw new IllegalArgumentException("concatenation of " + size + " numbers; at most 2^30");
        }
        evaluator.requireRotations(VectorSteps.concatenation(slots, sizes), "a concatenation");
        Ciphertext[] places = new Ciphertext[(int) ((size - 1) / slots) + 1];
        int offset = 0;
        for (CkksVector part : parts) {
            VectorEvaluator.requireSameKey(parts.get(0).keyId(), part.keyId());
            CkksVector clean = part.padding() == VectorPadding.ZERO ? part : part.masked();
            for (int c = 0; c < clean.ciphertexts().size(); c++) {
                place(evaluator, places, clean.ciphertexts().get(c), offset, clean.used(c));
                offset += clean.used(c);
            }
        }
        return new CkksVector(vectors, meet(evaluator, places), (int) size, VectorPadding.ZERO);
    }

    /** Adds the numbers of a ciphertext at their place, which may lie in two ciphertexts. */
    private static void place(
            VectorEvaluator evaluator, @Nullable Ciphertext[] places, Ciphertext piece, int offset, int length) {
        int slots = evaluator.slots();
        int at = offset / slots;
        int right = offset % slots;
        Ciphertext moved = evaluator.rotate(piece, right == 0 ? 0 : slots - right);
        if (right + length <= slots) {
            places[at] = sum(evaluator, places[at], moved);
            return;
        }
        double[] upper = new double[slots];
        Arrays.fill(upper, right, slots, 1);
        double[] lower = new double[right + length - slots];
        Arrays.fill(lower, 1);
        places[at] = sum(evaluator, places[at], masked(evaluator, moved, upper));
        places[at + 1] = sum(evaluator, places[at + 1], masked(evaluator, moved, lower));
    }

    private static Ciphertext masked(VectorEvaluator evaluator, Ciphertext a, double[] mask) {
        return evaluator.plainProduct(a, evaluator.engine.encode(mask, evaluator.factorScale(a), a.level()));
    }

    private static Ciphertext sum(VectorEvaluator evaluator, @Nullable Ciphertext a, Ciphertext b) {
        if (a == null) {
            return b;
        }
        List<Ciphertext> pair = evaluator.aligned(a, b, true);
        return evaluator.engine.add(pair.get(0), pair.get(1));
    }

    /** All at the lowest level among them. */
    private static List<Ciphertext> meet(VectorEvaluator evaluator, @Nullable Ciphertext[] places) {
        Ciphertext lowest = Objects.requireNonNull(places[0]);
        for (Ciphertext place : places) {
            if (Objects.requireNonNull(place).level() < lowest.level()) {
                lowest = place;
            }
        }
        List<Ciphertext> met = new ArrayList<>();
        for (Ciphertext place : places) {
            met.add(evaluator
                    .aligned(Objects.requireNonNull(place), lowest, true)
                    .get(0));
        }
        return met;
    }
}
