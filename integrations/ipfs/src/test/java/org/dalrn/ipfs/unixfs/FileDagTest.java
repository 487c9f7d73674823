package org.dalrn.ipfs.unixfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMismatchException;
import org.dalrn.ipfs.BlockMissingException;
import org.dalrn.ipfs.BlockSource;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.Contents;
import org.dalrn.ipfs.IpfsFormatException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FileDagTest {
    private static final ReadLimits AMPLE = new ReadLimits(1 << 30, 1 << 20);

    /** In memory; says what it lacks. */
    private static final class Blocks implements BlockSource {
        final Map<Cid, Block> blocks = new HashMap<>();
        long asked;

        void put(Block block) {
            blocks.put(block.cid(), block);
        }

        @Override
        public Block get(Cid cid) {
            asked++;
            Block block = blocks.get(cid);
            if (block == null) {
                throw new BlockMissingException("no " + cid);
            }
            return block;
        }
    }

    @Nested
    class Build {
        static Stream<KuboFile> files() {
            return KuboFile.all().stream();
        }

        @ParameterizedTest
        @MethodSource("files")
        void build_ofAFileThatKuboAdded_hasItsCidAndReadsBack(KuboFile file) throws IOException {
            Blocks blocks = new Blocks();
            byte[] bytes = file.bytes();
            FileDag dag = FileDag.build(new ByteArrayInputStream(bytes), file.layout(), blocks::put);
            assertThat(dag.root()).hasToString(file.cid());
            assertThat(dag.sizeBytes()).isEqualTo(file.size());
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
            assertThat(FileDag.read(dag.root(), blocks, new ReadLimits(file.size(), dag.blocks()), out))
                    .isEqualTo(file.size());
            assertThat(out.toByteArray()).isEqualTo(bytes);
            assertThat(blocks.asked).isEqualTo(dag.blocks());
        }

        @Test
        void build_ofAStreamThatGivesLittleAtATime_isTheSame() throws IOException {
            byte[] bytes = Contents.counter(1000);
            InputStream drops = new ByteArrayInputStream(bytes) {
                @Override
                public synchronized int read(byte[] into, int from, int length) {
                    return super.read(into, from, Math.min(length, 3));
                }
            };
            FileLayout layout = new FileLayout(64, 3);
            assertThat(FileDag.build(drops, layout, block -> {}))
                    .isEqualTo(FileDag.build(new ByteArrayInputStream(bytes), layout, block -> {}));
        }

        @Test
        void build_ofALargeFile_givesANodeAsSoonAsItIsFull() throws IOException {
            long size = 32L << 20;
            FileLayout layout = new FileLayout(1 << 10, 16);
            List<Long> nodesAfter = new ArrayList<>();
            long[] seen = {0};
            FileDag dag = FileDag.build(zeros(size), layout, block -> {
                seen[0]++;
                if (block.cid().codec() == Codec.DAG_PB) {
                    nodesAfter.add(seen[0]);
                }
            });
            assertThat(dag.sizeBytes()).isEqualTo(size);
            assertThat(nodesAfter.get(0)).isEqualTo(17 + 1);
            for (int i = 1; i < nodesAfter.size(); i++) {
                assertThat(nodesAfter.get(i) - nodesAfter.get(i - 1)).isLessThanOrEqualTo(17);
            }
        }

        @Test
        void build_whenTheSinkFails_fails() {
            assertThatThrownBy(() -> FileDag.build(zeros(10), FileLayout.KUBO_DEFAULT, block -> {
                        throw new IOException("disk full");
                    }))
                    .hasMessage("disk full");
        }

        @ParameterizedTest
        @CsvSource({"0, 174", "2097153, 174", "1, 1", "1, 8193"})
        void layout_outOfRange_isRefused(int chunkBytes, int maxLinks) {
            assertThatThrownBy(() -> new FileLayout(chunkBytes, maxLinks))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not in [");
        }

        private static InputStream zeros(long size) {
            return new InputStream() {
                private long left = size;

                @Override
                public int read() {
                    return left-- > 0 ? 0 : -1;
                }

                @Override
                public int read(byte[] into, int from, int length) {
                    if (left <= 0) {
                        return -1;
                    }
                    int given = (int) Math.min(left, length);
                    left -= given;
                    return given;
                }
            };
        }
    }

    @Nested
    class BuildRootFirst {
        @TempDir
        Path folder;

        @Test
        void buildRootFirst_ofAnyFile_givesTheSameBlocksOnceAndParentsFirst() throws IOException {
            Random random = new Random(5);
            for (int i = 0; i < 60; i++) {
                FileLayout layout = new FileLayout(1 + random.nextInt(9), 2 + random.nextInt(4));
                byte[] bytes = Contents.of(random.nextBoolean() ? "zeros" : "counter", random.nextInt(200));
                Path file = Files.write(folder.resolve("file"), bytes);
                Blocks blocks = new Blocks();
                FileDag dag = FileDag.build(new ByteArrayInputStream(bytes), layout, blocks::put);
                Set<Cid> given = new LinkedHashSet<>();
                FileDag rootFirst = FileDag.buildRootFirst(file, layout, root -> {
                    assertThat(root).isEqualTo(dag.root());
                    return block -> assertThat(given.add(block.cid())).isTrue();
                });
                assertThat(given).containsExactlyInAnyOrderElementsOf(blocks.blocks.keySet());
                assertThat(given.iterator().next()).isEqualTo(dag.root());
                assertThat(rootFirst).isEqualTo(new FileDag(dag.root(), bytes.length, given.size()));
            }
        }

        @Test
        void buildRootFirst_ofAFileThatChangesMeanwhile_fails() throws IOException {
            Path file = Files.write(folder.resolve("file"), Contents.counter(100));
            FileLayout layout = new FileLayout(10, 4);
            assertThatThrownBy(() -> FileDag.buildRootFirst(file, layout, root -> {
                        Files.write(file, Contents.counter(99));
                        return block -> {};
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("changed while it was read, at byte 90");
        }
    }

    @Nested
    class Read {
        private final Blocks blocks = new Blocks();

        private Block raw(int size) {
            return kept(Block.of(Codec.RAW, Contents.counter(size)));
        }

        private Block kept(Block block) {
            blocks.put(block);
            return block;
        }

        /** A node that says what it likes. */
        private Block node(long[] sizes, Cid... children) {
            List<DagPbLink> links =
                    Stream.of(children).map(cid -> new DagPbLink(cid, "", 1)).toList();
            return kept(Block.of(
                    Codec.DAG_PB,
                    DagPbNode.of(links, UnixFsData.ofParts(sizes).encode()).encode()));
        }

        private void assertRefused(Block root, String reason) {
            assertRefused(root, AMPLE, reason);
        }

        private void assertRefused(Block root, ReadLimits limits, String reason) {
            assertThatThrownBy(() -> FileDag.read(root.cid(), blocks, limits, OutputStream.nullOutputStream()))
                    .isInstanceOf(IpfsFormatException.class)
                    .hasMessageContaining(reason);
        }

        @Test
        void read_ofAFileWhoseContentIsInItsNode_givesIt() throws IOException {
            // `printf 'hello DALRN' | ipfs add --cid-version=1 --raw-leaves=false | ipfs block get`.
            byte[] kubo = HexFormat.of().parseHex("0a110802120b68656c6c6f2044414c524e180b");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            FileDag.read(kept(Block.of(Codec.DAG_PB, kubo)).cid(), blocks, AMPLE, out);
            assertThat(out).hasToString("hello DALRN");
        }

        @Test
        void read_ofAFileThatLacksABlock_saysWhich() {
            Block root = node(new long[] {5}, Cid.of(Codec.RAW, new byte[5]));
            assertThatThrownBy(() -> FileDag.read(root.cid(), blocks, AMPLE, OutputStream.nullOutputStream()))
                    .isInstanceOf(BlockMissingException.class)
                    .hasMessageContaining(Cid.of(Codec.RAW, new byte[5]).toString());
        }

        @Test
        void read_fromASourceThatGivesAnotherBlock_isRefused() {
            Block asked = Block.of(Codec.RAW, new byte[5]);
            assertThatThrownBy(() -> FileDag.read(asked.cid(), cid -> raw(5), AMPLE, OutputStream.nullOutputStream()))
                    .isInstanceOf(BlockMismatchException.class)
                    .hasMessageContaining("was asked for");
        }

        @Test
        void read_ofAPartOfAnotherSizeThanItsParentSays_isRefused() {
            assertRefused(
                    node(new long[] {5, 6}, raw(5).cid(), raw(7).cid()), "7 bytes of the file, but its parent says 6");
            Block inner = node(new long[] {5}, raw(5).cid());
            assertRefused(node(new long[] {4}, inner.cid()), "5 bytes of the file, but its parent says 4");
        }

        @Test
        void read_ofOtherNumbersOfLinksAndSizes_isRefused() {
            assertRefused(node(new long[] {5, 5}, raw(5).cid()), "1 links, but sizes of 2 parts");
            assertRefused(node(new long[] {}, raw(5).cid()), "1 links, but sizes of 0 parts");
        }

        @Test
        void read_ofAPartOfNothing_isRefused() {
            assertRefused(node(new long[] {5, 0}, raw(5).cid(), raw(0).cid()), "a part of 0 bytes");
        }

        @Test
        void read_ofAFileAboveTheLimit_isRefusedBeforeItsPartsAreFetched() {
            Block root = node(new long[] {600, 401}, raw(600).cid(), raw(401).cid());
            assertRefused(root, new ReadLimits(1000, 10), "has 1001 bytes; at most 1000");
            assertThat(blocks.asked).isEqualTo(1);
            assertRefused(raw(1001), new ReadLimits(1000, 10), "has 1001 bytes; at most 1000");
        }

        @Test
        void read_ofAChainOfNodes_isRefusedAtItsDepth() {
            Block block = raw(5);
            for (int i = 0; i < FileDagReader.MAX_DEPTH; i++) {
                block = node(new long[] {5}, block.cid());
            }
            Block deepest = block;
            assertThat(readable(deepest)).isEqualTo(5);
            assertRefused(node(new long[] {5}, deepest.cid()), "deeper than 32");
        }

        private long readable(Block root) {
            try {
                return FileDag.read(root.cid(), blocks, AMPLE, OutputStream.nullOutputStream());
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Test
        void read_ofAFewNodesThatStandForTooMuch_isRefusedByEitherLimit() {
            // Eight nodes with four times the same child each: 65,536 bytes of one.
            Block block = raw(1);
            long size = 1;
            for (int i = 0; i < 8; i++) {
                block = node(new long[] {size, size, size, size}, block.cid(), block.cid(), block.cid(), block.cid());
                size *= 4;
            }
            assertThat(readable(block)).isEqualTo(1 << 16);
            assertRefused(block, new ReadLimits((1 << 16) - 1, 1 << 30), "at most 65535");
            blocks.asked = 0;
            assertRefused(block, new ReadLimits(1 << 16, 1000), "more than 1000 blocks");
            assertThat(blocks.asked).isEqualTo(1000);
        }

        @Test
        void read_ofADirectory_saysThatItIsOne() {
            // `ipfs add -r --cid-version=1` of a directory with the file hello.
            byte[] kubo = HexFormat.of()
                    .parseHex(
                            "122f0a24015512206021a8264d0b9f80f99c85ac7cc2c70a80aeb9d10d6cdd63c4e8465ca302e98d120568656c6c6f180b0a020801");
            assertRefused(kept(Block.of(Codec.DAG_PB, kubo)), "type directory; only files are read");
        }

        @Test
        void read_ofContentBesideLinksOrNamedLinks_isRefused() {
            byte[] both = HexFormat.of().parseHex("0802120141180620" + "05");
            Block withContent = kept(Block.of(
                    Codec.DAG_PB,
                    DagPbNode.of(List.of(new DagPbLink(raw(5).cid(), "", 5)), both)
                            .encode()));
            assertRefused(withContent, "both content and links");
            Block named = kept(Block.of(
                    Codec.DAG_PB,
                    DagPbNode.of(
                                    List.of(new DagPbLink(raw(5).cid(), "a", 5)),
                                    UnixFsData.ofParts(new long[] {5}).encode())
                            .encode()));
            assertRefused(named, "names its links");
        }

        @Test
        void read_ofOnlyVerifiedBytes_writesTheFilesBeginning() {
            Block first = raw(5);
            Block root = node(new long[] {5, 6}, first.cid(), raw(7).cid());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThatThrownBy(() -> FileDag.read(root.cid(), blocks, AMPLE, out))
                    .isInstanceOf(IpfsFormatException.class);
            assertThat(out.toByteArray()).isEqualTo(first.toByteArray());
        }

        @Test
        void limits_thatAllowNothing_areRefused() {
            assertThatThrownBy(() -> new ReadLimits(-1, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new ReadLimits(1, 0)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void limitsOfFile_allowKubosBlocks() throws IOException {
            for (int size : new int[] {0, 1, 4096, 4097, 100_000, 5_000_000}) {
                FileDag dag =
                        FileDag.build(new ByteArrayInputStream(new byte[size]), new FileLayout(4096, 2), block -> {});
                assertThat(ReadLimits.ofFile(size).maxBlocks()).isGreaterThanOrEqualTo(dag.blocks());
            }
        }
    }
}
