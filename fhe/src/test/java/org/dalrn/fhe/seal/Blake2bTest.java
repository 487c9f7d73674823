package org.dalrn.fhe.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected digests: Python's hashlib, by vectors/seal/expansion.py. */
class Blake2bTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1f1c3b54a09b6d5b95d0c1cc462b0e704838ec1cc9a4e663ba3f26b347a1802a, 973bae3383386e6dbfac16b756fcc51e",
        "16, 5f3e52fa0b2a8e651118ddf12744a7c4d20e08b5ee51bef4ce00522c25bfdbd4, 60a5fe95e5e54a55e791ce18eee5dde1",
        "17, 7192a8e070339133ac29b38c02c6a68d99bf7cad0fe2e18a0cb3d67eba0a1512, ac8227118f43f3dec42327aa8878512a",
        "40, f36dd649e100b0ad200b8b35be672f50ccff7869c9f27eb006b8e78560d5b07b, d7a870c0dfff5cece78730fde0d8ae71"
    })
    void hash_ofWholeBlocksAndParts_isThatOfHashlib(int words, String short32, String startOf64) {
        long[] message = LongStream.rangeClosed(1, words)
                .map(i -> 0x0123456789abcdefL * i)
                .toArray();

        assertThat(hex(Blake2b.hash(message, 4))).isEqualTo(short32);
        assertThat(hex(Blake2b.hash(message, 8))).startsWith(startOf64);
    }

    private static String hex(long[] words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(words);
        return HexFormat.of().formatHex(bytes.array());
    }
}
