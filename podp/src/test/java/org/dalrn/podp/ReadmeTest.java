package org.dalrn.podp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.receipt.Artifact;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.Blobs;
import org.dalrn.podp.verify.BundleWriter;
import org.dalrn.podp.verify.Replayer;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snippet of the README is this file's, so it compiles and gives what it says. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");

    /** Runs the one step of the snippet again: the sum of the bytes of its input. */
    private static final Replayer SUM = new Replayer() {
        @Override
        public java.util.Set<String> types() {
            return java.util.Set.of("sum/1");
        }

        @Override
        public Session begin(String log) {
            return this::replay;
        }

        private Outcome replay(Receipt claimed, Blobs blobs) {
            Artifact addends = claimed.facts().inputs().get(0);
            byte sum = 0;
            for (byte addend : blobs.read(addends.sha256(), 1000)) {
                sum += addend;
            }
            List<Artifact> made = List.of(new Artifact("sum", Sha256Hash.of(new byte[] {sum})));
            return new Remade(
                    new Facts("sum/1", List.of(addends), made, claimed.facts().parameters()));
        }
    };

    @TempDir
    Path folder;

    @Test
    void readme_snippet_doesWhatItSays() {
        Path file = folder.resolve("sums.tar");
        // begin
        Ed25519KeyPair owner = Ed25519KeyPair.generate(new SecureRandom());
        byte[] addends = {3, 4};
        Facts facts = new Facts(
                "sum/1",
                List.of(new Artifact("addends", Sha256Hash.of(addends))),
                List.of(new Artifact("sum", Sha256Hash.of(new byte[] {7}))),
                new TreeMap<>(Map.of("unit", "gram")));
        var keyId = owner.publicKey().keyId();
        var receipt = new Receipt("example.org/sums", 0, Optional.empty(), keyId, facts, new TreeMap<>());
        Entry entry = Entry.ofOwner(receipt);
        Frontier tree = Frontier.EMPTY.append(MerkleTree.leafHash(entry.leafData())); // on disk: log.TileLog
        Checkpoint checkpoint = new Checkpoint("example.org/sums", tree.size(), tree.root());
        BundleWriter.of(checkpoint.sign(owner.signer("example.org/sums")))
                .blob(Sha256Hash.of(addends), () -> new ByteArrayInputStream(addends))
                .write(file, List.of(entry).iterator());

        Verification verification = Verifier.trusting(owner.publicKey()).verify(file, List.of(SUM));
        String answer = verification.match(
                verified -> verified.summary().replay().orElseThrow().replayed() + " step gave the same hashes again",
                refuted -> refuted.findings().toString());
        // end
        assertThat(answer).isEqualTo("1 step gave the same hashes again");
    }

    @Test
    void readme_snippet_isTheCompiledOne() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/org/dalrn/podp/ReadmeTest.java"));
        String compiled =
                source.subList(source.indexOf("        // begin") + 1, source.indexOf("        // end")).stream()
                        .map(line -> line.isEmpty() ? line : line.substring(8))
                        .collect(Collectors.joining("\n"));
        String readme = Files.readString(README);
        int begin = readme.indexOf("```java\n") + "```java\n".length();
        assertThat(readme.substring(begin, readme.indexOf("\n```", begin))).isEqualTo(compiled);
    }

    @Test
    void readme_packages_holdThoseOfTheModule() throws IOException {
        Matcher row =
                Pattern.compile("(?m)^\\| `(org\\.dalrn\\.podp\\.[a-z]+)` \\|").matcher(Files.readString(README));
        List<String> named = row.results().map(result -> result.group(1)).toList();
        try (var folders = Files.list(Path.of("src/main/java/org/dalrn/podp"))) {
            assertThat(folders.filter(Files::isDirectory)
                            .map(folder -> "org.dalrn.podp." + folder.getFileName())
                            .toList())
                    .isSubsetOf(named);
        }
        assertThat(named).doesNotHaveDuplicates();
    }
}
