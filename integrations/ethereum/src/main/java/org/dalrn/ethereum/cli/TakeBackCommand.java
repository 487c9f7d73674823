package org.dalrn.ethereum.cli;

import java.util.concurrent.Callable;
import org.dalrn.ethereum.Anchoring;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.ethereum.RewardSettlement;
import org.dalrn.server.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code dalrn rewards take-back}. */
@Command(name = "take-back", description = "As the funder, after the deadline: take back what nobody claimed.")
final class TakeBackCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Mixin
    ChainOptions chain = new ChainOptions();

    @Mixin
    DistributionOptions distribution = new DistributionOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        EthereumAddress at = ChainOptions.address(spec, distribution.contract);
        try (RewardSettlement rewards = chain.openRewards(spec)) {
            long id = Rewards.asked(() -> rewards.takeBack(at, distribution.number));
            Anchoring now = chain.follow(rewards, id);
            if (output.json) {
                spec.commandLine().getOut().println(Texts.json(now));
            } else {
                ChainOptions.print(spec.commandLine().getOut(), now, rewards.state());
            }
            return ExitCode.OK.number();
        }
    }
}
