package org.dalrn.protocol.bulk;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.dalrn.protocol.ErrorCode;

/**
 * Reads protobuf fields from a stream without buffering it, so that a chunk's data goes straight into its array.
 *
 * <p>Every length is checked against what may still come before anything is allocated. Confined to one thread.
 */
final class WireReader {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH_DELIMITED = 2;
    static final int FIXED32 = 5;

    /** Field numbers have 29 bits; as an int, tags of the largest ones are negative. */
    private static final long LARGEST_TAG = 0xffff_ffffL;

    private final InputStream in;
    private final boolean endsWithStream;
    private long remaining;

    /** @param most the whole stream has at most so many bytes */
    WireReader(InputStream in, int most) {
        this(in, most, true);
    }

    private WireReader(InputStream in, long remaining, boolean endsWithStream) {
        this.in = in;
        this.remaining = remaining;
        this.endsWithStream = endsWithStream;
    }

    /** A reader of the next bytes only; this reader goes on behind them. */
    WireReader sub(int length) throws IOException {
        if (length > remaining) {
            throw truncated();
        }
        remaining -= length;
        return new WireReader(in, length, false);
    }

    /** The next field's tag, 0 at the end. */
    int tag() throws IOException {
        if (remaining == 0 && !endsWithStream) {
            return 0;
        }
        int first = in.read();
        if (first < 0) {
            if (endsWithStream) {
                return 0;
            }
            throw truncated();
        }
        if (remaining == 0) {
            throw new MalformedFrameException(ErrorCode.MALFORMED_MESSAGE, "the message goes on beyond its limit");
        }
        remaining--;
        long tag = varint(first);
        if (tag <= 7 || tag > LARGEST_TAG) {
            throw new MalformedFrameException(ErrorCode.MALFORMED_MESSAGE, "field tag " + tag + " is none");
        }
        return (int) tag;
    }

    long varint() throws IOException {
        return varint(next());
    }

    /** A length prefix. */
    int length(String what, int most) throws IOException {
        long length = varint();
        if (length < 0 || length > most || (!endsWithStream && length > remaining)) {
            throw new MalformedFrameException(
                    ErrorCode.MALFORMED_MESSAGE,
                    what + " claims " + Long.toUnsignedString(length) + " bytes, at most "
                            + (endsWithStream ? most : Math.min(most, remaining)) + " can follow");
        }
        return (int) length;
    }

    byte[] bytes(int most, String what, ErrorCode code) throws IOException {
        int length = length(what, Integer.MAX_VALUE);
        if (length > most) {
            throw new MalformedFrameException(
                    code, what + " has " + length + " bytes, at most " + most + " are allowed");
        }
        byte[] bytes = new byte[length];
        readFully(bytes, length);
        return bytes;
    }

    void readFully(byte[] target, int length) throws IOException {
        if (length > remaining || in.readNBytes(target, 0, length) != length) {
            throw truncated();
        }
        remaining -= length;
    }

    /** Passes over a field that this version does not know. */
    void skip(int tag) throws IOException {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> skipBytes(8);
            case LENGTH_DELIMITED -> skipBytes(length("an unknown field", Integer.MAX_VALUE));
            case FIXED32 -> skipBytes(4);
            default ->
                throw new MalformedFrameException(
                        ErrorCode.MALFORMED_MESSAGE, "wire type " + (tag & 7) + " is not used by any field");
        }
    }

    private void skipBytes(int count) throws IOException {
        if (count > remaining) {
            throw truncated();
        }
        try {
            in.skipNBytes(count);
        } catch (EOFException end) {
            throw truncated();
        }
        remaining -= count;
    }

    private long varint(int firstByte) throws IOException {
        long value = firstByte & 0x7f;
        int shift = 7;
        int current = firstByte;
        while ((current & 0x80) != 0) {
            if (shift > 63) {
                throw new MalformedFrameException(ErrorCode.MALFORMED_MESSAGE, "a number has more than 64 bits");
            }
            current = next();
            value |= (long) (current & 0x7f) << shift;
            shift += 7;
        }
        return value;
    }

    private int next() throws IOException {
        int value = remaining > 0 ? in.read() : -1;
        if (value < 0) {
            throw truncated();
        }
        remaining--;
        return value;
    }

    private static MalformedFrameException truncated() {
        return new MalformedFrameException(ErrorCode.MALFORMED_MESSAGE, "the message ends within a field");
    }
}
