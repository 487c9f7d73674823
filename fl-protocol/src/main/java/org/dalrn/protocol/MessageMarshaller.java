package org.dalrn.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes and reads the generated messages. They are small: the bulk goes through {@code bulk}.
 *
 * @param <T> the message
 */
final class MessageMarshaller<T extends MessageLite> implements MethodDescriptor.Marshaller<T> {

    private final Parser<T> parser;

    MessageMarshaller(Parser<T> parser) {
        this.parser = parser;
    }

    @Override
    public InputStream stream(T message) {
        return new MessageStream(message.toByteArray());
    }

    @Override
    public T parse(InputStream stream) {
        try {
            CodedInputStream coded = CodedInputStream.newInstance(stream);
            coded.setSizeLimit(FederationMethods.MAX_MESSAGE_BYTES);
            coded.setRecursionLimit(16);
            T message = parser.parseFrom(coded);
            coded.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException malformed) {
            throw Status.INVALID_ARGUMENT
                    .withDescription(ErrorCode.MALFORMED_MESSAGE.label() + ": " + malformed.getMessage())
                    .withCause(malformed)
                    .asRuntimeException();
        }
    }

    /** Lets gRPC copy the bytes once, into its own frame. */
    private static final class MessageStream extends ByteArrayInputStream implements Drainable, KnownLength {

        MessageStream(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = available();
            target.write(buf, pos, length);
            pos += length;
            return length;
        }
    }
}
