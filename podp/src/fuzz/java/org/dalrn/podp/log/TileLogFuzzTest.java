package org.dalrn.podp.log;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.dalrn.podp.AllocationBudget;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.log.CrashingFiles.Left;

/** A log of which any file is another either opens as the same or is refused. */
class TileLogFuzzTest {
    private static final long BUDGET = 64L << 20;

    @FuzzTest(maxDuration = "30s")
    void open_withAnyFiles_isTheSameLogOrRefuses(FuzzedDataProvider data) throws IOException {
        CrashingFiles files = GenuineLog.copy();
        String name = data.pickValue(
                List.of("checkpoint", "state/journal", "state/nodes", "tile/0/001", "tile/0/000", "tile/entries/001"));
        files.write(name, ByteBuffer.wrap(GenuineLog.fuzzed(name, data)));
        AllocationBudget.require(BUDGET, () -> {
            try (TileLog log = TileLog.open(
                    files.afterCrash(Left.EVERYTHING, 0), 256, SampleLog.signer(), List.of(), List.of())) {
                if (log.size() != GenuineLog.SIZE || !log.root().equals(GenuineLog.CHECKPOINT.root())) {
                    throw new AssertionError("a log of size " + log.size() + " was opened");
                }
            } catch (PodpException expected) {
                // Refused: the other allowed outcome.
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
