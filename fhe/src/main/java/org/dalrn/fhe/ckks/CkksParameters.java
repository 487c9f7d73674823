package org.dalrn.fhe.ckks;

import java.util.List;
import java.util.Objects;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.rlwe.RlweContext;
import org.dalrn.fhe.rlwe.SecurityStandard;

/**
 * A ring degree and a chain of primes that a named standard holds for 128-bit secure. Immutable, thread-safe.
 *
 * <p>Smaller sets come from {@link InsecureParameters} only.
 */
public final class CkksParameters {
    private final RlweContext context;
    private final String security;

    private CkksParameters(RlweContext context, String security) {
        this.context = context;
        this.security = security;
    }

    /**
     * Parameters from prime sizes: the primes are the ones SEAL takes for them.
     *
     * @param ringDegree N, a power of two in [1024, 32768]
     * @param standard the table that must allow them
     * @param primeBits the chain, for instance 60, 40, 40, 60: the last one is the special prime
     * @throws IllegalArgumentException if they are below 128-bit security
     */
    public static CkksParameters of(int ringDegree, SecurityStandard standard, int... primeBits) {
        return of(ringDegree, standard, NttPrimes.create(ringDegree, primeBits));
    }

    /**
     * Parameters from primes.
     *
     * @param ringDegree N, a power of two in [1024, 32768]
     * @param standard the table that must allow them
     * @param chain distinct primes, each 1 modulo 2N, the last one special
     * @throws IllegalArgumentException if they are below 128-bit security
     */
    public static CkksParameters of(int ringDegree, SecurityStandard standard, List<Modulus> chain) {
        RlweContext context = RlweContext.of(ringDegree, chain);
        Objects.requireNonNull(standard, "standard")
                .require(ringDegree, context.keyBasis().product());
        return new CkksParameters(context, "128 bits, " + standard.source());
    }

    static CkksParameters insecure(RlweContext context) {
        return new CkksParameters(context, "none: for testing");
    }

    /** The ring and chain. */
    public RlweContext context() {
        return context;
    }

    /** N. */
    public int ringDegree() {
        return context.ringDegree();
    }

    /** The numbers that fit one ciphertext, N/2. */
    public int slots() {
        return context.ringDegree() / 2;
    }

    /** The level of a fresh ciphertext: how many times it can be rescaled. */
    public int maxLevel() {
        return context.maxLevel();
    }

    /** The security and its source. */
    public String security() {
        return security;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CkksParameters that && context.equals(that.context);
    }

    @Override
    public int hashCode() {
        return context.hashCode();
    }

    @Override
    public String toString() {
        return "CKKS[" + context + ", security " + security + "]";
    }
}
