package org.dalrn.ethereum.cli;

import java.nio.file.Path;
import java.util.List;
import org.dalrn.ethereum.RunRewards;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.cli.TrustedKey;
import org.dalrn.server.receipts.RunReplayer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whose receipts are believed. There is no default for whom to trust. */
final class ReceiptOptions {

    @ArgGroup(multiplicity = "1")
    TrustedKey trusted = new TrustedKey();

    @Option(names = "--log", paramLabel = "ORIGIN", description = "Take only the log of this name.")
    @Nullable
    String origin;

    @Option(
            names = "--replay",
            description =
                    "Compute every step of the run again, models and alignments too; needs the blobs. Points and amounts are"
                            + " computed again without it.")
    boolean replay;

    /** What verified receipts allocate. */
    RunRewards read(Path bundle) {
        Verifier verifier = Verifier.trusting(trusted.read(Path.of("")));
        if (origin != null) {
            verifier = verifier.ofLog(origin);
        }
        try {
            return replay
                    ? RunRewards.read(bundle, verifier.requiringReplay(), List.of(new RunReplayer()))
                    : RunRewards.read(bundle, verifier, List.of());
        } catch (RunRewards.RefutedException refuted) {
            throw new CliException(ErrorCode.RECEIPTS_REFUTED, bundle + ": " + refuted.getMessage(), refuted);
        } catch (PodpException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, bundle + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
