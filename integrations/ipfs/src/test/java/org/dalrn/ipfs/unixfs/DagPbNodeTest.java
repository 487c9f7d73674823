package org.dalrn.ipfs.unixfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.Contents;
import org.dalrn.ipfs.IpfsFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DagPbNodeTest {
    private static final String CID = "01551220" + "11".repeat(32);

    /** One link to {@code CID}, of 5 bytes, and the data of a file of 5 bytes. */
    private static final String NODE = "122a" + "0a24" + CID + "1200" + "1805" + "0a06" + "080218052005";

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void decode_ofANode_givesItsLinksAndData() {
        DagPbNode node = DagPbNode.decode(ByteBuffer.wrap(hex(NODE)));
        assertThat(node.links()).containsExactly(new DagPbLink(Cid.ofBytes(hex(CID)), "", 5));
        UnixFsData data = UnixFsData.decode(node.data());
        assertThat(data.size()).isEqualTo(5);
        assertThat(data.blockSize(0)).isEqualTo(5);
        assertThat(node.encode()).isEqualTo(hex(NODE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | nothing where field 1",
                "0a00 0a00 | something after its data",
                "0a06 080218052005 122a 0a24 CID 1200 1805 | something after its data",
                "122a 0a24 CID 1200 1805 | nothing where field 1",
                "122b 0a24 CID 1200 1805 00 0a00 | something after its size",
                "1228 0a24 CID 1200 0a00 | nothing where field 3",
                "1228 0a24 CID 1805 0a00 | tag 24 where field 2",
                "1204 1200 1805 0a00 | tag 18 where field 1",
                "122b 0a25 CID 00 1200 1805 0a00 | 1 bytes after its CID",
                "122b 0a24 CID 1201 ff 1805 0a00 | not UTF-8",
                "122b 0a24 CID 1200 188500 0a00 | shortest",
                "12ff 0a24 CID 1200 1805 0a00 | where",
                "0a05 08021805 | a field of 5 bytes where 4 are left",
                "1a00 0a00 | tag 26 where field 1",
                "0a8000 | shortest",
            })
    void decode_ofAnythingElse_isRefusedWithTheReason(String text, String reason) {
        byte[] bytes = hex(text.replace("CID", CID).replace(" ", ""));
        assertThatThrownBy(() -> DagPbNode.decode(ByteBuffer.wrap(bytes)))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | nothing where field 1",
                "0802 | nothing where field 3",
                "0800 1800 | type raw",
                "0801 | type directory",
                "0804 | type symlink",
                "0807 | type 7",
                "0802 1200 1800 | content of no bytes",
                "0802 1801 | the size 1, but its content and parts have 0 bytes",
                "0802 1805 2002 2002 | the size 5, but its content and parts have 4 bytes",
                "0802 1805 20ffffffffffffffff7f 20ffffffffffffffff7f 2007 | more than 2^63",
                "0802 1800 2800 | tag 40",
                "0802 1800 38a403 | mode and time are not read",
                "0802 1805 2203 030200 | tag 34",
                "1800 0802 | tag 24 where field 1",
            })
    void decodeOfData_ofAnythingElse_isRefusedWithTheReason(String text, String reason) {
        byte[] bytes = hex(text.replace(" ", ""));
        assertThatThrownBy(() -> UnixFsData.decode(ByteBuffer.wrap(bytes)))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void decode_ofMoreLinksThanAllowed_isRefused() {
        byte[] link = hex("122a" + "0a24" + CID + "1200" + "1805");
        ByteBuffer bytes = ByteBuffer.allocate(link.length * (FileLayout.MOST_LINKS + 1));
        while (bytes.hasRemaining()) {
            bytes.put(link);
        }
        assertThatThrownBy(() -> DagPbNode.decode(bytes.flip()))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining("more than 8192 links");
        byte[] sizes = new byte[4 + 2 * (FileLayout.MOST_LINKS + 1)];
        Arrays.fill(sizes, (byte) 0x20);
        System.arraycopy(hex("08021820"), 0, sizes, 0, 4);
        assertThatThrownBy(() -> UnixFsData.decode(ByteBuffer.wrap(sizes)))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining("more than 8192 parts");
    }

    @Test
    void decode_ofWhatWasEncoded_isTheSame() {
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            List<DagPbLink> links = new ArrayList<>();
            for (int k = random.nextInt(5); k > 0; k--) {
                links.add(new DagPbLink(
                        Cid.of(Codec.RAW, Contents.counter(random.nextInt(99))),
                        "ä".repeat(random.nextInt(3)),
                        random.nextLong() >>> (1 + random.nextInt(63))));
            }
            long[] sizes = random.longs(random.nextInt(5), 0, 1L << 50).toArray();
            byte[] bytes =
                    DagPbNode.of(links, UnixFsData.ofParts(sizes).encode()).encode();
            DagPbNode read = DagPbNode.decode(ByteBuffer.wrap(bytes));
            assertThat(read.links()).isEqualTo(links);
            assertThat(read.encode()).isEqualTo(bytes);
            UnixFsData data = UnixFsData.decode(read.data());
            assertThat(data.parts()).isEqualTo(sizes.length);
            assertThat(data.size()).isEqualTo(Arrays.stream(sizes).sum());
            assertThat(ByteBuffer.wrap(data.encode())).isEqualTo(read.data());
        }
    }

    @Test
    void decode_ofAnyFlippedBit_isAnotherNodeOrRefused() {
        byte[] bytes = hex(NODE);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(DagPbNode.decode(ByteBuffer.wrap(flipped)).encode()).isEqualTo(flipped);
            } catch (IpfsFormatException expected) {
                // Refused: the other allowed outcome.
            }
        }
    }
}
