package org.dalrn.ethereum.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.Anchoring;
import org.dalrn.ethereum.CheckpointAnchoring;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.podp.PodpException;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code dalrn anchor deploy}. */
@Command(name = "deploy", description = "Make a contract; the account becomes its administrator.")
final class DeployCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Mixin
    ChainOptions chain = new ChainOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (CheckpointAnchoring anchoring = chain.open(spec)) {
            Anchoring made = chain.follow(anchoring, anchoring.deploy());
            Optional<EthereumAddress> contract = deployed(anchoring, made.id());
            if (output.json) {
                out.println(Texts.json(made));
            } else {
                ChainOptions.print(out, made, anchoring.state());
                contract.ifPresent(
                        address -> out.println("contract " + address + ", administrator " + anchoring.account()));
            }
            return ExitCode.OK.number();
        }
    }

    private static Optional<EthereumAddress> deployed(CheckpointAnchoring anchoring, long id) {
        try {
            return anchoring.deployed(id);
        } catch (PodpException other) {
            throw new CliException(ErrorCode.ANCHOR_LOOKUP_UNAVAILABLE, String.valueOf(other.getMessage()), other);
        }
    }
}
