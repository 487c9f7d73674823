package org.dalrn.ipfs.unixfs;

import java.nio.ByteBuffer;
import org.dalrn.ipfs.IpfsFormatException;
import org.dalrn.ipfs.Varint;

/** Reads the fields of one message of protocol buffers. Of its wire types only those that files use. Confined to one thread. */
final class ProtobufReader {
    static final int VARINT = 0;
    static final int BYTES = 2;

    private final String message;
    private final ByteBuffer in;

    /**
     * @param message what is read, for error messages
     */
    ProtobufReader(String message, ByteBuffer in) {
        this.message = message;
        this.in = in;
    }

    boolean atEnd() {
        return !in.hasRemaining();
    }

    /** The tag of the next field: its number times 8, plus the wire type. */
    long tag() {
        return Varint.read(in);
    }

    /** The tag of the next field, without taking it; -1 at the end. */
    long peekTag() {
        return in.hasRemaining() ? Varint.read(in.duplicate()) : -1;
    }

    long number() {
        return Varint.read(in);
    }

    /** A view of the bytes of a field of that wire type. */
    ByteBuffer bytes() {
        long length = Varint.read(in);
        if (length > in.remaining()) {
            throw malformed("a field of " + length + " bytes where " + in.remaining() + " are left");
        }
        ByteBuffer field = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return field;
    }

    void expectTag(int field, int wireType) {
        long tag = peekTag();
        if (tag != tagOf(field, wireType)) {
            throw malformed((tag < 0 ? "nothing" : "tag " + tag) + " where field " + field + " is expected");
        }
        Varint.read(in);
    }

    static long tagOf(int field, int wireType) {
        return (long) field << 3 | wireType;
    }

    IpfsFormatException malformed(String what) {
        return new IpfsFormatException("a " + message + " has " + what);
    }
}
