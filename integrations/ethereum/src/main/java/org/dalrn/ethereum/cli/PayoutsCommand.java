package org.dalrn.ethereum.cli;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.PayoutAccounts;
import org.dalrn.ethereum.PayoutStatement;
import org.dalrn.ethereum.RunRewards;
import org.dalrn.podp.PodpException;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dalrn rewards payouts}. */
@Command(
        name = "payouts",
        description = "Turn what the receipts of a run allocate into payouts with proofs, offline. The same receipts,"
                + " accounts and wei give the same file everywhere.")
final class PayoutsCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Parameters(paramLabel = "RECEIPTS", description = "What `dalrn receipts export` wrote, of a run that is over.")
    Path bundle = Path.of("");

    @Mixin
    ReceiptOptions receipts = new ReceiptOptions();

    @Option(
            names = "--accounts",
            paramLabel = "FILE",
            required = true,
            description = "JSON object from claimants to addresses with checksum (EIP-55), each once.")
    Path accounts = Path.of("");

    @Option(
            names = "--wei-per-unit",
            paramLabel = "WEI",
            required = true,
            description = "What one unit of the run's budget is worth.")
    BigInteger weiPerUnit = BigInteger.ZERO;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where the payouts go.")
    Path out = Path.of("");

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        RunRewards rewards = receipts.read(bundle);
        PayoutStatement payouts;
        try {
            payouts = PayoutStatement.of(rewards, accounts(accounts), weiPerUnit);
        } catch (IllegalArgumentException wrong) {
            throw new CliException(ErrorCode.REQUEST_INVALID, String.valueOf(wrong.getMessage()), wrong);
        }
        PayoutsFile.write(out, payouts);
        if (output.json) {
            spec.commandLine().getOut().println(PayoutsFile.json(payouts));
        } else {
            PayoutsFile.print(spec.commandLine().getOut(), payouts);
            spec.commandLine().getOut().println("wrote " + out);
        }
        return ExitCode.OK.number();
    }

    static PayoutAccounts accounts(Path file) {
        byte[] json = PayoutsFile.bytes(file, PayoutAccounts.MOST_BYTES);
        try {
            return PayoutAccounts.parse(json);
        } catch (PodpException wrong) {
            throw new CliException(ErrorCode.CONFIG_INVALID, file + ", " + wrong.getMessage(), wrong);
        }
    }
}
