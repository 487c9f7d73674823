package org.dalrn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.BundleWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of receipts by somebody who wants to write on the reader's terminal: well signed, and of no run. */
class HostileReceiptsTest {
    /** Clears a screen: in seven bits, and in the eight bits of ISO 6429. */
    private static final String CLEAR = "\u001b[2J\u009b2J";

    /** Turns the order of what follows around. */
    private static final String OVERRIDE = "\u202e";

    @TempDir
    Path folder;

    private final Ed25519KeyPair key = Ed25519KeyPair.generate(new SecureRandom());
    private String out = "";
    private String err = "";

    private void write(String origin, String log) {
        Receipt receipt = new Receipt(
                log,
                0,
                Optional.empty(),
                key.publicKey().keyId(),
                new Facts(
                        "dalrn.run.stopped/1", List.of(), List.of(), new TreeMap<>(Map.of("round", CLEAR + OVERRIDE))),
                new TreeMap<>(Map.of("at", CLEAR)));
        Entry entry = Entry.ofOwner(receipt);
        Frontier tree = Frontier.EMPTY.append(MerkleTree.leafHash(entry.leafData()));
        BundleWriter.of(new Checkpoint(origin, 1, tree.root()).sign(key.signer(origin)))
                .write(folder.resolve("run.tar"), List.of(entry).iterator());
    }

    private int dalrn(String... arguments) {
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        int exit = Dalrn.run(
                new Shell(
                        new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                        new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                        StandardCharsets.UTF_8,
                        RunView.Look.lines(),
                        new HashMap<>(),
                        folder),
                List.of(),
                arguments);
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return exit;
    }

    private void assertTextOnly() {
        assertThat((out + err)
                        .chars()
                        .filter(c ->
                                c != '\n' && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)))
                .as(out + err)
                .isEmpty();
    }

    @Test
    void show_controlsInFieldsAndOrigin_areNotPrinted() {
        write("example.org/" + OVERRIDE + "heart", "example.org/heart");
        assertThat(dalrn("receipts", "show", "run.tar")).as(err).isZero();
        assertTextOnly();
        assertThat(dalrn("receipts", "show", "run.tar", "--leaf", "0")).as(err).isZero();
        assertTextOnly();
    }

    @Test
    void verify_explainOfReceiptsThatTellNoRun_isNoDefect() {
        write("example.org/" + OVERRIDE + "heart", "example.org/" + OVERRIDE + "heart");
        String hex = HexFormat.of().formatHex(key.publicKey().toByteArray());
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", hex)).as(err).isZero();
        assertTextOnly();
        dalrn("receipts", "verify", "run.tar", "--key", hex, "--explain");
        assertTextOnly();
        assertThat(err).doesNotContain("a defect");
        assertThat(dalrn("receipts", "verify", "run.tar", "--key", hex, "--replay"))
                .isEqualTo(3);
        assertTextOnly();
    }
}
