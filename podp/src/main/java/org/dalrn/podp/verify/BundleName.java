package org.dalrn.podp.verify;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/** The names that files of a bundle may have, and their order. */
final class BundleName {
    static final String README = "README.txt";
    static final String MANIFEST = "manifest";
    static final String CHECKPOINT = "checkpoint";
    static final String CHECKPOINTS = "checkpoints/";
    static final String LEAVES = "leaves";
    static final String RECEIPTS = "receipts.jsonl";
    static final String ANCHORS = "anchors/";
    static final String BLOBS = "blobs/";

    /** Files come in the order of their ranks, and those of one rank in that of their names. */
    static final Comparator<String> ORDER =
            Comparator.<String>comparingInt(BundleName::rank).thenComparing(Comparator.naturalOrder());

    private static final Map<String, Integer> SINGLE =
            Map.of(README, 0, MANIFEST, 1, CHECKPOINT, 2, LEAVES, 4, RECEIPTS, 5);

    private static final Pattern DIGITS = Pattern.compile("[0-9]{20}");
    private static final Pattern ANCHOR = Pattern.compile("[0-9]{20}-[0-9a-f]{64}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private static final int DIGITS_OF_SIZE = 20;

    private BundleName() {}

    static String ofCheckpoint(long size) {
        return CHECKPOINTS + String.format(Locale.ROOT, "%020d", size);
    }

    static String ofAnchor(long size, Sha256Hash proof) {
        return ANCHORS + String.format(Locale.ROOT, "%020d-", size) + proof;
    }

    static String ofBlob(Sha256Hash hash) {
        return BLOBS + hash;
    }

    /** Place of the kind of file in the order, or -1 if a bundle has no file of this name. */
    static int rank(String name) {
        Integer alone = SINGLE.get(name);
        if (alone != null) {
            return alone;
        }
        if (matches(CHECKPOINTS, DIGITS, name) && sizeOf(name).isPresent()) {
            return 3;
        }
        if (matches(ANCHORS, ANCHOR, name) && sizeOf(name).isPresent()) {
            return 6;
        }
        return matches(BLOBS, HASH, name) ? 7 : -1;
    }

    private static boolean matches(String folder, Pattern rest, String name) {
        return name.startsWith(folder)
                && rest.matcher(name.substring(folder.length())).matches();
    }

    /** The size in the name of an earlier checkpoint or an anchor. */
    static Optional<Long> sizeOf(String name) {
        int from = name.indexOf('/') + 1;
        try {
            return Optional.of(Long.parseLong(name, from, from + DIGITS_OF_SIZE, 10));
        } catch (NumberFormatException above63Bits) {
            return Optional.empty();
        }
    }

    /** The hash in the name of a blob or an anchor. */
    static Sha256Hash hashOf(String name) {
        return Sha256Hash.parse(name.substring(name.length() - 2 * Sha256Hash.SIZE_BYTES));
    }

    /** A foreign name as it may stand in a message. */
    static String safe(String name) {
        return rank(name) >= 0 ? name : MalformedException.excerpt(name);
    }
}
