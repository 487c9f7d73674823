package org.dalrn.ipfs.car;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMismatchException;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.Contents;
import org.dalrn.ipfs.IpfsException;
import org.dalrn.ipfs.IpfsFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CarReaderTest {
    private static final Block FIRST = Block.of(Codec.RAW, Contents.counter(70));
    private static final Block SECOND = Block.of(Codec.DAG_PB, new byte[0]);

    private static final String CID = "01551220" + "11".repeat(32);

    private static byte[] archive(List<Cid> roots, Block... blocks) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CarWriter writer = CarWriter.begin(out, roots);
        for (Block block : blocks) {
            writer.put(block);
        }
        return out.toByteArray();
    }

    private static List<Block> read(byte[] archive) throws IOException {
        CarReader reader = CarReader.open(new ByteArrayInputStream(archive));
        List<Block> blocks = new ArrayList<>();
        for (Optional<Block> block = reader.next(); block.isPresent(); block = reader.next()) {
            blocks.add(block.get());
        }
        return blocks;
    }

    @Test
    void read_ofWhatWasWritten_isTheSame() throws IOException {
        byte[] archive = archive(List.of(FIRST.cid(), SECOND.cid()), FIRST, SECOND, FIRST);
        assertThat(CarReader.open(new ByteArrayInputStream(archive)).roots())
                .containsExactly(FIRST.cid(), SECOND.cid());
        assertThat(read(archive)).containsExactly(FIRST, SECOND, FIRST);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 23, 24, 255, 256, 1000})
    void header_ofAnyNumberOfRoots_readsBack(int roots) throws IOException {
        byte[] archive = archive(Collections.nCopies(roots, FIRST.cid()));
        assertThat(CarReader.open(new ByteArrayInputStream(archive)).roots()).hasSize(roots);
        assertThat(read(archive)).isEmpty();
    }

    @Test
    void header_ofTooManyRoots_isRefused() {
        assertThatThrownBy(() -> archive(Collections.nCopies(1001, FIRST.cid())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1000");
    }

    @Test
    void read_ofAnArchiveCutOffAnywhere_isRefusedExceptBetweenBlocks() throws IOException {
        byte[] archive = archive(List.of(FIRST.cid()), FIRST, SECOND);
        int header = archive(List.of(FIRST.cid())).length;
        List<Integer> ends = List.of(header, archive(List.of(FIRST.cid()), FIRST).length);
        for (int length = 0; length < archive.length; length++) {
            byte[] cut = Arrays.copyOf(archive, length);
            if (ends.contains(length)) {
                assertThat(read(cut)).hasSize(ends.indexOf(length));
            } else {
                assertThatThrownBy(() -> read(cut))
                        .isInstanceOf(IpfsFormatException.class)
                        .hasMessageContaining(length == 0 ? "empty" : "cut off");
            }
        }
    }

    @Test
    void read_ofAnyFlippedBit_isRefusedOrShowsOtherRoots() throws IOException {
        byte[] archive = archive(List.of(FIRST.cid()), FIRST, SECOND);
        for (int bit = 0; bit < archive.length * 8; bit++) {
            byte[] flipped = archive.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            List<Block> blocks;
            List<Cid> roots;
            try {
                blocks = read(flipped);
                roots = CarReader.open(new ByteArrayInputStream(flipped)).roots();
            } catch (IpfsException expected) {
                continue;
            }
            // The archive does not protect its roots: who asks for a CID does.
            assertThat(blocks).containsExactly(FIRST, SECOND);
            assertThat(roots).hasSize(1).doesNotContain(FIRST.cid());
        }
    }

    @Test
    void read_ofABlockUnderAnotherName_isRefused() throws IOException {
        byte[] archive = archive(List.of(), FIRST);
        archive[archive.length - 1]++;
        assertThatThrownBy(() -> read(archive))
                .isInstanceOf(BlockMismatchException.class)
                .hasMessageContaining(FIRST.cid().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0a a16776657273696f6e02 | version 2",
                "ffffffff7f | at most 65536",
                "818080808080808080808000 | more than 9 bytes",
                "00 | at byte 0 of 0",
                "11 a265726f6f7473806776657273696f6e02 | 'gversion?' is expected",
                "11 a26776657273696f6e0165726f6f747380 | '?eroots' is expected",
                "12 a265726f6f747398006776657273696f6e01 | shortest form",
                "13 a265726f6f74739900ff6776657273696f6e01 | shortest form",
                "13 a265726f6f747399ffff6776657273696f6e01 | 65535 roots; at most 1000",
                "15 a265726f6f74739a000000016776657273696f6e01 | length of an array",
                "11 a265726f6f7473f66776657273696f6e01 | length of an array",
                "08 a265726f6f747398 | length of an array",
                "12 a265726f6f7473806776657273696f6e0100 | the end is expected",
                "11 a265726f6f7473806776657273696f6e01 05 0000000000 | holds no CID",
                "11 a265726f6f7473806776657273696f6e01 00 | holds no CID",
                "11 a265726f6f7473806776657273696f6e01 a5808001 | at most 2097188 are allowed",
                "11 a265726f6f7473806776657273696f6e01 8100 | shortest form",
                "11 a265726f6f7473806776657273696f6e01 24 01711220"
                        + "1111111111111111111111111111111111111111111111111111111111111111" + " | codec 0x71",
            })
    void read_ofAnythingElse_isRefusedWithTheReason(String hex, String reason) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", "").replace("CID", CID));
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void read_ofASectionThatClaimsMoreThanThereIs_readsNoFurther() {
        byte[] header = HexFormat.of().parseHex("11a265726f6f7473806776657273696f6e01");
        byte[] section = HexFormat.of().parseHex("a4808001" + CID);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header);
        bytes.writeBytes(section);
        assertThatThrownBy(() -> read(bytes.toByteArray()))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining("cut off after " + bytes.size() + " bytes");
    }

    @Test
    void read_whenTheStreamFails_fails() throws IOException {
        InputStream broken = InputStream.nullInputStream();
        broken.close();
        assertThatThrownBy(() -> CarReader.open(broken))
                .isInstanceOf(IOException.class)
                .hasMessage("Stream closed");
    }
}
