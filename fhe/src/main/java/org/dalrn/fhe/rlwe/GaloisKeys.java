package org.dalrn.fhe.rlwe;

import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What rotates and conjugates slots: for each Galois element g a switch from {@code s(X^g)} to {@code s}.
 *
 * <p>A rotation by k slots to the left has element {@code 3^k mod 2N}, the conjugation {@code 2N - 1}.
 *
 * @param id the name of the secret key
 * @param context the ring and chain it is for
 * @param keys by Galois element, an odd number in {@code [1, 2N)}
 */
public record GaloisKeys(KeyId id, RlweContext context, SortedMap<Integer, KeySwitchKey> keys) {
    /** Copies the map and checks the elements. */
    public GaloisKeys {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(context, "context");
        keys = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(keys));
        for (int element : keys.keySet()) {
            if (element < 1 || element >= 2 * context.ringDegree() || element % 2 == 0) {
                throw new IllegalArgumentException(
                        "Galois element " + element + " is not an odd number in [1, " + 2 * context.ringDegree() + ")");
            }
        }
    }

    /**
     * The keys of a map.
     *
     * @param keys by Galois element
     */
    public static GaloisKeys of(KeyId id, RlweContext context, Map<Integer, KeySwitchKey> keys) {
        return new GaloisKeys(id, context, new TreeMap<>(keys));
    }

    /**
     * The Galois element of a rotation.
     *
     * @param steps slots to the left if positive, to the right if negative; in {@code (-N/2, N/2)}
     * @param ringDegree N
     */
    public static int elementOfRotation(int steps, int ringDegree) {
        int slots = ringDegree / 2;
        if (steps <= -slots || steps >= slots) {
            throw new IllegalArgumentException("rotation by " + steps + " is not in (-" + slots + ", " + slots + ")");
        }
        long element = 1;
        for (int i = Math.floorMod(steps, slots); i > 0; i--) {
            element = element * 3 & (2L * ringDegree - 1);
        }
        return (int) element;
    }

    /**
     * The Galois element of the conjugation.
     *
     * @param ringDegree N
     */
    public static int elementOfConjugation(int ringDegree) {
        return 2 * ringDegree - 1;
    }
}
