package org.dalrn.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.gateway.OwnerOnlyFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dalrn node ...}. */
final class NodeCommands {

    private NodeCommands() {}

    static CommandLine all(Shell shell) {
        return new CommandLine(new Group())
                .addSubcommand(new Enroll(shell))
                .addSubcommand(new ListNodes(shell))
                .addSubcommand(new Revoke(shell));
    }

    @Command(name = "node", description = "Let nodes in and shut them out.", synopsisSubcommandLabel = "COMMAND")
    static final class Group {
        @Mixin
        OutputOptions output = new OutputOptions();
    }

    private static NodeId node(String name) {
        try {
            return new NodeId(name);
        } catch (IllegalArgumentException wrong) {
            throw new CliException(ErrorCode.REQUEST_INVALID, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    @Command(name = "enroll", description = "Make the join file of a node: it works once.")
    static final class Enroll implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        OutputOptions output = new OutputOptions();

        @Mixin
        RemoteOptions remote = new RemoteOptions();

        @Parameters(paramLabel = "NODE", description = "Name of the node, for instance hospital-a.")
        String name = "";

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "Where to; must not exist. Default: NODE.join; - is standard output.")
        @Nullable
        String target;

        @Option(names = "--validity", paramLabel = "TIME", description = "How long it works, 1m to 90d. Default: 7d.")
        @Nullable
        String validity;

        Enroll(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws InterruptedException {
            ObjectNode request =
                    Dalrn.JSON.createObjectNode().put("node", node(name).value());
            Optional.ofNullable(validity).ifPresent(text -> request.put("validity", text));
            boolean toOutput = "-".equals(target);
            Path file = shell.folder().resolve(target == null || toOutput ? name + ".join" : target);
            // Before the secret exists: an older join file of the node stays of use if this fails.
            if (!toOutput && Files.exists(file)) {
                throw taken(file);
            }
            JsonNode answer = remote.connect(shell).post("/v1/nodes", request.toString());
            String text = answer.path("joinFile").asText();
            if (toOutput) {
                if (output.json) {
                    shell.out().println(answer);
                } else {
                    shell.out().print(text);
                }
                return ExitCode.OK.number();
            }
            try {
                OwnerOnlyFile.create(file, text.getBytes(StandardCharsets.UTF_8));
            } catch (FileAlreadyExistsException raced) {
                throw taken(file);
            } catch (IOException unwritable) {
                throw new CliException(
                        ErrorCode.JOIN_FILE_INVALID, "the join file cannot be written: " + unwritable, unwritable);
            }
            String expires = answer.path("expires").asText();
            if (output.json) {
                shell.out()
                        .println(Dalrn.JSON
                                .createObjectNode()
                                .put("node", name)
                                .put("coordinator", answer.path("coordinator").asText())
                                .put("expires", expires)
                                .put("file", file.toString()));
            } else {
                shell.out().println("wrote " + file + ": keep it secret, it works once and until " + expires);
            }
            return ExitCode.OK.number();
        }

        private static CliException taken(Path file) {
            return new CliException(
                    ErrorCode.JOIN_FILE_INVALID, file + " exists already; delete it, or name another with --output");
        }
    }

    @Command(name = "list", description = "List all nodes.")
    static final class ListNodes implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        OutputOptions output = new OutputOptions();

        @Mixin
        RemoteOptions remote = new RemoteOptions();

        ListNodes(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode answer = remote.connect(shell).get("/v1/nodes");
            if (output.json) {
                shell.out().println(answer);
                return ExitCode.OK.number();
            }
            JsonNode nodes = answer.path("nodes");
            if (nodes.isEmpty()) {
                shell.out().println("no nodes yet; let one in with `dalrn node enroll NODE`");
            } else {
                TextTable table = new TextTable("NODE", "STATUS", "CONNECTED");
                nodes.forEach(node -> table.row(
                        node.path("node").asText(),
                        node.path("status").asText().toLowerCase(Locale.ROOT),
                        node.path("connected").asBoolean() ? "yes" : "no"));
                table.print(shell.out());
            }
            return ExitCode.OK.number();
        }
    }

    @Command(name = "revoke", description = "Shut a node out from now on; only a new join file brings it back.")
    static final class Revoke implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        OutputOptions output = new OutputOptions();

        @Mixin
        RemoteOptions remote = new RemoteOptions();

        @Parameters(paramLabel = "NODE", description = "Name of the node.")
        String name = "";

        Revoke(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode answer = remote.connect(shell).post("/v1/nodes/" + node(name) + "/revoke", "");
            shell.out().println(output.json ? answer.toString() : "node " + name + " is revoked");
            return ExitCode.OK.number();
        }
    }
}
