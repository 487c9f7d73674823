package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/**
 * The 64 public bytes and the generator from which SEAL expands the uniform polynomial of a fresh ciphertext or key.
 *
 * <p>Public: it replaces a polynomial that everybody sees. It must be fresh for every encryption under one secret key, since
 * two encryptions with the same polynomial reveal the difference of their plaintexts.
 *
 * <p>Immutable and thread-safe. Source: SEAL 4.4.3, rlwe.cpp and randomgen.cpp.
 */
public final class SealSeed {
    /** Bytes of a seed. */
    public static final int BYTES = 64;

    /** How the words are made. */
    public enum Generator {
        /** BLAKE2Xb, what SEAL uses unless built otherwise. */
        BLAKE2XB(1),
        /** SHAKE256. */
        SHAKE256(2);

        private final int code;

        Generator(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Generator ofCode(int code) {
            return switch (code) {
                case 1 -> BLAKE2XB;
                case 2 -> SHAKE256;
                default ->
                    throw new SealFormatException(
                            "SEAL generator " + code + " is unknown; the generators are 1 (Blake2xb) and 2 (SHAKE256)");
            };
        }
    }

    private final Generator generator;
    private final long[] words;

    private SealSeed(Generator generator, long[] words) {
        this.generator = generator;
        this.words = words;
    }

    /**
     * Takes a given seed.
     *
     * @param generator how words are made of it
     * @param bytes 64 bytes, copied
     * @return the seed
     * @throws IllegalArgumentException if there are not 64 bytes
     */
    public static SealSeed of(Generator generator, byte[] bytes) {
        Objects.requireNonNull(generator, "generator");
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a seed of " + bytes.length + " bytes; SEAL's have " + BYTES);
        }
        long[] words = new long[BYTES / Long.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
        return new SealSeed(generator, words);
    }

    /**
     * Draws a fresh seed for {@link Generator#BLAKE2XB}.
     *
     * @param random the source
     * @return the seed
     */
    public static SealSeed random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return of(Generator.BLAKE2XB, bytes);
    }

    static SealSeed read(SealInput in) {
        return in.nested("generator of a seed", (body, version) -> {
            Generator generator = Generator.ofCode(body.u8());
            long[] words = new long[BYTES / Long.BYTES];
            body.words(words, 0, words.length);
            return new SealSeed(generator, words);
        });
    }

    void write(SealOutput out) {
        out.header(SIZE);
        out.u8(generator.code());
        out.words(words, 0, words.length);
    }

    /** Bytes of the object with its header. */
    static final int SIZE = SealHeader.BYTES + 1 + BYTES;

    /**
     * How words are made of the seed.
     *
     * @return the generator
     */
    public Generator generator() {
        return generator;
    }

    /**
     * The bytes of the seed.
     *
     * @return a copy, 64 bytes
     */
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(words);
        return bytes;
    }

    /**
     * Expands the uniform polynomial that SEAL makes of this seed.
     *
     * @param parameters the degree and the primes
     * @param primes how many of the primes, from the first
     * @return {@code long[primes * N]}, prime-major, NTT domain, row j in {@code [0, q_j)}
     * @throws IllegalArgumentException if the parameters do not have so many primes
     */
    public long[] expand(SealParameters parameters, int primes) {
        parameters.requirePrimes(primes);
        long[] polynomial = new long[primes * parameters.degree()];
        expandInto(parameters, primes, polynomial, 0);
        return polynomial;
    }

    /** A first polynomial, copied, with the expansion behind it. */
    long[] expandBehind(long[] first, SealParameters parameters, int primes) {
        long[] words = Arrays.copyOf(first, 2 * first.length);
        expandInto(parameters, primes, words, first.length);
        return words;
    }

    /**
     * Fills a region with the uniform polynomial.
     *
     * <p>All words are first taken from the stream in order; one that would bias the remainder is replaced by the next word
     * after them. The bound is one below the tight one, as in SEAL.
     */
    private void expandInto(SealParameters parameters, int primes, long[] target, int offset) {
        WordStream stream = switch (generator) {
            case BLAKE2XB -> new Blake2xbStream(words);
            case SHAKE256 -> new Shake256Stream(words);
        };
        int degree = parameters.degree();
        int count = primes * degree;
        long[] block = new long[WordStream.BLOCK_WORDS];
        long counter = 0;
        int next = WordStream.BLOCK_WORDS;
        for (int filled = 0; filled < count; ) {
            stream.block(counter++, block);
            next = Math.min(WordStream.BLOCK_WORDS, count - filled);
            System.arraycopy(block, 0, target, offset + filled, next);
            filled += next;
        }
        for (int prime = 0; prime < primes; prime++) {
            long q = parameters.modulus(prime);
            long bound = -1L - Long.remainderUnsigned(-1L, q) - 1L;
            int row = offset + prime * degree;
            for (int i = row; i < row + degree; i++) {
                long word = target[i];
                while (Long.compareUnsigned(word, bound) >= 0) {
                    if (next == WordStream.BLOCK_WORDS) {
                        stream.block(counter++, block);
                        next = 0;
                    }
                    word = block[next++];
                }
                target[i] = Long.remainderUnsigned(word, q);
            }
        }
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof SealSeed seed && seed.generator == generator && Arrays.equals(seed.words, words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words) * 31 + generator.hashCode();
    }

    @Override
    public String toString() {
        return "SealSeed[" + generator + ", " + BYTES + " bytes]";
    }
}
