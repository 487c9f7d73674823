package org.dalrn.core.model;

import java.util.Objects;
import java.util.regex.Pattern;

/** The spelling shared by run and node identifiers: safe as a file name, a URL segment and a log field. */
final class IdentifierSyntax {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final int SHOWN_CHARACTERS = 80;

    private IdentifierSyntax() {}

    static void check(String kind, String value) {
        Objects.requireNonNull(value, "value");
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(kind + " id " + quote(value)
                    + " is not 1 to 63 characters of [a-z0-9._-] starting with a letter or digit;"
                    + " use a name such as \"" + kind + "-1\"");
        }
    }

    /** Quotes foreign text for a message: bounded length, no character that could forge a log line. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int shown = Math.min(text.length(), SHOWN_CHARACTERS);
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            quoted.append(isPrintableAscii(c) ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        quoted.append('"');
        if (shown < text.length()) {
            quoted.append("... (").append(text.length()).append(" characters)");
        }
        return quoted.toString();
    }

    static boolean isPrintableAscii(String text) {
        return text.chars().allMatch(IdentifierSyntax::isPrintableAscii);
    }

    private static boolean isPrintableAscii(int c) {
        return c >= 0x20 && c <= 0x7e;
    }
}
