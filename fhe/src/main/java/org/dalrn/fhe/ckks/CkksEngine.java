package org.dalrn.fhe.ckks;

import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;

/**
 * The operations of CKKS on single plaintexts and ciphertexts. Nothing is done behind the caller's back: products grow to three
 * polynomials, scales multiply, until {@link #relinearize} and {@link #rescale} are called. {@code CkksVector} does that by itself.
 *
 * <p>Operands must be of the same key, level and (for sums) scale, or a {@link CkksException} says which differ. Two scales are the
 * same if they differ by less than one part in 2^20 (the primes of a chain are not exact powers of two). Implementations are
 * immutable and thread-safe.
 */
public interface CkksEngine {
    /** The ring and chain. */
    CkksParameters parameters();

    /**
     * Encodes real numbers, one a slot.
     *
     * @param values at most N/2, the rest is zero; finite
     * @param scale positive
     * @param level 0 to the highest
     * @throws IllegalArgumentException if a value times the scale does not fit the modulus, or is not finite
     */
    Plaintext encode(double[] values, double scale, int level);

    /**
     * Encodes complex numbers, one a slot.
     *
     * @param real at most N/2 real parts
     * @param imaginary as many imaginary parts
     */
    Plaintext encodeComplex(double[] real, double[] imaginary, double scale, int level);

    /**
     * Encodes one real number into every slot.
     *
     * @param value finite
     */
    Plaintext encodeScalar(double value, double scale, int level);

    /**
     * Encodes numbers as the polynomial's coefficients: twice as many and more exact, but products are then negacyclic
     * convolutions.
     *
     * @param values at most N
     */
    Plaintext encodeCoefficients(double[] values, double scale, int level);

    /**
     * The numbers in a plaintext's slots. They leave the result by a named act, because a plaintext may have been decrypted
     * elsewhere, by SEAL for instance, and then holds the decryption's error.
     */
    Decryption decode(Plaintext plaintext);

    /**
     * The numbers in a plaintext's coefficients; all N leave the result as its real parts.
     *
     * @see #encodeCoefficients
     */
    Decryption decodeCoefficients(Plaintext plaintext);

    /** Encrypts so that the holder of the secret key of that public key can open it; at the plaintext's level. */
    Ciphertext encrypt(Plaintext plaintext, PublicKey key);

    /** Encrypts with the secret key: less noise than with a public key. */
    Ciphertext encryptSymmetric(Plaintext plaintext, SecretKey key);

    /** Opens a ciphertext; the numbers leave the result only by a named act. */
    Decryption decrypt(Ciphertext ciphertext, SecretKey key);

    /**
     * Opens a ciphertext whose numbers were encoded as coefficients; all N leave the result as its real parts.
     *
     * @see #encodeCoefficients
     */
    Decryption decryptCoefficients(Ciphertext ciphertext, SecretKey key);

    /** {@code a + b}; one may be an unrelinearized product, the sum is then as large. */
    Ciphertext add(Ciphertext a, Ciphertext b);

    /** {@code a + b}. */
    Ciphertext add(Ciphertext a, Plaintext b);

    /** {@code a - b}; of different sizes too. */
    Ciphertext subtract(Ciphertext a, Ciphertext b);

    /** {@code a - b}. */
    Ciphertext subtract(Ciphertext a, Plaintext b);

    /** {@code -a}. */
    Ciphertext negate(Ciphertext a);

    /** {@code a b}, slot by slot; sizes add up less one, scales multiply. */
    Ciphertext multiply(Ciphertext a, Ciphertext b);

    /** {@code a b}, slot by slot; scales multiply. Refuses a zero plaintext: its product would be no encryption any more. */
    Ciphertext multiply(Ciphertext a, Plaintext b);

    /** {@code a a}, faster than a product of two. */
    Ciphertext square(Ciphertext a);

    /** Back to two polynomials from three. */
    Ciphertext relinearize(Ciphertext a, RelinearizationKey key);

    /** Divides by the last data prime, and the scale with it: one level down. */
    Ciphertext rescale(Ciphertext a);

    /**
     * Drops data primes without changing the scale.
     *
     * @param level the present one or lower
     */
    Ciphertext modSwitchTo(Ciphertext a, int level);

    /**
     * Rotates the slots.
     *
     * @param steps to the left if positive, in {@code (-N/2, N/2)}
     * @throws CkksException if the keys lack that rotation
     */
    Ciphertext rotate(Ciphertext a, int steps, GaloisKeys keys);

    /** Conjugates every slot. */
    Ciphertext conjugate(Ciphertext a, GaloisKeys keys);
}
