package org.dalrn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.dalrn.client.node.NodeException;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Protection;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.Parameters;
import org.junit.jupiter.api.Test;

/** The snippet of the README is this file's, so it compiles. */
class ReadmeSnippetTest {

    private static void snippet(Trainer trainer) throws InterruptedException {
        // begin
        NodePolicy policy = NodePolicy.builder()
                .allowRuns("heart-*")
                .maxModelBytes(100_000_000)
                .maxTaskDuration(Duration.ofMinutes(30))
                .leastProtection(Protection.PLAIN)
                .allowEvaluation(true)
                .build();
        FederationClient client = FederationClient.builder()
                .join(Path.of("hospital-a.join"))
                .identity(Path.of("identity"))
                .trainer(trainer)
                .policy(policy)
                .build();
        client.start();
        client.awaitClosed(Duration.ofDays(365));
        // end
    }

    @Test
    void readme_snippet_isTheCompiledOne() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/org/dalrn/client/ReadmeSnippetTest.java"));
        String compiled =
                source.subList(source.indexOf("        // begin") + 1, source.indexOf("        // end")).stream()
                        .map(line -> line.substring(8))
                        .collect(Collectors.joining("\n"));
        String readme = Files.readString(Path.of("README.md"));
        int begin = readme.indexOf("```java\n") + "```java\n".length();
        assertThat(readme.substring(begin, readme.indexOf("\n```", begin))).isEqualTo(compiled);
    }

    @Test
    void readme_snippet_runsUntilItNeedsTheJoinFile() {
        Trainer trainer = new Trainer() {
            @Override
            public TrainingResult train(Parameters global, TrainingContext context) {
                return TrainingResult.of(global, 1);
            }

            @Override
            public EvaluationResult evaluate(Parameters model, TrainingContext context) {
                throw new UnsupportedOperationException();
            }
        };
        assertThatThrownBy(() -> snippet(trainer))
                .isInstanceOf(NodeException.class)
                .hasMessageContaining("hospital-a.join");
    }
}
