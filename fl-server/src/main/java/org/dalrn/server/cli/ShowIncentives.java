package org.dalrn.server.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.verify.Bundle;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.gateway.LoggedEvent;
import org.dalrn.server.gateway.RunEarnings;
import org.dalrn.server.receipts.PayReplay;
import org.dalrn.server.receipts.RunReceipts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dalrn incentives show}: who contributed and earned what, by round and in total. */
@Command(
        name = "show",
        description = {
            "Show who contributed and earned what in a run, by round and in total.",
            "Of a file of receipts and the coordinator's key, offline: the signatures are verified and every"
                    + " contribution and amount is computed again from the receipts."
        })
final class ShowIncentives implements Callable<Integer> {

    private static final int MOST_CLAIMANTS = EarningsTable.MOST_CLAIMANTS;
    private static final int MOST_ROUNDS = 20;

    private final Shell shell;

    @Mixin
    OutputOptions output = new OutputOptions();

    @Mixin
    RemoteOptions remote = new RemoteOptions();

    @Parameters(paramLabel = "FILE|RUN", description = "What `dalrn receipts export` wrote, or the name of a run.")
    String what = "";

    @Option(
            names = "--key",
            paramLabel = "HEX",
            description = "The coordinator's public key, from elsewhere than the file; needed for a file.")
    @Nullable
    String key;

    ShowIncentives(Shell shell) {
        this.shell = shell;
    }

    /** Something that tells a run's events in order. */
    @FunctionalInterface
    private interface Events {
        void forEach(Consumer<RunEvent> taker) throws IOException, InterruptedException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path file = shell.folder().resolve(what);
        if (!Files.isRegularFile(file)) {
            if (key != null) {
                throw new CliException(
                        ErrorCode.RECEIPTS_UNREADABLE,
                        "there is no file " + what + "; --key is for files, a run is asked of the coordinator");
            }
            OperatorClient client = remote.connect(shell);
            show(
                    taker -> {
                        try (BufferedReader lines = client.lines(RunCommands.path(what) + "/events")) {
                            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                                if (!line.isEmpty()) {
                                    taker.accept(LoggedEvent.parse(line).event());
                                }
                            }
                        } catch (IOException broken) {
                            throw client.unreachable(broken);
                        }
                    },
                    "as the coordinator tells; export the receipts to have it computed again");
            return ExitCode.OK.number();
        }
        if (key == null) {
            throw new CliException(
                    ErrorCode.RECEIPTS_UNREADABLE,
                    "--key is missing; a file of receipts is worth what its signatures are, `dalrn receipts key` on the"
                            + " coordinator prints the key");
        }
        PayReplay recomputed = recompute(file, TrustedKey.parse(key));
        show(taker -> forEachEvent(file, taker), words(recomputed));
        return ExitCode.OK.number();
    }

    // ------------------------------------------------------------------------------------------------------ a file

    private PayReplay recompute(Path file, Ed25519PublicKey owner) {
        try {
            Verifier.trusting(owner).verify(file).match(verified -> verified.summary(), refuted -> {
                refuted.findings().forEach(finding -> shell.err().println(TextTable.plain(finding.toString())));
                throw new CliException(
                        ErrorCode.RECEIPTS_REFUTED, file + " is refuted by " + refuted.count() + " findings");
            });
            return replay(file);
        } catch (PodpException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    private static PayReplay replay(Path file) {
        PayReplay replay = new PayReplay();
        Consumer<String> refuse = why -> {
            throw new CliException(ErrorCode.RECEIPTS_REFUTED, file + " is refuted: " + TextTable.plain(why));
        };
        forEachEvent(file, event -> replay.accept(event).ifPresent(refuse));
        replay.finish().ifPresent(refuse);
        return replay;
    }

    private static String words(PayReplay recomputed) {
        long allocations = recomputed.allocations();
        return "verified with the coordinator's key; the points of " + recomputed.rounds() + " rounds and "
                + allocations
                + (allocations == 1 ? " allocation" : " allocations")
                + " were computed again from the receipts alone, to the same units";
    }

    private static void forEachEvent(Path file, Consumer<RunEvent> taker) {
        try (Bundle bundle = Bundle.open(file)) {
            bundle.forEachEntry(entry -> taker.accept(RunReceipts.eventOf(entry.receipt())));
        } catch (PodpException | IllegalArgumentException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    // ------------------------------------------------------------------------------------------------------ printing

    /** A round's contributions, and what was divided after it. */
    private record Round(int number, List<RunEarnings.InRound> measured, Optional<RunEvent.Allocated> allocated) {

        /** What each claimant got; of a run that is settled at its end, nothing yet. */
        SortedMap<String, Payout> payouts() {
            SortedMap<String, Payout> payouts = new TreeMap<>();
            allocated.ifPresent(division -> division.payouts().forEach(each -> payouts.put(each.claimant(), each)));
            return payouts;
        }
    }

    /** Puts together what belongs to a round: contributions are measured before it is complete, amounts follow it. */
    private static final class Rounds {
        private final RunEarnings earnings;
        private final Consumer<Round> taker;
        private Optional<RunEvent.ContributionsMeasured> pending = Optional.empty();

        Rounds(RunEarnings earnings, Consumer<Round> taker) {
            this.earnings = earnings;
            this.taker = taker;
        }

        void accept(RunEvent event) {
            earnings.accept(event);
            if (event instanceof RunEvent.ContributionsMeasured measured) {
                end();
                pending = Optional.of(measured);
            } else if (event instanceof RunEvent.Allocated allocated && isOfRound()) {
                taker.accept(new Round(
                        allocated.round(), pending.map(earnings::of).orElse(List.of()), Optional.of(allocated)));
                pending = Optional.empty();
            }
        }

        private boolean isOfRound() {
            return earnings.policy().orElseThrow().settlement() == Settlement.ROUND;
        }

        void end() {
            pending.ifPresent(
                    measured -> taker.accept(new Round(measured.round(), earnings.of(measured), Optional.empty())));
            pending = Optional.empty();
        }
    }

    private void show(Events events, String worth) throws IOException, InterruptedException {
        if (output.json) {
            writeJson(events, worth);
            return;
        }
        RunEarnings earnings = new RunEarnings();
        Deque<List<String[]>> shown = new ArrayDeque<>();
        int[] earlier = new int[1];
        Rounds rounds = new Rounds(earnings, round -> {
            shown.add(rows(round));
            if (shown.size() > MOST_ROUNDS) {
                shown.removeFirst();
                earlier[0]++;
            }
        });
        events.forEach(event -> {
            rounds.accept(event);
            agreed(earnings);
        });
        rounds.end();
        print(shell.out(), earnings, shown, earlier[0], worth);
    }

    private static List<String[]> rows(Round round) {
        String number = Integer.toString(round.number());
        SortedMap<String, Payout> payouts = round.payouts();
        List<String[]> rows = new ArrayList<>();
        for (RunEarnings.InRound each : round.measured()) {
            if (rows.size() == MOST_CLAIMANTS) {
                rows.add(new String[] {number, "and " + (round.measured().size() - MOST_CLAIMANTS) + " more"});
                break;
            }
            Payout payout = payouts.get(each.claimant());
            String points = EarningsTable.grouped(each.points());
            rows.add(
                    payout == null
                            ? new String[] {number, each.claimant(), measured(each.value()), points}
                            : new String[] {
                                number,
                                each.claimant(),
                                measured(each.value()),
                                points,
                                EarningsTable.grouped(payout.amount())
                            });
        }
        if (rows.isEmpty()) {
            rows.add(new String[] {number, "nobody measured it"});
            // Reservations are paid all the same.
            payouts.values().stream()
                    .filter(payout -> payout.amount() > 0)
                    .limit(MOST_CLAIMANTS)
                    .forEach(payout -> rows.add(
                            new String[] {number, payout.claimant(), "", "0", EarningsTable.grouped(payout.amount())}));
        }
        return rows;
    }

    private void print(PrintStream out, RunEarnings earnings, Deque<List<String[]>> rounds, int earlier, String worth) {
        IncentivePolicy policy = agreed(earnings);
        out.println(EarningsTable.terms(policy));
        out.println();
        if (!rounds.isEmpty()) {
            TextTable table = policy.settlement() == Settlement.RUN
                    ? new TextTable("ROUND", "CLAIMANT", "MEASURED", "POINTS")
                    : new TextTable("ROUND", "CLAIMANT", "MEASURED", "POINTS", EarningsTable.heading(policy.unit()));
            rounds.forEach(round -> round.forEach(table::row));
            table.print(out);
            if (earlier > 0) {
                out.println("and " + earlier + " earlier rounds; --json has all");
            }
            out.println();
        }
        EarningsTable.lines(earnings, MOST_CLAIMANTS).forEach(out::println);
        out.println(worth);
        out.flush();
    }

    private IncentivePolicy agreed(RunEarnings earnings) {
        return earnings.policy()
                .orElseThrow(() -> new CliException(
                        ErrorCode.REQUEST_INVALID,
                        what + " is no run with incentives; nobody earns anything in it (docs/run-file.md says how)"));
    }

    private static String measured(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    /** Written as it is read: a run of many nodes has more rounds and rows than belong into memory. */
    private void writeJson(Events events, String worth) throws IOException, InterruptedException {
        RunEarnings earnings = new RunEarnings();
        JsonGenerator out = Dalrn.JSON.createGenerator(shell.out());
        out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        out.writeStartObject();
        out.writeArrayFieldStart("byRound");
        Rounds rounds = new Rounds(earnings, round -> {
            try {
                write(out, round);
            } catch (IOException broken) {
                throw new UncheckedIOException("the answer cannot be written", broken);
            }
        });
        events.forEach(event -> {
            rounds.accept(event);
            // Nothing has left the generator's buffer when the first event says that there is nothing to show.
            agreed(earnings);
        });
        rounds.end();
        out.writeEndArray();
        IncentivePolicy policy = agreed(earnings);
        out.writeStringField("unit", policy.unit());
        out.writeNumberField("budget", policy.budget());
        out.writeStringField("settle", policy.settlement().label());
        out.writeStringField("rule", policy.rule().label());
        out.writeStringField("measure", policy.measure().label());
        out.writeArrayFieldStart("earned");
        for (RunEarnings.Earned each : earnings.mostFirst(Integer.MAX_VALUE)) {
            out.writeStartObject();
            out.writeStringField("claimant", each.claimant());
            out.writeNumberField("rounds", each.rounds());
            out.writeNumberField("measured", each.value());
            out.writeNumberField("points", each.points());
            out.writeNumberField("amount", each.amount());
            out.writeNumberField("share", each.share());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeNumberField("paid", earnings.paid());
        if (earnings.last().isPresent()) {
            RunEvent.Allocated last = earnings.last().get();
            out.writeObjectFieldStart("last");
            out.writeNumberField("round", last.round());
            out.writeNumberField("budget", last.budget());
            out.writeStringField("theta", last.theta().toString());
            out.writeNumberField("undistributed", last.undistributed());
            out.writeEndObject();
        }
        out.writeBooleanField("recomputed", key != null);
        out.writeStringField("worth", worth);
        out.writeEndObject();
        out.close();
        shell.out().println();
        shell.out().flush();
    }

    private static void write(JsonGenerator out, Round round) throws IOException {
        SortedMap<String, Payout> payouts = round.payouts();
        out.writeStartObject();
        out.writeNumberField("round", round.number());
        out.writeArrayFieldStart("contributions");
        for (RunEarnings.InRound each : round.measured()) {
            out.writeStartObject();
            out.writeStringField("claimant", each.claimant());
            out.writeNumberField("measured", each.value());
            out.writeNumberField("points", each.points());
            Payout payout = payouts.remove(each.claimant());
            if (payout != null) {
                write(out, payout);
            }
            out.writeEndObject();
        }
        // Nobody measured what these did, but they took part.
        for (Payout payout : payouts.values()) {
            out.writeStartObject();
            out.writeStringField("claimant", payout.claimant());
            out.writeNumberField("points", 0);
            write(out, payout);
            out.writeEndObject();
        }
        out.writeEndArray();
        if (round.allocated().isPresent()) {
            RunEvent.Allocated division = round.allocated().get();
            out.writeNumberField("budget", division.budget());
            out.writeStringField("theta", division.theta().toString());
            out.writeNumberField("undistributed", division.undistributed());
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Payout payout) throws IOException {
        out.writeNumberField("weight", payout.weight());
        out.writeNumberField("reservation", payout.reservation());
        out.writeNumberField("amount", payout.amount());
    }
}
