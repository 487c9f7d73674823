package org.dalrn.fhe.committee;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.dalrn.fhe.committee.CommitteeException.Reason;

/** Received bytes read in order; each read is checked against what is left before anything is allocated. */
final class WireReader {
    private final WireKind kind;
    private final ByteBuffer bytes;

    WireReader(WireKind kind, byte[] received) {
        this.kind = kind;
        bytes = ByteBuffer.wrap(Objects.requireNonNull(received, "bytes"));
        require(WireWriter.HEADER_BYTES);
        int version = bytes.get();
        if (version != WireWriter.VERSION) {
            throw malformed("its version is " + version + "; this release reads " + WireWriter.VERSION);
        }
        int code = bytes.get();
        if (code != kind.code()) {
            throw malformed("its kind is " + code + " instead of " + kind.code());
        }
    }

    int uint8() {
        require(1);
        return bytes.get() & 0xff;
    }

    int int32() {
        require(4);
        return bytes.getInt();
    }

    byte[] take(int length) {
        require(length);
        byte[] taken = new byte[length];
        bytes.get(taken);
        return taken;
    }

    Digest digest() {
        return Digest.wrap(take(Digest.SIZE_BYTES));
    }

    /** Refuses unless exactly this many bytes are left. */
    void exactly(long length) {
        if (bytes.remaining() != length) {
            throw malformed("it has " + bytes.remaining() + " bytes after its head instead of " + length);
        }
    }

    void end() {
        exactly(0);
    }

    CommitteeException malformed(String what) {
        return new CommitteeException(
                Reason.MALFORMED,
                "not a " + kind.title() + ": " + what + "; drop these bytes and ask the sender again");
    }

    private void require(int length) {
        if (length < 0 || bytes.remaining() < length) {
            throw malformed("it ends after " + bytes.limit() + " bytes where " + length + " more were due");
        }
    }
}
