package org.dalrn.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dalrn incentives ...}. */
final class IncentiveCommands {

    private IncentiveCommands() {}

    static CommandLine all(Shell shell) {
        return new CommandLine(new Group())
                .addSubcommand(new ShowIncentives(shell))
                .addSubcommand(new SimulateIncentives(shell));
    }

    @Command(
            name = "incentives",
            description = "What nodes earn, and what a rule makes it worth their while to do (docs/incentives.md).",
            synopsisSubcommandLabel = "COMMAND")
    static final class Group {
        @Mixin
        OutputOptions output = new OutputOptions();
    }
}
