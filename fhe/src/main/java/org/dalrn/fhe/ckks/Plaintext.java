package org.dalrn.fhe.ckks;

import java.util.Objects;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * Numbers encoded as a polynomial, multiplied by a scale and rounded; not encrypted. Immutable, thread-safe.
 */
public final class Plaintext {
    private final CkksParameters parameters;
    private final NttPolynomial polynomial;
    private final double scale;

    private Plaintext(CkksParameters parameters, NttPolynomial polynomial, double scale) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.polynomial = Objects.requireNonNull(polynomial, "polynomial");
        this.scale = Scales.require(scale);
        if (polynomial.basis().size() > parameters.maxLevel() + 1
                || !polynomial.basis().equals(parameters.context().basis(level()))) {
            throw new CkksException("a plaintext over " + polynomial.basis() + " given for " + parameters);
        }
    }

    /**
     * A plaintext from its polynomial.
     *
     * @param polynomial over the data primes of one level
     * @param scale positive
     */
    public static Plaintext of(CkksParameters parameters, NttPolynomial polynomial, double scale) {
        return new Plaintext(parameters, polynomial, scale);
    }

    /** The ring and chain. */
    public CkksParameters parameters() {
        return parameters;
    }

    /** The encoded polynomial. */
    public NttPolynomial polynomial() {
        return polynomial;
    }

    /** What the numbers were multiplied by. */
    public double scale() {
        return scale;
    }

    /** Data primes less one. */
    public int level() {
        return polynomial.basis().size() - 1;
    }

    /** The shape; never the numbers. */
    @Override
    public String toString() {
        return "Plaintext[level " + level() + ", scale 2^" + Math.log(scale) / Math.log(2) + "]";
    }
}
