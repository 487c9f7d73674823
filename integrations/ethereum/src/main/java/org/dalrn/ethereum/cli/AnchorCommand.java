package org.dalrn.ethereum.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dalrn anchor}. */
@Command(
        name = "anchor",
        description = "Leave checkpoints of receipt logs in a contract of an Ethereum chain (docs/anchoring.md).",
        synopsisSubcommandLabel = "COMMAND")
final class AnchorCommand {
    @Mixin
    Output output = new Output();
}
