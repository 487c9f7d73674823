package org.dalrn.ethereum.cli;

import picocli.CommandLine.Option;

/** Which distribution. */
final class DistributionOptions {

    @Option(names = "--contract", paramLabel = "ADDRESS", required = true, description = "The contract for rewards.")
    String contract = "";

    @Option(
            names = "--distribution",
            paramLabel = "N",
            required = true,
            description = "Number of the distribution, as `dalrn rewards fund` said.")
    long number;
}
