package org.dalrn.podp.log;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.dalrn.podp.log.CrashingFiles.Left;
import org.dalrn.podp.note.Checkpoint;

/** The files of a small log, and what a fuzzer makes of them. */
final class GenuineLog {
    static final int SIZE = 600;

    /** Where its journal is replaced. */
    static final long FULL_ENTRIES = 256;

    static final Checkpoint CHECKPOINT = new Checkpoint(SampleLog.ORIGIN, SIZE, SampleLog.root(SIZE));

    private static final CrashingFiles FILES = files();

    private GenuineLog() {}

    private static CrashingFiles files() {
        CrashingFiles files = new CrashingFiles();
        try (TileLog log = TileLog.open(files, FULL_ENTRIES, SampleLog.signer(), List.of(), List.of())) {
            log.append(SampleLog.entries(0, 300));
            log.append(SampleLog.entries(300, SIZE));
            log.publish();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return files;
    }

    /** A copy of all files. */
    static CrashingFiles copy() {
        return FILES.afterCrash(Left.EVERYTHING, 0);
    }

    /** The bytes of a file; none if there is no such file. */
    static byte[] file(String name) {
        try {
            return FILES.read(name, 1 << 20).orElse(new byte[0]);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The bytes of a file with some of them changed, added or cut off, or any others. */
    static byte[] fuzzed(String name, FuzzedDataProvider data) {
        if (data.consumeBoolean()) {
            return data.consumeBytes(20_000);
        }
        byte[] genuine = file(name);
        byte[] bytes = Arrays.copyOf(genuine, Math.max(0, genuine.length + data.consumeInt(-40, 40)));
        for (int changes = data.consumeInt(0, 8); changes > 0 && bytes.length > 0; changes--) {
            bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
        }
        return bytes;
    }
}
