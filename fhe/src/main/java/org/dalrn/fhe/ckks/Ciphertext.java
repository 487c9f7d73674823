package org.dalrn.fhe.ckks;

import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.KeyId;

/**
 * An encrypted {@link Plaintext}: polynomials {@code c_0 … c_k} with {@code sum c_i s^i} near the encoded one. Two when fresh,
 * three after a product until it is relinearized. Immutable, thread-safe.
 */
public final class Ciphertext {
    /** The most polynomials, as in SEAL. */
    public static final int MAX_SIZE = 16;

    private final CkksParameters parameters;
    private final KeyId keyId;
    private final List<NttPolynomial> parts;
    private final double scale;

    private Ciphertext(CkksParameters parameters, KeyId keyId, List<NttPolynomial> parts, double scale) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.keyId = Objects.requireNonNull(keyId, "keyId");
        this.parts = List.copyOf(parts);
        this.scale = Scales.require(scale);
        if (parts.size() < 2 || parts.size() > MAX_SIZE) {
            throw new CkksException("a ciphertext of " + parts.size() + " polynomials; it has 2 to " + MAX_SIZE);
        }
        int size = parts.get(0).basis().size();
        for (NttPolynomial part : parts) {
            if (size > parameters.maxLevel() + 1
                    || !part.basis().equals(parameters.context().basis(size - 1))) {
                throw new CkksException("a ciphertext over " + part.basis() + " given for " + parameters);
            }
        }
    }

    /**
     * A ciphertext from its polynomials.
     *
     * @param keyId the name of the secret key that opens it
     * @param parts two or more, over the data primes of one level
     * @param scale positive
     */
    public static Ciphertext of(CkksParameters parameters, KeyId keyId, List<NttPolynomial> parts, double scale) {
        return new Ciphertext(parameters, keyId, parts, scale);
    }

    /** The ring and chain. */
    public CkksParameters parameters() {
        return parameters;
    }

    /** The name of the secret key that opens it. */
    public KeyId keyId() {
        return keyId;
    }

    /** How many polynomials it has. */
    public int size() {
        return parts.size();
    }

    /**
     * One polynomial.
     *
     * @param index 0 to {@link #size} less one
     */
    public NttPolynomial part(int index) {
        return parts.get(index);
    }

    /** All polynomials. */
    public List<NttPolynomial> parts() {
        return parts;
    }

    /** What the numbers were multiplied by. */
    public double scale() {
        return scale;
    }

    /** Data primes less one: how many times it can still be rescaled. */
    public int level() {
        return parts.get(0).basis().size() - 1;
    }

    @Override
    public String toString() {
        return "Ciphertext[" + size() + " polynomials, level " + level() + ", scale " + Scales.describe(scale)
                + ", key " + keyId + "]";
    }
}
