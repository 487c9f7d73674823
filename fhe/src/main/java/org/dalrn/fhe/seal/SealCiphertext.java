package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A CKKS ciphertext as SEAL stores it: two or more polynomials in NTT form, a level and a scale.
 *
 * <p>One whose second polynomial is the expansion of a seed is written with the seed in its place, at half the size; every
 * SEAL since 3.6 reads that, TenSEAL included.
 *
 * <p><b>Shape.</b> {@code long[size * k * N]}, polynomial-major, then prime-major; the row of prime j in {@code [0, q_j)}, in
 * SEAL's bit-reversed NTT order.
 *
 * <p>Nothing here proves who made a ciphertext or that it was not altered: sign the bytes. Immutable and thread-safe.
 */
public final class SealCiphertext {
    /** The most polynomials of SEAL. */
    public static final int MOST_POLYNOMIALS = 16;

    private static final String NAME = "ciphertext";
    private static final int FIXED_BYTES = SealHeader.BYTES + ParmsId.BYTES + 1 + 4 * Long.BYTES;

    private final SealParameters parameters;
    private final int size;
    private final int primes;
    private final double scale;
    private final long[] words;
    private final @Nullable SealSeed seed;

    private SealCiphertext(
            SealParameters parameters, int size, int primes, double scale, long[] words, @Nullable SealSeed seed) {
        this.parameters = parameters;
        this.size = size;
        this.primes = primes;
        this.scale = scale;
        this.words = words;
        this.seed = seed;
    }

    /**
     * Takes residues.
     *
     * @param parameters the degree and the primes
     * @param size how many polynomials, 2 to 16
     * @param primes the level: how many primes the residues have, at most {@link SealParameters#dataPrimes()}
     * @param scale the factor of the encoding, finite, positive and below the modulus of the level
     * @param words {@code long[size * primes * N]}, copied
     * @return the ciphertext
     * @throws IllegalArgumentException if one of these is wrong, or if all polynomials but the first are zero, which would
     *     show the plaintext
     */
    public static SealCiphertext of(SealParameters parameters, int size, int primes, double scale, long[] words) {
        return wrap(parameters, size, primes, scale, words.clone());
    }

    static SealCiphertext wrap(SealParameters parameters, int size, int primes, double scale, long[] words) {
        if (size < 2 || size > MOST_POLYNOMIALS) {
            throw new IllegalArgumentException(
                    "a ciphertext of " + size + " polynomials; there are 2 to " + MOST_POLYNOMIALS);
        }
        requireLevel(parameters, primes, scale);
        parameters.requireResidues(words, size, primes);
        if (isTransparent(words, primes * parameters.degree())) {
            throw new IllegalArgumentException(transparent(size));
        }
        return new SealCiphertext(parameters, size, primes, scale, words, null);
    }

    /**
     * Takes the first polynomial of a symmetric encryption and the seed of its second one.
     *
     * @param parameters the degree and the primes
     * @param primes the level
     * @param scale the factor of the encoding
     * @param first {@code long[primes * N]}, copied
     * @param seed what the second polynomial is {@linkplain SealSeed#expand expanded} from
     * @return the ciphertext
     * @throws IllegalArgumentException if one of these is wrong
     */
    public static SealCiphertext seeded(
            SealParameters parameters, int primes, double scale, long[] first, SealSeed seed) {
        requireLevel(parameters, primes, scale);
        parameters.requireResidues(first, 1, primes);
        return new SealCiphertext(parameters, 2, primes, scale, seed.expandBehind(first, parameters, primes), seed);
    }

    /**
     * Reads an object that SEAL calls Ciphertext, seeded or not.
     *
     * @param bytes one whole object
     * @param parameters what it was made with
     * @return the ciphertext
     * @throws SealFormatException if the bytes are not a CKKS ciphertext of these parameters, or if all its polynomials but
     *     the first are zero
     */
    public static SealCiphertext read(byte[] bytes, SealParameters parameters) {
        return read(ByteBuffer.wrap(bytes), parameters);
    }

    static SealCiphertext read(ByteBuffer bytes, SealParameters parameters) {
        Objects.requireNonNull(parameters, "parameters");
        return SealInput.object(NAME, bytes, (in, version) -> readMembers(in, version, parameters, false));
    }

    /** Reads the members of a ciphertext, or of a key, which SEAL stores as one. */
    static SealCiphertext readMembers(SealInput in, SealVersion version, SealParameters parameters, boolean key) {
        int primes;
        if (key) {
            parameters.readKeyLevel(in);
            primes = parameters.keyPrimes();
        } else {
            primes = parameters.readDataLevel(in);
        }
        int form = in.u8();
        if (form != 1) {
            throw in.malformed("NTT flag is " + form + "; CKKS has 1");
        }
        int size = in.between("number of polynomials", 2, key ? 2 : MOST_POLYNOMIALS);
        in.expect("ring degree", parameters.degree());
        in.expect("number of primes", primes);
        double scale = readScale(in, parameters, primes);
        if (key && scale != 1) {
            throw in.malformed("scale of a key is " + scale + "; it is 1");
        }
        if (version.hasCorrectionFactor()) {
            in.expect("correction factor", 1);
        }
        return readWords(in, parameters, size, primes, scale);
    }

    /** Reads the array, whose length tells whether a seed follows. */
    private static SealCiphertext readWords(
            SealInput in, SealParameters parameters, int size, int primes, double scale) {
        int polynomial = primes * parameters.degree();
        long[] words = parameters.readCiphertextWords(in, size, primes);
        SealSeed seed = null;
        if (words.length == polynomial) {
            seed = SealSeed.read(in);
            words = seed.expandBehind(words, parameters, primes);
        }
        if (isTransparent(words, polynomial)) {
            throw in.malformed(transparent(size));
        }
        return new SealCiphertext(parameters, size, primes, scale, words, seed);
    }

    private static boolean isTransparent(long[] words, int polynomial) {
        for (int i = polynomial; i < words.length; i++) {
            if (words[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static String transparent(int size) {
        return "all of the " + size + " polynomials but the first are zero: the first is the plaintext for all to see;"
                + " encrypt again";
    }

    static double readScale(SealInput in, SealParameters parameters, int primes) {
        double scale = in.f64();
        String problem = parameters.scaleProblem(scale, primes);
        if (problem != null) {
            throw in.malformed(problem);
        }
        return scale;
    }

    static void requireLevel(SealParameters parameters, int primes, double scale) {
        if (primes < 1 || primes > parameters.dataPrimes()) {
            throw new IllegalArgumentException("a level of " + primes + " primes; data of these parameters has 1 to "
                    + parameters.dataPrimes() + " primes");
        }
        String problem = parameters.scaleProblem(scale, primes);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    /**
     * Writes the ciphertext, with the seed if it has one.
     *
     * @param encoding version and compression
     * @return one whole object
     * @throws IllegalStateException if the compression is zstd and the optional library is missing
     */
    public byte[] toBytes(SealEncoding encoding) {
        return SealOutput.object(NAME, encoding, sizeBytes(encoding.version()), this::writeMembers);
    }

    long sizeBytes(SealVersion version) {
        return FIXED_BYTES
                + (version.hasCorrectionFactor() ? Long.BYTES : 0)
                + SealPlaintext.arraySize(storedWords())
                + (seed == null ? 0 : SealSeed.SIZE);
    }

    private int storedWords() {
        return seed == null ? words.length : words.length / 2;
    }

    void writeMembers(SealOutput out) {
        parameters.id(primes).write(out);
        out.u8(1);
        out.u64(size);
        out.u64(parameters.degree());
        out.u64(primes);
        out.f64(scale);
        if (out.version().hasCorrectionFactor()) {
            out.u64(1);
        }
        SealPlaintext.writeArray(out, words, storedWords());
        if (seed != null) {
            seed.write(out);
        }
    }

    /** This as the content of a key: the caller has checked the level. */
    static SealCiphertext ofKey(SealParameters parameters, long[] words, @Nullable SealSeed seed) {
        parameters.requireResidues(words, 2, parameters.keyPrimes());
        if (isTransparent(words, words.length / 2)) {
            throw new IllegalArgumentException("the second polynomial of a key is zero; generate the key again");
        }
        return new SealCiphertext(parameters, 2, parameters.keyPrimes(), 1, words, seed);
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
     * The number of polynomials.
     *
     * @return 2 to 16
     */
    public int size() {
        return size;
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
     * What the second polynomial was expanded from.
     *
     * @return the seed, or nothing if the polynomials stand for themselves
     */
    public Optional<SealSeed> seed() {
        return Optional.ofNullable(seed);
    }

    /**
     * The residues, those of a seed expanded.
     *
     * @return a copy, {@code long[size * primes * N]}
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
        return "SealCiphertext[N = " + parameters.degree() + ", " + primes + " primes, " + size + " polynomials"
                + (seed == null ? "]" : ", seeded]");
    }
}
