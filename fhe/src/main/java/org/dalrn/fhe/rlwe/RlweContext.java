package org.dalrn.fhe.rlwe;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.RnsBasis;

/**
 * A ring degree and a chain of primes, the last of which is kept for switching keys when there are two or more.
 *
 * <p>Ciphertexts live modulo a prefix of the data primes; a level is the number of data primes left, less one. Keys live modulo
 * the whole chain. The convention is SEAL's. Immutable, thread-safe.
 */
public final class RlweContext {
    private final RnsBasis keyBasis;
    /** {@code bases.get(k)}: the first k + 1 data primes. */
    private final List<RnsBasis> bases;
    /** {@code switchingBases.get(k)}: the first k + 1 data primes and the special one; empty without one. */
    private final List<RnsBasis> switchingBases;

    private RlweContext(RnsBasis keyBasis) {
        this.keyBasis = keyBasis;
        int data = Math.max(1, keyBasis.size() - 1);
        List<RnsBasis> prefixes = new ArrayList<>();
        for (int size = 1; size <= data; size++) {
            prefixes.add(keyBasis.prefix(size));
        }
        bases = List.copyOf(prefixes);
        List<RnsBasis> extended = new ArrayList<>();
        for (int size = 1; size < keyBasis.size(); size++) {
            extended.add(keyBasis.prefixAndLast(size));
        }
        switchingBases = List.copyOf(extended);
    }

    /**
     * The context of that degree and chain. It is not checked for security here: {@link SecurityStandard#require}.
     *
     * @param ringDegree N, a power of two
     * @param chain one or more distinct primes, each 1 modulo 2N
     */
    public static RlweContext of(int ringDegree, List<Modulus> chain) {
        return new RlweContext(RnsBasis.of(ringDegree, chain));
    }

    /** N. */
    public int ringDegree() {
        return keyBasis.ringDegree();
    }

    /** The ring of the keys: all primes. */
    public RnsBasis keyBasis() {
        return keyBasis;
    }

    /** The highest level: data primes less one. */
    public int maxLevel() {
        return bases.size() - 1;
    }

    /**
     * The ring of the ciphertexts of a level.
     *
     * @param level 0 to {@link #maxLevel}
     */
    public RnsBasis basis(int level) {
        return bases.get(Objects.checkIndex(level, bases.size()));
    }

    /**
     * The ring in which ciphertexts of a level switch keys: its data primes and the special prime.
     *
     * @param level 0 to {@link #maxLevel}
     * @throws IllegalStateException if there is no special prime
     */
    public RnsBasis switchingBasis(int level) {
        requireKeySwitching();
        return switchingBases.get(Objects.checkIndex(level, switchingBases.size()));
    }

    /** Whether there is a special prime, so that products can be relinearized and slots rotated. */
    public boolean canSwitchKeys() {
        return keyBasis.size() > 1;
    }

    /**
     * The special prime.
     *
     * @throws IllegalStateException if there is none
     */
    public Modulus specialPrime() {
        requireKeySwitching();
        return keyBasis.modulus(keyBasis.size() - 1);
    }

    /**
     * Refuses a chain without a special prime.
     *
     * @throws IllegalStateException if there is none
     */
    public void requireKeySwitching() {
        if (!canSwitchKeys()) {
            throw new IllegalStateException(
                    "a chain of one prime has none to spare for switching keys; relinearization and"
                            + " rotation need two or more primes");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RlweContext that && keyBasis.equals(that.keyBasis);
    }

    @Override
    public int hashCode() {
        return keyBasis.hashCode();
    }

    @Override
    public String toString() {
        return keyBasis.toString();
    }
}
