package org.dalrn.server.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.settings.SettingsException;
import org.dalrn.server.store.StoreException;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The {@code dalrn} command: a coordinator, and what an operator and a node's owner do with it. */
public final class Dalrn {

    static final JsonMapper JSON = new JsonMapper();

    private Dalrn() {}

    /** Runs a command line and ends the process with one of {@link ExitCode}'s numbers. */
    public static void main(String[] arguments) {
        Terminal terminal = Terminal.detect(System.getenv());
        Charset charset = terminal.unicode() ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
        Shell shell = new Shell(
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, charset),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset),
                charset,
                terminal.look(),
                System.getenv(),
                Path.of("").toAbsolutePath());
        List<CommandProvider> providers = new ArrayList<>();
        ServiceLoader.load(CommandProvider.class).forEach(providers::add);
        int exit = run(shell, providers, arguments);
        shell.out().flush();
        System.exit(exit);
    }

    /** Runs a command line and returns the number that the process ends with. */
    static int run(Shell shell, List<CommandProvider> providers, String... arguments) {
        return commandLine(shell, providers).execute(arguments);
    }

    static CommandLine commandLine(Shell shell, List<CommandProvider> providers) {
        CommandLine top = new CommandLine(new Top())
                .addSubcommand(new ServerCommand(shell))
                .addSubcommand("run", RunCommands.all(shell))
                .addSubcommand("node", NodeCommands.all(shell))
                .addSubcommand("receipts", ReceiptCommands.all(shell))
                .addSubcommand("incentives", IncentiveCommands.all(shell))
                .addSubcommand(new WitnessCommand(shell))
                .addSubcommand(new Completion(shell));
        // Those at the top first: others may go below them.
        List<CommandProvider> parentsFirst = providers.stream()
                .sorted(Comparator.comparing(
                        (CommandProvider provider) -> !provider.parent().isEmpty()))
                .toList();
        for (CommandProvider provider : parentsFirst) {
            CommandLine parent = provider.parent().isEmpty()
                    ? top
                    : Optional.ofNullable(top.getSubcommands().get(provider.parent()))
                            .orElseThrow(() -> new IllegalStateException(
                                    "bug: " + provider.getClass().getName() + " goes below '" + provider.parent()
                                            + "', which is not there"));
            parent.addSubcommand(provider.command());
        }
        return top.setOut(shell.outWriter())
                .setErr(shell.errWriter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(shell, failure, parsed))
                .setParameterExceptionHandler((wrong, words) -> misused(shell, wrong));
    }

    private static int failed(Shell shell, Exception failure, ParseResult parsed) {
        ErrorCode code;
        String detail;
        if (failure instanceof CliException expected) {
            code = expected.code();
            detail = String.valueOf(expected.getMessage());
        } else if (failure instanceof SettingsException faulty) {
            code = faulty.code();
            detail = String.valueOf(faulty.getMessage());
        } else if (failure instanceof StoreException store) {
            code = store.code();
            detail = String.valueOf(store.getMessage());
        } else if (failure instanceof UncheckedIOException disk) {
            code = ErrorCode.STORE_UNAVAILABLE;
            detail = disk.getMessage() + ": " + disk.getCause();
        } else if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            code = ErrorCode.INTERNAL;
            detail = "interrupted";
        } else {
            code = ErrorCode.INTERNAL;
            detail = "a defect in DALRN: " + failure + "; run again with --verbose and report it";
        }
        shell.out().flush();
        if (isSet(parsed, "--json")) {
            shell.out()
                    .println(JSON.createObjectNode()
                            .put("code", code.label())
                            .put("symbol", code.name())
                            .put("detail", detail));
            shell.out().flush();
        }
        shell.err()
                .println("error " + code.label() + " " + code + ": " + detail + "  (docs/errors/" + code.label()
                        + ".md)");
        if (isSet(parsed, "--verbose")) {
            failure.printStackTrace(shell.err());
        }
        shell.err().flush();
        return ExitCode.of(code).number();
    }

    private static boolean isSet(ParseResult parsed, String option) {
        for (ParseResult level = parsed; level != null; level = level.subcommand()) {
            if (level.hasMatchedOption(option)) {
                return true;
            }
        }
        return false;
    }

    private static int misused(Shell shell, CommandLine.ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        shell.err().println("usage: " + wrong.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, shell.errWriter())) {
            shell.err().println("`" + command.getCommandSpec().qualifiedName() + " --help` shows what there is");
        }
        shell.err().flush();
        return ExitCode.USAGE.number();
    }

    @Command(
            name = "dalrn",
            description = "Federated learning for the JVM.",
            versionProvider = Version.class,
            synopsisSubcommandLabel = "COMMAND",
            footer =
                    "%nExit codes: 0 done, 1 defect, 2 usage, 3 refused, 4 unreachable, 5 file invalid, 6 run failed or"
                            + " stopped (docs/errors/README.md).")
    static final class Top {
        @Mixin
        OutputOptions output = new OutputOptions();

        @Option(
                names = {"-V", "--version"},
                versionHelp = true,
                description = "Show the version and exit.")
        boolean version;
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Dalrn.class.getPackage().getImplementationVersion();
            return new String[] {
                "dalrn " + (version == null ? "(not from a release)" : version) + ", Java " + Runtime.version()
            };
        }
    }

    @Command(name = "completion", description = "Print the script that completes dalrn's commands in bash and zsh.")
    static final class Completion implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        OutputOptions output = new OutputOptions();

        @CommandLine.Spec
        @Nullable
        CommandSpec spec;

        Completion(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            CommandLine top = requireNonNull(spec, "spec").root().commandLine();
            String script = AutoComplete.bash("dalrn", top);
            shell.out()
                    .println(
                            output.json
                                    ? JSON.createObjectNode()
                                            .put("script", script)
                                            .toString()
                                    : script);
            return ExitCode.OK.number();
        }
    }
}
