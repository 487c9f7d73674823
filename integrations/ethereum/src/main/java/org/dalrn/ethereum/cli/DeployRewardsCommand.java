package org.dalrn.ethereum.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.Anchoring;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.ethereum.RewardSettlement;
import org.dalrn.server.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code dalrn rewards deploy}. */
@Command(name = "deploy", description = "Make a contract for rewards; nobody administers it.")
final class DeployRewardsCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Mixin
    ChainOptions chain = new ChainOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (RewardSettlement rewards = chain.openRewards(spec)) {
            Anchoring made = chain.follow(rewards, rewards.deploy());
            Optional<EthereumAddress> contract = Rewards.askedAbout(made.id(), () -> rewards.deployed(made.id()));
            if (output.json) {
                out.println(Texts.json(made));
            } else {
                ChainOptions.print(out, made, rewards.state());
                contract.ifPresent(address -> out.println("contract " + address));
            }
            return ExitCode.OK.number();
        }
    }
}
