package org.dalrn.protocol.bulk;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.v1.Chunk;
import org.dalrn.protocol.v1.UploadMessage;

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
        long offset = 0;
        byte[] array = null;
        int length = 0;
        int tag;
        while ((tag = reader.tag()) != 0) {
            if (tag == OFFSET) {
                offset = reader.varint();
            } else if (tag == DATA) {
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
            } else {
                reader.skip(tag);
            }
        }
        if (array == null || length == 0) {
            throw new MalformedFrameException(ErrorCode.MALFORMED_MESSAGE, "a chunk holds no data");
        }
        if (offset < 0) {
            throw new MalformedFrameException(
                    ErrorCode.MALFORMED_MESSAGE, "chunk offset " + Long.toUnsignedString(offset) + " is above 2^63");
        }
        return new ChunkFrame(offset, array, 0, length, buffers);
    }
}
