package org.dalrn.fhe.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Residues as bits: residue i of b bits fills bits {@code [i b, (i+1) b)} of its section, bit 0 being the lowest of the first
 * byte; a section ends at a byte border with zero bits.
 *
 * <p>Works on whole words: every array of bytes has {@link #SPARE_BYTES} after the last section. Thread-safe.
 */
public final class ResiduePacking {
    /** Bytes that must follow the last section in its array. */
    public static final int SPARE_BYTES = 8;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Adding it to an integer below 2^51 in absolute value leaves that integer in the low bits of the double. */
    private static final double ROUND = 0x1.8p52;

    private static final long ROUND_BITS = Double.doubleToRawLongBits(ROUND);

    private ResiduePacking() {}

    /**
     * The length of a section.
     *
     * @param count residues, not negative
     * @param bits b of each, 1 to 49
     * @return its bytes
     */
    public static int bytes(int count, int bits) {
        return (int) (((long) count * bits + 7) / 8);
    }

    /**
     * Packs coefficients in row order.
     *
     * @param rows integers in {@code (-q, q)}; negative ones stand for themselves plus q
     * @param count coefficients to pack
     * @param bits of q, at most 49
     * @param q the modulus
     * @param out of at least {@link #SPARE_BYTES} more than the section needs, which are overwritten
     * @param from where the section begins
     */
    public static void pack(double[][] rows, int count, int bits, long q, byte[] out, int from) {
        int columns = rows[0].length;
        long pending = 0;
        int pendingBits = 0;
        int at = from;
        for (int first = 0; first < count; first += columns) {
            double[] row = rows[first / columns];
            int n = Math.min(columns, count - first);
            for (int j = 0; j < n; j++) {
                long x = Double.doubleToRawLongBits(row[j] + ROUND) - ROUND_BITS;
                x += x >> 63 & q;
                pending |= x << pendingBits;
                WORDS.set(out, at, pending);
                int filled = pendingBits + bits;
                at += filled >>> 3;
                pending >>>= filled & ~7;
                pendingBits = filled & 7;
            }
        }
        if (pendingBits != 0) {
            out[at] = (byte) pending;
        }
    }

    /**
     * Packs residues.
     *
     * @param residues in {@code [0, 2^bits)}
     * @param count how many of them
     * @param bits 1 to 49
     * @param out of at least {@link #SPARE_BYTES} more than the section needs, which are overwritten
     * @param from where the section begins
     */
    public static void pack(long[] residues, int count, int bits, byte[] out, int from) {
        long pending = 0;
        int pendingBits = 0;
        int at = from;
        for (int j = 0; j < count; j++) {
            pending |= residues[j] << pendingBits;
            WORDS.set(out, at, pending);
            int filled = pendingBits + bits;
            at += filled >>> 3;
            pending >>>= filled & ~7;
            pendingBits = filled & 7;
        }
        if (pendingBits != 0) {
            out[at] = (byte) pending;
        }
    }

    /**
     * Adds packed residues to sums.
     *
     * @param in at least {@link #SPARE_BYTES} longer than the section
     * @param from where the section begins
     * @param count residues in it
     * @param bits of q, 1 to 49
     * @param q what each must be below
     * @param sums the first {@code count} are added to
     * @return negative if a residue is not below q or the last byte has a bit beyond the residues; the sums are then of no use
     */
    public static long add(byte[] in, int from, int count, int bits, long q, long[] sums) {
        return addSigned(in, from, count, bits, q, sums) | tail(in, from, count, bits);
    }

    private static long addSigned(byte[] in, int from, int count, int bits, long q, long[] sums) {
        long mask = (1L << bits) - 1;
        long largest = q - 1;
        long wrong = 0;
        for (int i = 0, bit = 0; i < count; i++, bit += bits) {
            long x = (long) WORDS.get(in, from + (bit >>> 3)) >>> (bit & 7) & mask;
            wrong |= largest - x;
            sums[i] += x;
        }
        return wrong;
    }

    /**
     * Takes back what {@link #add} of the same bytes added.
     *
     * @param in as there
     * @param from as there
     * @param count as there
     * @param bits as there
     * @param sums from which it is taken
     */
    public static void subtract(byte[] in, int from, int count, int bits, long[] sums) {
        long mask = (1L << bits) - 1;
        for (int i = 0, bit = 0; i < count; i++, bit += bits) {
            sums[i] -= (long) WORDS.get(in, from + (bit >>> 3)) >>> (bit & 7) & mask;
        }
    }

    private static long tail(byte[] in, int from, int count, int bits) {
        long end = (long) count * bits;
        int used = (int) (end & 7);
        if (used == 0) {
            return 0;
        }
        return (in[from + (int) (end >>> 3)] & 0xff) >>> used == 0 ? 0 : -1;
    }
}
