package org.dalrn.podp.log;

import java.util.Locale;

/** Where the tiles of a log stand: C2SP tlog-tiles. Slashes separate, whatever the platform. */
final class TilePath {
    /** Hashes of a full tile, entries of a full bundle. */
    static final int WIDTH = 256;

    /** log2 of {@link #WIDTH}: levels of the tree that a level of tiles covers. */
    static final int HEIGHT = 8;

    /** Levels of tiles that a log of fewer than 2^63 entries can have. */
    static final int LEVELS = 8;

    /** Longest entry, in bytes: its length is written in 16 bits. */
    static final int LONGEST_ENTRY = 65_535;

    /** Largest bundle, in bytes. */
    static final int LARGEST_BUNDLE = WIDTH * (2 + LONGEST_ENTRY);

    static final String CHECKPOINT = "checkpoint";

    /** What a full tile's name is followed by in the name of the folder of its partial ones. */
    static final String PARTS = ".p";

    private TilePath() {}

    /** The hashes {@code (8 * level, 256 * n)} and the next, {@code width} of them. */
    static String tile(int level, long n, int width) {
        return "tile/" + level + "/" + number(n) + partial(width);
    }

    /** The entries {@code 256 * n} and the next, {@code width} of them. */
    static String entries(long n, int width) {
        return "tile/entries/" + number(n) + partial(width);
    }

    /** The folder of a file. */
    static String folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static String partial(int width) {
        return width == WIDTH ? "" : PARTS + "/" + width;
    }

    private static String number(long n) {
        String path = String.format(Locale.ROOT, "%03d", n % 1000);
        for (long rest = n / 1000; rest > 0; rest /= 1000) {
            path = "x" + String.format(Locale.ROOT, "%03d", rest % 1000) + "/" + path;
        }
        return path;
    }
}
