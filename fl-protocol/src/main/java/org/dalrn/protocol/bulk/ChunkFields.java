package org.dalrn.protocol.bulk;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.v1.Chunk;
import org.dalrn.protocol.v1.UploadMessage;
import org.jspecify.annotations.Nullable;

/** The two fields of the message {@code Chunk}, by hand. */
final class ChunkFields {

    private static final int OFFSET = tag(Chunk.OFFSET_BYTES_FIELD_NUMBER, WireReader.VARINT);
    private static final int DATA = tag(Chunk.DATA_FIELD_NUMBER, WireReader.LENGTH_DELIMITED);
    private static final int UPLOAD_CHUNK = tag(UploadMessage.CHUNK_FIELD_NUMBER, WireReader.LENGTH_DELIMITED);

    private ChunkFields() {}

    static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }

    /** Everything before the data, when the chunk is the whole message. */
    static byte[] chunkHeader(ChunkFrame frame) {
        byte[] header = new byte[chunkHeaderSize(frame)];
        CodedOutputStream out = CodedOutputStream.newInstance(header);
        writeChunkHeader(frame, out);
        return header;
    }

    /** Everything before the data, when the chunk is a field of an upload message. */
    static byte[] uploadHeader(ChunkFrame frame) {
        int inner = chunkHeaderSize(frame);
        int length = inner + frame.length();
        byte[] header = new byte
                [CodedOutputStream.computeUInt32SizeNoTag(UPLOAD_CHUNK)
                        + CodedOutputStream.computeUInt32SizeNoTag(length)
                        + inner];
        CodedOutputStream out = CodedOutputStream.newInstance(header);
        try {
            out.writeUInt32NoTag(UPLOAD_CHUNK);
            out.writeUInt32NoTag(length);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        writeChunkHeader(frame, out);
        return header;
    }

    private static int chunkHeaderSize(ChunkFrame frame) {
        int offset = frame.offsetBytes() == 0
                ? 0
                : CodedOutputStream.computeUInt64Size(Chunk.OFFSET_BYTES_FIELD_NUMBER, frame.offsetBytes());
        return offset
                + CodedOutputStream.computeTagSize(Chunk.DATA_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(frame.length());
    }

    private static void writeChunkHeader(ChunkFrame frame, CodedOutputStream out) {
        try {
            // As protobuf does: a field that has its default value is not written.
            if (frame.offsetBytes() != 0) {
                out.writeUInt64(Chunk.OFFSET_BYTES_FIELD_NUMBER, frame.offsetBytes());
            }
            out.writeUInt32NoTag(DATA);
            out.writeUInt32NoTag(frame.length());
            out.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** A chunk whose data was checked for length before it was given an array. */
    static ChunkFrame readChunk(WireReader reader, ChunkFrameMarshaller.Buffers buffers) throws IOException {
        ChunkParts parts = new ChunkParts();
        boolean whole = false;
        try {
            parts.read(reader, buffers);
            whole = true;
        } finally {
            // A liar's chunk gives its array back: else each tiny message with a large length would cost 1 MiB.
            if (!whole && parts.array != null) {
                buffers.release(parts.array);
            }
        }
        return new ChunkFrame(parts.offset, requireNonNull(parts.array), 0, parts.length, buffers);
    }

    /** What was read of a chunk so far. */
    private static final class ChunkParts {
        private long offset;
        private byte @Nullable [] array;
        private int length;

        void read(WireReader reader, ChunkFrameMarshaller.Buffers buffers) throws IOException {
            int tag;
            while ((tag = reader.tag()) != 0) {
                if (tag == OFFSET) {
                    offset = reader.varint();
                } else if (tag == DATA) {
                    readData(reader, buffers);
                } else {
                    reader.skip(tag);
                }
            }
            if (length == 0) {
                throw new MalformedFrameException(ErrorCode.MALFORMED_MESSAGE, "a chunk holds no data");
            }
            if (offset < 0) {
                throw new MalformedFrameException(
                        ErrorCode.MALFORMED_MESSAGE,
                        "chunk offset " + Long.toUnsignedString(offset) + " is not below 2^63");
            }
        }

        private void readData(WireReader reader, ChunkFrameMarshaller.Buffers buffers) throws IOException {
            if (array != null) {
                throw new MalformedFrameException(ErrorCode.MALFORMED_MESSAGE, "a chunk holds its data twice");
            }
            length = reader.length("chunk data", Integer.MAX_VALUE);
            if (length > FederationMethods.MAX_CHUNK_BYTES) {
                throw new MalformedFrameException(
                        ErrorCode.CHUNK_TOO_LARGE,
                        "chunk of " + length + " bytes, at most " + FederationMethods.MAX_CHUNK_BYTES
                                + " are allowed; send smaller chunks");
            }
            array = buffers.acquire(length);
            reader.readFully(array, length);
        }
    }
}
