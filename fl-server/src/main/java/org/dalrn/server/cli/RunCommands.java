package org.dalrn.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.round.Phase;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.gateway.LoggedEvent;
import org.dalrn.server.gateway.RunFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dalrn run ...}. */
final class RunCommands {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /** How often a broken event stream is taken up again without news before the watcher gives up. */
    private static final int MOST_RETRIES = 5;

    private RunCommands() {}

    static CommandLine all(Shell shell) {
        return new CommandLine(new Group())
                .addSubcommand(new Submit(shell))
                .addSubcommand(new ListRuns(shell))
                .addSubcommand(new Show(shell))
                .addSubcommand(new Watch(shell))
                .addSubcommand(new Stop(shell))
                .addSubcommand(new Model(shell));
    }

    @Command(
            name = "run",
            description = "Submit runs and see what becomes of them.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Group {
        @Mixin
        OutputOptions output = new OutputOptions();
    }

    static String path(String run) {
        if (!NAME.matcher(run).matches()) {
            throw new CliException(
                    ErrorCode.RUN_NOT_FOUND,
                    "'" + run + "' is no name of a run; `dalrn run list` shows those there are");
        }
        return "/v1/runs/" + run;
    }

    private abstract static class Remote implements Callable<Integer> {
        final Shell shell;

        @Mixin
        OutputOptions output = new OutputOptions();

        @Mixin
        RemoteOptions remote = new RemoteOptions();

        Remote(Shell shell) {
            this.shell = shell;
        }

        final OperatorClient connect() {
            return remote.connect(shell);
        }
    }

    @Command(name = "submit", description = "Submit the run that a file describes (docs/run-file.md).")
    static final class Submit extends Remote {
        @Parameters(paramLabel = "FILE", description = "YAML file of the run.")
        Path file = Path.of("");

        @Option(names = "--wait", description = "Watch the run until it is over.")
        boolean wait;

        Submit(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() throws InterruptedException {
            RunFile run = RunFile.read(shell.folder().resolve(file));
            OperatorClient client = connect();
            JsonNode stored =
                    client.upload("/v1/models", () -> open(run), run.layout().byteLength());
            ContentHash initial = ContentHash.parse(stored.path("model").asText());
            JsonNode answer = client.post("/v1/runs", run.json(initial));
            String id = answer.path("run").asText();
            if (output.json) {
                shell.out().println(answer);
            } else if (!wait) {
                shell.out().println("submitted run " + id + "; watch it with `dalrn run watch " + id + "`");
            }
            shell.out().flush();
            return wait ? watch(shell, client, id, output.json) : ExitCode.OK.number();
        }

        private static InputStream open(RunFile run) {
            try {
                return run.openInitial();
            } catch (IOException unreadable) {
                throw new CliException(
                        ErrorCode.RUN_FILE_INVALID, "the initial model cannot be read: " + unreadable, unreadable);
            }
        }
    }

    @Command(name = "list", description = "List all runs, the oldest first.")
    static final class ListRuns extends Remote {
        ListRuns(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode answer = connect().get("/v1/runs");
            if (output.json) {
                shell.out().println(answer);
                return ExitCode.OK.number();
            }
            JsonNode runs = answer.path("runs");
            if (runs.isEmpty()) {
                shell.out().println("no runs yet; submit one with `dalrn run submit FILE`");
            } else {
                TextTable table = new TextTable("RUN", "NAME", "PHASE", "ROUNDS");
                runs.forEach(run ->
                        table.row(run.path("run").asText(), run.path("name").asText(), phase(run), rounds(run)));
                table.print(shell.out());
            }
            return ExitCode.OK.number();
        }
    }

    private static String phase(JsonNode run) {
        return run.path("phase").asText().toLowerCase(Locale.ROOT);
    }

    private static String rounds(JsonNode run) {
        return run.path("completedRounds").asText() + " of "
                + run.path("rounds").asText();
    }

    @Command(name = "show", description = "Show where a run stands.")
    static final class Show extends Remote {
        @Parameters(paramLabel = "RUN", description = "Name of the run.")
        String run = "";

        Show(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() throws InterruptedException {
            print(shell, connect().get(path(run)), output.json);
            return ExitCode.OK.number();
        }

        static void print(Shell shell, JsonNode answer, boolean json) {
            if (json) {
                shell.out().println(answer);
                return;
            }
            TextTable table = new TextTable();
            table.row("run", answer.path("run").asText());
            table.row("name", answer.path("name").asText());
            table.row("phase", phase(answer));
            table.row("rounds", rounds(answer));
            if (answer.has("cohort")
                    && !Phase.valueOf(answer.path("phase").asText()).isOver()) {
                table.row(
                        "round",
                        answer.path("round").asText() + ", try "
                                + answer.path("attempt").asText() + ": "
                                + answer.path("accepted").asText() + " of "
                                + answer.path("cohort").asText() + " updates in, "
                                + answer.path("dropped").asText() + " dropped");
                table.row("deadline", answer.path("deadline").asText());
            }
            table.row("strategy", answer.path("strategy").asText());
            table.row("model", answer.path("model").asText());
            table.row("seed", answer.path("seed").asText());
            table.row("events", answer.path("events").asText());
            table.row("received", RunView.size(answer.path("receivedBytes").asLong()) + " of updates");
            table.row("sent", RunView.size(answer.path("sentBytes").asLong()) + " of models");
            JsonNode incentive = answer.path("incentive");
            if (incentive.isObject()) {
                table.row("incentive", EarningsTable.terms(incentive));
            }
            table.print(shell.out());
            if (incentive.isObject()) {
                EarningsTable.lines(incentive).forEach(shell.out()::println);
                shell.out().flush();
            }
        }
    }

    @Command(
            name = "watch",
            description =
                    "Watch a run until it is over: a live view on a terminal, a line a round elsewhere, one line of"
                            + " JSON an event with --json.")
    static final class Watch extends Remote {
        @Parameters(paramLabel = "RUN", description = "Name of the run.")
        String run = "";

        Watch(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() throws InterruptedException {
            return watch(shell, connect(), run, output.json);
        }
    }

    @Command(name = "stop", description = "End a run; its newest model stays.")
    static final class Stop extends Remote {
        @Parameters(paramLabel = "RUN", description = "Name of the run.")
        String run = "";

        @Option(names = "--reason", paramLabel = "TEXT", description = "Goes into the run's log.")
        @Nullable
        String reason;

        Stop(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() throws InterruptedException {
            ObjectNode body = Dalrn.JSON.createObjectNode();
            Optional.ofNullable(reason).ifPresent(text -> body.put("reason", text));
            JsonNode answer = connect().post(path(run) + "/stop", body.toString());
            if (output.json) {
                shell.out().println(answer);
            } else {
                shell.out().println("run " + run + " is " + phase(answer) + " after " + rounds(answer) + " rounds");
            }
            return ExitCode.OK.number();
        }
    }

    @Command(name = "model", description = "Save a run's newest model: flat little-endian float32.")
    static final class Model extends Remote {
        @Parameters(paramLabel = "RUN", description = "Name of the run.")
        String run = "";

        @Option(
                names = {"-o", "--output"},
                required = true,
                paramLabel = "FILE",
                description = "Where to; replaced if it is there.")
        Path target = Path.of("");

        Model(Shell shell) {
            super(shell);
        }

        @Override
        public Integer call() throws InterruptedException {
            OperatorClient client = connect();
            HttpResponse<InputStream> response = client.open(path(run) + "/model");
            String announced = response.headers().firstValue("Dalrn-Model").orElse("");
            Path file = shell.folder().resolve(target).toAbsolutePath();
            Path part = file.resolveSibling(file.getFileName() + ".part");
            MessageDigest digest = ContentHash.newDigest();
            long bytes;
            try {
                try (InputStream in = response.body();
                        DigestOutputStream out = new DigestOutputStream(Files.newOutputStream(part), digest)) {
                    bytes = in.transferTo(out);
                }
                ContentHash hash = ContentHash.ofBytes(digest.digest());
                if (!hash.toString().equals(announced)) {
                    Files.delete(part);
                    throw new CliException(
                            ErrorCode.BLOB_DAMAGED,
                            "the model that came has the hash " + hash + ", not " + announced + "; try again");
                }
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException broken) {
                throw new UncheckedIOException("the model cannot be saved to " + file, broken);
            }
            if (output.json) {
                shell.out()
                        .println(Dalrn.JSON
                                .createObjectNode()
                                .put("run", run)
                                .put("model", announced)
                                .put("bytes", bytes)
                                .put("file", file.toString()));
            } else {
                shell.out().println("saved model " + announced + ", " + RunView.size(bytes) + ", to " + file);
            }
            return ExitCode.OK.number();
        }
    }

    /** Follows the run's events to its end, over broken connections too. */
    private static int watch(Shell shell, OperatorClient client, String run, boolean json) throws InterruptedException {
        RunView view = new RunView(shell.out(), json ? RunView.Look.lines() : shell.look());
        RunView fold = json ? new RunView(nowhere(), RunView.Look.lines()) : view;
        if (json || !shell.look().live()) {
            follow(shell, client, run, json, fold);
        } else {
            Measuring measuring = Measuring.start(client, path(run), view);
            try {
                follow(shell, client, run, false, view);
            } finally {
                measuring.end();
            }
        }
        Phase end = fold.end().orElseThrow();
        String how = fold.ending().orElse("");
        return switch (end) {
            case FAILED -> throw new CliException(ErrorCode.RUN_FAILED, "run " + run + " " + how);
            case STOPPED -> throw new CliException(ErrorCode.RUN_STOPPED, "run " + run + " was " + how);
            default -> ExitCode.OK.number();
        };
    }

    private static void follow(Shell shell, OperatorClient client, String run, boolean json, RunView fold)
            throws InterruptedException {
        long after = 0;
        int retries = 0;
        while (fold.end().isEmpty()) {
            long before = after;
            try (BufferedReader lines = client.lines(path(run) + "/events?follow=true&after=" + after)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isEmpty()) {
                        LoggedEvent event = LoggedEvent.parse(line);
                        after = event.seq();
                        if (json) {
                            shell.out().println(line);
                            shell.out().flush();
                        }
                        fold.accept(event.event());
                    }
                    // A burst of events is one frame.
                    if (!lines.ready()) {
                        fold.draw();
                    }
                }
            } catch (IOException broken) {
                if (retries == MOST_RETRIES) {
                    throw client.unreachable(broken);
                }
            } catch (CliException unreachable) {
                if (after == 0 || unreachable.code() != ErrorCode.COORDINATOR_UNREACHABLE || retries == MOST_RETRIES) {
                    throw unreachable;
                }
            }
            retries = after > before ? 0 : Math.min(MOST_RETRIES, retries + 1);
            if (fold.end().isEmpty()) {
                Thread.sleep(Duration.ofMillis(200L << retries).toMillis());
            }
        }
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
