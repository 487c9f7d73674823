package org.dalrn.ethereum.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.AnchorState;
import org.dalrn.ethereum.Anchoring;
import org.dalrn.ethereum.CheckpointAnchoring;
import org.dalrn.ethereum.TransactionStatus;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.server.cli.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dalrn anchor status}. */
@Command(name = "status", description = "Go on with what is under way, and show where everything stands.")
final class StatusCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Mixin
    ChainOptions chain = new ChainOptions();

    @Option(
            names = "--proofs",
            paramLabel = "FOLDER",
            description = "Write the anchor proof of each checkpoint that is final.")
    @Nullable
    Path proofs;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (CheckpointAnchoring anchoring = chain.open(spec)) {
            for (Anchoring each : anchoring.transactions()) {
                if (each.status().compareTo(TransactionStatus.INCLUDED) < 0) {
                    chain.followQuietly(anchoring, each.id());
                }
            }
            AnchorState state = anchoring.advance();
            int written = proofs == null ? 0 : write(anchoring, proofs);
            if (output.json) {
                out.println(json(anchoring, state));
                return ExitCode.OK.number();
            }
            for (Anchoring each : anchoring.transactions()) {
                ChainOptions.print(out, each, state);
            }
            out.println("chain " + state.chain().name().toLowerCase(Locale.ROOT) + ": " + state.queued() + " queued, "
                    + state.pending() + " pending, " + state.included() + " in blocks, " + state.done() + " final, "
                    + state.failed() + " refused, " + state.unclear() + " unclear");
            state.trouble().ifPresent(out::println);
            if (proofs != null) {
                out.println("wrote " + written + " anchor proofs to " + proofs);
            }
            return ExitCode.OK.number();
        }
    }

    private static ObjectNode json(CheckpointAnchoring anchoring, AnchorState state) {
        ObjectNode json = Texts.JSON
                .createObjectNode()
                .put("chain", state.chain().name().toLowerCase(Locale.ROOT))
                .put("queued", state.queued())
                .put("pending", state.pending())
                .put("included", state.included())
                .put("final", state.done())
                .put("refused", state.failed())
                .put("unclear", state.unclear());
        state.trouble().ifPresent(trouble -> json.put("trouble", trouble));
        ArrayNode transactions = json.putArray("transactions");
        anchoring.transactions().forEach(each -> transactions.add(Texts.json(each)));
        return json;
    }

    private static int write(CheckpointAnchoring anchoring, Path folder) {
        int written = 0;
        try {
            Files.createDirectories(folder);
            for (Anchoring each : anchoring.transactions()) {
                if (each.status() == TransactionStatus.FINAL) {
                    for (Checkpoint checkpoint : each.checkpoints()) {
                        Optional<AnchorProof> proof = anchoring.proof(checkpoint);
                        if (proof.isPresent()) {
                            Files.write(
                                    folder.resolve(name(checkpoint)),
                                    proof.orElseThrow().text());
                            written++;
                        }
                    }
                }
            }
            return written;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("anchor proofs cannot be written to " + folder, unwritable);
        }
    }

    /** Such as log-example.org-hospitals-he-42-1f2e3d4c.anchor: a name that a file of a bundle may have. */
    private static String name(Checkpoint checkpoint) {
        String plain = checkpoint.origin().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
        // Origins of other scripts may leave nothing.
        String start = "log-" + plain.replaceFirst("^[.-]+", "");
        Sha256Hash hash = Sha256Hash.of(checkpoint.text().getBytes(StandardCharsets.UTF_8));
        return start.substring(0, Math.min(start.length(), 28)) + "-" + checkpoint.size() + "-"
                + hash.toString().substring(0, 8) + ".anchor";
    }
}
