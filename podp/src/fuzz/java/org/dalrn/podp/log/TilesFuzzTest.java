package org.dalrn.podp.log;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dalrn.podp.AllocationBudget;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Checkpoint;

/** Any tiles and bundles either are those of the checkpoint or are refused. */
class TilesFuzzTest {
    private static final long BUDGET = 64L << 20;

    @FuzzTest(maxDuration = "30s")
    void reader_ofAnyTiles_hasTheEntriesOfTheCheckpointOrRefuses(FuzzedDataProvider data) {
        Map<String, byte[]> fuzzed = new HashMap<>();
        for (int count = data.consumeInt(1, 3); count > 0; count--) {
            String name = data.pickValue(List.of(
                    "tile/0/000",
                    "tile/0/001",
                    "tile/0/002.p/88",
                    "tile/1/000.p/2",
                    "tile/entries/000",
                    "tile/entries/002.p/88"));
            fuzzed.put(name, GenuineLog.fuzzed(name, data));
        }
        long size = data.consumeBoolean() ? GenuineLog.SIZE : data.consumeLong(0, Long.MAX_VALUE);
        Checkpoint checkpoint = new Checkpoint(SampleLog.ORIGIN, size, GenuineLog.CHECKPOINT.root());
        int index = data.consumeInt(0, GenuineLog.SIZE - 1);
        TileSource source = new TileSource() {
            @Override
            public Optional<byte[]> tile(int level, long n, int width) {
                return named(TilePath.tile(level, n, width));
            }

            @Override
            public Optional<byte[]> entries(long n, int width) {
                return named(TilePath.entries(n, width));
            }

            private Optional<byte[]> named(String name) {
                byte[] bytes = fuzzed.get(name);
                return bytes == null ? Optional.ofNullable(GenuineLog.file(name)).filter(b -> b.length > 0) : Optional.of(bytes);
            }
        };
        AllocationBudget.require(BUDGET, () -> {
            try {
                byte[] entry = TileReader.open(source, checkpoint).entry(index);
                if (!Arrays.equals(entry, SampleLog.entry(index))) {
                    throw new AssertionError("entry " + index + " is another");
                }
            } catch (PodpException expected) {
                // Refused: the other allowed outcome.
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
