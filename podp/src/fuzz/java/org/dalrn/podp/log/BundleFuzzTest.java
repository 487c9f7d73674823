package org.dalrn.podp.log;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import org.dalrn.podp.AllocationBudget;
import org.dalrn.podp.MalformedException;

/** Any bytes either are a bundle of entries, all of them, or are refused. */
class BundleFuzzTest {
    private static final long BUDGET = 1L << 20;

    @FuzzTest(maxDuration = "30s")
    void parse_ofAnyBundle_takesAllBytesOrRefuses(FuzzedDataProvider data) {
        int count = data.consumeInt(-2, 300);
        byte[] bytes = GenuineLog.fuzzed("tile/entries/000", data);
        AllocationBudget.require(BUDGET, () -> {
            try {
                List<byte[]> entries = EntryBundle.parse(bytes, count, TilePath.WIDTH);
                if (!Arrays.equals(EntryBundle.format(entries).array(), bytes)) {
                    throw new AssertionError("the entries are not those of the bytes");
                }
            } catch (MalformedException expected) {
                // Refused: the other allowed outcome.
            }
        });
    }
}
