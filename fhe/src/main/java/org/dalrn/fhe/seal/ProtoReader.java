package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A cursor over the fields of one Protocol Buffers message, proto3 wire format.
 *
 * <p>Nothing is copied: bytes and messages are views. Confined to one thread. Source: the encoding guide of Protocol Buffers.
 */
final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final String what;
    private final ByteBuffer in;
    private int field;
    private int type;

    /**
     * Begins a message.
     *
     * @param what the message, for messages to people
     * @param source the whole message, on an array
     */
    ProtoReader(String what, ByteBuffer source) {
        this.what = what;
        this.in = source.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Goes to the next field.
     *
     * @return its number, or 0 at the end
     */
    int next() {
        if (!in.hasRemaining()) {
            return 0;
        }
        long tag = varint();
        if (tag >>> 3 == 0 || tag >>> 3 > (1 << 29) - 1) {
            throw malformed("field number " + (tag >>> 3) + " is not in [1, 2^29)");
        }
        field = (int) (tag >>> 3);
        type = (int) (tag & 7);
        return field;
    }

    /** An unsigned 32-bit number. */
    int uint32() {
        requireType(VARINT);
        return uint32(varint());
    }

    private int uint32(long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw malformed("field " + field + " is " + Long.toUnsignedString(value) + "; it is at most 2^31 - 1");
        }
        return (int) value;
    }

    boolean bool() {
        return uint32() != 0;
    }

    double float64() {
        requireType(FIXED64);
        requireBytes(Double.BYTES);
        return in.getDouble();
    }

    /** Bytes or a message. */
    ByteBuffer bytes() {
        requireType(LENGTH);
        int length = requireBytes(varint());
        ByteBuffer view = in.slice(in.position(), length);
        in.position(in.position() + length);
        return view;
    }

    /**
     * Adds the values of a repeated uint32, packed or not.
     *
     * @param values what was read so far
     * @param most how many there may be
     */
    void uint32s(java.util.List<Integer> values, int most) {
        if (type == VARINT) {
            addBounded(values, uint32(), most);
            return;
        }
        ProtoReader packed = new ProtoReader(what, bytes());
        packed.field = field;
        while (packed.in.hasRemaining()) {
            addBounded(values, packed.uint32(packed.varint()), most);
        }
    }

    private void addBounded(java.util.List<Integer> values, int value, int most) {
        if (values.size() == most) {
            throw malformed("field " + field + " has more than " + most + " values");
        }
        values.add(value);
    }

    /** Steps over a field that is not known. */
    void skip() {
        switch (type) {
            case VARINT -> varint();
            case FIXED64 -> in.position(in.position() + requireBytes(Long.BYTES));
            case LENGTH -> bytes();
            case FIXED32 -> in.position(in.position() + requireBytes(Integer.BYTES));
            default -> throw malformed("field " + field + " has wire type " + type + "; proto3 has 0, 1, 2 and 5");
        }
    }

    SealFormatException malformed(String problem) {
        return new SealFormatException("TenSEAL " + what + ": " + problem);
    }

    /** Refuses a field that may occur once and did before. */
    void requireFirst(@org.jspecify.annotations.Nullable Object before) {
        if (before != null) {
            throw malformed("field " + field + " occurs twice");
        }
    }

    private void requireType(int expected) {
        if (type != expected) {
            throw malformed("field " + field + " has wire type " + type + "; it has " + expected);
        }
    }

    private int requireBytes(long count) {
        if (count < 0 || count > in.remaining()) {
            throw malformed("field " + field + " announces " + Long.toUnsignedString(count) + " bytes; "
                    + in.remaining() + " are left");
        }
        return (int) count;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (!in.hasRemaining()) {
                throw malformed("ends inside a number");
            }
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed("has a number of more than ten bytes");
    }
}
