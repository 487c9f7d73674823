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
import org.jspecify.annotations.Nullable;

/** Reads and writes {@link UploadFrame}s as the bytes of the message {@code UploadMessage}. Thread-safe. */
public final class UploadFrameMarshaller implements MethodDescriptor.Marshaller<UploadFrame> {

    /** A manifest is small: id, hashes, at most 64 metrics. */
    private static final int MAX_MANIFEST_BYTES = 64 << 10;

    private static final int MANIFEST =
            ChunkFields.tag(UploadMessage.MANIFEST_FIELD_NUMBER, WireReader.LENGTH_DELIMITED);
    private static final int CHUNK = ChunkFields.tag(UploadMessage.CHUNK_FIELD_NUMBER, WireReader.LENGTH_DELIMITED);

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
        ReadSoFar read = new ReadSoFar();
        boolean whole = false;
        try {
            UploadFrame frame = read.frame(new WireReader(stream, FederationMethods.MAX_MESSAGE_BYTES));
            whole = true;
            return frame;
        } catch (MalformedFrameException malformed) {
            return new UploadFrame.Malformed(malformed.code(), String.valueOf(malformed.getMessage()));
        } catch (InvalidProtocolBufferException malformed) {
            return new UploadFrame.Malformed(
                    ErrorCode.MALFORMED_MESSAGE, "the manifest is no SignedRequest: " + malformed.getMessage());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } finally {
            if (!whole && read.frame instanceof ChunkFrame chunk) {
                chunk.close();
            }
        }
    }

    /** A message is a manifest or a chunk, once: what came first is never replaced in silence. */
    private final class ReadSoFar {
        private @Nullable UploadFrame frame;

        UploadFrame frame(WireReader reader) throws IOException {
            int tag;
            while ((tag = reader.tag()) != 0) {
                if (tag == MANIFEST) {
                    requireFirst();
                    byte[] bytes = reader.bytes(MAX_MANIFEST_BYTES, "the manifest", ErrorCode.MALFORMED_MESSAGE);
                    frame = new UploadFrame.Manifest(SignedRequest.parseFrom(bytes));
                } else if (tag == CHUNK) {
                    requireFirst();
                    int length = reader.length("the chunk", FederationMethods.MAX_MESSAGE_BYTES);
                    frame = ChunkFields.readChunk(reader.sub(length), chunks.buffers());
                } else {
                    reader.skip(tag);
                }
            }
            if (frame == null) {
                throw new MalformedFrameException(
                        ErrorCode.MALFORMED_MESSAGE, "an upload message holds neither manifest nor chunk");
            }
            return frame;
        }

        private void requireFirst() throws MalformedFrameException {
            if (frame != null) {
                throw new MalformedFrameException(
                        ErrorCode.MALFORMED_MESSAGE,
                        "an upload message holds more than one manifest or chunk; send one message for each");
            }
        }
    }
}
