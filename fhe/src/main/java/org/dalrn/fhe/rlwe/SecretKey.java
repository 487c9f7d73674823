package org.dalrn.fhe.rlwe;

import java.util.Objects;
import org.dalrn.fhe.ErasableSecret;
import org.dalrn.fhe.ring.NttPolynomial;
import org.jspecify.annotations.Nullable;

/**
 * The small polynomial {@code s} that opens ciphertexts.
 *
 * <p>It never prints its value, is not serialisable, and is read only with a {@link SecretKeyAccess}. After {@link #destroy} its
 * words are zeros and every use fails. Thread-safe, except that destroying it during a use makes that use worthless.
 */
public final class SecretKey extends ErasableSecret {
    private final KeyId id;
    private final RlweContext context;
    private final NttPolynomial polynomial;

    private SecretKey(KeyId id, RlweContext context, NttPolynomial polynomial) {
        this.id = Objects.requireNonNull(id, "id");
        this.context = Objects.requireNonNull(context, "context");
        this.polynomial = Objects.requireNonNull(polynomial, "polynomial");
        if (!polynomial.basis().equals(context.keyBasis())) {
            throw new IllegalArgumentException(
                    "a secret key over " + polynomial.basis() + " given for " + context.keyBasis());
        }
    }

    /**
     * A key from its polynomial.
     *
     * @param polynomial over all primes of the context; the key's own from now on
     * @param access the caller's consent
     */
    public static SecretKey of(KeyId id, RlweContext context, NttPolynomial polynomial, SecretKeyAccess access) {
        Objects.requireNonNull(access, "access");
        return new SecretKey(id, context, polynomial);
    }

    /** Its public name. */
    public KeyId id() {
        return id;
    }

    /** The ring and chain it is for. */
    public RlweContext context() {
        return context;
    }

    /**
     * The secret itself, over all primes.
     *
     * @param access the caller's consent
     * @throws IllegalStateException if the key was destroyed
     */
    public NttPolynomial polynomial(SecretKeyAccess access) {
        Objects.requireNonNull(access, "access");
        if (isDestroyed()) {
            throw new IllegalStateException("secret key " + id + " was destroyed");
        }
        return polynomial;
    }

    @Override
    protected void erase() {
        polynomial.destroy();
    }

    /** Whether the other is a living key of the same name, ring and value; in time independent of the values. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof SecretKey that
                        && !isDestroyed()
                        && !that.isDestroyed()
                        && id.equals(that.id)
                        && polynomial.equalInConstantTime(that.polynomial));
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** The size and name; never the value. */
    @Override
    public String toString() {
        return "SecretKey[" + id + ", N=" + context.ringDegree() + ", "
                + context.keyBasis().size() + " primes]";
    }
}
