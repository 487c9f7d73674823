package org.dalrn.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.Bundle;
import org.dalrn.podp.verify.ReceiptProof;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.receipts.RunReceipts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dalrn receipts ...}. */
final class ReceiptCommands {

    private ReceiptCommands() {}

    static CommandLine all(Shell shell) {
        return new CommandLine(new Group())
                .addSubcommand(new Export(shell))
                .addSubcommand(new VerifyReceipts(shell))
                .addSubcommand(new Show(shell))
                .addSubcommand(new Prove(shell))
                .addSubcommand(new Key(shell));
    }

    @Command(
            name = "receipts",
            description = "Prove what the coordinator computed, and check such proofs (docs/receipts.md).",
            synopsisSubcommandLabel = "COMMAND")
    static final class Group {
        @Mixin
        OutputOptions output = new OutputOptions();
    }

    /** Fetches a bundle into a file that appears whole or not at all. */
    private static void download(OperatorClient client, String run, boolean withBlobs, Path file)
            throws InterruptedException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (InputStream in = client.open(RunCommands.path(run) + "/receipts?blobs=" + withBlobs)
                .body()) {
            try {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException broken) {
            throw new CliException(
                    ErrorCode.STORE_UNAVAILABLE, "the receipts cannot be written to " + file + ": " + broken, broken);
        }
    }

    @Command(name = "export", description = "Write a run's receipts up to its newest checkpoint into one file.")
    static final class Export implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        OutputOptions output = new OutputOptions();

        @Mixin
        RemoteOptions remote = new RemoteOptions();

        @Parameters(paramLabel = "RUN", description = "Name of the run.")
        String run = "";

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                required = true,
                description = "Where to; a file that is there is replaced.")
        Path file = Path.of("");

        @Option(
                names = "--without-blobs",
                description = "Leave updates and models out: the file is small and shows no update, but what it tells"
                        + " cannot be computed again.")
        boolean withoutBlobs;

        Export(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws InterruptedException, IOException {
            Path target = shell.folder().resolve(file);
            download(remote.connect(shell), run, !withoutBlobs, target);
            try (Bundle bundle = open(target)) {
                Checkpoint checkpoint = Checkpoint.parse(bundle.checkpoint().text());
                if (output.json) {
                    shell.out()
                            .println(Dalrn.JSON
                                    .createObjectNode()
                                    .put("file", target.toString())
                                    .put("bytes", Files.size(target))
                                    .put("log", checkpoint.origin())
                                    .put("receipts", checkpoint.size())
                                    .put("root", checkpoint.root().toString()));
                } else {
                    shell.out()
                            .println(checkpoint.size() + " receipts of " + TextTable.plain(checkpoint.origin()) + " in "
                                    + file + " ("
                                    + RunView.size(Files.size(target))
                                    + "); whoever has the coordinator's key can check them with"
                                    + " `dalrn receipts verify`");
                }
            }
            return ExitCode.OK.number();
        }
    }

    private static Bundle open(Path file) {
        try {
            return Bundle.open(file);
        } catch (PodpException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    @Command(
            name = "prove",
            description =
                    "Write the proof that one receipt is in a run's log into a text of its own (C2SP tlog-proof).")
    static final class Prove implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        OutputOptions output = new OutputOptions();

        @Mixin
        RemoteOptions remote = new RemoteOptions();

        @Parameters(index = "0", paramLabel = "FILE|RUN", description = "A file of receipts, or the name of a run.")
        String what = "";

        @Parameters(index = "1", paramLabel = "SEQ", description = "Which receipt, 0 for the first.")
        long seq;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                required = true,
                description = "Where to; a file that is there is replaced.")
        Path file = Path.of("");

        Prove(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            return ofBundle(shell, remote, what, bundle -> {
                byte[] proof;
                try (Bundle open = open(bundle)) {
                    proof = ReceiptProof.of(open, seq).toByteArray();
                } catch (IllegalArgumentException none) {
                    throw new CliException(ErrorCode.REQUEST_INVALID, String.valueOf(none.getMessage()), none);
                } catch (PodpException unreadable) {
                    throw new CliException(
                            ErrorCode.RECEIPTS_UNREADABLE, what + ": " + unreadable.getMessage(), unreadable);
                }
                Files.write(shell.folder().resolve(file), proof);
                if (output.json) {
                    shell.out()
                            .println(Dalrn.JSON
                                    .createObjectNode()
                                    .put("file", file.toString())
                                    .put("leaf", seq)
                                    .put("bytes", proof.length));
                } else {
                    shell.out()
                            .println("the proof of receipt " + seq + " is in " + file
                                    + "; `dalrn receipts verify` checks it");
                }
                return ExitCode.OK.number();
            });
        }
    }

    /** What is done with a file of receipts. */
    @FunctionalInterface
    private interface OnBundle {
        int run(Path bundle) throws IOException;
    }

    /** A file that is there, or one that is fetched without blobs for as long as it is needed. */
    private static int ofBundle(Shell shell, RemoteOptions remote, String what, OnBundle action)
            throws IOException, InterruptedException {
        Path file = shell.folder().resolve(what);
        if (Files.isRegularFile(file)) {
            return action.run(file);
        }
        Path fetched = Files.createTempFile("dalrn-receipts-", ".tar");
        try {
            download(remote.connect(shell), what, false, fetched);
            return action.run(fetched);
        } finally {
            Files.deleteIfExists(fetched);
        }
    }

    @Command(name = "show", description = "List the receipts of a file or a run; nothing is verified.")
    static final class Show implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        OutputOptions output = new OutputOptions();

        @Mixin
        RemoteOptions remote = new RemoteOptions();

        @Parameters(paramLabel = "FILE|RUN", description = "A file of receipts, or the name of a run.")
        String what = "";

        @Option(names = "--leaf", paramLabel = "N", description = "Show this receipt whole, 0 for the first.")
        @Nullable
        Long leaf;

        Show(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            return ofBundle(shell, remote, what, this::show);
        }

        private int show(Path file) {
            List<Receipt> receipts = new ArrayList<>();
            SignedNote note;
            try (Bundle bundle = open(file)) {
                note = bundle.checkpoint();
                bundle.forEachEntry(entry -> {
                    if (leaf == null || entry.receipt().seq() == leaf) {
                        receipts.add(entry.receipt());
                    }
                });
            } catch (PodpException unreadable) {
                throw new CliException(
                        ErrorCode.RECEIPTS_UNREADABLE, what + ": " + unreadable.getMessage(), unreadable);
            }
            if (leaf != null && receipts.isEmpty()) {
                throw new CliException(
                        ErrorCode.REQUEST_INVALID,
                        "there is no receipt " + leaf + "; the log has "
                                + Checkpoint.parse(note.text()).size());
            }
            if (output.json || leaf != null) {
                receipts.forEach(receipt -> {
                    String text = new String(receipt.canonicalText(), StandardCharsets.UTF_8);
                    shell.out().println(output.json ? text : TextTable.plain(text));
                });
            } else {
                TextTable table = new TextTable("SEQ", "STEP", "ROUND", "AT", "DIGEST");
                for (Receipt receipt : receipts) {
                    table.row(
                            Long.toString(receipt.seq()),
                            RunReceipts.kindOf(receipt).orElse(receipt.facts().type()),
                            String.valueOf(receipt.facts().parameters().getOrDefault("round", "")),
                            String.valueOf(receipt.obs().getOrDefault("at", "")),
                            receipt.replayDigest().toString().substring(0, 16));
                }
                table.print(shell.out());
                note.text().lines().map(TextTable::plain).forEach(shell.out()::println);
            }
            shell.out().flush();
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "key",
            description = "Print the public key by which others verify the coordinator's receipts; hand it to them on"
                    + " another way than the receipts.")
    static final class Key implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        OutputOptions output = new OutputOptions();

        @Mixin
        RemoteOptions remote = new RemoteOptions();

        Key(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode answer = remote.connect(shell).get("/v1/receipts-key");
            if (output.json) {
                shell.out().println(answer);
            } else {
                TextTable table = new TextTable();
                table.row("origin", answer.path("origin").asText());
                table.row("key", answer.path("publicKey").asText());
                table.row("key id", answer.path("keyId").asText());
                table.print(shell.out());
            }
            return ExitCode.OK.number();
        }
    }
}
