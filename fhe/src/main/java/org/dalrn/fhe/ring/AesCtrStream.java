package org.dalrn.fhe.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A stream of pseudo-random words: AES-128 in counter mode over zeros, keyed from a 256-bit seed.
 *
 * <p>Key and first counter are the two halves of {@code SHA-256("dalrn.fhe.stream.v1" | 0 | purpose | 0 | seed)}, so streams
 * of different purposes are independent. Words are little-endian. Reading on allocates nothing; {@link #seek} does.
 *
 * <p>Not thread-safe: each thread has its own. A stream of secrets is ended with {@link #close}, which overwrites its buffer;
 * the key schedule is the JCE provider's and stays until collected.
 *
 * <p>Source: NIST SP 800-38A, counter mode.
 */
public final class AesCtrStream implements AutoCloseable {
    /** Bytes of a seed. */
    public static final int SEED_BYTES = 32;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final byte[] ZEROS = new byte[BUFFER_BYTES];
    private static final int BLOCK_BYTES = 16;

    private final SecretKeySpec key;
    private final byte[] firstCounter;
    private final Cipher cipher;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    /** The next unread byte of the buffer; its length if there is none. */
    private int position = BUFFER_BYTES;

    private AesCtrStream(byte[] seed, String purpose) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a seed of " + seed.length + " bytes; give 32");
        }
        byte[] material = null;
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("dalrn.fhe.stream.v1\0".getBytes(StandardCharsets.UTF_8));
            digest.update(purpose.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            material = digest.digest(seed);
            key = new SecretKeySpec(material, 0, BLOCK_BYTES, "AES");
            firstCounter = Arrays.copyOfRange(material, BLOCK_BYTES, 2 * BLOCK_BYTES);
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(firstCounter));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks AES/CTR or SHA-256, which every one must have", e);
        } finally {
            if (material != null) {
                Arrays.fill(material, (byte) 0);
            }
        }
    }

    /**
     * The stream of a seed: the same for everyone who knows it.
     *
     * @param seed 32 bytes, copied
     * @param purpose what the words are for; streams of different purposes have nothing in common
     */
    public static AesCtrStream of(byte[] seed, String purpose) {
        return new AesCtrStream(seed, Objects.requireNonNull(purpose, "purpose"));
    }

    /**
     * A stream that nobody can repeat, from a fresh seed.
     *
     * @param random the source of the seed
     * @param purpose what the words are for
     */
    public static AesCtrStream secret(SecureRandom random, String purpose) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        try {
            return of(seed, purpose);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** The next word. */
    public long nextWord() {
        if (position > BUFFER_BYTES - Long.BYTES) {
            refill();
        }
        long word = (long) WORDS.get(buffer, position);
        position += Long.BYTES;
        return word;
    }

    /**
     * The next words.
     *
     * @param out where they go
     * @param from the first index
     * @param count how many
     */
    public void nextWords(long[] out, int from, int count) {
        Objects.checkFromIndexSize(from, count, out.length);
        int done = 0;
        while (done < count) {
            if (position == BUFFER_BYTES) {
                refill();
            }
            int batch = Math.min(count - done, (BUFFER_BYTES - position) / Long.BYTES);
            for (int i = 0; i < batch; i++) {
                out[from + done + i] = (long) WORDS.get(buffer, position + i * Long.BYTES);
            }
            position += batch * Long.BYTES;
            done += batch;
        }
    }

    /**
     * Goes to a word of the stream.
     *
     * @param word its index from the stream's beginning, at least 0
     */
    public void seek(long word) {
        if (word < 0) {
            throw new IllegalArgumentException("word " + word + " of a stream; the first one is 0");
        }
        byte[] counter = firstCounter.clone();
        long carry = word / 2;
        for (int i = BLOCK_BYTES - 1; i >= 0 && carry != 0; i--) {
            carry += counter[i] & 0xff;
            counter[i] = (byte) carry;
            carry >>>= 8;
        }
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("bug: the key was accepted before", e);
        }
        position = BUFFER_BYTES;
        if (word % 2 != 0) {
            refill();
            position = Long.BYTES;
        }
    }

    private void refill() {
        try {
            cipher.update(ZEROS, 0, BUFFER_BYTES, buffer, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("bug: the buffer holds exactly the output", e);
        }
        position = 0;
    }

    /** Overwrites the buffer. Reading afterwards continues the stream. */
    @Override
    public void close() {
        Arrays.fill(buffer, (byte) 0);
        position = BUFFER_BYTES;
    }
}
