package org.dalrn.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ContentHash;
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
    }
}
