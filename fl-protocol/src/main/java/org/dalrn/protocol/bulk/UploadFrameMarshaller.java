package org.dalrn.protocol.bulk;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.UploadMessage;

/** Reads and writes {@link UploadFrame}s as the bytes of the message {@code UploadMessage}. Thread-safe. */
public final class UploadFrameMarshaller implements MethodDescriptor.Marshaller<UploadFrame> {

    /** A manifest is small: id, hashes, at most 64 metrics. */
    private static final int MAX_MANIFEST_BYTES = 64 << 10;

    private final ChunkFrameMarshaller chunks;

    /** @param chunks lends the arrays */
    public UploadFrameMarshaller(ChunkFrameMarshaller chunks) {
        this.chunks = chunks;
    }

    @Override
    public InputStream stream(UploadFrame frame) {
        if (frame instanceof ChunkFrame chunk) {
            return new ChunkFrameMarshaller.FrameStream(ChunkFields.uploadHeader(chunk), chunk);
        }
        if (frame instanceof UploadFrame.Manifest manifest) {
            byte[] bytes = UploadMessage.newBuilder()
                    .setManifest(manifest.request())
                    .build()
                    .toByteArray();
            return new ByteArrayInputStream(bytes);
        }
        throw new IllegalArgumentException("a malformed frame is received, never sent");
    }

    @Override
    public UploadFrame parse(InputStream stream) {
        try {
            WireReader reader = new WireReader(stream, FederationMethods.MAX_MESSAGE_BYTES);
            UploadFrame frame = null;
            int tag;
            while ((tag = reader.tag()) != 0) {
                if (tag == ChunkFields.tag(UploadMessage.MANIFEST_FIELD_NUMBER, WireReader.LENGTH_DELIMITED)) {
                    byte[] bytes = reader.bytes(MAX_MANIFEST_BYTES, "the manifest", ErrorCode.MALFORMED_MESSAGE);
                    frame = new UploadFrame.Manifest(SignedRequest.parseFrom(bytes));
                } else if (tag == ChunkFields.tag(UploadMessage.CHUNK_FIELD_NUMBER, WireReader.LENGTH_DELIMITED)) {
                    int length = reader.length("the chunk", FederationMethods.MAX_MESSAGE_BYTES);
                    frame = ChunkFields.readChunk(reader.sub(length), chunks.buffers());
                } else {
                    reader.skip(tag);
                }
            }
            return frame == null
                    ? new UploadFrame.Malformed(
                            ErrorCode.MALFORMED_MESSAGE, "an upload message holds neither manifest nor chunk")
                    : frame;
        } catch (MalformedFrameException malformed) {
            return new UploadFrame.Malformed(malformed.code(), String.valueOf(malformed.getMessage()));
        } catch (InvalidProtocolBufferException malformed) {
            return new UploadFrame.Malformed(
                    ErrorCode.MALFORMED_MESSAGE, "the manifest is no SignedRequest: " + malformed.getMessage());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
