package org.dalrn.fhe.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Against AES/CTR of the JCE in one call, which in turn is held against NIST SP 800-38A, F.5.1, and single AES blocks. */
class AesCtrStreamTest {
    private static final byte[] SEED = new byte[32];

    static {
        new Random(20261123).nextBytes(SEED);
    }

    private static byte[] ctr(byte[] key, byte[] counter, byte[] input) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
        return cipher.doFinal(input);
    }

    private static byte[] material(String purpose) throws GeneralSecurityException {
        byte[] label = ("dalrn.fhe.stream.v1\0" + purpose + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] input = Arrays.copyOf(label, label.length + SEED.length);
        System.arraycopy(SEED, 0, input, label.length, SEED.length);
        return MessageDigest.getInstance("SHA-256").digest(input);
    }

    private static long[] expected(String purpose, int words) throws GeneralSecurityException {
        byte[] material = material(purpose);
        byte[] bytes = ctr(Arrays.copyOf(material, 16), Arrays.copyOfRange(material, 16, 32), new byte[8 * words]);
        long[] out = new long[words];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(out);
        return out;
    }

    @Test
    void counterModeOfTheJce_vectorOfNist_isTheirs() throws GeneralSecurityException {
        HexFormat hex = HexFormat.of();
        byte[] cipherText = ctr(
                hex.parseHex("2b7e151628aed2a6abf7158809cf4f3c"),
                hex.parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"),
                hex.parseHex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                        + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"));
        assertThat(hex.formatHex(cipherText))
                .isEqualTo("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
                        + "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee");
    }

    @Test
    void words_acrossRefills_areThoseOfCounterMode() throws GeneralSecurityException {
        int count = 3 * 4096 + 17;
        long[] expected = expected("test", count);
        long[] single = new long[count];
        try (AesCtrStream stream = AesCtrStream.of(SEED, "test")) {
            for (int i = 0; i < count; i++) {
                single[i] = stream.nextWord();
            }
        }
        assertThat(single).isEqualTo(expected);
        long[] batches = new long[count];
        try (AesCtrStream stream = AesCtrStream.of(SEED, "test")) {
            stream.nextWords(batches, 0, 5);
            batches[5] = stream.nextWord();
            stream.nextWords(batches, 6, 0);
            stream.nextWords(batches, 6, 9000);
            stream.nextWords(batches, 9006, count - 9006);
        }
        assertThat(batches).isEqualTo(expected);
    }

    @Test
    void seek_anyWord_isSkippingToIt() throws GeneralSecurityException {
        long[] expected = expected("test", 20_000);
        AesCtrStream stream = AesCtrStream.of(SEED, "test");
        for (int word : new int[] {0, 1, 2, 4095, 4096, 4097, 8191, 19_999, 3}) {
            stream.seek(word);
            assertThat(stream.nextWord()).as("word %d", word).isEqualTo(expected[word]);
            if (word + 1 < expected.length) {
                assertThat(stream.nextWord()).as("word %d", word + 1).isEqualTo(expected[word + 1]);
            }
        }
    }

    @Test
    void seek_farAhead_isTheBlockOfThatCounter() throws GeneralSecurityException {
        byte[] material = material("far");
        Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
        block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(Arrays.copyOf(material, 16), "AES"));
        BigInteger first = new BigInteger(1, Arrays.copyOfRange(material, 16, 32));
        AesCtrStream stream = AesCtrStream.of(SEED, "far");
        for (long word : new long[] {510, 1L << 33, (1L << 50) + 6, Long.MAX_VALUE - 1}) {
            BigInteger counter = first.add(BigInteger.valueOf(word / 2)).mod(BigInteger.ONE.shiftLeft(128));
            byte[] bytes = new byte[16];
            byte[] big = counter.toByteArray();
            int used = Math.min(16, big.length);
            System.arraycopy(big, big.length - used, bytes, 16 - used, used);
            ByteBuffer expected = ByteBuffer.wrap(block.doFinal(bytes)).order(ByteOrder.LITTLE_ENDIAN);
            stream.seek(word);
            assertThat(stream.nextWord()).as("word %d", word).isEqualTo(expected.getLong());
            assertThat(stream.nextWord()).as("word after %d", word).isEqualTo(expected.getLong());
        }
    }

    @Test
    void of_anotherPurposeOrSeed_isAnotherStream() throws GeneralSecurityException {
        assertThat(AesCtrStream.of(SEED, "a").nextWord()).isEqualTo(expected("a", 1)[0]);
        assertThat(AesCtrStream.of(SEED, "a").nextWord())
                .isNotEqualTo(AesCtrStream.of(SEED, "b").nextWord())
                .isNotEqualTo(AesCtrStream.of(new byte[32], "a").nextWord());
    }

    @Test
    void of_wrongArguments_areRefused() {
        assertThatThrownBy(() -> AesCtrStream.of(new byte[31], "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a seed of 31 bytes; give 32");
        assertThatThrownBy(() -> AesCtrStream.of(SEED, "a").seek(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("word -1");
    }
}
