package org.dalrn.fhe.ckks;

import java.util.Objects;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.ring.RnsPolynomial;
import org.jspecify.annotations.Nullable;

/**
 * Numbers encoded as a polynomial, multiplied by a scale and rounded; not encrypted. Immutable, thread-safe.
 */
public final class Plaintext {
    private final CkksParameters parameters;
    private final RnsBasis basis;
    private final double scale;
    /** As encoded, if that was here: an encryption needs no more, and saves the transform. */
    private final @Nullable CoefficientPolynomial coefficients;
    /** Made from the coefficients at first need. */
    private volatile @Nullable NttPolynomial polynomial;

    private Plaintext(CkksParameters parameters, RnsPolynomial given, double scale) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.basis = given.basis();
        this.scale = Scales.require(scale);
        if (basis.size() > parameters.maxLevel() + 1
                || !basis.equals(parameters.context().basis(level()))) {
            throw new CkksException("a plaintext over " + basis + " given for " + parameters);
        }
        coefficients = given instanceof CoefficientPolynomial c ? c : null;
        polynomial = given instanceof NttPolynomial values ? values : null;
    }

    /**
     * A plaintext from its polynomial.
     *
     * @param polynomial over the data primes of one level
     * @param scale positive
     */
    public static Plaintext of(CkksParameters parameters, NttPolynomial polynomial, double scale) {
        return new Plaintext(parameters, Objects.requireNonNull(polynomial, "polynomial"), scale);
    }

    static Plaintext ofCoefficients(CkksParameters parameters, CoefficientPolynomial coefficients, double scale) {
        return new Plaintext(parameters, coefficients, scale);
    }

    /** The ring and chain. */
    public CkksParameters parameters() {
        return parameters;
    }

    /** The encoded polynomial. */
    public NttPolynomial polynomial() {
        NttPolynomial values = polynomial;
        if (values == null) {
            values = Objects.requireNonNull(coefficients).toNtt();
            polynomial = values;
        }
        return values;
    }

    /** The coefficients if they are at hand. */
    @Nullable
    CoefficientPolynomial coefficientsIfAny() {
        return coefficients;
    }

    /** What the numbers were multiplied by. */
    public double scale() {
        return scale;
    }

    /** Data primes less one. */
    public int level() {
        return basis.size() - 1;
    }

    /** The shape; never the numbers. */
    @Override
    public String toString() {
        return "Plaintext[level " + level() + ", scale " + Scales.describe(scale) + "]";
    }
}
