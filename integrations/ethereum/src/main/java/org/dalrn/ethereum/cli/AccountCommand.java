package org.dalrn.ethereum.cli;

import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.AccountKey;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code dalrn anchor account}. */
@Command(name = "account", description = "Make a new account: a key in a file that only you can read.")
final class AccountCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Mixin
    KeyOptions account = new KeyOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        AccountKey key;
        try {
            key = account.withPassword(password -> AccountKey.create(account.key, password, new SecureRandom()));
        } catch (UncheckedIOException there) {
            throw new CliException(ErrorCode.STORE_UNAVAILABLE, there.getMessage() + ": " + there.getCause(), there);
        }
        String text = output.json
                ? Texts.JSON
                        .createObjectNode()
                        .put("account", key.address().text())
                        .toString()
                : "made account " + key.address() + " in " + account.key
                        + "; keep file and password apart, and send it ether to pay with";
        spec.commandLine().getOut().println(text);
        return ExitCode.OK.number();
    }
}
