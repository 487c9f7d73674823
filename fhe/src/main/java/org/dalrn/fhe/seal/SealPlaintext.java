package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * An encoded CKKS plaintext as SEAL stores it: residues in NTT form, a level and a scale.
 *
 * <p><b>Shape.</b> {@code long[k * N]}, prime-major; row j in {@code [0, q_j)}, in SEAL's bit-reversed NTT order.
 *
 * <p>Immutable and thread-safe. The words are not secret by themselves; the values they encode usually are, so nothing of
 * them is printed.
 */
public final class SealPlaintext {
    private static final String NAME = "plaintext";

    private final SealParameters parameters;
    private final int primes;
    private final double scale;
    private final long[] words;

    private SealPlaintext(SealParameters parameters, int primes, double scale, long[] words) {
        this.parameters = parameters;
        this.primes = primes;
        this.scale = scale;
        this.words = words;
    }

    /**
     * Takes residues.
     *
     * @param parameters the degree and the primes
     * @param primes the level: how many primes the residues have, at most {@link SealParameters#dataPrimes()}
     * @param scale the factor of the encoding, finite, positive and below the modulus of the level
     * @param words {@code long[primes * N]}, copied
     * @return the plaintext
     * @throws IllegalArgumentException if the level, the scale, the number of words or a residue is wrong
     */
    public static SealPlaintext of(SealParameters parameters, int primes, double scale, long[] words) {
        return wrap(parameters, primes, scale, words.clone());
    }

    static SealPlaintext wrap(SealParameters parameters, int primes, double scale, long[] words) {
        SealCiphertext.requireLevel(parameters, primes, scale);
        parameters.requireResidues(words, 1, primes);
        return new SealPlaintext(parameters, primes, scale, words);
    }

    /**
     * Reads an object that SEAL calls Plaintext.
     *
     * @param bytes one whole object
     * @param parameters what it was made with
     * @return the plaintext
     * @throws SealFormatException if the bytes are not a CKKS plaintext of these parameters
     */
    public static SealPlaintext read(byte[] bytes, SealParameters parameters) {
        Objects.requireNonNull(parameters, "parameters");
        return SealInput.object(NAME, ByteBuffer.wrap(bytes), (in, version) -> {
            int primes = parameters.readDataLevel(in);
            in.expect("number of coefficients", (long) primes * parameters.degree());
            double scale = SealCiphertext.readScale(in, parameters, primes);
            return new SealPlaintext(parameters, primes, scale, parameters.readPolynomial(in, primes));
        });
    }

    /**
     * Writes the plaintext.
     *
     * @param encoding version and compression
     * @return one whole object
     */
    public byte[] toBytes(SealEncoding encoding) {
        return SealOutput.object(
                NAME, encoding, size(words.length), out -> writeMembers(out, parameters.id(primes), scale, words));
    }

    static long size(int words) {
        return SealHeader.BYTES + ParmsId.BYTES + 2L * Long.BYTES + arraySize(words);
    }

    static long arraySize(int words) {
        return SealHeader.BYTES + Long.BYTES + (long) words * Long.BYTES;
    }

    static void writeMembers(SealOutput out, ParmsId id, double scale, long[] words) {
        id.write(out);
        out.u64(words.length);
        out.f64(scale);
        writeArray(out, words, words.length);
    }

    static void writeArray(SealOutput out, long[] words, int count) {
        out.header(arraySize(count));
        out.u64(count);
        out.words(words, 0, count);
    }

    /**
     * The degree and the primes.
     *
     * @return the parameters
     */
    public SealParameters parameters() {
        return parameters;
    }

    /**
     * The level.
     *
     * @return how many primes the residues have
     */
    public int primes() {
        return primes;
    }

    /**
     * The factor of the encoding.
     *
     * @return finite and positive
     */
    public double scale() {
        return scale;
    }

    /**
     * The residues.
     *
     * @return a copy, {@code long[primes * N]}
     */
    public long[] words() {
        return words.clone();
    }

    /** The residues themselves, not to be changed. */
    long[] sharedWords() {
        return words;
    }

    @Override
    public String toString() {
        return "SealPlaintext[N = " + parameters.degree() + ", " + primes + " primes]";
    }
}
