package org.dalrn.distribution;

import java.io.File;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.dalrn.client.FederationClient;
import org.dalrn.client.node.NodeException;
import org.dalrn.client.node.NodeListener;
import org.dalrn.client.node.NodeStatus;
import org.dalrn.client.node.NodeTask;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Protection;
import org.dalrn.client.training.Trainer;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dalrn node run}: a node with a trainer from the class path, until it is interrupted or told to go. */
@Command(
        name = "run",
        description = "Runs a node of a federation until it is stopped.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class NodeRunCommand implements Callable<Integer> {

    @Option(names = "--join", paramLabel = "FILE", description = "The operator's join file; for the first start only.")
    private @Nullable Path join;

    @Option(
            names = "--identity",
            paramLabel = "DIR",
            required = true,
            description = "Where this node's key and certificates are kept; made at the first start.")
    private Path identity = Path.of("");

    @Option(
            names = "--trainer",
            paramLabel = "CLASS",
            required = true,
            description =
                    "Implements org.dalrn.client.training.Trainer; has a public constructor that takes nothing, or a"
                            + " Map<String, String> of the --trainer-arg values.")
    private String trainer = "";

    @Option(
            names = "--trainer-arg",
            paramLabel = "KEY=VALUE",
            description = "For the trainer's constructor; repeatable.")
    private Map<String, String> trainerArguments = new LinkedHashMap<>();

    @Option(names = "--classpath", paramLabel = "JARS", description = "Jars and folders that hold the trainer.")
    private String classpath = "";

    @Option(
            names = "--allow-run",
            paramLabel = "PATTERN",
            description = "Takes part only in runs of such names; * stands for any characters; repeatable."
                    + " Without it, in every run.")
    private List<String> allowRuns = List.of();

    @Option(
            names = "--max-evaluated-models",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Beside a published model, measure at most so many others of a task, 0 to 64 (${DEFAULT-VALUE})."
                            + " They are models of groups of sites, by which some runs find out who contributed what.")
    private int maxEvaluatedModels;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (FederationClient client = client(out)) {
            Thread goodbye = new Thread(client::close, "dalrn-node-close");
            Runtime.getRuntime().addShutdownHook(goodbye);
            client.start();
            boolean closed = false;
            while (!closed) {
                closed = client.awaitClosed(Duration.ofDays(1));
            }
            NodeStatus status = client.status();
            if (status.state() == NodeStatus.State.STOPPED) {
                throw new CliException(status.code().orElse(ErrorCode.INTERNAL), status.detail());
            }
            return ExitCode.OK.number();
        } catch (NodeException unusable) {
            throw new CliException(unusable.code(), String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private FederationClient client(PrintWriter out) {
        FederationClient.Builder builder = FederationClient.builder()
                .identity(identity)
                .trainer(newTrainer())
                .policy(policy())
                .listener(new Lines(out));
        if (join == null && !Files.exists(identity)) {
            throw new CliException(
                    ErrorCode.JOIN_FILE_INVALID,
                    "folder " + identity + " holds no identity yet; pass the operator's file with --join");
        }
        return (join == null ? builder : builder.join(join)).build();
    }

    private int evaluatedModels() {
        if (maxEvaluatedModels < 0 || maxEvaluatedModels > FederationMethods.MAX_EXTRA_MODELS) {
            throw new CliException(
                    ErrorCode.REQUEST_INVALID,
                    "--max-evaluated-models " + maxEvaluatedModels + " is not in [0, "
                            + FederationMethods.MAX_EXTRA_MODELS + "]");
        }
        return maxEvaluatedModels;
    }

    private NodePolicy policy() {
        return NodePolicy.builder()
                .allowRuns(allowRuns.isEmpty() ? new String[] {"*"} : allowRuns.toArray(String[]::new))
                .maxModelBytes(1L << 31)
                .maxTaskDuration(Duration.ofDays(1))
                .leastProtection(Protection.PLAIN)
                .allowEvaluation(true)
                .maxEvaluatedModels(evaluatedModels())
                .build();
    }

    /** The trainer, made by its constructor. */
    Trainer newTrainer() {
        try {
            Class<? extends Trainer> type =
                    Class.forName(trainer, true, loader()).asSubclass(Trainer.class);
            for (Constructor<?> constructor : type.getConstructors()) {
                if (List.of(constructor.getParameterTypes()).equals(List.of(Map.class))) {
                    return type.cast(constructor.newInstance(Map.copyOf(trainerArguments)));
                }
            }
            if (!trainerArguments.isEmpty()) {
                throw unusable("has no public constructor that takes a Map, but there are --trainer-arg", null);
            }
            return type.getConstructor().newInstance();
        } catch (ClassNotFoundException missing) {
            throw unusable("is not found; name its jar with --classpath", missing);
        } catch (ClassCastException other) {
            throw unusable("does not implement " + Trainer.class.getName(), other);
        } catch (InvocationTargetException failed) {
            throw unusable("failed to start: " + failed.getCause(), failed);
        } catch (ReflectiveOperationException closed) {
            throw unusable("has no public constructor that takes nothing or a Map", closed);
        }
    }

    /** Lives as long as the process: the trainer loads classes while it works. */
    private ClassLoader loader() {
        ClassLoader ours = NodeRunCommand.class.getClassLoader();
        if (classpath.isEmpty()) {
            return ours;
        }
        String[] entries = classpath.split(Pattern.quote(File.pathSeparator), -1);
        URL[] urls = new URL[entries.length];
        for (int i = 0; i < entries.length; i++) {
            Path entry = Path.of(entries[i]);
            if (!Files.exists(entry)) {
                throw new CliException(
                        ErrorCode.CONFIG_INVALID,
                        "class path entry \"" + entry + "\" does not exist; check --classpath");
            }
            try {
                urls[i] = entry.toUri().toURL();
            } catch (MalformedURLException impossible) {
                throw new IllegalStateException("bug: a file has no URL", impossible);
            }
        }
        return new URLClassLoader("trainer", urls, ours);
    }

    private CliException unusable(String what, @Nullable Throwable cause) {
        return new CliException(ErrorCode.CONFIG_INVALID, "trainer class " + trainer + " " + what, cause);
    }

    /** One line for each thing that happens. */
    private record Lines(PrintWriter out) implements NodeListener {

        @Override
        public void connected(String coordinatorSoftware) {
            line("connected to " + coordinatorSoftware);
        }

        @Override
        public void disconnected(String reason, Duration nextTry) {
            line("disconnected: " + reason + "; next try in " + nextTry.toMillis() + " ms");
        }

        @Override
        public void taskFinished(NodeTask task, Duration elapsed) {
            line(name(task) + " done in " + elapsed.toMillis() + " ms");
        }

        @Override
        public void taskDeclined(NodeTask task, String reason, String detail) {
            line(name(task) + " declined: " + reason + ": " + detail);
        }

        @Override
        public void taskCancelled(NodeTask task, String reason) {
            line(name(task) + " given up: " + reason);
        }

        @Override
        public void refused(ErrorCode code, String detail) {
            line("refused: " + code.label() + ": " + detail);
        }

        private static String name(NodeTask task) {
            return task.runName() + " round " + task.round() + " " + task.kind();
        }

        private void line(String text) {
            out.println(text);
            out.flush();
        }
    }
}
