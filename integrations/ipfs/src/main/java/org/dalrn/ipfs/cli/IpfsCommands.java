package org.dalrn.ipfs.cli;

import org.dalrn.ipfs.store.RequestPolicy;
import org.dalrn.server.cli.CommandProvider;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Adds {@code ipfs} to the {@code dalrn} command. */
public final class IpfsCommands implements CommandProvider {

    /** Made by the service loader. */
    public IpfsCommands() {}

    @Override
    public String parent() {
        return "";
    }

    @Override
    public Object command() {
        return all(RequestPolicy.PATIENT);
    }

    static CommandLine all(RequestPolicy policy) {
        return new CommandLine(new Group())
                .addSubcommand(new AddCommand(policy))
                .addSubcommand(new GetCommand(policy))
                .addSubcommand(new CarCommand());
    }

    @Command(
            name = "ipfs",
            description = "Name, archive, store and fetch files by their content (docs/ipfs.md).",
            synopsisSubcommandLabel = "COMMAND")
    static final class Group {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help and exit.")
        boolean help;
    }
}
