package org.dalrn.ethereum.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.dalrn.ethereum.AccountKey;
import org.dalrn.ethereum.AnchorState;
import org.dalrn.ethereum.Anchoring;
import org.dalrn.ethereum.CheckpointAnchoring;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.ethereum.EthereumSettings;
import org.dalrn.ethereum.JournalDamagedException;
import org.dalrn.ethereum.RewardSettlement;
import org.dalrn.ethereum.TransactionStatus;
import org.dalrn.ethereum.Transactions;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which chain transactions go to, from which account, and what they may cost. */
final class ChainOptions {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int GWEI_DIGITS = 9;

    @Mixin
    KeyOptions account = new KeyOptions();

    @Option(names = "--node", paramLabel = "URL", required = true, description = "A node of the chain (JSON-RPC).")
    URI node = URI.create("");

    @Option(
            names = "--chain-id",
            paramLabel = "N",
            required = true,
            description = "Number of the chain; signed into every transaction.")
    long chainId;

    @Option(
            names = "--max-fee",
            paramLabel = "GWEI",
            required = true,
            description = "The most that is ever offered per unit of gas.")
    BigDecimal maxFee = BigDecimal.ZERO;

    @Option(
            names = "--journal",
            paramLabel = "FOLDER",
            required = true,
            description = "Where transactions are noted before they are sent; made if it is not there. Keep it: with it"
                    + " nothing is sent twice.")
    Path journal = Path.of("");

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to look whether the chain takes it (${DEFAULT-VALUE}). What is not taken by then is"
                    + " not lost: `dalrn anchor status` goes on.")
    int wait;

    /** How the journal of an account is opened. */
    private interface Opening<T> {
        T open(EthereumSettings settings, AccountKey key, InstantSource clock, RandomGenerator random);
    }

    CheckpointAnchoring open(CommandSpec command) {
        return open(command, CheckpointAnchoring::open);
    }

    RewardSettlement openRewards(CommandSpec command) {
        return open(command, RewardSettlement::open);
    }

    private <T> T open(CommandSpec command, Opening<T> opening) {
        EthereumSettings settings;
        try {
            BigInteger wei = maxFee.scaleByPowerOfTen(GWEI_DIGITS).toBigInteger();
            settings = EthereumSettings.of(node, chainId, wei, journal);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(command.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
        try {
            return opening.open(settings, account.open(), InstantSource.system(), new SecureRandom());
        } catch (JournalDamagedException damaged) {
            throw new CliException(ErrorCode.LOG_DAMAGED, String.valueOf(damaged.getMessage()), damaged);
        } catch (IllegalStateException inUse) {
            throw new CliException(ErrorCode.DATA_DIRECTORY_IN_USE, String.valueOf(inUse.getMessage()), inUse);
        } catch (IllegalArgumentException others) {
            throw new CliException(ErrorCode.CONFIG_INVALID, String.valueOf(others.getMessage()), others);
        } catch (UncheckedIOException disk) {
            throw new CliException(ErrorCode.STORE_UNAVAILABLE, disk.getMessage() + ": " + disk.getCause(), disk);
        }
    }

    static EthereumAddress address(CommandSpec command, String text) {
        try {
            return EthereumAddress.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(command.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /**
     * Looks at the chain until a transaction is in a block.
     *
     * @throws CliException if the contract refused it
     */
    Anchoring follow(Transactions transactions, long id) throws InterruptedException {
        Anchoring now = followQuietly(transactions, id);
        if (now.status() == TransactionStatus.REFUSED || now.status() == TransactionStatus.REVERTED) {
            throw new CliException(
                    ErrorCode.REQUEST_INVALID,
                    "the contract refused to " + now.purpose() + ": "
                            + now.note().orElse("no reason given"));
        }
        return now;
    }

    /** Looks at the chain until a transaction is in a block or refused, or for as long as was said. */
    Anchoring followQuietly(Transactions transactions, long id) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
        Anchoring now = transactions.transaction(id);
        while (now.status().compareTo(TransactionStatus.INCLUDED) < 0) {
            transactions.advance();
            now = transactions.transaction(id);
            if (now.status().compareTo(TransactionStatus.INCLUDED) < 0) {
                if (System.nanoTime() >= end) {
                    return now;
                }
                Thread.sleep(PAUSE.toMillis());
            }
        }
        return now;
    }

    /** One line about a transaction and, if it is not in a block, one about why. */
    static void print(PrintWriter out, Anchoring now, AnchorState state) {
        StringBuilder line = new StringBuilder();
        line.append("transaction ")
                .append(now.id())
                .append(" (")
                .append(now.purpose())
                .append("): ");
        line.append(Texts.of(now.status()));
        now.transaction().ifPresent(hash -> line.append(' ').append(hash));
        now.block().ifPresent(block -> line.append(" in block ").append(block));
        out.println(line);
        if (now.status().compareTo(TransactionStatus.INCLUDED) < 0) {
            now.note().or(state::trouble).ifPresent(why -> out.println("  " + why));
            out.println("  nothing is lost: it is in the journal, and `dalrn anchor status` goes on with it");
        } else {
            now.note().ifPresent(why -> out.println("  " + why));
        }
    }
}
