package org.dalrn.ethereum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.dalrn.ethereum.AnvilChain;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.BundleWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receipts, from their anchoring to a partner's verification: each command a process of its own, as operators start it. */
class ReceiptsAgainstChainTest {

    private static final String ORIGIN = "example.org/hospitals/heart";
    private static final String ACCOUNT = "0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b";

    @TempDir
    Path folder;

    private final Ed25519KeyPair key = Ed25519KeyPair.generate(new SecureRandom());

    private String dalrn(int exit, List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.dalrn.server.cli.Dalrn"));
        command.addAll(words);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (InputStream in = process.getInputStream()) {
            String said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isEqualTo(exit);
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    /** What was said may have lines of the error stream before and after. */
    private static JsonNode json(String said) throws IOException {
        return new JsonMapper()
                .readTree(said.lines()
                        .filter(line -> line.startsWith("{"))
                        .findFirst()
                        .orElseThrow());
    }

    private String anchor(AnvilChain chain, String command, String... more) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("anchor", command));
        words.addAll(List.of(more));
        words.addAll(List.of("--node", chain.uri().toString(), "--chain-id", "31337", "--max-fee", "50"));
        words.addAll(List.of("--key", "key.json", "--password-file", "password", "--journal", "journal"));
        words.addAll(List.of("--wait", "0"));
        return dalrn(0, words);
    }

    private String verify(int exit, String chain, String contract, String file, String... more)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("receipts", "verify", file));
        words.addAll(List.of("--key", key.publicKey().toString()));
        words.addAll(List.of("--against-chain", chain, "--contract", contract));
        words.addAll(List.of(more));
        return dalrn(exit, words);
    }

    private void secret(String name, String text) throws IOException {
        Files.writeString(
                Files.createFile(
                        folder.resolve(name),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                text);
    }

    /** The first receipts of a history. */
    private List<Entry> entries(String history, int size) {
        List<Entry> entries = new ArrayList<>();
        Optional<Sha256Hash> before = Optional.empty();
        for (int i = 0; i < size; i++) {
            TreeMap<String, Object> parameters = new TreeMap<>();
            parameters.put("history", history);
            Facts facts = new Facts("nothing/1", List.of(), List.of(), parameters);
            Receipt receipt = new Receipt(ORIGIN, i, before, key.publicKey().keyId(), facts, new TreeMap<>());
            Entry entry = Entry.ofOwner(receipt);
            entries.add(entry);
            before = Optional.of(receipt.replayDigest());
        }
        return entries;
    }

    private SignedNote checkpoint(List<Entry> entries) {
        Frontier frontier = Frontier.EMPTY;
        for (Entry entry : entries) {
            frontier = frontier.append(MerkleTree.leafHash(entry.leafData()));
        }
        return new Checkpoint(ORIGIN, entries.size(), frontier.root()).sign(key.signer(ORIGIN));
    }

    private void bundle(String file, List<Entry> entries) {
        BundleWriter.of(checkpoint(entries)).write(folder.resolve(file), entries.iterator());
    }

    private AnchorProof onlyProof() throws IOException {
        try (var files = Files.list(folder.resolve("proofs"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return AnchorProof.parse(Files.readAllBytes(all.get(0)));
        }
    }

    @Test
    void receipts_anchored_areVerifiedAgainstTheChainOnceThatIsFinal() throws Exception {
        try (InputStream in = AnvilChain.class.getResourceAsStream("keystore-scrypt.json")) {
            secret("key.json", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        secret("password", "testpassword\n");
        List<Entry> two = entries("told", 2);
        List<Entry> three = entries("told", 3);
        bundle("two.bundle", two);
        bundle("three.bundle", three);
        bundle("other.bundle", entries("other", 3));
        String down;
        String contract;
        try (AnvilChain chain = AnvilChain.start()) {
            String uri = chain.uri().toString();
            down = uri;
            chain.fund(ACCOUNT);
            anchor(chain, "deploy");
            chain.mine(1);
            contract = json(anchor(chain, "status", "--json"))
                    .path("transactions")
                    .path(0)
                    .path("contract")
                    .asText();
            anchor(chain, "register", "--contract", contract, "--publisher", ACCOUNT);
            chain.mine(1);
            anchor(chain, "submit", "--contract", contract, "two.bundle");
            assertThat(verify(3, uri, contract, "two.bundle"))
                    .contains("not anchored: ")
                    .contains("DALRN-7001");
            chain.mine(5);
            anchor(chain, "status", "--proofs", "proofs");
            BundleWriter.of(checkpoint(two)).anchor(2, onlyProof()).write(folder.resolve("two.bundle"), two.iterator());
            assertThat(verify(0, uri, contract, "two.bundle"))
                    .contains("of a batch of 1")
                    .contains("verified: two.bundle");
            // The anchor of an earlier checkpoint says nothing about what came later.
            BundleWriter.of(checkpoint(three))
                    .earlier(checkpoint(two))
                    .anchor(2, onlyProof())
                    .write(folder.resolve("later.bundle"), three.iterator());
            assertThat(verify(3, uri, contract, "later.bundle")).contains("not anchored: ");

            anchor(chain, "register", "--contract", contract, "--origin", ORIGIN, "--owner", ACCOUNT);
            chain.mine(1);
            anchor(chain, "submit", "--single", "--contract", contract, "three.bundle");
            chain.mine(1);
            assertThat(verify(3, uri, contract, "three.bundle"))
                    .contains("not final yet, ask again later")
                    .doesNotContain("is refuted");
            assertThat(json(verify(3, uri, contract, "three.bundle", "--json"))
                            .path("verified")
                            .asBoolean(true))
                    .isFalse();
            chain.mine(4);
            assertThat(verify(0, uri, contract, "three.bundle"))
                    .contains("final")
                    .contains("verified: three.bundle");
            assertThat(verify(0, uri, contract, "later.bundle")).contains("verified: later.bundle");
            assertThat(verify(3, uri, contract, "other.bundle"))
                    .contains("SPLIT_VIEW")
                    .contains("other.bundle is refuted by 1 findings");
        }
        assertThat(verify(4, down, contract, "three.bundle"))
                .contains("DALRN-7005 ANCHOR_LOOKUP_UNAVAILABLE")
                .contains("did not answer");
    }
}
