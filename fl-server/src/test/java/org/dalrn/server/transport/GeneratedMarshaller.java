package org.dalrn.server.transport;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.v1.Chunk;
import org.dalrn.protocol.v1.CoordinatorMessage;
import org.dalrn.protocol.v1.EnrollReply;
import org.dalrn.protocol.v1.EnrollRequest;
import org.dalrn.protocol.v1.NodeMessage;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.UploadMessage;
import org.dalrn.protocol.v1.UploadReply;

/** The methods of the service by the generated messages alone: independent of the hand-written frames of fl-protocol. */
record GeneratedMarshaller<T extends MessageLite>(Parser<T> parser) implements MethodDescriptor.Marshaller<T> {
    static final MethodDescriptor<EnrollRequest, EnrollReply> ENROLL =
            method("Enroll", MethodDescriptor.MethodType.UNARY, EnrollRequest.parser(), EnrollReply.parser());
    static final MethodDescriptor<NodeMessage, CoordinatorMessage> SESSION = method(
            "Session", MethodDescriptor.MethodType.BIDI_STREAMING, NodeMessage.parser(), CoordinatorMessage.parser());
    static final MethodDescriptor<SignedRequest, Chunk> DOWNLOAD =
            method("Download", MethodDescriptor.MethodType.SERVER_STREAMING, SignedRequest.parser(), Chunk.parser());
    static final MethodDescriptor<UploadMessage, UploadReply> UPLOAD =
            method("Upload", MethodDescriptor.MethodType.BIDI_STREAMING, UploadMessage.parser(), UploadReply.parser());

    private static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> method(
            String name, MethodDescriptor.MethodType type, Parser<Q> requests, Parser<R> replies) {
        return MethodDescriptor.newBuilder(new GeneratedMarshaller<>(requests), new GeneratedMarshaller<>(replies))
                .setType(type)
                .setFullMethodName(FederationMethods.SERVICE + "/" + name)
                .build();
    }

    @Override
    public InputStream stream(T message) {
        return message.toByteString().newInput();
    }

    @Override
    public T parse(InputStream stream) {
        try {
            return parser.parseFrom(stream);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }
}
