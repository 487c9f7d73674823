package org.dalrn.ethereum.cli;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.ethereum.PayoutStatement;
import org.dalrn.ethereum.RunRewards;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dalrn rewards check}. */
@Command(
        name = "check",
        description =
                "Check payouts against the receipts of the run, offline: every amount, proof and root. Exit code 0"
                        + " only if nothing is wrong. Accounts and the worth of a unit do not follow from receipts: name what was agreed, or"
                        + " compare yourself.")
final class CheckPayoutsCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Parameters(paramLabel = "PAYOUTS", description = "What `dalrn rewards payouts` wrote.")
    Path file = Path.of("");

    @Option(
            names = "--receipts",
            paramLabel = "FILE",
            required = true,
            description = "What `dalrn receipts export` wrote, of a run that is over.")
    Path bundle = Path.of("");

    @Mixin
    ReceiptOptions receipts = new ReceiptOptions();

    @Option(
            names = "--accounts",
            paramLabel = "FILE",
            description = "The accounts that were agreed on, to compare with.")
    @Nullable
    Path accounts;

    @Option(
            names = "--wei-per-unit",
            paramLabel = "WEI",
            description = "What a unit of the run's budget was agreed to be worth, to compare with.")
    @Nullable
    BigInteger weiPerUnit;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PayoutStatement payouts = PayoutsFile.read(file);
        RunRewards rewards = receipts.read(bundle);
        List<String> faults = new ArrayList<>(payouts.faultsAgainst(rewards));
        if (accounts != null) {
            compare(payouts, PayoutsCommand.accounts(accounts).byClaimant(), faults);
        }
        if (weiPerUnit != null && !weiPerUnit.equals(payouts.weiPerUnit())) {
            faults.add("a unit is worth " + payouts.weiPerUnit() + " wei, agreed on were " + weiPerUnit);
        }
        if (!faults.isEmpty()) {
            throw new CliException(
                    ErrorCode.RECEIPTS_REFUTED,
                    file + " does not follow from the receipts: " + Texts.plain(String.join("; ", faults)));
        }
        if (output.json) {
            spec.commandLine()
                    .getOut()
                    .println(PayoutsFile.json(payouts)
                            .put("allocations", rewards.allocations())
                            .put("follows", true));
        } else {
            PayoutsFile.print(spec.commandLine().getOut(), payouts);
            spec.commandLine()
                    .getOut()
                    .println("verified: this is what the " + rewards.allocations()
                            + " allocations of the run sum to, at "
                            + payouts.weiPerUnit() + " wei for a unit"
                            + (weiPerUnit == null ? ", which is for you to compare with what was agreed" : ""));
        }
        return ExitCode.OK.number();
    }

    private static void compare(
            PayoutStatement payouts, SortedMap<String, EthereumAddress> agreed, List<String> faults) {
        payouts.accounts().forEach((claimant, account) -> {
            EthereumAddress wanted = agreed.get(claimant);
            if (!account.equals(wanted)) {
                faults.add("'" + claimant + "' is paid at " + account.checksummed() + ", agreed on was "
                        + (wanted == null ? "no account" : wanted.checksummed()));
            }
        });
    }
}
