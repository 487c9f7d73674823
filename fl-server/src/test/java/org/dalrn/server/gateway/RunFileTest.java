package org.dalrn.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.contribution.GtgShapley;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.settings.SettingsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {

    static final String COMPLETE = """
            name: heart
            model:
              tensors: [{name: weights, shape: [13]}, {name: bias, shape: []}]
              initial: zeros
            rounds: 20
            strategy: {name: fedavg, fraction-train: 0.5, min-train-nodes: 3, fraction-evaluate: 0, min-evaluate-nodes: 4, min-available-nodes: 5}
            policy: {train-deadline: 1h, evaluate-deadline: 90s, quorum: 6, over-selection: 1.3, max-attempts: 7}
            max-examples-per-node: 100000
            max-absolute-value: 64
            config: {local-epochs: 5, learning-rate: 0.1, decay: 1e-3, optimizer: sgd, shuffle: true}
            seed: 00000000000000000000000000000000000000000000000000000000000000ff
            """;

    private static final String LEAST = """
            name: heart
            model: {tensors: [{name: w, shape: [2]}], initial: zeros}
            rounds: 1
            max-examples-per-node: 10
            max-absolute-value: 1
            """;

    private static RunFile parse(String yaml) {
        return RunFile.parseYaml("run.yaml", yaml, Path.of("."));
    }

    private static SettingsException faults(String yaml) {
        return catchThrowableOfType(SettingsException.class, () -> parse(yaml));
    }

    @Test
    void parse_everyKeySet_mapsEachToItsField() {
        assertThat(parse(COMPLETE))
                .isEqualTo(new RunFile(
                        "heart",
                        ParameterLayout.of(new TensorSpec("weights", List.of(13)), new TensorSpec("bias", List.of())),
                        new InitialModel.Zeros(),
                        20,
                        new FedAvg(new Sampling(0.5, 3, 0, 4, 5)),
                        new RoundPolicy(Duration.ofHours(1), Duration.ofSeconds(90), 6, 1.3, 7),
                        100_000,
                        64,
                        new TreeMap<>(Map.of(
                                "local-epochs", ConfigValue.of(5),
                                "learning-rate", ConfigValue.of(0.1),
                                "decay", ConfigValue.of(0.001),
                                "optimizer", ConfigValue.of("sgd"),
                                "shuffle", ConfigValue.of(true))),
                        Optional.empty(),
                        Optional.of(ContentHash.parse("0".repeat(62) + "ff"))));
    }

    @Test
    void parse_onlyRequiredKeys_takesTheDocumentedDefaults() {
        RunFile file = parse(LEAST);
        assertThat(file.strategy()).isEqualTo(new FedAvg(Sampling.defaults()));
        assertThat(file.policy()).isEqualTo(new RoundPolicy(Duration.ofMinutes(10), Duration.ofMinutes(2), 2, 1.0, 3));
        assertThat(file.config()).isEmpty();
        assertThat(file.seed()).isEmpty();
    }

    @Test
    void parse_severalFaults_namesAllWithTheirPath() {
        SettingsException failure = faults("""
                nam: heart
                model: {tensors: [{name: w, shape: [0]}, {nme: b, shape: 3}], initial: nothing.bin}
                rounds: -1
                strategy: {fraction-trian: 0.5, min-train-nodes: 0}
                policy: {quorum: many, over-selection: 20}
                config: {a: [1]}
                """);
        assertThat(failure.code()).isEqualTo(ErrorCode.RUN_FILE_INVALID);
        assertThat(failure.faults().stream().map(SettingsException.Fault::path))
                .contains(
                        "nam",
                        "name",
                        "model.tensors[1].nme",
                        "model.tensors[1].name",
                        "model.tensors[1].shape",
                        "model.initial",
                        "rounds",
                        "strategy.fraction-trian",
                        "strategy.min-train-nodes",
                        "policy.quorum",
                        "config.a",
                        "max-examples-per-node",
                        "max-absolute-value");
        assertThat(failure)
                .hasMessageContaining("line 1: nam: is unknown; did you mean 'name'?")
                .hasMessageContaining("line 4: strategy.fraction-trian: is unknown; did you mean 'fraction-train'?")
                .hasMessageContaining("max-absolute-value: is missing and has no default; write for instance");
    }

    private static final String PAID = LEAST + """
            incentive:
              budget: 1_000_000
              unit: cent
              settle: round
              rule: nash
              measure: %s
              organisations:
                cleveland: {nodes: [cleveland, cleveland-2], weight: 2, reservation: 10000, cap: 400000}
                hungarian: {nodes: [hungarian]}
              others: {cap: 50000}
            """;

    private static IncentivePolicy incentive(String yaml) {
        return parse(yaml).incentive().orElseThrow();
    }

    @Test
    void parse_incentive_mapsEachKeyToItsField() {
        IncentivePolicy policy = incentive(PAID.formatted("participation"));
        assertThat(policy)
                .isEqualTo(new IncentivePolicy(
                        "cent",
                        1_000_000,
                        Settlement.ROUND,
                        PayoutRule.NASH,
                        new ContributionMeasure.Participation(),
                        new TreeMap<>(Map.of(
                                "cleveland", terms(2, 10_000, 400_000, "cleveland", "cleveland-2"),
                                "hungarian", terms(1, 0, Terms.UNCAPPED, "hungarian"))),
                        Optional.of(terms(1, 0, 50_000))));
        assertThat(parse(LEAST).incentive()).isEmpty();
    }

    private static Terms terms(long weight, long reservation, long cap, String... nodes) {
        return new Terms(
                Arrays.stream(nodes).map(NodeId::new).collect(Collectors.toCollection(TreeSet::new)),
                weight,
                reservation,
                cap,
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    @Test
    void parse_everyMeasure_readsItsKeysAndIsTheSameAsJson() {
        Map<String, ContributionMeasure> measures = Map.of(
                "participation",
                new ContributionMeasure.Participation(),
                "examples",
                new ContributionMeasure.Examples(),
                "alignment",
                new ContributionMeasure.Alignment(),
                "shapley\n  utility: {name: held-out, file: test.csv, top: 5}",
                new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.SHAPLEY,
                        "held-out",
                        new TreeMap<>(Map.of("file", ConfigValue.of("test.csv"), "top", ConfigValue.of(5))),
                        Optional.empty()),
                "leave-one-out\n  utility: {name: held-out}",
                new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.LEAVE_ONE_OUT, "held-out", new TreeMap<>(), Optional.empty()),
                "gtg-shapley\n  utility: {name: held-out}\n  most-evaluations: 200\n  within-round: 0.01",
                new ContributionMeasure.HeldOut(
                        ContributionMeasure.Method.GTG_SHAPLEY,
                        "held-out",
                        new TreeMap<>(),
                        Optional.of(new GtgShapley(0, 0.01, 0.05, 200))),
                "group-shapley\n  groups: 4\n  group-size: 3\n  metric: auc\n  larger-is-better: true",
                new ContributionMeasure.GroupShapley(4, 3, "auc", true));
        ContentHash initial = ContentHash.of(new byte[8]);
        measures.forEach((text, measure) -> {
            RunFile file = parse(PAID.formatted(text));
            assertThat(file.incentive().orElseThrow().measure()).isEqualTo(measure);
            assertThat(RunFile.parseJson(file.json(initial)).spec(initial)).isEqualTo(file.spec(initial));
        });
    }

    @Test
    void parse_auctionAndVerifiedExamples_areTheSameAsJson() {
        RunFile file = parse(LEAST + """
                incentive:
                  {budget: 10, unit: €, settle: run, rule: auction, measure: examples,
                   organisations: {x: {nodes: [a], bid: 0, verified-examples: 200}}, others: {bid: 4}}
                """);
        assertThat(file.incentive().orElseThrow().organisations().get("x").bid())
                .hasValue(0);
        ContentHash initial = ContentHash.of(new byte[8]);
        assertThat(RunFile.parseJson(file.json(initial)).spec(initial)).isEqualTo(file.spec(initial));
    }

    @Test
    void parse_incentiveWithoutItsKeys_namesThemAll() {
        assertThat(faults(LEAST + "incentive: {groups: 3}\n").faults().stream().map(SettingsException.Fault::path))
                .containsExactlyInAnyOrder(
                        "incentive.budget",
                        "incentive.unit",
                        "incentive.settle",
                        "incentive.rule",
                        "incentive.measure");
    }

    @Test
    void parse_faultsOfIncentives_areNamedAtOnceWithTheirPath() {
        SettingsException failure = faults(LEAST + """
                strategy: {fraction-evaluate: 0}
                incentive:
                  budget: ten
                  unit: cent
                  settle: weekly
                  rule: luck
                  measure: gtg-shapley
                  utility: {file: x}
                  most-evaluations: 2
                  convergense: 0.1
                  organisations:
                    x: {nodes: [A B], weight: 0}
                    y: {node: [a], reservation: 5, cap: 4}
                  others: {nodes: [b], bit: 3}
                """);
        assertThat(failure)
                .hasMessageContaining("incentive.budget: 'ten' is no whole number")
                .hasMessageContaining("incentive.settle: 'weekly' is no settlement; write round or run")
                .hasMessageContaining(
                        "incentive.rule: 'luck' is no rule; rules are nash, egalitarian, kalai-smorodinsky,"
                                + " proportional, auction")
                .hasMessageContaining("incentive.utility.name: is missing and has no default")
                .hasMessageContaining("incentive.most-evaluations: 2 is not in [3, 50000]")
                .hasMessageContaining("incentive.convergense: is unknown; did you mean 'convergence'?")
                .hasMessageContaining("incentive.organisations.x.nodes: ")
                .hasMessageContaining("incentive.organisations.y.node: is unknown; did you mean 'nodes'?")
                .hasMessageContaining("incentive.others.nodes: is unknown")
                .hasMessageContaining("incentive.others.bit: is unknown; did you mean 'bid'?");
    }

    @Test
    void parse_incentiveThatCannotBeKept_saysWhy() {
        assertThat(faults(PAID.formatted("luck")))
                .hasMessageContaining("incentive.measure: 'luck' is no measure; measures are participation, examples,");
        assertThat(faults(PAID.formatted("participation")
                        .replace("10000,", "2000000,")
                        .replace("400000}", "3000000}")))
                .hasMessageContaining("incentive: the reservations sum to 2000000, above the budget 1000000"
                        + " (cleveland 2000000); raise the budget or lower reservations");
        assertThat(faults(PAID.formatted("participation").replace("[hungarian]", "[cleveland]")))
                .hasMessageContaining("incentive: node cleveland is in two organisations, 'cleveland' and 'hungarian'");
        assertThat(faults(PAID.formatted("participation").replace("reservation: 10000", "reservation: 500000")))
                .hasMessageContaining(
                        "incentive.organisations.cleveland: cap 400000 is below the reservation 500000; raise the cap");
        assertThat(faults(PAID.formatted("participation").replace("{cap: 50000}", "{reservation: 3}")))
                .hasMessageContaining("incentive: others has the reservation 3");
        assertThat(faults(PAID.formatted("participation").replace("nash", "auction")))
                .hasMessageContaining("organisations.hungarian has no bid, but the rule is auction");
        assertThat(faults(PAID.formatted("participation").replace("{cap: 50000}", "{cap: 9223372036854775807}")))
                .hasMessageContaining(
                        "incentive.others.cap: 9223372036854775807 is no cap; leave the key out for none");
        assertThat(faults(PAID.formatted("group-shapley\n  groups: 4\n  group-size: 3\n  metric: auc\n"
                                + "  larger-is-better: true")
                        + "strategy: {fraction-evaluate: 0}\n"))
                .hasMessageContaining("incentive: measure group-shapley is measured by evaluating nodes, but"
                        + " fraction-evaluate is 0");
        assertThat(faults(PAID.formatted("participation\n  utility: {name: x}")))
                .hasMessageContaining("incentive.utility: is unknown; allowed here: ");
    }

    @Test
    void parse_strangeSettingOrStrategy_isRefusedByTheStrategy() {
        assertThat(faults(LEAST + "strategy: {momentum: 0.9}\n"))
                .hasMessageContaining("strategy fedavg has no setting 'momentum'");
        assertThat(faults(LEAST + "strategy: {name: fedprox}\n"))
                .hasMessageContaining("strategy 'fedprox' is unknown; allowed: fedavg");
    }

    @Test
    void read_initialFile_hasTheTensorsLength(@TempDir Path folder) throws IOException {
        Path run = Files.writeString(folder.resolve("run.yaml"), LEAST.replace("zeros", "start.bin"));
        Files.write(folder.resolve("start.bin"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        assertThat(RunFile.read(run).openInitial()).hasBinaryContent(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        Files.write(folder.resolve("start.bin"), new byte[7]);
        assertThat(catchThrowableOfType(SettingsException.class, () -> RunFile.read(run)))
                .hasMessageContaining("has 7 bytes, but the tensors have 2 elements of 4 bytes, 8 bytes");
    }

    @Test
    void openInitial_zeros_hasTheLayoutsLength() throws IOException {
        assertThat(parse(COMPLETE).openInitial()).hasBinaryContent(new byte[56]);
    }

    @Test
    void json_parsedAgain_isTheSameRun() {
        RunFile file = parse(COMPLETE);
        ContentHash initial = ContentHash.of(new byte[56]);
        RunFile again = RunFile.parseJson(file.json(initial));
        assertThat(again.spec(initial)).isEqualTo(file.spec(initial));
        assertThat(again.seed()).isEqualTo(file.seed());
        assertThat(again.initial()).isEqualTo(new InitialModel.Stored(initial));
    }

    @Test
    void documentation_showsAFileThatCanBeRead() throws IOException {
        String page = Files.readString(Path.of("../docs/run-file.md"));
        int start = page.indexOf("```yaml\n") + "```yaml\n".length();
        RunFile file = parse(page.substring(start, page.indexOf("```", start)));
        assertThat(file.name()).isEqualTo("heart");
        assertThat(file.policy()).isEqualTo(parse(LEAST).policy());
        assertThat(file.strategy()).isEqualTo(parse(LEAST).strategy());
        int second = page.indexOf("```yaml\n", start) + "```yaml\n".length();
        assertThat(incentive(LEAST + page.substring(second, page.indexOf("```", second)))
                        .budget())
                .isEqualTo(1_000_000);
    }
}
