package org.dalrn.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What one call of the command, in this process, ended with and printed. */
record CalledDalrn(int exit, String out, String err) {

    static CalledDalrn with(Map<String, String> environment, Path folder, String... arguments) {
        return with(List.of(), RunView.Look.lines(), environment, folder, arguments);
    }

    static CalledDalrn with(
            List<CommandProvider> providers,
            RunView.Look look,
            Map<String, String> environment,
            Path folder,
            String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8,
                look,
                environment,
                folder);
        int exit = Dalrn.run(shell, providers, arguments);
        shell.out().flush();
        return new CalledDalrn(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
