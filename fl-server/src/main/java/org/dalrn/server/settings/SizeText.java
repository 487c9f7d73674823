package org.dalrn.server.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them: a whole number and one of {@code B KiB MiB GiB TiB}, for instance {@code 64MiB}. */
public final class SizeText {

    private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,9}) ?(b|kib|mib|gib|tib)");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private SizeText() {}

    /**
     * The number of bytes that a text says.
     *
     * @throws IllegalArgumentException if the text is not spelled like that
     */
    public static long parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no size; write a whole number and B, KiB, MiB, GiB or TiB, for instance 64MiB");
        }
        int shift = 10 * "bkmgt".indexOf(matcher.group(2).charAt(0));
        return Long.parseLong(matcher.group(1)) << shift;
    }

    /** The shortest exact text that {@link #parse} reads as this number of bytes. */
    public static String of(long bytes) {
        int unit = 0;
        long number = bytes;
        while (number != 0 && number % 1024 == 0 && unit < UNITS.length - 1) {
            number /= 1024;
            unit++;
        }
        return number + UNITS[unit];
    }
}
