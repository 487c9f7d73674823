package org.dalrn.podp.verify;

import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.verify.Finding.Kind;
import org.dalrn.podp.verify.Finding.Where;

/** The findings so far: all are counted, the first are kept. Confined to one thread. */
final class Findings {
    /** A bundle with a fault in each of a million receipts is no reason to keep a million sentences. */
    static final int MOST_KEPT = 1_000;

    private static final int LONGEST = 500;

    private final List<Finding> kept = new ArrayList<>();
    private long count;

    void add(Kind kind, Where where, String expected, String found, String message) {
        count++;
        if (kept.size() < MOST_KEPT) {
            kept.add(new Finding(
                    kind,
                    new Where(where.file(), where.leaf(), safe(where.field())),
                    safe(expected),
                    safe(found),
                    safe(message)));
        }
    }

    /** Names of logs and reasons of others may hold anything; a terminal gets printable ASCII. */
    private static String safe(String text) {
        StringBuilder out = new StringBuilder();
        text.chars().limit(LONGEST).forEach(c -> out.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
        return text.length() > LONGEST ? out.append("...").toString() : out.toString();
    }

    /** Counts findings that nobody kept. */
    void addUnkept(long more) {
        count += more;
    }

    boolean isEmpty() {
        return count == 0;
    }

    long count() {
        return count;
    }

    List<Finding> kept() {
        return List.copyOf(kept);
    }
}
