package org.dalrn.ethereum.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.ethereum.PayoutStatement;
import org.dalrn.ethereum.RewardDistribution;
import org.dalrn.ethereum.RewardLookup;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dalrn rewards status}. */
@Command(
        name = "status",
        description = "Ask a chain whether a distribution is for these payouts, whether it holds enough, and who was"
                + " paid. Needs no account. Exit code 0 only if what is still open can be claimed.")
final class RewardsStatusCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Parameters(paramLabel = "PAYOUTS", description = "What `dalrn rewards payouts` wrote.")
    Path file = Path.of("");

    @Option(
            names = "--node",
            paramLabel = "URL",
            required = true,
            description = "A node of the chain (JSON-RPC); its answers are believed.")
    URI node = URI.create("");

    @Mixin
    DistributionOptions distribution = new DistributionOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        EthereumAddress at = ChainOptions.address(spec, distribution.contract);
        PayoutStatement payouts = PayoutsFile.read(file);
        RewardLookup lookup = lookup(at);
        RewardDistribution there = Rewards.asked(() -> {
            lookup.requireContract();
            return lookup.distribution(distribution.number)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the contract " + at + " has no distribution " + distribution.number));
        });
        if (!there.isOf(payouts.tree())) {
            throw new CliException(
                    ErrorCode.RECEIPTS_REFUTED,
                    "distribution " + there.number() + " is for " + there.size() + " payouts with root " + there.root()
                            + "; " + file + " has " + payouts.lines().size() + " with root "
                            + payouts.tree().root());
        }
        List<RewardLookup.Payment> payments = new ArrayList<>();
        BigInteger open = BigInteger.ZERO;
        for (int i = 0; i < payouts.lines().size(); i++) {
            int index = i;
            RewardLookup.Payment payment = Rewards.asked(() -> lookup.payment(distribution.number, index));
            payments.add(payment);
            if (payment == RewardLookup.Payment.OPEN) {
                open = open.add(payouts.lines().get(i).payout().amount());
            }
        }
        boolean isFinal = Rewards.asked(() -> lookup.isFinal(there));
        PrintWriter out = spec.commandLine().getOut();
        if (output.json) {
            out.println(json(there, payouts, payments, open).put("final", isFinal));
        } else {
            print(out, there, payouts, payments, open);
            if (!isFinal) {
                out.println("not final yet: a reorganisation of the chain can still take this distribution away");
            }
        }
        out.flush();
        if (open.compareTo(there.remaining()) > 0) {
            throw new CliException(
                    ErrorCode.RECEIPTS_REFUTED,
                    "distribution " + there.number() + " holds " + there.remaining() + " wei, but " + open
                            + " are still open: it was funded with too little, or its rest was taken back after "
                            + there.deadline());
        }
        if (open.signum() > 0 && !Rewards.asked(lookup::time).isBefore(there.deadline())) {
            throw new CliException(
                    ErrorCode.RECEIPTS_REFUTED,
                    "distribution " + there.number() + " ended at " + there.deadline() + ": the " + open
                            + " wei that are still open can no longer be claimed, only taken back by "
                            + there.funder());
        }
        return ExitCode.OK.number();
    }

    private RewardLookup lookup(EthereumAddress at) {
        try {
            return RewardLookup.at(node, at);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static ObjectNode json(
            RewardDistribution there, PayoutStatement payouts, List<RewardLookup.Payment> payments, BigInteger open) {
        ObjectNode json = Texts.JSON
                .createObjectNode()
                .put("distribution", there.number())
                .put("funder", there.funder().text())
                .put("root", there.root().toString())
                .put("remaining", there.remaining().toString())
                .put("open", open.toString())
                .put("deadline", there.deadline().toString());
        ArrayNode all = json.putArray("payouts");
        for (int i = 0; i < payments.size(); i++) {
            all.add(PayoutsFile.json(i, payouts.lines().get(i)).put("payment", word(payments.get(i))));
        }
        return json;
    }

    private static void print(
            PrintWriter out,
            RewardDistribution there,
            PayoutStatement payouts,
            List<RewardLookup.Payment> payments,
            BigInteger open) {
        out.println("distribution " + there.number() + ", funded by " + there.funder() + ", claims until "
                + there.deadline());
        for (int i = 0; i < payments.size(); i++) {
            out.println(PayoutsFile.line(payouts, i) + ": " + word(payments.get(i)));
        }
        out.println(open + " wei open, " + there.remaining() + " wei left");
    }

    private static String word(RewardLookup.Payment payment) {
        return payment.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
