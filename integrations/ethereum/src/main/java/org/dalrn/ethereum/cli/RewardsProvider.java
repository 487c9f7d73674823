package org.dalrn.ethereum.cli;

import org.dalrn.server.cli.CommandProvider;
import picocli.CommandLine;

/** Adds {@code dalrn rewards}. */
public final class RewardsProvider implements CommandProvider {

    /** For the service loader. */
    public RewardsProvider() {}

    @Override
    public String parent() {
        return "";
    }

    @Override
    public Object command() {
        return new CommandLine(new RewardsCommand())
                .addSubcommand(new PayoutsCommand())
                .addSubcommand(new CheckPayoutsCommand())
                .addSubcommand(new DeployRewardsCommand())
                .addSubcommand(new FundCommand())
                .addSubcommand(new ClaimCommand())
                .addSubcommand(new RewardsStatusCommand())
                .addSubcommand(new TakeBackCommand());
    }
}
