package org.dalrn.ethereum.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.dalrn.ethereum.RunRewards;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.dalrn.server.receipts.RunReplayer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whose receipts are believed. There is no default for whom to trust. */
final class ReceiptOptions {

    private static final int MOST_KEY_BYTES = 1 << 10;

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

    /** One of them. */
    static final class TrustedKey {
        @Option(
                names = "--key",
                paramLabel = "HEX",
                description = "The coordinator's public key: 64 hexadecimal digits, from elsewhere than the file.")
        @Nullable
        String hex;

        @Option(names = "--key-file", paramLabel = "FILE", description = "File that holds nothing but that key.")
        @Nullable
        Path file;
    }

    /** What verified receipts allocate. */
    RunRewards read(Path bundle) {
        Verifier verifier = Verifier.trusting(owner());
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

    private Ed25519PublicKey owner() {
        String hex = trusted.hex;
        if (hex == null) {
            Path file = trusted.file == null ? Path.of("") : trusted.file;
            hex = new String(PayoutsFile.bytes(file, MOST_KEY_BYTES), StandardCharsets.US_ASCII).strip();
        }
        try {
            return Ed25519PublicKey.parse(hex);
        } catch (PodpException none) {
            throw new CliException(
                    ErrorCode.RECEIPTS_UNREADABLE,
                    none.getMessage() + "; `dalrn receipts key` on the coordinator prints it",
                    none);
        }
    }
}
