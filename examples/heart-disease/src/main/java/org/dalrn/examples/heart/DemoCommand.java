package org.dalrn.examples.heart;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.examples.local.DemoFolder;
import org.dalrn.examples.local.DemoOptions;
import org.dalrn.examples.local.LocalFederation;
import org.dalrn.examples.local.ReplayedReceipts;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.ExitCode;
import org.dalrn.server.cli.RunView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dalrn demo}: four hospitals learn together on this machine, without sharing a record. */
@Command(
        name = "demo",
        description = {
            "Four hospitals learn a heart-disease classifier together, without sharing a record.",
            "A coordinator and four node processes run on this machine, over TLS; nothing leaves it."
        })
public final class DemoCommand implements Callable<Integer> {

    /** Short-lived and small: start quickly rather than run at full speed after minutes. */
    private static final List<String> NODE_FLAGS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m");

    @Option(
            names = "--splits",
            paramLabel = "N",
            defaultValue = "5",
            description = "Over how many seeded train/test splits, 1 to 20 (${DEFAULT-VALUE}).")
    int splits;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "15",
            description = "Rounds of each federation, 1 to 1000 (${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--measure",
            paramLabel = "NAME",
            defaultValue = "examples",
            description =
                    "What the hospitals' reward is measured by: examples, alignment, participation or group-shapley"
                            + " (${DEFAULT-VALUE}).")
    String measure = "examples";

    @Mixin
    DemoOptions options = new DemoOptions();

    /** Made by the command line. */
    public DemoCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireBetween("--splits", splits, 20);
        requireBetween("--rounds", rounds, 1000);
        Reward reward = Reward.parse(measure)
                .orElseThrow(() -> new CliException(
                        ErrorCode.REQUEST_INVALID,
                        "--measure '" + measure + "' is none of the demo's; use one of " + Reward.labels()));
        try (DemoFolder folder = options.folder()) {
            run(folder, reward);
            return ExitCode.OK.number();
        }
    }

    private void run(DemoFolder folder, Reward reward) throws IOException, InterruptedException {
        PrintStream people = options.people();
        RunView.Look look = options.look();
        TrainingPlan plan = new TrainingPlan(
                rounds,
                TrainingPlan.DEMO.localEpochs(),
                TrainingPlan.DEMO.learningRate(),
                TrainingPlan.DEMO.l2(),
                TrainingPlan.DEMO.batchSize());
        Comparison comparison = new Comparison();
        Payments payments = new Payments();
        long begun = System.nanoTime();
        people.println("Four hospitals, one process each, learn together. No record leaves its hospital.");
        people.println("Starting a coordinator and four nodes on this machine (gRPC, TLS 1.3, loopback) ...");
        ReplayedReceipts receipts;
        double runSeconds;
        try (LocalFederation federation = LocalFederation.start(folder.path())) {
            for (Hospital hospital : Hospital.values()) {
                federation.launch(
                        hospital.id(),
                        List.of(new NodeId(hospital.id())),
                        HospitalNode.class,
                        NODE_FLAGS,
                        List.of(hospital.id()));
            }
            List<RunId> runs = new ArrayList<>();
            for (int split = 0; split < splits; split++) {
                RunId run = submit(federation, plan, split, reward);
                Payments.OfRun paid = payments.begin();
                comparison.add(split, plan, watch(federation, run, split, people, look, paid));
                paid.close();
                runs.add(run);
            }
            receipts = federation.replayReceipts(runs);
            runSeconds = federation.runSeconds();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (options.json()) {
            Map<String, Object> document = new LinkedHashMap<>(ComparisonTable.tree(comparison));
            document.put("rounds", rounds);
            document.put("splits", splits);
            document.put("seconds", seconds);
            document.put("receipts", receipts.tree(runSeconds));
            document.put("reward", PaymentTable.tree(payments, reward, receipts.allocations()));
            DemoOptions.print(document);
        } else {
            ComparisonTable.print(comparison, people);
            PaymentTable.print(payments, reward, splits, splits * rounds, receipts.allocations(), people);
            people.printf(
                    Locale.ROOT,
                    "%nMean ± sd over %d splits of each hospital's records (66 %% train, 34 %% test). Done: %d rounds in"
                            + " %.1f s.%n",
                    splits,
                    splits * rounds,
                    seconds);
            receipts.print(people, runSeconds, folder.isKept());
            if (folder.isKept()) {
                people.println("Kept in " + folder.path());
            }
        }
        people.flush();
    }

    private static RunId submit(LocalFederation federation, TrainingPlan plan, int split, Reward reward)
            throws IOException {
        int hospitals = Hospital.values().length;
        RunSpec spec = new RunSpec(
                "heart disease, split " + split,
                HeartTrainer.LAYOUT,
                federation.store(Parameters.zeros(HeartTrainer.LAYOUT)),
                plan.rounds(),
                new FedAvg(new Sampling(1.0, hospitals, 1.0, hospitals, hospitals)),
                new RoundPolicy(Duration.ofSeconds(30), Duration.ofSeconds(30), hospitals, 1.0, 3),
                1_000,
                64,
                HeartTrainer.config(plan, split),
                Optional.of(reward.policy(split)));
        return federation.operations().submit(spec, Optional.of(ContentHash.sha256(new byte[] {(byte) split})));
    }

    private float[] watch(
            LocalFederation federation,
            RunId run,
            int split,
            PrintStream people,
            RunView.Look look,
            Payments.OfRun paid)
            throws IOException, InterruptedException {
        if (!look.live()) {
            Parameters model = federation.follow(run, event -> paid.accept(event.event()), () -> {});
            people.printf("split %d of %d: %d rounds done%n", split + 1, splits, rounds);
            people.flush();
            return model.toArray();
        }
        people.println();
        return federation
                .watch(run, new RunView(people, look), event -> paid.accept(event.event()))
                .toArray();
    }

    private static void requireBetween(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new CliException(ErrorCode.REQUEST_INVALID, option + " " + value + " is not in [1, " + most + "]");
        }
    }
}
