package org.dalrn.ipfs.car;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMismatchException;
import org.dalrn.ipfs.BlockMissingException;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.Contents;
import org.dalrn.ipfs.IpfsFormatException;
import org.dalrn.ipfs.unixfs.FileDag;
import org.dalrn.ipfs.unixfs.FileLayout;
import org.dalrn.ipfs.unixfs.KuboFile;
import org.dalrn.ipfs.unixfs.ReadLimits;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CarArchiveTest {
    private static final FileLayout SMALL = new FileLayout(10, 4);

    @TempDir
    Path folder;

    static Stream<KuboFile> exported() {
        return KuboFile.all().stream().filter(file -> file.carSha256().isPresent());
    }

    @ParameterizedTest
    @MethodSource("exported")
    void write_ofAFileThatKuboExported_givesItsBytes(KuboFile file) throws IOException {
        Path path = Files.write(folder.resolve("file"), file.bytes());
        MessageDigest digest = Sha256Hash.newDigest();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            FileDag dag = CarArchive.write(path, file.layout(), out);
            assertThat(dag.root()).hasToString(file.cid());
        }
        assertThat(Sha256Hash.finish(digest)).hasToString(file.carSha256().orElseThrow());
    }

    private Path archiveOf(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("file"), bytes);
        Path archive = folder.resolve("file.car");
        try (OutputStream out = Files.newOutputStream(archive)) {
            CarArchive.write(file, SMALL, out);
        }
        return archive;
    }

    @Test
    void get_ofAllBlocks_makesTheFile() throws IOException {
        byte[] bytes = Contents.counter(1234);
        try (CarArchive archive = CarArchive.open(archiveOf(bytes), 1000)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            FileDag.read(archive.roots().get(0), archive, new ReadLimits(1234, 1000), out);
            assertThat(out.toByteArray()).isEqualTo(bytes);
            assertThat(archive.blocks()).isEqualTo(124 + 31 + 8 + 2 + 1);
        }
    }

    @Test
    void get_ofABlockThatIsNotThere_saysSo() throws IOException {
        Cid other = Cid.of(Codec.RAW, new byte[] {1});
        try (CarArchive archive = CarArchive.open(archiveOf(new byte[5]), 10)) {
            assertThatThrownBy(() -> archive.get(other))
                    .isInstanceOf(BlockMissingException.class)
                    .hasMessageContaining("has no block " + other);
        }
    }

    @Test
    void get_ofADamagedBlock_isRefused() throws IOException {
        Path path = archiveOf(new byte[5]);
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length - 1] = 1;
        Files.write(path, bytes);
        try (CarArchive archive = CarArchive.open(path, 10)) {
            assertThatThrownBy(() -> archive.get(Cid.of(Codec.RAW, new byte[5])))
                    .isInstanceOf(BlockMismatchException.class);
        }
    }

    @Test
    void get_ofAnArchiveThatBecameShorter_isRefused() throws IOException {
        Path path = archiveOf(new byte[5]);
        byte[] bytes = Files.readAllBytes(path);
        try (CarArchive archive = CarArchive.open(path, 10)) {
            Files.write(path, Arrays.copyOf(bytes, bytes.length - 1));
            assertThatThrownBy(() -> archive.get(Cid.of(Codec.RAW, new byte[5])))
                    .isInstanceOf(IpfsFormatException.class)
                    .hasMessageContaining("became shorter");
        }
    }

    @Test
    void open_ofAnArchiveCutOffInABlock_isRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(archiveOf(Contents.counter(10)));
        for (int cut = 1; cut <= 10; cut++) {
            Path shorter = Files.write(folder.resolve("cut.car"), Arrays.copyOf(bytes, bytes.length - cut));
            assertThatThrownBy(() -> CarArchive.open(shorter, 10))
                    .isInstanceOf(IpfsFormatException.class)
                    .hasMessageContaining("cut off");
        }
    }

    @Test
    void open_ofTooManyBlocks_isRefused() throws IOException {
        Path path = archiveOf(Contents.counter(1234));
        assertThatThrownBy(() -> CarArchive.open(path, 165))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining("more than 165 blocks");
    }

    @Test
    void open_ofARepeatedBlock_keepsTheFirst() throws IOException {
        Block block = Block.of(Codec.RAW, new byte[100_000]);
        Path path = folder.resolve("twice.car");
        try (OutputStream out = Files.newOutputStream(path)) {
            CarWriter writer = CarWriter.begin(out, List.of());
            writer.put(block);
            writer.put(block);
        }
        try (CarArchive archive = CarArchive.open(path, 1)) {
            assertThat(archive.get(block.cid())).isEqualTo(block);
            assertThat(archive.roots()).isEmpty();
        }
    }

    @Test
    void write_thatIsReadAsAStream_comesRootFirst() throws IOException {
        byte[] bytes = Files.readAllBytes(archiveOf(Contents.counter(100)));
        CarReader reader = CarReader.open(new ByteArrayInputStream(bytes));
        assertThat(reader.next().orElseThrow().cid()).isEqualTo(reader.roots().get(0));
    }
}
