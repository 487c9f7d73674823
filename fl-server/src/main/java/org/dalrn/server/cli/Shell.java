package org.dalrn.server.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command line was typed.
 *
 * @param charset of both streams
 * @param look what {@code out} can show
 * @param environment variables
 * @param folder the working directory
 */
record Shell(
        PrintStream out,
        PrintStream err,
        Charset charset,
        RunView.Look look,
        Map<String, String> environment,
        Path folder) {

    PrintWriter outWriter() {
        return new PrintWriter(out, true, charset);
    }

    PrintWriter errWriter() {
        return new PrintWriter(err, true, charset);
    }
}
