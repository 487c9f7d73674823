package org.dalrn.core.model;

/**
 * Text that UTF-8 can carry. A Java string may hold half of a surrogate pair, for instance from an escape in an
 * operator's JSON; a receipt may not.
 */
public final class WellFormed {
    private static final char REPLACEMENT = '\ufffd';

    private WellFormed() {}

    /** True if every surrogate in the text has its other half. */
    public static boolean is(String text) {
        return text.codePoints().noneMatch(WellFormed::isSurrogate);
    }

    /** The text with U+FFFD in the place of each lone surrogate. */
    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> out.appendCodePoint(isSurrogate(point) ? REPLACEMENT : point));
        return out.toString();
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
