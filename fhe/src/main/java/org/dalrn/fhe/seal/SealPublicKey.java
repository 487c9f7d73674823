package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * A public key as SEAL stores it: an encryption of zero over all primes, in NTT form; also one part of a key for switching.
 *
 * <p>One whose second polynomial is the expansion of a seed is written with the seed in its place.
 *
 * <p><b>Shape.</b> {@code long[2 * k * N]}, polynomial-major, then prime-major. Immutable and thread-safe.
 */
public final class SealPublicKey {
    private static final String NAME = "public key";

    private final SealCiphertext content;

    private SealPublicKey(SealCiphertext content) {
        this.content = content;
    }

    /**
     * Takes residues.
     *
     * @param parameters the degree and the primes
     * @param words {@code long[2 * k * N]} over all primes, copied
     * @return the key
     * @throws IllegalArgumentException if the number of words or a residue is wrong, or if the second polynomial is zero
     */
    public static SealPublicKey of(SealParameters parameters, long[] words) {
        return wrap(parameters, words.clone());
    }

    static SealPublicKey wrap(SealParameters parameters, long[] words) {
        return new SealPublicKey(SealCiphertext.ofKey(parameters, words, null));
    }

    /**
     * Takes the first polynomial and the seed of the second one.
     *
     * @param parameters the degree and the primes
     * @param first {@code long[k * N]}, copied
     * @param seed what the second polynomial is {@linkplain SealSeed#expand expanded} from
     * @return the key
     * @throws IllegalArgumentException if the number of words or a residue is wrong
     */
    public static SealPublicKey seeded(SealParameters parameters, long[] first, SealSeed seed) {
        parameters.requireResidues(first, 1, parameters.keyPrimes());
        long[] words = seed.expandBehind(first, parameters, parameters.keyPrimes());
        return new SealPublicKey(SealCiphertext.ofKey(parameters, words, seed));
    }

    /**
     * Reads an object that SEAL calls PublicKey, seeded or not.
     *
     * @param bytes one whole object
     * @param parameters what it was made with
     * @return the key
     * @throws SealFormatException if the bytes are not a public key of these parameters
     */
    public static SealPublicKey read(byte[] bytes, SealParameters parameters) {
        return read(ByteBuffer.wrap(bytes), parameters);
    }

    static SealPublicKey read(ByteBuffer bytes, SealParameters parameters) {
        Objects.requireNonNull(parameters, "parameters");
        return SealInput.object(NAME, bytes, (in, version) -> readMembers(in, version, parameters));
    }

    static SealPublicKey readMembers(SealInput in, SealVersion version, SealParameters parameters) {
        return new SealPublicKey(SealCiphertext.readMembers(in, version, parameters, true));
    }

    /**
     * Writes the key, with the seed if it has one.
     *
     * @param encoding version and compression
     * @return one whole object
     */
    public byte[] toBytes(SealEncoding encoding) {
        return SealOutput.object(NAME, encoding, sizeBytes(encoding.version()), content::writeMembers);
    }

    long sizeBytes(SealVersion version) {
        return content.sizeBytes(version);
    }

    void writeNested(SealOutput out) {
        out.header(sizeBytes(out.version()));
        content.writeMembers(out);
    }

    /**
     * The degree and the primes.
     *
     * @return the parameters
     */
    public SealParameters parameters() {
        return content.parameters();
    }

    /**
     * What the second polynomial was expanded from.
     *
     * @return the seed, or nothing if the polynomials stand for themselves
     */
    public Optional<SealSeed> seed() {
        return content.seed();
    }

    /**
     * The residues, those of a seed expanded.
     *
     * @return a copy, {@code long[2 * k * N]}
     */
    public long[] words() {
        return content.words();
    }

    /** The residues themselves, not to be changed. */
    long[] sharedWords() {
        return content.sharedWords();
    }

    @Override
    public String toString() {
        return "SealPublicKey[N = " + parameters().degree() + ", "
                + parameters().keyPrimes() + " primes" + (seed().isEmpty() ? "]" : ", seeded]");
    }
}
