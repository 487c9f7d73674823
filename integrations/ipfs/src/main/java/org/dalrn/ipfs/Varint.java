package org.dalrn.ipfs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Whole numbers in groups of seven bits, the lowest first, each byte but the last with its highest bit set.
 *
 * <p>Of 0 to 2^63 - 1 only, in at most nine bytes, each number in its shortest form alone.
 *
 * <p>Source: multiformats unsigned-varint, the form that protocol buffers use too.
 */
public final class Varint {
    /** The longest form, in bytes. */
    public static final int LONGEST_BYTES = 9;

    private Varint() {}

    /**
     * Takes a number from the front of {@code in}.
     *
     * @throws IpfsFormatException if it is cut off, too long or not in its shortest form
     */
    public static long read(ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < LONGEST_BYTES; i++) {
            if (!in.hasRemaining()) {
                throw new IpfsFormatException("a varint is cut off after " + i + " bytes");
            }
            int group = in.get() & 0xff;
            value |= (long) (group & 0x7f) << (7 * i);
            if (group < 0x80) {
                if (group == 0 && i > 0) {
                    throw new IpfsFormatException(
                            "a varint of " + (i + 1) + " bytes ends with a zero; only the shortest form is allowed");
                }
                return value;
            }
        }
        throw new IpfsFormatException("a varint has more than 9 bytes; allowed are 0 to 2^63 - 1");
    }

    /**
     * Puts a number at the end of {@code out}.
     *
     * @throws IllegalArgumentException if {@code value} is negative
     */
    public static void write(ByteArrayOutputStream out, long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a varint holds no negative number: " + value);
        }
        long rest = value;
        while (rest >= 0x80) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
