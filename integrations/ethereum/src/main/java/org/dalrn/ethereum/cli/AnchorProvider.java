package org.dalrn.ethereum.cli;

import org.dalrn.server.cli.CommandProvider;
import picocli.CommandLine;

/** Adds {@code dalrn anchor}. */
public final class AnchorProvider implements CommandProvider {

    /** For the service loader. */
    public AnchorProvider() {}

    @Override
    public String parent() {
        return "";
    }

    @Override
    public Object command() {
        return new CommandLine(new AnchorCommand())
                .addSubcommand(new AccountCommand())
                .addSubcommand(new DeployCommand())
                .addSubcommand(new RegisterCommand())
                .addSubcommand(new SubmitCommand())
                .addSubcommand(new StatusCommand())
                .addSubcommand(new VerifyCommand());
    }
}
