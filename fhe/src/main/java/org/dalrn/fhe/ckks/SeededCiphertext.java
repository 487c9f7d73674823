package org.dalrn.fhe.ckks;

import java.util.Objects;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.UniformExpansion;

/**
 * A fresh symmetric encryption in half the space: {@code c_0} and the public seed that {@code c_1} is expanded from. Immutable,
 * thread-safe.
 */
public final class SeededCiphertext {
    private final CkksParameters parameters;
    private final KeyId keyId;
    private final NttPolynomial c0;
    private final byte[] seed;
    private final UniformExpansion expansion;
    private final double scale;

    private SeededCiphertext(
            CkksParameters parameters,
            KeyId keyId,
            NttPolynomial c0,
            byte[] seed,
            UniformExpansion expansion,
            double scale) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.keyId = Objects.requireNonNull(keyId, "keyId");
        this.c0 = Objects.requireNonNull(c0, "c0");
        this.seed = seed.clone();
        this.expansion = Objects.requireNonNull(expansion, "expansion");
        this.scale = Scales.require(scale);
        if (seed.length != expansion.seedBytes()) {
            throw new CkksException(
                    "a seed of " + seed.length + " bytes; " + expansion + " has seeds of " + expansion.seedBytes());
        }
        if (c0.basis().size() > parameters.maxLevel() + 1
                || !c0.basis().equals(parameters.context().basis(c0.basis().size() - 1))) {
            throw new CkksException("a ciphertext over " + c0.basis() + " given for " + parameters);
        }
    }

    /**
     * A seeded ciphertext from its parts, as they were received.
     *
     * @param keyId the name of the secret key that opens it
     * @param c0 over the data primes of one level
     * @param seed of the length that the expansion takes; copied
     * @param expansion how {@code c_1} comes from the seed
     * @param scale positive
     */
    public static SeededCiphertext of(
            CkksParameters parameters,
            KeyId keyId,
            NttPolynomial c0,
            byte[] seed,
            UniformExpansion expansion,
            double scale) {
        return new SeededCiphertext(parameters, keyId, c0, seed, expansion, scale);
    }

    /** The ring and chain. */
    public CkksParameters parameters() {
        return parameters;
    }

    /** The name of the secret key that opens it. */
    public KeyId keyId() {
        return keyId;
    }

    /** The first polynomial. */
    public NttPolynomial c0() {
        return c0;
    }

    /** A copy of the public seed. */
    public byte[] seed() {
        return seed.clone();
    }

    /** How the second polynomial comes from the seed. */
    public UniformExpansion expansion() {
        return expansion;
    }

    /** What the numbers were multiplied by. */
    public double scale() {
        return scale;
    }

    /** Data primes less one. */
    public int level() {
        return c0.basis().size() - 1;
    }

    /** The ciphertext with both polynomials, to compute with. */
    public Ciphertext expand() {
        NttPolynomial c1 = expansion.expand(c0.basis(), seed.clone());
        return Ciphertext.of(parameters, keyId, java.util.List.of(c0, c1), scale);
    }

    @Override
    public String toString() {
        return "SeededCiphertext[level " + level() + ", scale " + Scales.describe(scale) + ", key " + keyId + "]";
    }
}
