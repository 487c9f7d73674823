package org.dalrn.examples.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.dalrn.server.cli.RunView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every demo command understands, to be mixed in. */
public final class DemoOptions {

    @Option(names = "--keep", paramLabel = "DIR", description = "Keep the run there: log, models, the nodes' files.")
    @Nullable
    Path keep;

    @Option(names = "--json", description = "Write one JSON document to standard output, progress to standard error.")
    boolean json;

    @Option(names = "--verbose", description = "Show the stack trace of an error.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    /** Made by the command that mixes it in. */
    public DemoOptions() {}

    /** Where the demo puts everything; see {@link DemoFolder#open}. */
    public DemoFolder folder() throws IOException {
        return DemoFolder.open(keep);
    }

    /** True if standard output belongs to one JSON document. */
    public boolean json() {
        return json;
    }

    /** Where words for people go. */
    public PrintStream people() {
        return json ? System.err : new PrintStream(System.out, true, StandardCharsets.UTF_8);
    }

    /** How a run is shown there. */
    public RunView.Look look() {
        return json ? RunView.Look.lines() : RunView.Look.ofTerminal(System.getenv());
    }

    /** Writes the JSON document. */
    public static void print(Map<String, Object> document) throws IOException {
        System.out.println(
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(document));
    }
}
