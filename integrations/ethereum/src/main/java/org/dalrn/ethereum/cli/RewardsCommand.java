package org.dalrn.ethereum.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dalrn rewards}. */
@Command(
        name = "rewards",
        description = "Pay what a run's receipts allocate through a contract of an Ethereum chain (docs/anchoring.md).",
        synopsisSubcommandLabel = "COMMAND")
final class RewardsCommand {
    @Mixin
    Output output = new Output();
}
