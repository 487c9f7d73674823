package org.dalrn.fhe.rlwe;

import java.util.Objects;
import org.dalrn.fhe.ring.NttFactor;
import org.dalrn.fhe.ring.NttPolynomial;

/**
 * An encryption of zero that anyone may encrypt with: {@code (b, a)} with {@code b = -(a s + e)} over all primes. Immutable,
 * thread-safe.
 */
public final class PublicKey {
    private final KeyId id;
    private final RlweContext context;
    private final NttFactor b;
    private final NttFactor a;

    private PublicKey(KeyId id, RlweContext context, NttPolynomial b, NttPolynomial a) {
        this.id = Objects.requireNonNull(id, "id");
        this.context = Objects.requireNonNull(context, "context");
        if (!b.basis().equals(context.keyBasis()) || !a.basis().equals(context.keyBasis())) {
            throw new IllegalArgumentException(
                    "a public key over " + b.basis() + " and " + a.basis() + " given for " + context.keyBasis());
        }
        this.b = NttFactor.of(b);
        this.a = NttFactor.of(a);
    }

    /**
     * A key from its polynomials.
     *
     * @param b over all primes of the context
     * @param a over all primes of the context
     */
    public static PublicKey of(KeyId id, RlweContext context, NttPolynomial b, NttPolynomial a) {
        return new PublicKey(id, context, b, a);
    }

    /** The name of the secret key that opens what is encrypted with this. */
    public KeyId id() {
        return id;
    }

    /** The ring and chain it is for. */
    public RlweContext context() {
        return context;
    }

    /** {@code -(a s + e)}. */
    public NttPolynomial b() {
        return b.polynomial();
    }

    /** The uniform part. */
    public NttPolynomial a() {
        return a.polynomial();
    }

    /** {@link #b}, ready to multiply. */
    public NttFactor masked() {
        return b;
    }

    /** {@link #a}, ready to multiply. */
    public NttFactor uniform() {
        return a;
    }

    @Override
    public String toString() {
        return "PublicKey[" + id + ", " + context + "]";
    }
}
