package org.dalrn.examples.digits;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.examples.local.DemoFolder;
import org.dalrn.examples.local.DemoOptions;
import org.dalrn.examples.local.LocalFederation;
import org.dalrn.examples.local.ReplayedReceipts;
import org.dalrn.server.cli.ExitCode;
import org.dalrn.server.cli.RunView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dalrn demo digits}: ten nodes with few and different digits each learn to read them all. */
@Command(
        name = "digits",
        description = {
            "Ten nodes learn to read handwritten digits with a DL4J network.",
            "Each holds other digits in other numbers (Dirichlet split, concentration 0.5)."
        })
public final class DigitsCommand implements Callable<Integer> {

    private static final int PROCESSES = 2;
    private static final long BUDGET_CENTS = 1_000_000;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the split and the initial weights (${DEFAULT-VALUE}).")
    long seed;

    @Mixin
    DemoOptions options = new DemoOptions();

    /** Made by the command line. */
    public DigitsCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (DemoFolder folder = options.folder()) {
            run(folder);
            return ExitCode.OK.number();
        }
    }

    private void run(DemoFolder folder) throws IOException, InterruptedException {
        PrintStream people = options.people();
        long begun = System.nanoTime();
        DigitsPlan plan = DigitsPlan.DEMO;
        DigitsFederation pieces = DigitsFederation.create(plan, seed);
        people.println("Ten nodes learn to read digits; none of them has seen them all in fair numbers.");
        people.println(
                "Starting a coordinator and ten nodes in " + PROCESSES + " processes (gRPC, TLS 1.3, loopback) ...");
        Map<Integer, Double> accuracies = new TreeMap<>();
        Parameters model;
        ReplayedReceipts receipts;
        double runSeconds;
        try (LocalFederation federation = LocalFederation.start(folder.path())) {
            int share = plan.nodes() / PROCESSES;
            for (int process = 0; process < PROCESSES; process++) {
                int first = process * share;
                int end = process == PROCESSES - 1 ? plan.nodes() : first + share;
                federation.launch(
                        "nodes-" + (process + 1),
                        IntStream.range(first, end).mapToObj(DigitsNodes::name).toList(),
                        DigitsNodes.class,
                        List.of("-XX:+UseSerialGC", "-Xmx512m"),
                        List.of(Long.toString(seed), Integer.toString(first), Integer.toString(end)));
            }
            RunId run = submit(federation, pieces);
            model = watch(federation, run, people, accuracies);
            receipts = federation.replayReceipts(List.of(run));
            runSeconds = federation.runSeconds();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        report(people, folder, pieces.testAccuracy(model), accuracies, seconds, receipts, runSeconds);
    }

    private RunId submit(LocalFederation federation, DigitsFederation pieces) throws IOException {
        DigitsPlan plan = pieces.plan();
        Parameters initial = pieces.initialModel();
        RunSpec spec = new RunSpec(
                "digits",
                initial.layout(),
                federation.store(initial),
                plan.rounds(),
                new FedAvg(new Sampling(1.0, plan.nodes(), 1.0, plan.nodes(), plan.nodes())),
                new RoundPolicy(Duration.ofMinutes(2), Duration.ofMinutes(1), plan.nodes(), 1.0, 3),
                100_000,
                64,
                pieces.config(),
                Optional.of(reward()));
        return federation.operations().submit(spec, Optional.of(ContentHash.sha256(new byte[] {(byte) seed})));
    }

    /** 10,000.00 for the run, to each node by how far its updates point the way of all together. */
    private static IncentivePolicy reward() {
        Terms each = new Terms(new TreeSet<>(), 1, 0, Terms.UNCAPPED, OptionalLong.empty(), OptionalLong.empty());
        return new IncentivePolicy(
                "cents",
                BUDGET_CENTS,
                Settlement.RUN,
                PayoutRule.NASH,
                new ContributionMeasure.Alignment(),
                new TreeMap<>(),
                Optional.of(each));
    }

    private Parameters watch(LocalFederation federation, RunId run, PrintStream people, Map<Integer, Double> accuracies)
            throws IOException, InterruptedException {
        RunView.Look look = options.look();
        RunView view = new RunView(people, look);
        return federation.watch(run, view, event -> {
            if (event.event() instanceof RunEvent.RoundCompleted completed
                    && completed.metrics().containsKey("accuracy")) {
                accuracies.put(completed.round(), completed.metrics().get("accuracy"));
            }
        });
    }

    private void report(
            PrintStream people,
            DemoFolder folder,
            double accuracy,
            Map<Integer, Double> accuracies,
            double seconds,
            ReplayedReceipts receipts,
            double runSeconds)
            throws IOException {
        if (options.json()) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("accuracy", accuracy);
            document.put("accuracyByRound", accuracies);
            document.put("rounds", accuracies.size());
            document.put("seconds", seconds);
            document.put("receipts", receipts.tree(runSeconds));
            DemoOptions.print(document);
        } else {
            people.printf(
                    Locale.ROOT,
                    "%nTest accuracy of the published model on 1,797 images of other writers: %.4f. Done: %d rounds in %.1f s.%n",
                    accuracy,
                    accuracies.size(),
                    seconds);
            receipts.print(people, runSeconds, folder.isKept());
            if (folder.isKept()) {
                people.println("Kept in " + folder.path());
            }
        }
        people.flush();
    }
}
