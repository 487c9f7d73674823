package org.dalrn.podp.witness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.NoteCheck;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.note.SplitView;

/**
 * The folder of a witness: for each log the checkpoint that it cosigned last, in a file that is named by the SHA-256 of
 * the origin and only ever replaced as a whole.
 *
 * <p>A file that cannot be read, that is of another log or that the witness did not cosign is never taken for "nothing
 * cosigned yet": then the witness would cosign any history. It is confined to one thread at a time and to one process,
 * by a lock.
 */
final class WitnessState implements AutoCloseable {

    private static final String LOCK = "lock";
    private static final String CHECKPOINT = ".checkpoint";
    private static final String EVIDENCE = ".split-view";

    private final Path folder;
    private final NoteVerifier self;
    private final FileChannel lockFile;

    private WitnessState(Path folder, NoteVerifier self, FileChannel lockFile) {
        this.folder = folder;
        this.self = self;
        this.lockFile = lockFile;
    }

    static WitnessState open(Path folder, NoteVerifier self) {
        try {
            Files.createDirectories(folder);
            FileChannel lockFile =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = lockFile.tryLock();
                if (lock != null) {
                    return new WitnessState(folder, self, lockFile);
                }
            } catch (OverlappingFileLockException here) {
                lockFile.close();
                throw new PodpException(inUse(folder), here);
            }
            lockFile.close();
            throw new PodpException(inUse(folder));
        } catch (IOException unusable) {
            throw new PodpException("the witness's folder " + folder + " cannot be used: " + unusable, unusable);
        }
    }

    private static String inUse(Path folder) {
        return "the witness's folder " + folder + " is in use by another witness; two would cosign two histories";
    }

    /** What was cosigned last of a log. */
    Optional<SignedNote> last(String origin) {
        return lastByHash(hash(origin));
    }

    /** What was cosigned last of the log whose origin has this hash. */
    Optional<SignedNote> lastByHash(Sha256Hash originHash) {
        Path file = file(originHash, CHECKPOINT);
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(SignedNote.MOST_BYTES + 1);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new PodpException("the witness cannot read " + file + ": " + unreadable, unreadable);
        }
        try {
            SignedNote note = SignedNote.parse(content);
            Checkpoint checkpoint = Checkpoint.parse(note.text());
            NoteCheck check = note.check(List.of(self));
            if (!check.accepted()) {
                throw damaged(file, "it is not cosigned under the name and key of this witness");
            }
            if (!hash(checkpoint.origin()).equals(originHash)) {
                throw damaged(file, "it is of another log");
            }
            return Optional.of(note);
        } catch (MalformedException malformed) {
            throw damaged(file, String.valueOf(malformed.getMessage()));
        }
    }

    /** Keeps a checkpoint in place of the one before; it is on the disk when this returns. */
    void keep(String origin, SignedNote cosigned) {
        replace(file(hash(origin), CHECKPOINT), cosigned.toByteArray());
    }

    /** Keeps the first evidence against a log. */
    void keep(SplitView evidence) {
        Path file = file(hash(evidence.origin()), EVIDENCE);
        if (!Files.exists(file)) {
            replace(file, evidence.toByteArray());
        }
    }

    private Path file(Sha256Hash originHash, String ending) {
        return folder.resolve(originHash + ending);
    }

    private static Sha256Hash hash(String origin) {
        return Sha256Hash.of(origin.getBytes(StandardCharsets.UTF_8));
    }

    private void replace(Path file, byte[] content) {
        Path draft = folder.resolve(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                    names.force(true);
                }
            }
        } catch (IOException unwritable) {
            throw new PodpException("the witness cannot write " + file + ": " + unwritable, unwritable);
        }
    }

    private static PodpException damaged(Path file, String why) {
        return new PodpException("the witness's file " + file + " is damaged: " + why
                + "; put it back from a copy. Without it this witness cannot tell which history it cosigned");
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException lost) {
            throw new PodpException("the lock of " + folder + " cannot be released: " + lost, lost);
        }
    }
}
