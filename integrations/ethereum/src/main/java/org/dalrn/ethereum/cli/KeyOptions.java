package org.dalrn.ethereum.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.dalrn.ethereum.AccountKey;
import org.dalrn.podp.PodpException;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The account that pays. There is no default, and no key on the command line. */
final class KeyOptions {

    static final String PASSWORD_VARIABLE = "DALRN_ANCHOR_PASSWORD";

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "Keystore of the account (Web3 Secret Storage, version 3); only its owner may read it.")
    Path key = Path.of("");

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File whose first line is the keystore's password; only its owner may read it."
                    + " Default: the environment variable " + PASSWORD_VARIABLE + ".")
    @Nullable
    Path passwordFile;

    <T> T withPassword(Function<char[], T> use) {
        char[] password = new char[0];
        try {
            password = password();
            return use.apply(password);
        } catch (PodpException | IllegalArgumentException unusable) {
            throw new CliException(ErrorCode.IDENTITY_UNREADABLE, String.valueOf(unusable.getMessage()), unusable);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private char[] password() {
        if (passwordFile != null) {
            String text = new String(AccountKey.readPasswordFile(passwordFile), StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            return (end < 0 ? text : text.substring(0, end)).toCharArray();
        }
        String text = System.getenv(PASSWORD_VARIABLE);
        if (text == null || text.isEmpty()) {
            throw new IllegalArgumentException(
                    "no password for " + key + ": name --password-file, or set " + PASSWORD_VARIABLE);
        }
        return text.toCharArray();
    }

    AccountKey open() {
        return withPassword(password -> AccountKey.read(key, password));
    }
}
