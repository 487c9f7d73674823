package org.dalrn.ethereum.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.CheckpointAnchoring;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.server.cli.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dalrn anchor submit}. */
@Command(
        name = "submit",
        description =
                "Anchor the newest checkpoints of bundles, all in one transaction. Needs no chain to succeed: what"
                        + " cannot be sent waits in the journal.")
final class SubmitCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Mixin
    ChainOptions chain = new ChainOptions();

    @Option(names = "--contract", paramLabel = "ADDRESS", required = true, description = "The contract.")
    String contract = "";

    @Option(
            names = "--single",
            description =
                    "Anchor each log by itself, which its origin's owner can: dearer, and the contract then refuses"
                            + " two roots of one size.")
    boolean single;

    @Parameters(
            paramLabel = "BUNDLE",
            arity = "1..*",
            description = "What `dalrn receipts export` wrote, or files that are a checkpoint.")
    List<Path> files = new ArrayList<>();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        EthereumAddress at = ChainOptions.address(spec, contract);
        List<Checkpoint> checkpoints = files.stream().map(CheckpointFile::read).toList();
        PrintWriter out = spec.commandLine().getOut();
        try (CheckpointAnchoring anchoring = chain.open(spec)) {
            List<Long> added = add(anchoring, at, checkpoints);
            ArrayNode all = Texts.JSON.createArrayNode();
            for (long id : added) {
                chain.follow(anchoring, id);
            }
            for (long id : added) {
                if (output.json) {
                    all.add(Texts.json(anchoring.transaction(id)));
                } else {
                    ChainOptions.print(out, anchoring.transaction(id), anchoring.state());
                }
            }
            if (output.json) {
                out.println(all);
            }
            return ExitCode.OK.number();
        }
    }

    private List<Long> add(CheckpointAnchoring anchoring, EthereumAddress at, List<Checkpoint> checkpoints) {
        try {
            return single
                    ? checkpoints.stream()
                            .map(checkpoint -> anchoring.anchor(at, checkpoint))
                            .toList()
                    : List.of(anchoring.anchorBatch(at, checkpoints));
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
