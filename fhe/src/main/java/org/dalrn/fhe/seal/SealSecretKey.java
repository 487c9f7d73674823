package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.dalrn.fhe.ErasableSecret;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.jspecify.annotations.Nullable;

/**
 * A secret key as SEAL stores it: one polynomial in NTT form over all primes.
 *
 * <p>SEAL's format does not protect it: who has the bytes has the key. They leave only through {@link #exportUnprotected};
 * wrap them at once. It never prints, compares in constant time and {@linkplain #destroy() can be zeroed}.
 *
 * <p><b>Shape.</b> {@code long[k * N]}, prime-major; row j in {@code [0, q_j)}. Thread-safe until it is destroyed.
 */
public final class SealSecretKey extends ErasableSecret {
    private static final String NAME = "secret key";

    private final SealParameters parameters;
    private final long[] words;

    private SealSecretKey(SealParameters parameters, long[] words) {
        this.parameters = parameters;
        this.words = words;
    }

    /**
     * Takes residues.
     *
     * @param parameters the degree and the primes
     * @param words {@code long[k * N]} over all primes, copied
     * @return the key
     * @throws IllegalArgumentException if the number of words or a residue is wrong, or if all are zero
     */
    public static SealSecretKey of(SealParameters parameters, long[] words) {
        parameters.requireResidues(words, 1, parameters.keyPrimes());
        if (isZero(words)) {
            throw new IllegalArgumentException("the secret key is zero; generate one");
        }
        return new SealSecretKey(parameters, words.clone());
    }

    /**
     * Reads an object that SEAL calls SecretKey.
     *
     * @param bytes one whole object; wipe it afterwards
     * @param parameters what it was made with
     * @return the key
     * @throws SealFormatException if the bytes are not a secret key of these parameters
     */
    public static SealSecretKey read(byte[] bytes, SealParameters parameters) {
        return read(ByteBuffer.wrap(bytes), parameters);
    }

    static SealSecretKey read(ByteBuffer bytes, SealParameters parameters) {
        Objects.requireNonNull(parameters, "parameters");
        return SealInput.object(NAME, bytes, (in, version) -> {
            parameters.readKeyLevel(in);
            int primes = parameters.keyPrimes();
            in.expect("number of coefficients", (long) primes * parameters.degree());
            double scale = in.f64();
            if (scale != 1) {
                throw in.malformed("scale of a key is " + scale + "; it is 1");
            }
            long[] words = parameters.readPolynomial(in, primes);
            if (isZero(words)) {
                throw in.malformed("is zero; export one that was generated");
            }
            return new SealSecretKey(parameters, words);
        });
    }

    private static boolean isZero(long[] words) {
        long any = 0;
        for (long word : words) {
            any |= word;
        }
        return any == 0;
    }

    /**
     * Writes the secret key in the clear.
     *
     * <p>With a compression, copies may remain in the memory of the packer.
     *
     * @param encoding version and compression
     * @param access the caller's consent
     * @return one whole object, which is the secret: wipe it after use
     * @throws IllegalStateException if the key was destroyed
     */
    public byte[] exportUnprotected(SealEncoding encoding, SecretKeyAccess access) {
        Objects.requireNonNull(access, "access");
        requireAlive();
        return SealOutput.object(
                NAME,
                encoding,
                SealPlaintext.size(words.length),
                out -> SealPlaintext.writeMembers(out, parameters.id(parameters.keyPrimes()), 1, words));
    }

    /**
     * The degree and the primes.
     *
     * @return the parameters
     */
    public SealParameters parameters() {
        return parameters;
    }

    /** The residues themselves, not to be changed or kept. */
    long[] sharedWords() {
        requireAlive();
        return words;
    }

    private void requireAlive() {
        if (isDestroyed()) {
            throw new IllegalStateException("the secret key was destroyed; read it again");
        }
    }

    @Override
    protected void erase() {
        Arrays.fill(words, 0);
    }

    /** Compares in time that depends on the lengths only. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof SealSecretKey that) || !parameters.equals(that.parameters)) {
            return false;
        }
        long difference = 0;
        for (int i = 0; i < words.length; i++) {
            difference |= words[i] ^ that.words[i];
        }
        return this == that || (difference == 0 && !isDestroyed() && !that.isDestroyed());
    }

    /** Of the parameters only: a hash of the key would be a fact about it. */
    @Override
    public int hashCode() {
        return parameters.hashCode();
    }

    @Override
    public String toString() {
        return "SealSecretKey[N = " + parameters.degree() + ", " + parameters.keyPrimes() + " primes]";
    }
}
