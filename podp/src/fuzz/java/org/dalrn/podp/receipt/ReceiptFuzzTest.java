package org.dalrn.podp.receipt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import org.dalrn.podp.AllocationBudget;
import org.dalrn.podp.GenuineBytes;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.canonical.CanonicalJson;
import org.dalrn.podp.testing.ReceiptVectors;

/**
 * Canonical texts and entries, of the fuzzer's choice or genuine ones that it changes; the first byte picks. Each is refused with
 * {@link MalformedException}, or written again to the very bytes; a tree without a fault of the schema is a receipt.
 */
class ReceiptFuzzTest {
    /** Trees take some ten times their text. */
    private static final long BUDGET = 32L << 20;

    private static final List<byte[]> LINES = ReceiptVectors.log().stream()
            .map(entry -> ReceiptVectors.bytes(entry.get("line")))
            .toList();

    @FuzzTest(maxDuration = "30s")
    void read_ofAnyBytes_writesTheSameOrRefuses(byte[] data) {
        if (data.length < 1) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(data, 1, data.length);
        int picked = data[0] & 7;
        byte[] bytes = picked < LINES.size() ? GenuineBytes.changed(LINES.get(picked), rest) : rest;
        AllocationBudget.require(BUDGET, () -> {
            tree(bytes);
            entry(bytes);
        });
    }

    private static void tree(byte[] bytes) {
        Object tree;
        try {
            tree = CanonicalJson.read(bytes);
        } catch (MalformedException refused) {
            return;
        }
        require(Arrays.equals(CanonicalJson.write(tree), bytes), "a text in two spellings");
        boolean receipt;
        try {
            require(Arrays.equals(Receipt.parse(bytes).canonicalText(), bytes), "a receipt in two spellings");
            receipt = true;
        } catch (MalformedException refused) {
            receipt = false;
        }
        require(receipt == Receipt.faults(tree).isEmpty(), "the schema and the parser disagree");
    }

    private static void entry(byte[] bytes) {
        try {
            Entry entry = Entry.parse(bytes);
            Entry again = entry.signature()
                    .map(signature -> Entry.signed(entry.receipt(), signature))
                    .orElseGet(() -> Entry.ofOwner(entry.receipt()));
            require(Arrays.equals(again.line(), bytes), "an entry in two spellings");
        } catch (MalformedException refused) {
            // The other allowed outcome.
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
