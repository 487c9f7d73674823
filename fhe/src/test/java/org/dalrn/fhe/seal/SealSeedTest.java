package org.dalrn.fhe.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Expected words and digests: Microsoft SEAL 4.4.3 (zero seed, and seed 00..3f with one prime of 50 bits) and the model in
 * vectors/seal/expansion.py (SHAKE256 there by hashlib).
 */
class SealSeedTest {
    private static final byte[] COUNTING = new byte[SealSeed.BYTES];

    static {
        for (int i = 0; i < COUNTING.length; i++) {
            COUNTING[i] = (byte) i;
        }
    }

    @Nested
    class Stream {
        @Test
        void blake2xb_ofTheZeroSeed_givesTheWordsOfSeal() {
            long[] block = new long[WordStream.BLOCK_WORDS];
            WordStream stream = new Blake2xbStream(new long[8]);

            stream.block(0, block);
            assertThat(block)
                    .startsWith(0xcb6e0256cbc31f88L, 0x4ef7959ad55a1d0aL, 0xeb0431d0946f4c6eL, 0xf4e0fc6c17c0db28L);
            stream.block(1, block);
            assertThat(block[0]).isEqualTo(0xbcc8da64c8e2fbb3L);
        }

        @Test
        void shake256_ofTheZeroSeed_givesTheWordsOfSeal() {
            long[] block = new long[WordStream.BLOCK_WORDS];

            new Shake256Stream(new long[8]).block(0, block);

            assertThat(block)
                    .startsWith(0xb3c72e6d3078ff64L, 0x3f1d4f449bdbed1bL, 0x02e1693f4f9f2a71L, 0x646983930019f4b8L);
        }
    }

    @Nested
    class Expansion {
        private final SealParameters oneOf50Bits = SealParameters.of(2048, 0x3ffffffffc001L);
        /** Near 1.2 * 2^59: one word in 45 is rejected. */
        private final SealParameters rejecting = SealParameters.of(1024, 0x999999999999001L, 0x99999999998e001L);

        @Test
        void blake2xb_ofOnePrime_givesTheWordsOfSeal() {
            long[] words = SealSeed.of(SealSeed.Generator.BLAKE2XB, COUNTING).expand(oneOf50Bits, 1);

            assertThat(words).startsWith(1008679631510126L, 58077480770951L, 1001010618187919L);
            assertThat(words).endsWith(1076589399707724L);
            assertThat(sha256(words)).isEqualTo("5dc3c3f7e09677267145aaced0783fdaf9d675f515d4f838f9d1adcdf432c7af");
        }

        @Test
        void blake2xb_whenWordsAreRejected_replacesThemFromBehindTheFirstPart() {
            long[] words = SealSeed.of(SealSeed.Generator.BLAKE2XB, COUNTING).expand(rejecting, 2);

            assertThat(sha256(words)).isEqualTo("fc87caf8904272b47053123c1ab076f5dfd20bdcc4ac97652dfdbd3c93a6d68d");
        }

        @Test
        void shake256_withAndWithoutRejection_givesTheWordsOfTheModel() {
            SealSeed seed = SealSeed.of(SealSeed.Generator.SHAKE256, COUNTING);

            assertThat(sha256(seed.expand(oneOf50Bits, 1)))
                    .isEqualTo("d1dd09cc7cd9097ccc64b2d40771d662888ec3f1d71fe076932dcb1adce017a8");
            assertThat(sha256(seed.expand(rejecting, 2)))
                    .isEqualTo("a0b120ffee2523ac5e189054dca5623b60a48be1c3f4ecb1f6b1a8b6c8993f00");
        }

        @Test
        void expand_ofMorePrimesThanThereAre_isRefused() {
            SealSeed seed = SealSeed.of(SealSeed.Generator.SHAKE256, COUNTING);

            assertThatThrownBy(() -> seed.expand(oneOf50Bits, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("2 primes; these parameters have 1 to 1 primes");
        }
    }

    @Test
    void of_aWrongNumberOfBytes_isRefused() {
        assertThatThrownBy(() -> SealSeed.of(SealSeed.Generator.BLAKE2XB, new byte[32]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a seed of 32 bytes; SEAL's have 64");
    }

    @Test
    void random_twice_givesTwoSeeds() {
        SecureRandom random = new SecureRandom();

        assertThat(SealSeed.random(random)).isNotEqualTo(SealSeed.random(random));
    }

    @Test
    void bytes_ofASeed_areThoseItWasMadeOf() {
        SealSeed seed = SealSeed.of(SealSeed.Generator.BLAKE2XB, COUNTING);

        assertThat(seed.bytes()).isEqualTo(COUNTING);
        assertThat(seed).isEqualTo(SealSeed.of(SealSeed.Generator.BLAKE2XB, COUNTING));
        assertThat(seed).isNotEqualTo(SealSeed.of(SealSeed.Generator.SHAKE256, COUNTING));
    }

    private static String sha256(long[] words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(words);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
