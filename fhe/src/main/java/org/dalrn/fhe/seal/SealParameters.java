package org.dalrn.fhe.seal;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ring degree and the primes of CKKS as SEAL stores them, with the digest of every level.
 *
 * <p>Nothing is said about security: a pair of degree and primes that this type holds may be as weak as SEAL lets one make
 * it. All other objects are read against parameters, which the reader must know already or have checked.
 *
 * <p><b>Levels.</b> Keys live on all k primes. With k of 2 or more the last prime is special: data lives on the first
 * {@code k - 1} primes or fewer. With one prime both live on it.
 *
 * <p>Immutable and thread-safe. Source: SEAL 4.4.3, encryptionparams.cpp and context.cpp.
 */
public final class SealParameters {
    /** The largest ring degree of SEAL. */
    public static final int LARGEST_DEGREE = 131_072;

    /** The most primes of SEAL. */
    public static final int MOST_PRIMES = 256;

    private static final int CKKS = 2;
    private static final String[] SCHEMES = {"none", "BFV", "CKKS", "BGV"};
    private static final int LEAST_BITS = 2;
    private static final int MOST_BITS = 60;
    private static final int MODULUS_BYTES = SealHeader.BYTES + Long.BYTES;
    private static final int FIXED_BYTES = SealHeader.BYTES + 1 + 2 * Long.BYTES + MODULUS_BYTES;

    private final int degree;
    private final long[] moduli;
    /** At index k - 1 the digest of the level with k primes. */
    private final ParmsId[] ids;

    private SealParameters(int degree, long[] moduli) {
        this.degree = degree;
        this.moduli = moduli;
        this.ids = new ParmsId[moduli.length];
        for (int primes = 1; primes <= moduli.length; primes++) {
            ids[primes - 1] = digest(degree, moduli, primes);
        }
    }

    /**
     * Takes a degree and primes.
     *
     * @param degree ring degree N, a power of two in [2, 131072]
     * @param moduli 1 to 256 distinct primes of 2 to 60 bits, each 1 modulo 2N; copied
     * @return the parameters
     * @throws IllegalArgumentException if they are not such numbers
     */
    public static SealParameters of(int degree, long... moduli) {
        long[] copy = moduli.clone();
        String problem = problem(degree, copy);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        return new SealParameters(degree, copy);
    }

    /**
     * Reads an object that SEAL calls EncryptionParameters.
     *
     * @param bytes one whole object
     * @return the parameters
     * @throws SealFormatException if the bytes are not parameters of CKKS
     */
    public static SealParameters read(byte[] bytes) {
        return read(ByteBuffer.wrap(bytes));
    }

    static SealParameters read(ByteBuffer bytes) {
        return SealInput.object("parameters", bytes, SealParameters::readMembers);
    }

    private static SealParameters readMembers(SealInput in, SealVersion version) {
        int scheme = in.u8();
        if (scheme != CKKS) {
            throw in.malformed("scheme " + scheme + (scheme < SCHEMES.length ? " (" + SCHEMES[scheme] + ")" : "")
                    + "; only 2 (CKKS) is read here");
        }
        int degree = in.between("ring degree", 2, LARGEST_DEGREE);
        int primes = in.between("number of primes", 1, MOST_PRIMES);
        in.require((long) (primes + 1) * MODULUS_BYTES);
        long[] moduli = new long[primes];
        for (int j = 0; j < primes; j++) {
            moduli[j] = readModulus(in, "prime");
        }
        long plain = readModulus(in, "plain modulus");
        if (plain != 0) {
            throw in.malformed("plain modulus is " + Long.toUnsignedString(plain) + "; CKKS has 0");
        }
        String problem = problem(degree, moduli);
        if (problem != null) {
            throw in.malformed(problem);
        }
        return new SealParameters(degree, moduli);
    }

    private static long readModulus(SealInput in, String what) {
        return in.nested(what, (body, version) -> body.u64());
    }

    private static @Nullable String problem(int degree, long[] moduli) {
        if (degree < 2 || degree > LARGEST_DEGREE || Integer.bitCount(degree) != 1) {
            return "ring degree " + degree + " is not a power of two in [2, " + LARGEST_DEGREE + "]";
        }
        if (moduli.length == 0 || moduli.length > MOST_PRIMES) {
            return moduli.length + " primes; there are 1 to " + MOST_PRIMES;
        }
        for (int j = 0; j < moduli.length; j++) {
            long q = moduli[j];
            int bits = Long.SIZE - Long.numberOfLeadingZeros(q);
            if (bits < LEAST_BITS
                    || bits > MOST_BITS
                    || q % (2L * degree) != 1
                    || !BigInteger.valueOf(q).isProbablePrime(64)) {
                return "modulus " + Long.toUnsignedString(q) + " is not a prime of " + LEAST_BITS + " to " + MOST_BITS
                        + " bits that is 1 modulo 2N = " + 2L * degree;
            }
            for (int i = 0; i < j; i++) {
                if (moduli[i] == q) {
                    return "prime " + q + " occurs twice; the primes must differ";
                }
            }
        }
        return null;
    }

    private static ParmsId digest(int degree, long[] moduli, int primes) {
        long[] message = new long[primes + 3];
        message[0] = CKKS;
        message[1] = degree;
        System.arraycopy(moduli, 0, message, 2, primes);
        long[] digest = Blake2b.hash(message, ParmsId.BYTES / Long.BYTES);
        return new ParmsId(digest[0], digest[1], digest[2], digest[3]);
    }

    /**
     * Writes the parameters.
     *
     * @param encoding version and compression
     * @return one whole object
     */
    public byte[] toBytes(SealEncoding encoding) {
        long size = FIXED_BYTES + (long) MODULUS_BYTES * moduli.length;
        return SealOutput.object("parameters", encoding, size, out -> {
            out.u8(CKKS);
            out.u64(degree);
            out.u64(moduli.length);
            for (long q : moduli) {
                writeModulus(out, q);
            }
            writeModulus(out, 0);
        });
    }

    private static void writeModulus(SealOutput out, long value) {
        out.header(MODULUS_BYTES);
        out.u64(value);
    }

    /**
     * The ring degree.
     *
     * @return N
     */
    public int degree() {
        return degree;
    }

    /**
     * The number of all primes, the special one included: the primes keys have.
     *
     * @return 1 to 256
     */
    public int keyPrimes() {
        return moduli.length;
    }

    /**
     * The number of primes of fresh data.
     *
     * @return {@link #keyPrimes()} less one, but at least 1
     */
    public int dataPrimes() {
        return Math.max(1, moduli.length - 1);
    }

    /**
     * One prime.
     *
     * @param index from 0
     * @return the prime q
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public long modulus(int index) {
        return moduli[Objects.checkIndex(index, moduli.length)];
    }

    /**
     * All primes in order.
     *
     * @return a copy
     */
    public long[] moduli() {
        return moduli.clone();
    }

    /**
     * The digest of the level that has the first primes, which SEAL calls parms_id.
     *
     * @param primes 1 to {@link #keyPrimes()}
     * @return 64 lower-case hexadecimal digits
     * @throws IllegalArgumentException if there are not so many primes
     */
    public String parmsId(int primes) {
        return id(primes).toString();
    }

    ParmsId id(int primes) {
        requirePrimes(primes);
        return ids[primes - 1];
    }

    void requirePrimes(int primes) {
        if (primes < 1 || primes > moduli.length) {
            throw new IllegalArgumentException(
                    primes + " primes; these parameters have 1 to " + moduli.length + " primes");
        }
    }

    /**
     * Reads the digest of a level of data.
     *
     * @return its number of primes
     */
    int readDataLevel(SealInput in) {
        ParmsId id = ParmsId.read(in);
        for (int primes = dataPrimes(); primes > 0; primes--) {
            if (ids[primes - 1].equals(id)) {
                return primes;
            }
        }
        throw in.malformed("parms_id " + id + " is of no level of data of these parameters (N = " + degree + ", "
                + dataPrimes() + " primes); read it with the parameters it was made with");
    }

    /** Reads the digest of the level of keys. */
    void readKeyLevel(SealInput in) {
        ParmsId id = ParmsId.read(in);
        if (!ids[moduli.length - 1].equals(id)) {
            throw in.malformed("parms_id " + id + " is not the level of keys of these parameters (N = " + degree + ", "
                    + moduli.length + " primes); read it with the parameters it was made with");
        }
    }

    /** Reads an array of one polynomial. */
    long[] readPolynomial(SealInput in, int primes) {
        return in.nested("array of words", (body, version) -> {
            body.expect("number of words", (long) primes * degree);
            return readRows(body, primes, primes);
        });
    }

    /**
     * Reads the array of a ciphertext.
     *
     * @return {@code long[size * primes * N]}, or only its first polynomial if a seed follows
     */
    long[] readCiphertextWords(SealInput in, int size, int primes) {
        return in.nested("array of words", (body, version) -> {
            long polynomial = (long) primes * degree;
            long count = body.u64();
            if (count != size * polynomial && !(size == 2 && count == polynomial)) {
                throw body.malformed("number of words is " + Long.toUnsignedString(count) + "; " + size
                        + " polynomials have " + size * polynomial
                        + (size == 2 ? ", or " + polynomial + " before a seed" : ""));
            }
            return readRows(body, (int) (count / degree), primes);
        });
    }

    private long[] readRows(SealInput in, int rows, int primes) {
        in.require((long) rows * degree * Long.BYTES);
        long[] words = new long[rows * degree];
        for (int row = 0; row < rows; row++) {
            in.words(words, row * degree, degree);
            String problem = rowProblem(words, row, moduli[row % primes]);
            if (problem != null) {
                Arrays.fill(words, 0);
                throw in.malformed(problem);
            }
        }
        return words;
    }

    /** The first word of a row that is no residue, or null. */
    private @Nullable String rowProblem(long[] words, int row, long q) {
        for (int i = 0; i < degree; i++) {
            if (Long.compareUnsigned(words[row * degree + i], q) >= 0) {
                return "residue " + i + " of row " + row + " is not below its prime " + q;
            }
        }
        return null;
    }

    /**
     * Checks words that a caller passes.
     *
     * @throws IllegalArgumentException if their number or one of them is wrong
     */
    void requireResidues(long[] words, int polynomials, int primes) {
        long count = (long) polynomials * primes * degree;
        if (words.length != count) {
            throw new IllegalArgumentException(words.length + " words; " + polynomials + " polynomials of " + primes
                    + " primes and degree " + degree + " have " + count);
        }
        for (int row = 0; row < polynomials * primes; row++) {
            String problem = rowProblem(words, row, moduli[row % primes]);
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
        }
    }

    /** What is wrong with a scale at a level, or null. */
    @Nullable
    String scaleProblem(double scale, int primes) {
        int bits = 0;
        for (int j = 0; j < primes; j++) {
            bits += Long.SIZE - Long.numberOfLeadingZeros(moduli[j]);
        }
        return scale > 0 && Double.isFinite(scale) && Math.getExponent(scale) < bits
                ? null
                : "scale " + scale + " is not a finite positive number below the modulus of its level, 2^" + bits;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SealParameters that && degree == that.degree && Arrays.equals(moduli, that.moduli);
    }

    @Override
    public int hashCode() {
        return degree * 31 + Arrays.hashCode(moduli);
    }

    @Override
    public String toString() {
        return "SealParameters[CKKS, N = " + degree + ", primes " + Arrays.toString(moduli) + "]";
    }
}
