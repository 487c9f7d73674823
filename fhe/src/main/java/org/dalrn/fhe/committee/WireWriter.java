package org.dalrn.fhe.committee;

import java.nio.ByteBuffer;

/** Canonical bytes under construction: version, kind, then big-endian fields of fixed order. */
final class WireWriter {
    static final byte VERSION = 1;
    static final int HEADER_BYTES = 2;

    private final ByteBuffer bytes;

    WireWriter(WireKind kind, int bodyBytes) {
        bytes = ByteBuffer.allocate(Math.addExact(HEADER_BYTES, bodyBytes));
        bytes.put(VERSION).put(kind.code());
    }

    WireWriter uint8(int value) {
        bytes.put((byte) value);
        return this;
    }

    WireWriter int32(int value) {
        bytes.putInt(value);
        return this;
    }

    WireWriter put(byte[] value) {
        bytes.put(value);
        return this;
    }

    WireWriter put(Digest value) {
        bytes.put(value.bytes());
        return this;
    }

    /** The finished bytes; every announced byte must have been written. */
    byte[] finish() {
        if (bytes.hasRemaining()) {
            throw new IllegalStateException("bug: " + bytes.remaining() + " announced bytes were not written");
        }
        return bytes.array();
    }
}
