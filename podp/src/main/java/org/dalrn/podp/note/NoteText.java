package org.dalrn.podp.note;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.dalrn.podp.MalformedException;
import org.jspecify.annotations.Nullable;

/** The spellings that notes are made of: UTF-8, key names, decimals and base64, each with one spelling per value. */
final class NoteText {

    /** Digits of the largest size, 2^63 - 1. */
    private static final int MOST_DIGITS = 19;

    private NoteText() {}

    /** Well-formed UTF-8 without control characters but the line feed. */
    static String decode(byte[] bytes, String what) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new MalformedException(what + " is not UTF-8", malformed);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 && c != '\n') {
                throw new MalformedException(what + " has the control character " + (int) c + " at character " + i
                        + "; only line feeds are allowed");
            }
        }
        return text;
    }

    /** True if a text can be written as UTF-8 and read back, and has no control character but line feeds. */
    static boolean isPlain(String text) {
        return text.chars().noneMatch(c -> c < 0x20 && c != '\n')
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** True for what signed-note allows as the name of a key, but for DEL and C1: terminals take orders from them. */
    static boolean isKeyName(String name) {
        return !name.isEmpty()
                && name.codePoints().noneMatch(c -> c == '+' || Character.isISOControl(c) || Character.isSpaceChar(c))
                && StandardCharsets.UTF_8.newEncoder().canEncode(name);
    }

    static void requireKeyName(String name) {
        requireNonNull(name, "name");
        if (!isKeyName(name)) {
            throw new IllegalArgumentException("'" + MalformedException.excerpt(name)
                    + "' cannot name a key: a name is not empty and has no white space and no plus sign");
        }
    }

    static void requireIndex(long index) {
        if (index < 0 || index == Long.MAX_VALUE) {
            throw new IllegalArgumentException("the index of an entry is from 0 to 2^63 - 2, not " + index);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The bytes of padded standard base64; other spellings of the same bytes are refused. */
    static byte[] parseBase64(String text, String what) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw notBase64(text, what, malformed);
        }
        // The JDK's decoder takes missing padding and spare bits that are not zero; its encoder makes neither.
        if (!base64(bytes).equals(text)) {
            throw notBase64(text, what, null);
        }
        return bytes;
    }

    /** A whole number from 0 to 2^63 - 1 in ASCII digits without leading zeros. */
    static long parseDecimal(String text, String what) {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || text.length() > MOST_DIGITS || (text.charAt(0) == '0' && text.length() > 1)) {
            throw notDecimal(text, what, null);
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException tooLarge) {
            throw notDecimal(text, what, tooLarge);
        }
    }

    private static MalformedException notBase64(String text, String what, @Nullable Throwable cause) {
        String message = what + " is '" + MalformedException.excerpt(text)
                + "'; allowed is padded standard base64 with zero spare bits";
        return cause == null ? new MalformedException(message) : new MalformedException(message, cause);
    }

    private static MalformedException notDecimal(String text, String what, @Nullable Throwable cause) {
        String message = what + " is '" + MalformedException.excerpt(text)
                + "'; allowed is a decimal from 0 to 2^63 - 1 without leading zeros";
        return cause == null ? new MalformedException(message) : new MalformedException(message, cause);
    }
}
