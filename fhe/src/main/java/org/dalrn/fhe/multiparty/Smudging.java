package org.dalrn.fhe.multiparty;

import java.math.BigInteger;
import java.util.Objects;
import org.dalrn.fhe.ring.RnsBasis;

/**
 * How much noise each party adds to what it answers, so that the answers tell the sum and nothing of the key shares: Gaussian of
 * standard deviation {@code sqrt(12 tau) 2^(s/2) sigma}, and for {@link Scope#WHOLE_TRANSCRIPT} times {@code sqrt(N)}.
 *
 * <p>s is the statistical security in bits, sigma the standard deviation of the noise in each coefficient of what is decrypted,
 * tau the number of polynomials ever decrypted under the key. Each party adds all of it, because all the others may collude.
 * There is no default: sigma depends on the computation. It must hold for every ciphertext decrypted: one with more noise, such
 * as a multiple, is hidden less.
 *
 * <p>tau is counted where it can be, at each party: {@code maxRequests * maxPolynomials} answers. Of t of n parties each request
 * needs at least one that does not collude, and of those there are {@code n - t + 1} or, if more, as many more in each request; so
 * with thresholds {@code tau = (n - t + 1) maxRequests maxPolynomials}, whatever different requests are shown to whom.
 *
 * <p>What it gives: shifting a Gaussian of deviation S by noise of deviation sigma costs a Kullback-Leibler divergence of
 * {@code sigma^2 / (2 S^2)} in each coefficient, so {@code 2^-s / 24} for one coefficient in all tau decryptions, and with
 * WHOLE_TRANSCRIPT for all N coefficients in all of them; by Pinsker's inequality the statistical distance is then at most
 * {@code 2^(-s/2) / 6.9}.
 *
 * <p>Sources: Li, Micciancio, Schultz and Sorrell, "Securing Approximate Homomorphic Encryption Using Differential Privacy",
 * CRYPTO 2022, in the form of OpenFHE's {@code CKKS_NOISE_FLOODING.md} (which leaves out the root of N of corollary 2). In
 * approximate decryption, independent noise of this kind is not simulation-secure (ePrint 2025/395).
 *
 * @param statisticalBits s, {@value #MIN_STATISTICAL_BITS} to {@value #MAX_STATISTICAL_BITS}
 * @param scope whether s counts for a coefficient or for everything ever answered
 * @param ciphertextNoiseStdDev sigma, positive; {@link #freshNoiseStdDev} for sums of fresh ciphertexts
 * @param maxRequests how many requests a party answers before the key is spent
 * @param maxPolynomials the most polynomials in one request
 */
public record Smudging(
        int statisticalBits, Scope scope, double ciphertextNoiseStdDev, int maxRequests, int maxPolynomials) {
    /** The least statistical security, bits. */
    public static final int MIN_STATISTICAL_BITS = 40;
    /** The highest statistical security, bits. */
    public static final int MAX_STATISTICAL_BITS = 128;
    /** A Gaussian is beyond this many standard deviations with probability below 2^-128. */
    static final double TAIL = 13.3;

    /** What the statistical security counts for. */
    public enum Scope {
        /** Each coefficient by itself, over all decryptions: OpenFHE's formula. */
        EACH_COEFFICIENT,
        /** All coefficients of all decryptions together. */
        WHOLE_TRANSCRIPT
    }

    /** Checks the ranges. */
    public Smudging {
        Objects.requireNonNull(scope, "scope");
        if (statisticalBits < MIN_STATISTICAL_BITS || statisticalBits > MAX_STATISTICAL_BITS) {
            throw new IllegalArgumentException("statistical security of " + statisticalBits + " bits is not in ["
                    + MIN_STATISTICAL_BITS + ", " + MAX_STATISTICAL_BITS + "]");
        }
        if (!(ciphertextNoiseStdDev > 0) || ciphertextNoiseStdDev > 0x1p60) {
            throw new IllegalArgumentException("ciphertext noise of standard deviation " + ciphertextNoiseStdDev
                    + " is not in (0, 2^60]; take freshNoiseStdDev, or what the computation gives");
        }
        if (maxRequests < 1 || maxPolynomials < 1) {
            throw new IllegalArgumentException(maxRequests + " requests of " + maxPolynomials
                    + " polynomials; both are at least 1, and no more than the application needs");
        }
    }

    /**
     * The noise in each coefficient of a sum of fresh encryptions under a collective key: {@code sqrt(10.5 (4 n N / 3 + 1) k)}.
     *
     * @param parties n, whose ternary secrets the key is the sum of
     * @param ringDegree N
     * @param summands k
     */
    public static double freshNoiseStdDev(int parties, int ringDegree, int summands) {
        if (parties < 1 || ringDegree < 1 || summands < 1) {
            throw new IllegalArgumentException(parties + " parties, ring degree " + ringDegree + ", " + summands
                    + " summands: all are at least 1");
        }
        return Math.sqrt(
                org.dalrn.fhe.ring.Samplers.BINOMIAL_VARIANCE * (4.0 * parties * ringDegree / 3 + 1) * summands);
    }

    /**
     * tau: the most polynomials ever decrypted under one key.
     *
     * @param threshold t, n if all are needed
     * @param parties n
     */
    public long decryptions(int threshold, int parties) {
        if (threshold < 2 || threshold > parties) {
            throw new IllegalArgumentException("a threshold of " + threshold + " of " + parties + " parties");
        }
        return (long) (parties - threshold + 1) * maxRequests * maxPolynomials;
    }

    /**
     * The standard deviation of the noise that each party adds to each coefficient.
     *
     * @param ringDegree N
     * @param threshold t, n if all are needed
     * @param parties n
     */
    public double stdDev(int ringDegree, int threshold, int parties) {
        double root = scope == Scope.WHOLE_TRANSCRIPT ? Math.sqrt(ringDegree) : 1;
        double count = Math.sqrt(12.0 * decryptions(threshold, parties));
        return count * Math.pow(2, statisticalBits / 2.0) * ciphertextNoiseStdDev * root;
    }

    /**
     * The standard deviation of the noise of all t answers together: what a {@code SumPlanner} takes for a collective key.
     *
     * @param ringDegree N
     * @param threshold t, n if all are needed
     * @param parties n
     */
    public double openingStdDev(int ringDegree, int threshold, int parties) {
        return Math.sqrt(threshold) * stdDev(ringDegree, threshold, parties);
    }

    /** The same with the ciphertext's own noise. */
    private double totalStdDev(int ringDegree, int threshold, int parties) {
        return Math.hypot(openingStdDev(ringDegree, threshold, parties), ciphertextNoiseStdDev);
    }

    /**
     * How many bits the lowest bit of an integer message must stand above the lowest bit of a coefficient, so that rounding
     * removes all noise with failure below 2^-128 in each coefficient.
     *
     * @param ringDegree N
     * @param threshold t, n if all are needed
     * @param parties n
     */
    public int guardBits(int ringDegree, int threshold, int parties) {
        return (int) Math.ceil(log2(2 * TAIL * totalStdDev(ringDegree, threshold, parties)));
    }

    /**
     * How many bits after the binary point of a slot survive: the noise is below half of {@code 2^-bits} with failure below
     * 2^-128.
     *
     * @param ringDegree N
     * @param threshold t, n if all are needed
     * @param parties n
     * @param scale the ciphertext's
     * @return may be negative
     */
    public int fractionBits(int ringDegree, int threshold, int parties, double scale) {
        double slotStdDev = totalStdDev(ringDegree, threshold, parties) * Math.sqrt(ringDegree / 2.0) / scale;
        return (int) Math.floor(-log2(2 * TAIL * slotStdDev));
    }

    /** Refuses a scale at which fewer bits survive than are wanted, or a modulus that the noise wraps around. */
    void requireFractionBits(RnsBasis basis, int threshold, int parties, double scale, int wanted) {
        requireModulus(basis, threshold, parties);
        int left = fractionBits(basis.ringDegree(), threshold, parties, scale);
        if (left < wanted) {
            throw new IllegalArgumentException(describe(basis.ringDegree(), threshold, parties) + " leaves " + left
                    + " bits after the binary point at scale 2^" + round(log2(scale)) + ", and " + wanted
                    + " are wanted; raise the scale by " + (wanted - left)
                    + " bits, or lower the number of decryptions under one key");
        }
    }

    /** Refuses a message whose lowest bit the noise reaches, or a modulus that the noise wraps around. */
    void requireGuardBits(RnsBasis basis, int threshold, int parties, int guardBits) {
        requireModulus(basis, threshold, parties);
        int needed = guardBits(basis.ringDegree(), threshold, parties);
        if (guardBits < needed) {
            throw new IllegalArgumentException(describe(basis.ringDegree(), threshold, parties) + " needs " + needed
                    + " guard bits below the message, and there are " + guardBits
                    + "; shift the message up, or lower the number of decryptions under one key");
        }
    }

    private void requireModulus(RnsBasis basis, int threshold, int parties) {
        int bits = guardBits(basis.ringDegree(), threshold, parties);
        BigInteger q = basis.product();
        if (bits + 1 >= q.bitLength()) {
            throw new IllegalArgumentException(describe(basis.ringDegree(), threshold, parties) + " needs " + bits
                    + " bits, and the modulus has " + q.bitLength() + ": nothing is left of the message;"
                    + " decrypt at a higher level or with larger parameters");
        }
    }

    private String describe(int ringDegree, int threshold, int parties) {
        return "smudging noise of standard deviation 2^" + round(log2(totalStdDev(ringDegree, threshold, parties)))
                + " (" + threshold + " answers, " + statisticalBits + " bits of statistical security, "
                + decryptions(threshold, parties) + " decryptions)";
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    private static double round(double x) {
        return Math.rint(10 * x) / 10;
    }
}
