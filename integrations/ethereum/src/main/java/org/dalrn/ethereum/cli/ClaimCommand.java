package org.dalrn.ethereum.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.dalrn.ethereum.Anchoring;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.ethereum.PayoutStatement;
import org.dalrn.ethereum.RewardSettlement;
import org.dalrn.ethereum.TransactionStatus;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dalrn rewards claim}. */
@Command(
        name = "claim",
        description = "Have payouts paid, before the deadline. Any account may send this and pays the gas; the money"
                + " goes to the account of the payout.")
final class ClaimCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Parameters(paramLabel = "PAYOUTS", description = "What `dalrn rewards payouts` wrote.")
    Path file = Path.of("");

    @Mixin
    ChainOptions chain = new ChainOptions();

    @Mixin
    DistributionOptions distribution = new DistributionOptions();

    @ArgGroup(multiplicity = "1")
    Whose whose = new Whose();

    @Spec
    CommandSpec spec = CommandSpec.create();

    /** One of them. */
    static final class Whose {
        @Option(
                names = "--claimant",
                paramLabel = "NAME",
                description = "Whose payout, as the receipts name it; may be repeated.")
        @Nullable
        List<String> claimants;

        @Option(names = "--all", description = "All payouts.")
        boolean all;
    }

    @Override
    public Integer call() throws InterruptedException {
        EthereumAddress at = ChainOptions.address(spec, distribution.contract);
        PayoutStatement payouts = PayoutsFile.read(file);
        List<Integer> indices = indices(payouts);
        PrintWriter out = spec.commandLine().getOut();
        try (RewardSettlement rewards = chain.openRewards(spec)) {
            List<Long> added = new ArrayList<>();
            for (int index : indices) {
                Supplier<Long> claim = () -> rewards.claim(at, distribution.number, payouts, index);
                added.add(
                        added.isEmpty()
                                ? Rewards.asked(claim)
                                : Rewards.askedAbout(added.get(added.size() - 1), claim));
            }
            for (long id : added) {
                chain.followQuietly(rewards, id);
            }
            ArrayNode all = Texts.JSON.createArrayNode();
            List<String> refused = new ArrayList<>();
            for (int i = 0; i < added.size(); i++) {
                int index = indices.get(i);
                Anchoring now = rewards.transaction(added.get(i));
                boolean no = now.status() == TransactionStatus.REFUSED || now.status() == TransactionStatus.REVERTED;
                // Somebody else may have claimed it, which is as good.
                boolean paid = no && Rewards.askedAbout(now.id(), () -> rewards.isPaid(at, distribution.number, index));
                if (no && !paid) {
                    refused.add("'" + payouts.lines().get(index).claimant() + "': "
                            + now.note().orElse("no reason given"));
                }
                if (output.json) {
                    all.add(Texts.json(now)
                            .put("paidByAnother", paid)
                            .setAll(PayoutsFile.json(index, payouts.lines().get(index))));
                } else {
                    ChainOptions.print(out, now, rewards.state());
                    out.println("  " + PayoutsFile.line(payouts, index)
                            + (paid ? ": paid already, by another transaction" : ""));
                }
            }
            if (output.json) {
                out.println(all);
            }
            out.flush();
            if (!refused.isEmpty()) {
                throw new CliException(
                        ErrorCode.REQUEST_INVALID,
                        "the contract refused to claim a payout: " + Texts.plain(String.join("; ", refused)));
            }
            return ExitCode.OK.number();
        }
    }

    private List<Integer> indices(PayoutStatement payouts) {
        List<String> names =
                payouts.lines().stream().map(PayoutStatement.Line::claimant).toList();
        if (whose.claimants == null) {
            return IntStream.range(0, names.size()).boxed().toList();
        }
        List<Integer> indices = new ArrayList<>();
        for (String claimant : whose.claimants) {
            int index = names.indexOf(claimant);
            if (index < 0) {
                throw new CliException(
                        ErrorCode.REQUEST_INVALID,
                        "'" + Texts.plain(claimant) + "' is paid nothing by " + file + "; paid are "
                                + Texts.plain(String.join(
                                        ", ", names.stream().limit(10).toList()))
                                + (names.size() > 10 ? " and " + (names.size() - 10) + " more" : ""));
            }
            indices.add(index);
        }
        return indices;
    }
}
