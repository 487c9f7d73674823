package org.dalrn.fhe.seal;

import java.util.List;

/** The fields of one Protocol Buffers message while it is written, proto3 wire format. Confined to one thread. */
final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;

    private final WipeableOutput out = new WipeableOutput();

    /** A number; 0 is the default of proto3 and is left out. */
    void uint32(int field, int value) {
        if (value != 0) {
            varint((field << 3) | VARINT);
            varint(value);
        }
    }

    /** A repeated uint32, packed. */
    void uint32s(int field, List<Integer> values) {
        if (!values.isEmpty()) {
            ProtoWriter packed = new ProtoWriter();
            values.forEach(packed::varint);
            bytes(field, packed.toBytes());
        }
    }

    /** A double; 0 is left out. */
    void float64(int field, double value) {
        if (value != 0) {
            varint((field << 3) | FIXED64);
            long bits = Double.doubleToRawLongBits(value);
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                out.write((int) (bits >>> shift));
            }
        }
    }

    /** Bytes or a message. */
    void bytes(int field, byte[] value) {
        varint((field << 3) | LENGTH);
        varint(value.length);
        if ((long) out.size() + value.length > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a TenSEAL message above 2 GiB; Protocol Buffers has no larger ones:"
                    + " write fewer ciphertexts or keys into it");
        }
        out.write(value, 0, value.length);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    /** Overwrites what was written: it may have been a secret key. */
    void wipe() {
        out.wipe();
    }

    private void varint(int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
