package org.dalrn.endtoend;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.protocol.signing.Nonces;
import org.dalrn.protocol.signing.RequestSigner;
import org.dalrn.protocol.signing.SignedContent;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.Chunk;
import org.dalrn.protocol.v1.CoordinatorMessage;
import org.dalrn.protocol.v1.EnrollReply;
import org.dalrn.protocol.v1.EnrollRequest;
import org.dalrn.protocol.v1.Hello;
import org.dalrn.protocol.v1.NodeMessage;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.UploadManifest;
import org.dalrn.protocol.v1.UploadMessage;
import org.dalrn.protocol.v1.UploadReply;
import org.dalrn.server.gateway.JoinFile;

/**
 * A node that does what a test tells it, right or wrong, over the real wire. It speaks by the generated messages alone, so it
 * can say what the hand-written frames of fl-protocol refuse to write.
 */
final class RawNode implements AutoCloseable {
    private static final MethodDescriptor<EnrollRequest, EnrollReply> ENROLL =
            method("Enroll", MethodDescriptor.MethodType.UNARY, EnrollRequest.parser(), EnrollReply.parser());
    private static final MethodDescriptor<NodeMessage, CoordinatorMessage> SESSION = method(
            "Session", MethodDescriptor.MethodType.BIDI_STREAMING, NodeMessage.parser(), CoordinatorMessage.parser());
    private static final MethodDescriptor<UploadMessage, UploadReply> UPLOAD =
            method("Upload", MethodDescriptor.MethodType.BIDI_STREAMING, UploadMessage.parser(), UploadReply.parser());
    private static final int WAIT_SECONDS = 30;

    final String name;
    KeyPair keys;
    byte[] certificate;
    private final ManagedChannel channel;
    private Nonces.Sequence nonces = new Nonces.Sequence(new byte[Nonces.SESSION_ID_BYTES]);
    private Call<NodeMessage, CoordinatorMessage> session;

    private RawNode(ManagedChannel channel, String name, KeyPair keys, byte[] certificate) {
        this.channel = channel;
        this.name = name;
        this.keys = keys;
        this.certificate = certificate;
    }

    /** A node that is not enrolled and has no certificate. */
    static RawNode stranger(JoinFile way, String name) throws Exception {
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(way.authority().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                        way.coordinator().host(),
                        way.coordinator().port(),
                        TlsChannelCredentials.newBuilder()
                                .trustManager(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                                .build())
                .build();
        return new RawNode(channel, name, Ed25519.generate(), new byte[0]);
    }

    /** A node with a certificate, not connected. */
    static RawNode enrolled(JoinFile joinFile) throws Exception {
        RawNode node = stranger(joinFile, joinFile.node().value());
        byte[] proof = Ed25519.sign(node.keys.getPrivate(), SignedContent.ofEnrolment(node.name, joinFile.secret()));
        EnrollReply reply = new Call<>(node.channel, ENROLL)
                .send(EnrollRequest.newBuilder()
                        .setNodeId(node.name)
                        .setJoinSecret(ByteString.copyFrom(joinFile.secret()))
                        .setPublicKey(ByteString.copyFrom(Ed25519.raw(node.keys.getPublic())))
                        .setProof(ByteString.copyFrom(proof))
                        .build())
                .halfClose()
                .next();
        if (reply.hasRefused()) {
            throw new AssertionError("enrolment: " + reply.getRefused());
        }
        node.certificate = reply.getNodeCertificate().toByteArray();
        return node;
    }

    /** A call whose replies can be waited for. */
    static final class Call<Q, R> extends ClientCall.Listener<R> {
        private final ClientCall<Q, R> call;
        private final BlockingQueue<R> replies = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status> closed = new CompletableFuture<>();

        Call(ManagedChannel channel, MethodDescriptor<Q, R> method) {
            call = channel.newCall(method, CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.request(100_000);
        }

        @Override
        public void onMessage(R message) {
            replies.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            closed.complete(status);
        }

        Call<Q, R> send(Q message) {
            call.sendMessage(message);
            return this;
        }

        Call<Q, R> halfClose() {
            call.halfClose();
            return this;
        }

        R next() throws InterruptedException {
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
            while (System.nanoTime() < limit) {
                boolean last = closed.isDone();
                R reply = replies.poll(last ? 0 : 20, TimeUnit.MILLISECONDS);
                if (reply != null) {
                    return reply;
                }
                if (last) {
                    break;
                }
            }
            throw new AssertionError("no reply; the call's status: " + closed.getNow(null));
        }

        Status status() throws Exception {
            return closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    // ------------------------------------------------------------------------------------------------------- session

    /** Answers the challenge of a new session; the next message is the coordinator's answer. */
    CoordinatorMessage greet() throws InterruptedException {
        session = new Call<>(channel, SESSION);
        byte[] challenge = session.next().getChallenge().getNonce().toByteArray();
        SignedRequest hello = sign(
                SignedMethod.HELLO,
                "",
                0,
                challenge,
                Hello.newBuilder()
                        .setNodeCertificate(ByteString.copyFrom(certificate))
                        .setSoftware("raw")
                        .addWireVersions(FederationMethods.WIRE_VERSION)
                        .build());
        return session.send(NodeMessage.newBuilder().setHello(hello).build()).next();
    }

    RawNode connect() throws InterruptedException {
        CoordinatorMessage answer = greet();
        if (!answer.hasWelcome()) {
            throw new AssertionError("no welcome: " + answer);
        }
        nonces = new Nonces.Sequence(answer.getWelcome().getSessionId().toByteArray());
        return this;
    }

    /** The next message of the session. */
    CoordinatorMessage nextMessage() throws InterruptedException {
        return session.next();
    }

    /** Waits for the run's task; messages about other runs are let go. */
    Task nextTask(RunId run) throws InterruptedException {
        CoordinatorMessage message = session.next();
        while (!message.hasTask() || !message.getTask().getRunId().equals(run.value())) {
            message = session.next();
        }
        return message.getTask();
    }

    byte[] nextNonce() {
        return nonces.next();
    }

    SignedRequest sign(SignedMethod method, String run, int round, byte[] nonce, MessageLite body) {
        return new RequestSigner(name, keys.getPrivate()).sign(method, run, round, nonce, body);
    }

    // -------------------------------------------------------------------------------------------------------- upload

    /** The manifest that an honest node would send for these bytes. */
    static UploadManifest.Builder manifest(Task task, byte[] update) {
        return UploadManifest.newBuilder()
                .setTaskId(task.getTaskId())
                .setUpdateHash(ByteString.copyFrom(ContentHash.of(update).toByteArray()))
                .setUpdateBytes(update.length)
                .setLayoutDigest(
                        ByteString.copyFrom(LoopbackFederation.LAYOUT.digest().toByteArray()))
                .setElementType(UploadManifest.ElementType.ELEMENT_TYPE_FLOAT32)
                .setExamples(LoopbackFederation.WEIGHT_CAP)
                .setBaseModelHash(task.getModelHash());
    }

    SignedRequest signed(Task task, UploadManifest.Builder manifest) {
        return sign(SignedMethod.UPLOAD, task.getRunId(), task.getRound(), nextNonce(), manifest.build());
    }

    /** Opens an upload. */
    Call<UploadMessage, UploadReply> announce(SignedRequest manifest) {
        return new Call<>(channel, UPLOAD)
                .send(UploadMessage.newBuilder().setManifest(manifest).build());
    }

    static UploadMessage chunk(long offset, byte[] update, int from, int length) {
        return UploadMessage.newBuilder()
                .setChunk(Chunk.newBuilder().setOffsetBytes(offset).setData(ByteString.copyFrom(update, from, length)))
                .build();
    }

    /** Announces, sends the bytes in one chunk if they are granted, and returns the verdict. */
    UploadReply upload(SignedRequest manifest, byte[] update) throws InterruptedException {
        Call<UploadMessage, UploadReply> upload = announce(manifest);
        UploadReply reply = upload.next();
        return reply.hasGranted()
                ? upload.send(chunk(0, update, 0, update.length)).halfClose().next()
                : reply;
    }

    /** Dies: every call of the node ends in the middle of what it was doing. */
    void die() {
        ManagedChannel unused = channel.shutdownNow();
    }

    @Override
    public void close() {
        die();
    }

    private static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> method(
            String name, MethodDescriptor.MethodType type, Parser<Q> requests, Parser<R> replies) {
        return MethodDescriptor.newBuilder(new Plain<>(requests), new Plain<>(replies))
                .setType(type)
                .setFullMethodName(FederationMethods.SERVICE + "/" + name)
                .build();
    }

    private record Plain<T extends MessageLite>(Parser<T> parser) implements MethodDescriptor.Marshaller<T> {
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
}
