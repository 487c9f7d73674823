package org.dalrn.podp.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every byte of a bundle, one at a time: what is changed is found, and the finding names the file and the receipt. */
class FlippedByteTest {
    @TempDir
    Path folder;

    /** A byte of a file of the archive, its header and padding; the line of receipts.jsonl that it is in. */
    private record Place(String file, OptionalLong leaf) {}

    @Test
    void verify_anyByteFlipped_findsItAndNamesTheFileAndTheReceipt() throws IOException {
        byte[] bundle = bundle();
        List<Place> places = places(bundle);
        Path file = Files.write(folder.resolve("run.tar"), bundle);
        Verifier verifier = SampleLog.verifier();
        assertThat(verifier.verify(file)).isInstanceOf(Verification.Verified.class);
        List<String> wrong = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < bundle.length; i++) {
                for (int flip : new int[] {0x01, 0x80}) {
                    if (flip == 0x80 && i % 8 != 0) {
                        // The lowest bit is the hard one; BundleFigures flips all eight.
                        continue;
                    }
                    put(channel, i, bundle[i] ^ flip);
                    // What the structure alone gives away needs no signatures; a verification says the same first.
                    if (!names(structure(file), places.get(i))) {
                        List<Finding> findings =
                                verifier.verify(file).match(verified -> List.of(), Verification.Refuted::findings);
                        if (!names(findings, places.get(i))) {
                            wrong.add(i + "^" + flip + " in " + places.get(i) + ": " + findings);
                        }
                    }
                    put(channel, i, bundle[i]);
                }
            }
        }
        assertThat(places).hasSameSizeAs(new boolean[bundle.length]);
        assertThat(wrong).isEmpty();
    }

    /** Two checkpoints, three receipts, one of them signed by another actor, an anchor and two blobs. */
    private byte[] bundle() throws IOException {
        Path file = folder.resolve("sample.tar");
        BundleWriter writer = BundleWriter.of(SampleLog.checkpoint(3))
                .earlier(SampleLog.checkpoint(2))
                .anchor(2, SampleLog.anchor());
        for (byte[] blob : SampleLog.blobs().subList(0, 2)) {
            writer.blob(Sha256Hash.of(blob), () -> new ByteArrayInputStream(blob));
        }
        writer.write(file, SampleLog.entries().subList(0, 3).iterator());
        return Files.readAllBytes(file);
    }

    private static List<Finding> structure(Path file) {
        Findings findings = new Findings();
        Bundle.scan(file, findings).close();
        return findings.kept();
    }

    private static void put(FileChannel channel, int position, int value) throws IOException {
        channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), position);
    }

    private static boolean names(List<Finding> findings, Place place) {
        return findings.stream()
                .anyMatch(finding -> finding.where().file().equals(place.file())
                        && (place.leaf().isEmpty() || finding.where().leaf().equals(place.leaf())));
    }

    /** By the sizes in the headers of the archive. */
    private static List<Place> places(byte[] bundle) {
        List<Place> places = new ArrayList<>();
        while (places.size() < bundle.length - 1024) {
            byte[] header = Arrays.copyOfRange(bundle, places.size(), places.size() + 512);
            String name = Ustar.name(header);
            int size = (int) Ustar.size(header);
            for (int i = 0; i < 512; i++) {
                places.add(new Place(name, OptionalLong.empty()));
            }
            long leaf = 0;
            for (int i = 0; i < size; i++) {
                byte b = bundle[places.size()];
                places.add(new Place(
                        name,
                        name.equals("receipts.jsonl")
                                ? OptionalLong.of(leaf)
                                : name.equals("leaves") ? OptionalLong.of(i / 32) : OptionalLong.empty()));
                leaf += b == '\n' ? 1 : 0;
            }
            for (int i = 0; i < Ustar.padding(size); i++) {
                places.add(new Place(name, OptionalLong.empty()));
            }
        }
        while (places.size() < bundle.length) {
            places.add(new Place("", OptionalLong.empty()));
        }
        return places;
    }
}
