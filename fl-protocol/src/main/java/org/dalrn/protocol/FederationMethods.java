package org.dalrn.protocol;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import org.dalrn.protocol.bulk.ChunkFrame;
import org.dalrn.protocol.bulk.ChunkFrameMarshaller;
import org.dalrn.protocol.bulk.UploadFrame;
import org.dalrn.protocol.bulk.UploadFrameMarshaller;
import org.dalrn.protocol.v1.CoordinatorMessage;
import org.dalrn.protocol.v1.EnrollReply;
import org.dalrn.protocol.v1.EnrollRequest;
import org.dalrn.protocol.v1.NodeMessage;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.UploadReply;

/**
 * The four methods of the service {@code dalrn.federation.v1.Federation}, as gRPC wants them described.
 *
 * <p>They are written by hand because the bulk methods carry their chunks past protobuf: {@link ChunkFrame} has the same
 * bytes as the message {@code Chunk} without a copy into a {@code ByteString}. An instance owns the buffers of its
 * frames; a server has one, a client has one. Thread-safe.
 */
public final class FederationMethods {

    /** The service's full name. */
    public static final String SERVICE = "dalrn.federation.v1.Federation";

    /** The newest wire version that this library speaks. */
    public static final int WIRE_VERSION = 1;

    /** A chunk has at most so many bytes of data. */
    public static final int MAX_CHUNK_BYTES = 1 << 20;

    /** A message, whatever it is, has at most so many bytes; to be set as gRPC's inbound limit. */
    public static final int MAX_MESSAGE_BYTES = 2 << 20;

    /** An evaluation names at most so many models beside the one that it is about. */
    public static final int MAX_EXTRA_MODELS = 64;

    private final MethodDescriptor<EnrollRequest, EnrollReply> enroll;
    private final MethodDescriptor<NodeMessage, CoordinatorMessage> session;
    private final MethodDescriptor<SignedRequest, ChunkFrame> download;
    private final MethodDescriptor<UploadFrame, UploadReply> upload;

    private FederationMethods() {
        ChunkFrameMarshaller chunks = new ChunkFrameMarshaller();
        enroll = MethodDescriptor.newBuilder(
                        new MessageMarshaller<>(EnrollRequest.parser()), new MessageMarshaller<>(EnrollReply.parser()))
                .setType(MethodType.UNARY)
                .setFullMethodName(SERVICE + "/Enroll")
                .build();
        session = MethodDescriptor.newBuilder(
                        new MessageMarshaller<>(NodeMessage.parser()),
                        new MessageMarshaller<>(CoordinatorMessage.parser()))
                .setType(MethodType.BIDI_STREAMING)
                .setFullMethodName(SERVICE + "/Session")
                .build();
        download = MethodDescriptor.newBuilder(new MessageMarshaller<>(SignedRequest.parser()), chunks)
                .setType(MethodType.SERVER_STREAMING)
                .setFullMethodName(SERVICE + "/Download")
                .build();
        upload = MethodDescriptor.newBuilder(
                        new UploadFrameMarshaller(chunks), new MessageMarshaller<>(UploadReply.parser()))
                .setType(MethodType.BIDI_STREAMING)
                .setFullMethodName(SERVICE + "/Upload")
                .build();
    }

    /** Methods with buffers of their own. */
    public static FederationMethods create() {
        return new FederationMethods();
    }

    public MethodDescriptor<EnrollRequest, EnrollReply> enroll() {
        return enroll;
    }

    public MethodDescriptor<NodeMessage, CoordinatorMessage> session() {
        return session;
    }

    public MethodDescriptor<SignedRequest, ChunkFrame> download() {
        return download;
    }

    public MethodDescriptor<UploadFrame, UploadReply> upload() {
        return upload;
    }
}
