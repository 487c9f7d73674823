package org.dalrn.ipfs.unixfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMissingException;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.IpfsFormatException;

/** Any blocks either are a file within its limits, or are refused; any file that was cut into blocks reads back. */
class FileDagFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void read_ofAnyGraphOrFile_staysWithinItsLimits(FuzzedDataProvider data) throws IOException {
        if (data.consumeBoolean()) {
            graph(data);
        } else {
            file(data);
        }
    }

    /** Nodes over blocks that came before them, with sizes that are mostly right: hashes cannot be guessed. */
    private static void graph(FuzzedDataProvider data) throws IOException {
        Map<Cid, Block> blocks = new HashMap<>();
        List<Cid> made = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        while (data.remainingBytes() > 0 && made.size() < 64) {
            Block block;
            long size = 0;
            if (made.isEmpty() || data.consumeBoolean()) {
                byte[] bytes = data.consumeBytes(8);
                size = bytes.length;
                block = Block.of(data.consumeBoolean() ? Codec.RAW : Codec.DAG_PB, bytes);
            } else {
                int children = data.consumeInt(0, 5);
                List<DagPbLink> links = new ArrayList<>();
                long[] parts = new long[children];
                for (int i = 0; i < children; i++) {
                    int child = data.consumeInt(0, made.size() - 1);
                    links.add(new DagPbLink(made.get(child), "", 0));
                    parts[i] = data.consumeInt(0, 9) == 0 ? data.consumeLong(0, 1000) : sizes.get(child);
                    size = Math.min(1L << 40, size + parts[i]);
                    parts[i] = Math.min(parts[i], 1L << 40);
                }
                block = Block.of(
                        Codec.DAG_PB,
                        DagPbNode.of(links, UnixFsData.ofParts(parts).encode()).encode());
            }
            blocks.put(block.cid(), block);
            made.add(block.cid());
            sizes.add(size);
        }
        if (made.isEmpty()) {
            return;
        }
        int[] asked = {0};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            long read = FileDag.read(
                    made.get(made.size() - 1),
                    cid -> {
                        asked[0]++;
                        Block block = blocks.get(cid);
                        if (block == null) {
                            throw new BlockMissingException("no " + cid);
                        }
                        return block;
                    },
                    new ReadLimits(1000, 500),
                    out);
            assertThat(read).isEqualTo(out.size());
        } catch (IpfsFormatException | BlockMissingException expected) {
            // Refused: the other allowed outcome.
        }
        assertThat(asked[0]).isLessThanOrEqualTo(500);
        assertThat(out.size()).isLessThanOrEqualTo(1000);
    }

    private static void file(FuzzedDataProvider data) throws IOException {
        FileLayout layout = new FileLayout(data.consumeInt(1, 40), data.consumeInt(2, 9));
        byte[] bytes = data.consumeRemainingAsBytes();
        Map<Cid, Block> blocks = new HashMap<>();
        FileDag dag =
                FileDag.build(new ByteArrayInputStream(bytes), layout, block -> blocks.put(block.cid(), block));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FileDag.read(dag.root(), blocks::get, new ReadLimits(bytes.length, dag.blocks()), out);
        assertThat(out.toByteArray()).isEqualTo(bytes);
    }
}
