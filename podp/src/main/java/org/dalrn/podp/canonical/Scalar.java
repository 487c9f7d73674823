package org.dalrn.podp.canonical;

import java.util.HexFormat;
import org.dalrn.podp.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The spellings, as strings in canonical text, of whole numbers, binary64 values and bytes.
 *
 * <p>Each value has one spelling, and reading refuses every other. Source: docs/receipts.md, section 1.
 */
public final class Scalar {
    private static final HexFormat HEX = HexFormat.of();

    private Scalar() {}

    /** A whole number in decimal: {@code "0"}, {@code "-12"}. */
    public static String of(long number) {
        return Long.toString(number);
    }

    /** A binary64 value as the 16 hexadecimal digits of its IEEE 754 bits; every NaN as the canonical one. */
    public static String of(double value) {
        return HEX.toHexDigits(Double.doubleToLongBits(value));
    }

    /** Bytes in lower-case hexadecimal. */
    public static String of(byte[] bytes) {
        return HEX.formatHex(bytes);
    }

    /**
     * Reads a whole number.
     *
     * @return a number of 64 bits with sign
     * @throws MalformedException if the text is another spelling, or the number does not fit
     */
    public static long toLong(String text) {
        // 20 characters hold every number of 64 bits: longer texts are not even looked at.
        boolean decimal = !text.isEmpty()
                && text.length() <= 20
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-');
        if (decimal) {
            try {
                long number = Long.parseLong(text);
                if (Long.toString(number).equals(text)) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                throw noWholeNumber(text, notANumber);
            }
        }
        throw noWholeNumber(text, null);
    }

    /**
     * Reads a binary64 value.
     *
     * @throws MalformedException if the text is not the 16 lower-case hexadecimal digits of a number, or is a NaN other than
     *     {@code 7ff8000000000000}
     */
    public static double toDouble(String text) {
        if (text.length() == 2 * Double.BYTES && isLowerHex(text)) {
            double value = Double.longBitsToDouble(HexFormat.fromHexDigitsToLong(text));
            if (of(value).equals(text)) {
                return value;
            }
        }
        throw new MalformedException("'" + MalformedException.excerpt(text)
                + "' is no binary64 value; allowed are 16 characters of [0-9a-f], and of NaNs 7ff8000000000000");
    }

    /**
     * Reads bytes.
     *
     * @throws MalformedException if the text is not an even number of lower-case hexadecimal digits
     */
    public static byte[] toBytes(String text) {
        if (text.length() % 2 != 0 || !isLowerHex(text)) {
            throw new MalformedException("'" + MalformedException.excerpt(text)
                    + "' are no bytes; allowed is an even number of characters of [0-9a-f]");
        }
        return HEX.parseHex(text);
    }

    private static boolean isLowerHex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    private static MalformedException noWholeNumber(String text, @Nullable NumberFormatException cause) {
        String message = "'" + MalformedException.excerpt(text)
                + "' is no whole number; allowed is decimal in 64 bits, without plus sign and leading zeros";
        return cause == null ? new MalformedException(message) : new MalformedException(message, cause);
    }
}
