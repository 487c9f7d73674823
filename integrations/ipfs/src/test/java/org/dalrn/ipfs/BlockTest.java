package org.dalrn.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BlockTest {
    private static final byte[] BYTES = Contents.counter(100);

    @Test
    void verified_ofTheRightBytes_isTheBlock() {
        Block block = Block.verified(Cid.of(Codec.RAW, BYTES), BYTES, "a test");
        assertThat(block.toByteArray()).isEqualTo(BYTES);
        assertThat(block).isEqualTo(Block.of(Codec.RAW, BYTES)).isNotEqualTo(Block.of(Codec.DAG_PB, BYTES));
    }

    @Test
    void verified_ofAnyFlippedBit_isRefused() {
        Cid cid = Cid.of(Codec.RAW, BYTES);
        for (int bit = 0; bit < BYTES.length * 8; bit++) {
            byte[] flipped = BYTES.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> Block.verified(cid, flipped, "a test"))
                    .isInstanceOf(BlockMismatchException.class)
                    .hasMessageContaining("a test gave 100 bytes for " + cid);
        }
    }

    @Test
    void of_bytesThatChangeLater_keepsItsOwn() {
        byte[] bytes = BYTES.clone();
        Block block = Block.of(Codec.RAW, bytes);
        bytes[0]++;
        block.toByteArray()[1]++;
        assertThat(block.toByteArray()).isEqualTo(BYTES);
        assertThat(block.bytes().isReadOnly()).isTrue();
    }

    @Test
    void tooManyBytes_areRefused() {
        byte[] large = new byte[Block.MAX_SIZE_BYTES + 1];
        assertThatThrownBy(() -> Block.of(Codec.RAW, large))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2097152");
        assertThatThrownBy(() -> Block.verified(Cid.of(Codec.RAW, BYTES), large, "a test"))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining("2097152");
    }
}
