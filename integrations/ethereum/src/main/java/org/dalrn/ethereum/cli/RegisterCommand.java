package org.dalrn.ethereum.cli;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Callable;
import org.dalrn.ethereum.Anchoring;
import org.dalrn.ethereum.CheckpointAnchoring;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.server.cli.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dalrn anchor register}. */
@Command(
        name = "register",
        description =
                "As the contract's administrator: say who may anchor. A publisher anchors batches, the owner of an"
                        + " origin anchors that log by itself.")
final class RegisterCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Mixin
    ChainOptions chain = new ChainOptions();

    @Option(names = "--contract", paramLabel = "ADDRESS", required = true, description = "The contract.")
    String contract = "";

    @ArgGroup(multiplicity = "1")
    What what = new What();

    @Spec
    CommandSpec spec = CommandSpec.create();

    /** One of them. */
    static final class What {
        @Option(
                names = "--publisher",
                paramLabel = "ACCOUNT",
                description = "Batches of this account count from now on.")
        @Nullable
        String publisher;

        @Option(
                names = "--revoke-publisher",
                paramLabel = "ACCOUNT",
                description = "Batches of this account no longer count, for good; earlier ones still do.")
        @Nullable
        String revoked;

        @ArgGroup(exclusive = false)
        @Nullable
        Log log;
    }

    /** Both of them. */
    static final class Log {
        @Option(names = "--origin", paramLabel = "ORIGIN", required = true, description = "Name of a log, for good.")
        String origin = "";

        @Option(names = "--owner", paramLabel = "ACCOUNT", required = true, description = "Who anchors that log.")
        String owner = "";
    }

    @Override
    public Integer call() throws InterruptedException {
        EthereumAddress at = ChainOptions.address(spec, contract);
        try (CheckpointAnchoring anchoring = chain.open(spec)) {
            Anchoring done = chain.follow(anchoring, add(anchoring, at));
            if (output.json) {
                spec.commandLine().getOut().println(Texts.json(done));
            } else {
                ChainOptions.print(spec.commandLine().getOut(), done, anchoring.state());
            }
            return ExitCode.OK.number();
        }
    }

    private long add(CheckpointAnchoring anchoring, EthereumAddress at) {
        if (what.publisher != null) {
            return anchoring.addPublisher(at, ChainOptions.address(spec, what.publisher));
        }
        if (what.revoked != null) {
            return anchoring.revokePublisher(at, ChainOptions.address(spec, what.revoked));
        }
        Log log = requireNonNull(what.log, "one of the group is there");
        return anchoring.register(at, log.origin, ChainOptions.address(spec, log.owner));
    }
}
