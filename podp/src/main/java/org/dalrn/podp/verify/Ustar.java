package org.dalrn.podp.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The one header that a file of a name and a size has in a bundle.
 *
 * <p>POSIX.1-2017, pax, "ustar Interchange Format": a regular file of mode 644 and owner 0, changed at time 0.
 */
final class Ustar {
    static final int BLOCK_BYTES = 512;

    /** Eleven octal digits. */
    static final long MAX_SIZE = (1L << 33) - 1;

    private static final int NAME_BYTES = 100;
    private static final int SIZE_FROM = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int CHECKSUM_FROM = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final String AFTER_NAME = "0000644\0" + "0000000\0" + "0000000\0";
    private static final String AFTER_SIZE = "\0" + "00000000000\0";
    private static final String MAGIC = "ustar\0" + "00";

    private Ustar() {}

    static byte[] header(String name, long size) {
        if (name.length() > NAME_BYTES || size < 0 || size > MAX_SIZE) {
            throw new IllegalArgumentException("a file " + name + " of " + size + " bytes; allowed are names of "
                    + NAME_BYTES + " bytes and sizes of at most " + MAX_SIZE);
        }
        byte[] block = new byte[BLOCK_BYTES];
        put(block, 0, name);
        put(block, NAME_BYTES, AFTER_NAME);
        put(block, SIZE_FROM, octal(size, SIZE_DIGITS));
        put(block, SIZE_FROM + SIZE_DIGITS, AFTER_SIZE);
        Arrays.fill(block, CHECKSUM_FROM, CHECKSUM_FROM + CHECKSUM_BYTES, (byte) ' ');
        block[CHECKSUM_FROM + CHECKSUM_BYTES] = '0';
        put(block, 257, MAGIC);
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, CHECKSUM_FROM, octal(sum, 6) + "\0 ");
        return block;
    }

    private static void put(byte[] block, int from, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, from, bytes.length);
    }

    private static String octal(long value, int digits) {
        String octal = Long.toOctalString(value);
        return "0".repeat(digits - octal.length()) + octal;
    }

    /** The bytes before the first zero of the name, whatever they are. */
    static String name(byte[] block) {
        int end = 0;
        while (end < NAME_BYTES && block[end] != 0) {
            end++;
        }
        return new String(block, 0, end, StandardCharsets.ISO_8859_1);
    }

    /** The size that a header claims, or -1 if that is no number. */
    static long size(byte[] block) {
        long size = 0;
        for (int i = SIZE_FROM; i < SIZE_FROM + SIZE_DIGITS; i++) {
            if (block[i] < '0' || block[i] > '7') {
                return -1;
            }
            size = (size << 3) | (block[i] - '0');
        }
        return size;
    }

    /** Bytes from the end of a content of this size to the next header. */
    static int padding(long size) {
        return (int) (-size & (BLOCK_BYTES - 1));
    }
}
