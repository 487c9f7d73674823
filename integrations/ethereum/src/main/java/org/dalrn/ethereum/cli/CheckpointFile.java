package org.dalrn.ethereum.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.verify.Bundle;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;

/** A bundle, or a file that is nothing but a checkpoint. */
final class CheckpointFile {

    private CheckpointFile() {}

    /** The newest checkpoint; its signatures are not verified. */
    static Checkpoint read(Path file) {
        try {
            byte[] start;
            try (InputStream in = Files.newInputStream(file)) {
                start = in.readNBytes(SignedNote.MOST_BYTES + 1);
            }
            return isBundle(start)
                    ? bundle(file)
                    : Checkpoint.parse(SignedNote.parse(start).text());
        } catch (PodpException unreadable) {
            throw new CliException(
                    ErrorCode.RECEIPTS_UNREADABLE,
                    file + " is neither a bundle nor a checkpoint: " + unreadable.getMessage(),
                    unreadable);
        } catch (IOException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, file + " cannot be read: " + unreadable, unreadable);
        }
    }

    /** Headers of archives hold zero bytes, notes do not. */
    private static boolean isBundle(byte[] start) {
        for (byte each : start) {
            if (each == 0) {
                return true;
            }
        }
        return false;
    }

    private static Checkpoint bundle(Path file) {
        try (Bundle bundle = Bundle.open(file)) {
            return Checkpoint.parse(bundle.checkpoint().text());
        }
    }
}
