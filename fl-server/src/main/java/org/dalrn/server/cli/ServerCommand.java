package org.dalrn.server.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.Coordinator;
import org.dalrn.server.CoordinatorConfig;
import org.dalrn.server.settings.DurationText;
import org.dalrn.server.settings.HostPort;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dalrn server}. */
@Command(
        name = "server",
        description = "Run a coordinator until SIGTERM or Ctrl-C; what is under way then is finished first.")
final class ServerCommand implements Callable<Integer> {

    private final Shell shell;

    @Mixin
    OutputOptions output = new OutputOptions();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Default: dalrn.yaml in the working directory if it is there, else the defaults.")
    @Nullable
    Path configFile;

    @Option(names = "--print-config", description = "Print every key with its default and meaning, and exit.")
    boolean printConfig;

    ServerCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (printConfig) {
            String text = CoordinatorConfig.commentedDefaults();
            shell.out()
                    .print(
                            output.json
                                    ? Dalrn.JSON.createObjectNode().put("config", text) + System.lineSeparator()
                                    : text);
            return ExitCode.OK.number();
        }
        CoordinatorConfig config = config();
        Coordinator coordinator = start(config);
        // The JVM would end with 143 after a SIGTERM; a stop that was asked for and done is a 0.
        Thread onSignal = new Thread(
                () -> {
                    boolean drained = stop(coordinator, config.drainTimeout());
                    Runtime.getRuntime().halt(drained ? ExitCode.OK.number() : ExitCode.INTERNAL.number());
                },
                "dalrn-stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        announce(config, coordinator);
        try {
            new CountDownLatch(1).await();
            throw new IllegalStateException("bug: nothing counts this latch down");
        } catch (InterruptedException asked) {
            Runtime.getRuntime().removeShutdownHook(onSignal);
            stop(coordinator, config.drainTimeout());
            return ExitCode.OK.number();
        }
    }

    private CoordinatorConfig config() {
        Optional<Path> named = Optional.ofNullable(configFile).map(shell.folder()::resolve);
        Path usual = shell.folder().resolve(CoordinatorConfig.FILE_NAME);
        if (named.isEmpty() && !Files.exists(usual)) {
            return CoordinatorConfig.defaults(shell.folder());
        }
        return CoordinatorConfig.read(named.orElse(usual));
    }

    private static Coordinator start(CoordinatorConfig config) {
        try {
            return Coordinator.start(config);
        } catch (IOException unusable) {
            throw new CliException(
                    ErrorCode.CONFIG_INVALID,
                    "the coordinator cannot start with node.listen "
                            + config.node().listen() + ", operator.listen "
                            + config.operator().listen() + " and data-directory " + config.dataDirectory() + ": "
                            + unusable.getMessage(),
                    unusable);
        } catch (IllegalArgumentException unusable) {
            throw new CliException(ErrorCode.CONFIG_INVALID, String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private void announce(CoordinatorConfig config, Coordinator coordinator) {
        String nodes = text(coordinator.nodeAddress());
        String operators =
                (config.operator().tls().isPresent() ? "https://" : "http://") + text(coordinator.operatorAddress());
        if (output.json) {
            shell.out()
                    .println(Dalrn.JSON.createObjectNode().put("nodes", nodes).put("operators", operators));
        } else {
            shell.out().println("coordinator is up: nodes connect to " + nodes + ", operators to " + operators);
        }
        shell.out().flush();
    }

    private static String text(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }

    /** True if everything under way came to its end in time. */
    private boolean stop(Coordinator coordinator, Duration most) {
        try (coordinator) {
            boolean drained = coordinator.drain(most);
            if (!drained) {
                shell.err()
                        .println("stopped with transfers under way after " + DurationText.of(most)
                                + "; nodes continue them when the coordinator is back");
            }
            return true;
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException failure) {
            // The process ends anyway: what matters is that its operator hears of it.
            shell.err().println("error " + ErrorCode.INTERNAL.label() + " while stopping: " + failure);
            return false;
        }
    }
}
