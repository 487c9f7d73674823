package org.dalrn.ethereum.cli;

import picocli.CommandLine.Option;

/** What every command understands. */
final class Output {

    @Option(names = "--json", description = "Write one JSON document to standard output; errors too.")
    boolean json;

    @Option(names = "--verbose", description = "Show the stack trace of an error.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;
}
