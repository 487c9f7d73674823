package org.dalrn.ethereum.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.EthereumLookupProvider;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.anchor.AnchorLookup;
import org.dalrn.podp.anchor.AnchorOutcome;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dalrn anchor verify}. */
@Command(
        name = "verify",
        description = "Ask a chain whether the newest checkpoint of a bundle is anchored there. Says nothing about its"
                + " signature or receipts, and looks at no anchors in the bundle: `dalrn receipts verify"
                + " --against-chain` does both.")
final class VerifyCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Parameters(paramLabel = "BUNDLE", description = "A bundle, or a file that is a checkpoint.")
    Path file = Path.of("");

    @Option(
            names = {"--against-chain", "--node"},
            paramLabel = "URL",
            required = true,
            description = "A node of the chain (JSON-RPC); its answers are believed.")
    URI node = URI.create("");

    @Option(names = "--contract", paramLabel = "ADDRESS", required = true, description = "The contract that you trust.")
    String contract = "";

    @Option(
            names = "--proof",
            paramLabel = "FILE",
            description =
                    "Where it was anchored, as `dalrn anchor status --proofs` wrote it; without it only the newest"
                            + " checkpoint that the contract holds for the log is compared.")
    @Nullable
    Path proofFile;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Checkpoint checkpoint = CheckpointFile.read(file);
        AnchorOutcome outcome = ask(checkpoint);
        String kind = outcome.getClass().getSimpleName();
        spec.commandLine()
                .getOut()
                .println(
                        output.json
                                ? Texts.JSON
                                        .createObjectNode()
                                        .put("log", checkpoint.origin())
                                        .put("size", checkpoint.size())
                                        .put("root", checkpoint.root().toString())
                                        .put("outcome", kind)
                                        .put("explanation", outcome.explanation())
                                        .toString()
                                : checkpoint.origin() + ", " + checkpoint.size() + " receipts: "
                                        + outcome.explanation());
        spec.commandLine().getOut().flush();
        if (outcome instanceof AnchorOutcome.Unreachable) {
            throw new CliException(ErrorCode.ANCHOR_LOOKUP_UNAVAILABLE, outcome.explanation());
        }
        if (outcome instanceof AnchorOutcome.NotFinal) {
            throw new CliException(
                    ErrorCode.RECEIPTS_REFUTED, "not final yet, ask again later: " + outcome.explanation());
        }
        if (outcome instanceof AnchorOutcome.Absent || outcome instanceof AnchorOutcome.Contradicted) {
            throw new CliException(ErrorCode.RECEIPTS_REFUTED, outcome.explanation());
        }
        return ExitCode.OK.number();
    }

    private AnchorOutcome ask(Checkpoint checkpoint) {
        Optional<AnchorProof> proof = Optional.ofNullable(proofFile).map(VerifyCommand::proof);
        try (AnchorLookup lookup = new EthereumLookupProvider().open(node, contract)) {
            return lookup.find(checkpoint, proof);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static AnchorProof proof(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return AnchorProof.parse(in.readNBytes(AnchorProof.MOST_BYTES + 1));
        } catch (PodpException | IOException unreadable) {
            throw new CliException(
                    ErrorCode.RECEIPTS_UNREADABLE,
                    file + " is no anchor proof: " + unreadable.getMessage(),
                    unreadable);
        }
    }
}
