package org.dalrn.podp.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
    @TempDir
    Path folder;

    static byte[] ofPython() {
        try (InputStream in =
                Objects.requireNonNull(BundleTest.class.getResourceAsStream("/vectors/receipts/bundle.tar"))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void write_theLogOfPython_givesTheBytesOfPythonsTarfile() throws IOException {
        Path file = folder.resolve("run.tar");
        SampleLog.writer().write(file, SampleLog.entries().iterator());
        assertThat(Files.readAllBytes(file)).isEqualTo(ofPython());
        assertThat(SampleLog.bundle(SampleLog.files())).isEqualTo(ofPython());
        assertThat(folder)
                .isDirectoryContaining(path -> path.equals(file))
                .isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void open_theBundleOfPython_givesItsContents() throws IOException {
        Path file = Files.write(folder.resolve("run.tar"), ofPython());
        try (Bundle bundle = Bundle.open(file)) {
            List<Entry> entries = new ArrayList<>();
            bundle.forEachEntry(entries::add);
            assertThat(entries).isEqualTo(SampleLog.entries());
            assertThat(bundle.size()).isEqualTo(5);
            assertThat(bundle.checkpoint()).isEqualTo(SampleLog.checkpoint(5));
            assertThat(bundle.earlierCheckpoints())
                    .containsExactly(SampleLog.checkpoint(0), SampleLog.checkpoint(2), SampleLog.checkpoint(4));
            for (byte[] blob : SampleLog.blobs()) {
                assertThat(bundle.blobs().read(Sha256Hash.of(blob), 1000)).isEqualTo(blob);
                assertThat(bundle.blobs().size(Sha256Hash.of(blob))).hasValue(blob.length);
            }
        }
    }

    @Test
    void blobs_thatAreMissingOrTooLarge_areRefused() throws IOException {
        Path file = Files.write(folder.resolve("run.tar"), ofPython());
        try (Bundle bundle = Bundle.open(file)) {
            Sha256Hash unknown = Sha256Hash.of(new byte[77]);
            assertThat(bundle.blobs().size(unknown)).isEmpty();
            assertThatThrownBy(() -> bundle.blobs().read(unknown, 1000)).isInstanceOf(BlobMissingException.class);
            assertThatThrownBy(() -> bundle.blobs().open(unknown)).isInstanceOf(BlobMissingException.class);
            byte[] large = SampleLog.blobs().get(4);
            assertThatThrownBy(() -> bundle.blobs().read(Sha256Hash.of(large), large.length - 1))
                    .isInstanceOf(PodpException.class)
                    .hasMessageContaining("has 512 bytes; at most 511 are wanted");
        }
    }

    @Test
    void blobs_changedInTheFile_areRefusedAtTheirEnd() throws IOException {
        byte[] blob = SampleLog.blobs().get(4);
        Map<String, byte[]> files = SampleLog.files();
        files.put(BundleName.ofBlob(Sha256Hash.of(blob)), new byte[512]);
        Path file = Files.write(folder.resolve("run.tar"), SampleLog.bundle(files));
        try (Bundle bundle = Bundle.open(file)) {
            assertThatThrownBy(() -> bundle.blobs().read(Sha256Hash.of(blob), 512))
                    .isInstanceOf(PodpException.class)
                    .hasMessageContaining("has the hash");
        }
    }

    @Test
    void open_whatIsNoBundle_isRefused() throws IOException {
        Path empty = Files.write(folder.resolve("empty"), new byte[0]);
        assertThatThrownBy(() -> Bundle.open(empty))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("the archive is cut");
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> Bundle.open(absent))
                .isInstanceOf(PodpException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void write_otherEntriesThanTheCheckpoints_isRefused() {
        Path file = folder.resolve("run.tar");
        List<Entry> entries = SampleLog.entries();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SampleLog.writer().write(file, entries.subList(0, 4).iterator()))
                .withMessage("4 entries; the checkpoint says 5");
        List<Entry> more = new ArrayList<>(entries);
        more.add(entries.get(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleLog.writer().write(file, more.iterator()))
                .withMessage("more entries than the 5 of the checkpoint");
        List<Entry> swapped = List.of(entries.get(1), entries.get(0), entries.get(2), entries.get(3), entries.get(4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleLog.writer().write(file, swapped.iterator()))
                .withMessageStartingWith("the first 2 entries have the root ");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void write_blobOfAnotherHash_isRefused() {
        BundleWriter writer =
                SampleLog.writer().blob(Sha256Hash.of(new byte[1]), () -> new ByteArrayInputStream(new byte[2]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.write(
                        folder.resolve("run.tar"), SampleLog.entries().iterator()))
                .withMessageContaining("has the hash");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void writer_checkpointsThatDoNotFit_areRefused() {
        BundleWriter writer = BundleWriter.of(SampleLog.checkpoint(3)).earlier(SampleLog.checkpoint(1));
        SignedNote later = SampleLog.checkpoint(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.earlier(later))
                .withMessageStartingWith("a checkpoint of size 4 ");
        SignedNote again = SampleLog.checkpoint(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.earlier(again))
                .withMessageStartingWith("two checkpoints of size 1");
        writer.anchor(2, SampleLog.anchor());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.write(
                        folder.resolve("run.tar"), SampleLog.entries().iterator()))
                .withMessageStartingWith("an anchor of the checkpoint of size 2");
    }
}
