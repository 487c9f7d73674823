package org.dalrn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.RunEvent;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.gateway.JoinFile;
import org.dalrn.server.gateway.LoggedEvent;
import org.dalrn.server.gateway.OperatorPort;
import org.dalrn.server.gateway.OperatorPort.NodeStatus;
import org.dalrn.server.gateway.OperatorPort.NodeSummary;
import org.dalrn.server.gateway.OperatorServer;
import org.dalrn.server.gateway.OperatorToken;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.testing.InMemoryOperatorPort;
import org.dalrn.server.testing.ScriptedRun;
import org.dalrn.server.testing.TestAuthority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands against a real operator API in the same process. */
class DalrnTest {

    private static final String TOKEN = "a-token-of-more-than-32-characters";
    private static final JsonMapper JSON = new JsonMapper();
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final String RUN = """
            name: heart
            model: {tensors: [{name: w, shape: [2]}], initial: zeros}
            rounds: 3
            max-examples-per-node: 10
            max-absolute-value: 1
            """;

    @TempDir
    Path folder;

    private final InMemoryOperatorPort port = new InMemoryOperatorPort(AUTHORITY.certificate());
    private final Map<String, String> environment = new HashMap<>();
    private OperatorServer server;
    private String out = "";
    private String err = "";
    private RunView.Look look = RunView.Look.lines();

    @BeforeEach
    void start() throws IOException {
        server = OperatorServer.start(
                new OperatorServer.Endpoint(HostPort.parse("127.0.0.1:0"), Optional.empty(), false, 1 << 20),
                OperatorToken.of(TOKEN),
                port);
        Files.writeString(folder.resolve("token"), TOKEN + "\n");
        environment.put("DALRN_SERVER", "http://127.0.0.1:" + server.address().getPort());
        environment.put("DALRN_TOKEN_FILE", "token");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int dalrn(String... arguments) {
        return dalrn(List.of(), arguments);
    }

    private int dalrn(List<CommandProvider> providers, String... arguments) {
        CalledDalrn called = CalledDalrn.with(providers, look, environment, folder, arguments);
        out = called.out();
        err = called.err();
        return called.exit();
    }

    private JsonNode json() throws IOException {
        return JSON.readTree(out);
    }

    @Test
    void submit_goodFile_storesTheModelAndOpensTheRun() throws IOException {
        Files.writeString(folder.resolve("run.yaml"), RUN);
        assertThat(dalrn("run", "submit", "run.yaml")).isZero();
        assertThat(out).isEqualTo("submitted run heart-1; watch it with `dalrn run watch heart-1`\n");
        assertThat(port.runs().get(0).spec().initialModel()).isEqualTo(ContentHash.of(new byte[8]));
        assertThat(dalrn("run", "submit", "run.yaml", "--json")).isZero();
        assertThat(json().path("run").asText()).isEqualTo("heart-2");
        assertThat(err).isEmpty();
    }

    @Test
    void submit_faultyFile_endsWith5AndNamesTheFault() throws IOException {
        Files.writeString(folder.resolve("run.yaml"), RUN.replace("rounds", "ronds"));
        assertThat(dalrn("run", "submit", "run.yaml", "--json")).isEqualTo(5);
        assertThat(err)
                .startsWith("error DALRN-1002 RUN_FILE_INVALID: ")
                .contains("line 3: ronds: is unknown; did you mean 'rounds'?")
                .endsWith("  (docs/errors/DALRN-1002.md)\n");
        assertThat(json().path("symbol").asText()).isEqualTo("RUN_FILE_INVALID");
    }

    @Test
    void list_showsEveryRun() throws IOException {
        assertThat(dalrn("run", "list")).isZero();
        assertThat(out).isEqualTo("no runs yet; submit one with `dalrn run submit FILE`\n");
        port.open(ScriptedRun.opened());
        assertThat(dalrn("run", "list")).isZero();
        assertThat(out).isEqualTo("""
                        RUN       NAME    PHASE     ROUNDS
                        heart-1   heart   waiting   0 of 3
                        """);
        assertThat(dalrn("run", "list", "--json")).isZero();
        assertThat(json().path("runs").path(0).path("name").asText()).isEqualTo("heart");
    }

    @Test
    void show_runInItsFirstRound_showsTheRoundAndItsTraffic() throws IOException {
        port.open(ScriptedRun.opened());
        port.moved(new OperatorPort.Traffic(1536, 3072), List.of());
        ScriptedRun.events().subList(1, 3).forEach(event -> port.append(ScriptedRun.RUN, event));
        assertThat(dalrn("run", "show", "heart-1")).isZero();
        assertThat(out)
                .contains("phase      training\n")
                .contains("round      1, try 1: 1 of 3 updates in, 0 dropped\n")
                .contains("received   1.5 KiB of updates\n")
                .contains("sent       3.0 KiB of models\n");
        assertThat(dalrn("run", "show", "heart-1", "--json")).isZero();
        assertThat(json().path("accepted").asInt()).isEqualTo(1);
    }

    @Test
    void show_unknownRun_endsWith3() throws IOException {
        assertThat(dalrn("run", "show", "nope", "--json")).isEqualTo(3);
        assertThat(err)
                .isEqualTo("error DALRN-1004 RUN_NOT_FOUND: there is no run 'nope'; `dalrn run list` shows those there"
                        + " are  (docs/errors/DALRN-1004.md)\n");
        assertThat(json().path("code").asText()).isEqualTo("DALRN-1004");
    }

    @Test
    void watch_finishedRun_writesALineARoundAndEndsWith0() throws IOException {
        port.open(ScriptedRun.opened());
        ScriptedRun.events().stream().skip(1).forEach(event -> port.append(ScriptedRun.RUN, event));
        port.append(ScriptedRun.RUN, ScriptedRun.finished());
        assertThat(dalrn("run", "watch", "heart-1")).isZero();
        assertThat(out.lines()).hasSize(5).contains("round 3 of 3   3 of 3 updates   accuracy 0.8125   4.5 s");
        assertThat(dalrn("run", "watch", "heart-1", "--json")).isZero();
        assertThat(out.lines()
                        .map(line -> LoggedEvent.parse(line).event())
                        .limit(ScriptedRun.events().size()))
                .isEqualTo(ScriptedRun.events());
    }

    @Test
    void watch_terminal_showsTheTrafficThatNoEventTells() {
        port.open(ScriptedRun.opened());
        ScriptedRun.events().stream().skip(1).forEach(event -> port.append(ScriptedRun.RUN, event));
        port.append(ScriptedRun.RUN, ScriptedRun.finished());
        port.moved(new OperatorPort.Traffic(1536, 3072), List.of());
        look = new RunView.Look(true, false, true, 80);
        assertThat(dalrn("run", "watch", "heart-1")).isZero();
        assertThat(out).contains("received 1.5 KiB   sent 3.0 KiB\n");
    }

    @Test
    void watch_stoppedOrFailedRun_endsWith6() {
        port.open(ScriptedRun.opened());
        assertThat(dalrn("run", "stop", "heart-1", "--reason", "wrong data")).isZero();
        assertThat(out).isEqualTo("run heart-1 is stopped after 0 of 3 rounds\n");
        assertThat(dalrn("run", "watch", "heart-1")).isEqualTo(6);
        assertThat(err)
                .isEqualTo("error DALRN-4002 RUN_STOPPED: run heart-1 was stopped: wrong data"
                        + "  (docs/errors/DALRN-4002.md)\n");
    }

    @Test
    void submitWait_runThatFails_endsWith6() throws Exception {
        Files.writeString(folder.resolve("run.yaml"), RUN);
        Thread coordinator = new Thread(() -> {
            try {
                port.awaitFollowers(1);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
            port.append(port.runs().get(0).run(), new RunEvent.Failed("no quorum", InMemoryOperatorPort.START));
        });
        coordinator.start();
        assertThat(dalrn("run", "submit", "run.yaml", "--wait")).isEqualTo(6);
        coordinator.join();
        assertThat(err).startsWith("error DALRN-4001 RUN_FAILED: run heart-1 failed: no quorum");
    }

    @Test
    void model_ofARun_isSavedAndChecked() throws IOException {
        Files.writeString(folder.resolve("run.yaml"), RUN);
        dalrn("run", "submit", "run.yaml");
        assertThat(dalrn("run", "model", "heart-1", "-o", "model.bin")).isZero();
        assertThat(folder.resolve("model.bin")).hasBinaryContent(new byte[8]);
        assertThat(folder.resolve("model.bin.part")).doesNotExist();
        assertThat(dalrn("run", "model", "heart-1", "-o", "model.bin", "--json"))
                .isZero();
        assertThat(json().path("bytes").asLong()).isEqualTo(8);
    }

    @Test
    void enroll_newNode_writesAJoinFileForItsOwnerOnly() throws IOException {
        assertThat(dalrn("node", "enroll", "hospital-a")).isZero();
        Path file = folder.resolve("hospital-a.join");
        assertThat(out).isEqualTo("wrote " + file + ": keep it secret, it works once and until 2026-11-30T08:00:00Z\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(JoinFile.parse(Files.readString(file)).node()).isEqualTo(new NodeId("hospital-a"));
        assertThat(dalrn("node", "enroll", "hospital-a")).isEqualTo(5);
        assertThat(err).contains("DALRN-1007 JOIN_FILE_INVALID").contains("exists already");
        assertThat(dalrn("node", "enroll", "hospital-a", "-o", "-", "--json")).isZero();
        assertThat(JoinFile.parse(json().path("joinFile").asText()).node()).isEqualTo(new NodeId("hospital-a"));
        assertThat(dalrn("node", "enroll", "hospital-b", "--json")).isZero();
        assertThat(json().path("file").asText()).endsWith("hospital-b.join");
    }

    @Test
    void enroll_revokedNode_writesAJoinFileThatBringsItBack() throws IOException {
        port.put(new NodeSummary(new NodeId("b"), NodeStatus.REVOKED, false));
        assertThat(dalrn("node", "enroll", "b")).isZero();
        assertThat(JoinFile.parse(Files.readString(folder.resolve("b.join"))).node())
                .isEqualTo(new NodeId("b"));
        assertThat(dalrn("node", "list")).isZero();
        assertThat(out).contains("revoked");
    }

    @Test
    void nodes_listedAndRevoked() throws IOException {
        port.put(new NodeSummary(new NodeId("b"), NodeStatus.ENROLLED, true));
        assertThat(dalrn("node", "list")).isZero();
        assertThat(out).isEqualTo("NODE   STATUS     CONNECTED\nb      enrolled   yes\n");
        assertThat(dalrn("node", "revoke", "b")).isZero();
        assertThat(out).isEqualTo("node b is revoked\n");
        assertThat(dalrn("node", "list", "--json")).isZero();
        assertThat(json().path("nodes").path(0).path("status").asText()).isEqualTo("REVOKED");
        assertThat(dalrn("node", "revoke", "b", "--json")).isZero();
        assertThat(json().path("node").asText()).isEqualTo("b");
    }

    @Test
    void anyCommand_nobodyAnswers_endsWith4() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThat(dalrn("run", "list", "--server", "http://127.0.0.1:" + free)).isEqualTo(4);
        assertThat(err)
                .startsWith(
                        "error DALRN-1003 COORDINATOR_UNREACHABLE: no coordinator answers at http://127.0.0.1:" + free)
                .contains("start one with `dalrn server`")
                .doesNotContain("\tat ");
        assertThat(dalrn("run", "list", "--verbose", "--server", "http://127.0.0.1:" + free))
                .isEqualTo(4);
        assertThat(err).contains("\tat ");
    }

    @Test
    void anyCommand_wrongOrMissingToken_endsWith3() throws IOException {
        Files.writeString(folder.resolve("other"), "another-token-of-more-than-32-characters");
        assertThat(dalrn("run", "list", "--token-file", "other")).isEqualTo(3);
        assertThat(err).startsWith("error DALRN-1005 OPERATOR_TOKEN_REFUSED: ");
        assertThat(dalrn("run", "list", "--token-file", "none")).isEqualTo(3);
        assertThat(err).contains("cannot be read from").contains("--token-file or DALRN_TOKEN_FILE");
    }

    @Test
    void anyCommand_withoutOptions_findsTheLocalCoordinator() throws IOException {
        environment.clear();
        Files.writeString(
                folder.resolve("dalrn.yaml"),
                "operator: {listen: 127.0.0.1:" + server.address().getPort() + ", token-file: token}");
        assertThat(dalrn("run", "list")).isZero();
        Files.writeString(folder.resolve("dalrn.yaml"), "oprator: 1");
        assertThat(dalrn("run", "list")).isEqualTo(5);
        assertThat(err).startsWith("error DALRN-1001 CONFIG_INVALID").contains("did you mean 'operator'?");
    }

    @Test
    void wrongUsage_endsWith2AndOneHint() {
        assertThat(dalrn("run", "lisst")).isEqualTo(2);
        assertThat(err).startsWith("usage: ").contains("Did you mean: ").contains("list");
        assertThat(dalrn("run")).isEqualTo(2);
        assertThat(dalrn("run", "model", "heart-1")).isEqualTo(2);
        assertThat(err).contains("--output");
    }

    @Test
    void version_help_completion_printAndEndWith0() throws IOException {
        assertThat(dalrn("--version")).isZero();
        assertThat(out).startsWith("dalrn ").contains("Java " + Runtime.version());
        assertThat(dalrn("run", "watch", "--help")).isZero();
        assertThat(out).contains("Usage: dalrn run watch");
        assertThat(dalrn("completion")).isZero();
        assertThat(out).startsWith("#!/usr/bin/env bash").contains("complete -F _complete_dalrn");
        assertThat(dalrn("completion", "--json")).isZero();
        assertThat(json().path("script").asText()).contains("_complete_dalrn");
    }

    @Test
    void everyCommand_knowsJson() {
        Shell shell = new Shell(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8,
                RunView.Look.lines(),
                environment,
                folder);
        CommandLine top = Dalrn.commandLine(shell, List.of());
        assertThat(top.getSubcommands().values().stream()
                        .flatMap(command -> command.getSubcommands().isEmpty()
                                ? Stream.of(command)
                                : command.getSubcommands().values().stream()))
                .hasSizeGreaterThanOrEqualTo(10)
                .allSatisfy(command -> assertThat(command.getCommandSpec().findOption("--json"))
                        .isNotNull());
    }

    @Command(name = "greet")
    static final class Greet implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new CliException(ErrorCode.POLICY_FORBIDS, "no greetings here");
        }
    }

    record Greeting(String parent) implements CommandProvider {
        @Override
        public Object command() {
            return new Greet();
        }
    }

    @Test
    void providedCommand_isFoundBelowItsParentAndItsErrorsHavePages() {
        assertThat(dalrn(List.of(new Greeting("")), "greet")).isEqualTo(3);
        assertThat(dalrn(List.of(new Greeting("node")), "node", "greet")).isEqualTo(3);
        assertThat(err).isEqualTo("error DALRN-6001 POLICY_FORBIDS: no greetings here  (docs/errors/DALRN-6001.md)\n");
    }
}
