package org.dalrn.ethereum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.dalrn.ethereum.AnvilChain;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.BundleWriter;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.CommandProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands in the order in which an operator and a partner use them, on a local chain. */
class AnchorCommandTest {

    @TempDir
    Path folder;

    private final List<CliException> errors = new ArrayList<>();

    private String run(int exit, String... words) {
        StringWriter out = new StringWriter();
        CommandLine top = new CommandLine(CommandLine.Model.CommandSpec.create().name("dalrn"));
        ServiceLoader.load(CommandProvider.class).stream()
                .filter(provider -> provider.type() == AnchorProvider.class)
                .forEach(provider -> top.addSubcommand(provider.get().command()));
        int ended = top.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof CliException expected) {
                        errors.add(expected);
                        out.append(expected.code().name()).append(": ").append(expected.getMessage());
                        return org.dalrn.server.cli.ExitCode.of(expected.code()).number();
                    }
                    throw failure;
                })
                .execute(words);
        assertThat(ended).as(out.toString()).isEqualTo(exit);
        return out.toString();
    }

    private Path secret(String name, String text) throws IOException {
        Path file = Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private Path checkpoint(String run, long size) throws IOException {
        String origin = "example.org/hospitals/" + run;
        Checkpoint checkpoint = new Checkpoint(origin, size, Sha256Hash.of(run.getBytes(StandardCharsets.UTF_8)));
        Ed25519KeyPair key = Ed25519KeyPair.generate(new SecureRandom());
        return Files.write(
                folder.resolve(run + ".checkpoint"),
                checkpoint.sign(key.signer(origin)).toByteArray());
    }

    /** A log with one receipt. */
    private Path bundle(String run) {
        String origin = "example.org/hospitals/" + run;
        Ed25519KeyPair key = Ed25519KeyPair.generate(new SecureRandom());
        Facts facts = new Facts("nothing/1", List.of(), List.of(), new TreeMap<>());
        Entry entry = Entry.ofOwner(
                new Receipt(origin, 0, Optional.empty(), key.publicKey().keyId(), facts, new TreeMap<>()));
        Checkpoint checkpoint = new Checkpoint(
                origin,
                1,
                Frontier.EMPTY.append(MerkleTree.leafHash(entry.leafData())).root());
        Path file = folder.resolve(run + ".bundle");
        BundleWriter.of(checkpoint.sign(key.signer(origin)))
                .write(file, List.of(entry).iterator());
        return file;
    }

    private String[] sending(URI node, String command, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("anchor", command));
        words.addAll(List.of(more));
        words.addAll(List.of(
                "--node",
                node.toString(),
                "--chain-id",
                "31337",
                "--max-fee",
                "50.5",
                "--key",
                folder.resolve("key.json").toString(),
                "--password-file",
                folder.resolve("password").toString(),
                "--journal",
                folder.resolve("journal").toString(),
                "--wait",
                "0"));
        return words.toArray(String[]::new);
    }

    private void account() throws IOException {
        try (InputStream in = AnvilChain.class.getResourceAsStream("keystore-scrypt.json")) {
            secret("key.json", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        secret("password", "testpassword\n");
    }

    @Test
    void anchor_fromDeploymentToVerification() throws IOException {
        try (AnvilChain chain = AnvilChain.start()) {
            account();
            String account = "0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b";
            chain.fund(account);
            assertThat(run(0, sending(chain.uri(), "deploy")))
                    .contains("transaction 0 (deploy the contract): pending 0x");
            chain.mine(1);
            JsonNode status = new ObjectMapper().readTree(run(0, sending(chain.uri(), "status", "--json")));
            assertThat(status.path("included").asInt()).isEqualTo(1);
            String contract =
                    status.path("transactions").path(0).path("contract").asText();

            run(0, sending(chain.uri(), "register", "--contract", contract, "--publisher", account));
            chain.mine(1);
            Path heart = checkpoint("heart", 42);
            Path digits = bundle("digits");
            assertThat(run(
                            0,
                            sending(
                                    chain.uri(),
                                    "submit",
                                    "--contract",
                                    contract,
                                    heart.toString(),
                                    digits.toString())))
                    .contains("transaction 2 (anchor a batch): ");
            chain.mine(1);
            run(0, sending(chain.uri(), "status"));
            chain.mine(4);
            Path proofs = folder.resolve("proofs");
            assertThat(run(0, sending(chain.uri(), "status", "--proofs", proofs.toString())))
                    .contains("chain up: 0 queued, 0 pending, 0 in blocks, 3 final, 0 refused")
                    .contains("wrote 2 anchor proofs");
            List<Path> written;
            try (var files = Files.list(proofs)) {
                written = files.sorted().toList();
            }
            assertThat(written).hasSize(2);
            assertThat(written.get(1).getFileName().toString())
                    .matches("log-example\\.org-hospitals-he-42-[0-9a-f]{8}\\.anchor");

            assertThat(run(
                            0,
                            "anchor",
                            "verify",
                            heart.toString(),
                            "--against-chain",
                            chain.uri().toString(),
                            "--contract",
                            contract,
                            "--proof",
                            written.get(1).toString()))
                    .contains("example.org/hospitals/heart, 42 receipts: anchored at ")
                    .contains("of a batch of 2")
                    .contains("final");
            assertThat(run(
                            3,
                            "anchor",
                            "verify",
                            digits.toString(),
                            "--against-chain",
                            chain.uri().toString(),
                            "--contract",
                            contract,
                            "--proof",
                            written.get(1).toString()))
                    .contains("RECEIPTS_REFUTED")
                    .contains("was not anchored");

            String[] origin = {"--origin", "example.org/hospitals/heart", "--owner", account};
            run(
                    0,
                    sending(
                            chain.uri(),
                            "register",
                            "--contract",
                            contract,
                            origin[0],
                            origin[1],
                            origin[2],
                            origin[3]));
            chain.mine(1);
            run(0, sending(chain.uri(), "submit", "--single", "--contract", contract, heart.toString()));
            chain.mine(1);
            run(0, sending(chain.uri(), "status"));
            assertThat(run(3, sending(chain.uri(), "submit", "--single", "--contract", contract, heart.toString())))
                    .contains("REQUEST_INVALID: the contract refused to anchor a checkpoint")
                    .contains("SizeNotLarger");
        }
    }

    @Test
    void submit_withoutAChain_isDurableAndSaysSo() throws IOException {
        account();
        URI nobody = URI.create("http://127.0.0.1:1");
        String contract = "0x" + "ab".repeat(20);
        Path heart = checkpoint("heart", 42);
        assertThat(run(0, sending(nobody, "submit", "--contract", contract, heart.toString())))
                .contains("transaction 0 (anchor a batch): queued")
                .contains("http://127.0.0.1:1 did not answer")
                .contains("nothing is lost");
        assertThat(run(0, sending(nobody, "status")))
                .contains("transaction 0 (anchor a batch): queued")
                .contains("chain failing: 1 queued");
        assertThat(run(
                        4,
                        "anchor",
                        "verify",
                        heart.toString(),
                        "--against-chain",
                        nobody.toString(),
                        "--contract",
                        contract))
                .contains("ANCHOR_LOOKUP_UNAVAILABLE");
    }

    @Test
    void wrongUse_isRefusedBeforeAnythingIsSent() throws IOException {
        account();
        URI nobody = URI.create("http://127.0.0.1:1");
        Path heart = checkpoint("heart", 42);
        assertThat(run(2, "anchor", "submit", heart.toString())).contains("Missing required options");
        assertThat(run(2, sending(nobody, "submit", "--contract", "0x12", heart.toString())))
                .contains("an address is 0x and 40 hexadecimal digits");
        assertThat(run(
                        2,
                        sending(
                                nobody,
                                "submit",
                                "--contract",
                                "0x" + "ab".repeat(20),
                                heart.toString(),
                                heart.toString())))
                .contains("two checkpoints of a batch are of the log example.org/hospitals/heart");
        Path password = folder.resolve("password");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run(5, sending(nobody, "deploy")))
                .contains("IDENTITY_UNREADABLE")
                .contains("`chmod 600` it");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(password, "another\n");
        assertThat(run(5, sending(nobody, "deploy"))).contains("does not open with this password");
        assertThat(run(5, sending(nobody, "submit", "--contract", "0x" + "ab".repeat(20), password.toString())))
                .contains("is neither a bundle nor a checkpoint");
        assertThat(errors).hasSize(3);
    }

    @Test
    void account_isMadeOnceAndReadable() throws IOException {
        secret("password", "one two three");
        String[] words = {
            "anchor",
            "account",
            "--key",
            folder.resolve("key.json").toString(),
            "--password-file",
            folder.resolve("password").toString()
        };
        assertThat(run(0, words)).contains("made account 0x");
        assertThat(run(1, words)).contains("STORE_UNAVAILABLE").contains("cannot be made");
        assertThat(run(0, sending(URI.create("http://127.0.0.1:1"), "status"))).contains("chain failing: 0 queued");
    }
}
