package org.dalrn.fhe.aggregation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Residues as bits: residue i of b bits fills bits {@code [i b, (i+1) b)} of its section, bit 0 being the lowest of the first
 * byte; a section ends at a byte border with zero bits.
 */
final class ResiduePacking {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Adding it to an integer below 2^51 in absolute value leaves that integer in the low bits of the double. */
    private static final double ROUND = 0x1.8p52;

    private static final long ROUND_BITS = Double.doubleToRawLongBits(ROUND);

    private ResiduePacking() {}

    /** Bytes of that many residues. */
    static int bytes(int count, int bits) {
        return (int) (((long) count * bits + 7) / 8);
    }

    /**
     * Packs coefficients in row order.
     *
     * @param rows integers in {@code (-q, q)}; negative ones stand for themselves plus q
     * @param count coefficients to pack
     * @param bits of q, at most 49
     * @param out of at least 8 bytes more than the section needs, which are overwritten
     */
    static void pack(double[][] rows, int count, int bits, long q, byte[] out, int from) {
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

    /** {@link #pack(double[][], int, int, long, byte[], int)} of residues in [0, q). */
    static void pack(long[] residues, int count, int bits, byte[] out, int from) {
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
     * @param in at least 8 bytes longer than the section
     * @param sums the first {@code count} are added to
     * @return negative if a residue is not below q or the last byte has a bit beyond the residues; the sums are then of no use
     */
    static long add(byte[] in, int from, int count, int bits, long q, long[] sums) {
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

    /** Takes back what {@link #add} of the same bytes added. */
    static void subtract(byte[] in, int from, int count, int bits, long[] sums) {
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
