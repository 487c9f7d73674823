package org.dalrn.core.round;

/**
 * Text that UTF-8 can carry. A Java string may hold half of a surrogate pair, for instance from an escape in an
 * operator's JSON; a receipt may not.
 */
final class WellFormed {
    private static final char REPLACEMENT = '\ufffd';

    private WellFormed() {}

    static boolean is(String text) {
        return of(text).equals(text);
    }

    /** The text with U+FFFD in the place of each lone surrogate. */
    static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> out.appendCodePoint(isSurrogate(point) ? REPLACEMENT : point));
        return out.toString();
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
