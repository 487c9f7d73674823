package org.dalrn.ethereum.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.dalrn.ethereum.Anchoring;
import org.dalrn.ethereum.EthereumAddress;
import org.dalrn.ethereum.PayoutStatement;
import org.dalrn.ethereum.RewardSettlement;
import org.dalrn.ethereum.TransactionStatus;
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

/** {@code dalrn rewards fund}. */
@Command(
        name = "fund",
        description = "Pay the total of payouts into the contract, which opens a distribution. Given again, it goes on"
                + " with the same transaction and says the distribution's number.")
final class FundCommand implements Callable<Integer> {

    @Mixin
    Output output = new Output();

    @Parameters(paramLabel = "PAYOUTS", description = "What `dalrn rewards payouts` wrote.")
    Path file = Path.of("");

    @Mixin
    ChainOptions chain = new ChainOptions();

    @Option(names = "--contract", paramLabel = "ADDRESS", required = true, description = "The contract for rewards.")
    String contract = "";

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            required = true,
            description = "Until when claims are paid, for instance 2027-03-31T00:00:00Z; a day away or more. From then"
                    + " on you can take back what nobody claimed.")
    String deadline = "";

    @Option(
            names = "--again",
            description = "Pay the run a second time, whatever the journal holds: a second distribution.")
    boolean again;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        EthereumAddress at = ChainOptions.address(spec, contract);
        Instant until = deadline();
        PayoutStatement payouts = PayoutsFile.read(file);
        PrintWriter out = spec.commandLine().getOut();
        try (RewardSettlement rewards = chain.openRewards(spec)) {
            long id = Rewards.asked(() -> rewards.fund(at, payouts, until, again));
            Anchoring now = chain.follow(rewards, id);
            OptionalLong opened = Rewards.askedAbout(id, () -> rewards.distribution(id));
            if (output.json) {
                ObjectNode json = Texts.json(now)
                        .put("value", payouts.tree().total().toString())
                        .put("deadline", until.toString());
                opened.ifPresent(number -> json.put("distribution", number));
                out.println(json);
            } else {
                ChainOptions.print(out, now, rewards.state());
                opened.ifPresent(number -> out.println("distribution " + number + " of " + at + " holds "
                        + payouts.tree().total() + " wei until " + until
                        + (now.status().isOver() ? "" : "; not final yet, the number can still change")));
            }
            if (now.status() == TransactionStatus.UNCLEAR) {
                throw new CliException(
                        ErrorCode.ANCHOR_LOOKUP_UNAVAILABLE,
                        "whether the payouts are funded is not known: "
                                + now.note().orElse("no reason given"));
            }
            return ExitCode.OK.number();
        }
    }

    private Instant deadline() {
        try {
            return Instant.parse(deadline);
        } catch (DateTimeParseException wrong) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--deadline is a time in UTC such as 2027-03-31T00:00:00Z, not '" + Texts.plain(deadline) + "'",
                    wrong);
        }
    }
}
