package org.dalrn.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.ServiceLoader;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.Parameters;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.CommandProvider;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NodeRunCommandTest {

    /** A trainer that shows its arguments. */
    public static final class Mapped implements Trainer {
        private final Map<String, String> arguments;

        public Mapped(Map<String, String> arguments) {
            this.arguments = arguments;
        }

        @Override
        public TrainingResult train(Parameters global, TrainingContext context) {
            return TrainingResult.of(global, arguments.size());
        }

        @Override
        public EvaluationResult evaluate(Parameters model, TrainingContext context) {
            return EvaluationResult.of(1, Map.of());
        }
    }

    private static NodeRunCommand parsed(String... arguments) {
        NodeRunCommand command = new NodeRunCommand();
        CommandLine.ParseResult unused = new CommandLine(command).parseArgs(arguments);
        return command;
    }

    @Test
    void provider_serviceLoader_addsRunBelowNode() {
        assertThat(ServiceLoader.load(CommandProvider.class)).anySatisfy(provider -> {
            assertThat(provider.parent()).isEqualTo("node");
            assertThat(new CommandLine(provider.command()).getCommandName()).isEqualTo("run");
        });
    }

    @Test
    void newTrainer_mapConstructor_receivesTheArguments() {
        Trainer trainer = parsed(
                        "--identity",
                        "id",
                        "--trainer",
                        Mapped.class.getName(),
                        "--trainer-arg",
                        "data=a.csv",
                        "--trainer-arg",
                        "seed=7")
                .newTrainer();
        assertThat(trainer)
                .isInstanceOfSatisfying(
                        Mapped.class,
                        mapped -> assertThat(mapped.arguments)
                                .containsOnly(Map.entry("data", "a.csv"), Map.entry("seed", "7")));
    }

    @Test
    void newTrainer_unknownClass_saysHowToNameItsJar() {
        assertThatThrownBy(() -> parsed("--identity", "id", "--trainer", "org.example.None")
                        .newTrainer())
                .isInstanceOf(CliException.class)
                .hasMessageContaining("org.example.None")
                .hasMessageContaining("--classpath");
    }

    @Test
    void newTrainer_noTrainer_isRefused() {
        assertThatThrownBy(() -> parsed("--identity", "id", "--trainer", "java.lang.String")
                        .newTrainer())
                .isInstanceOf(CliException.class)
                .hasMessageContaining("does not implement");
    }
}
