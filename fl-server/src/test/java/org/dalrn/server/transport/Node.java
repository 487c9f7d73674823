package org.dalrn.server.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.signing.Nonces;
import org.dalrn.protocol.signing.RequestSigner;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.Chunk;
import org.dalrn.protocol.v1.CoordinatorMessage;
import org.dalrn.protocol.v1.Hello;
import org.dalrn.protocol.v1.NodeMessage;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.UploadManifest;
import org.dalrn.protocol.v1.UploadMessage;
import org.dalrn.protocol.v1.UploadReply;

/** A node that does what a test tells it, right or wrong. */
final class Node {
    static final String RUN = "heart-1";
    static final int ROUND = 3;

    final ManagedChannel channel;
    final String name;
    KeyPair pair;
    X509Certificate certificate;
    Nonces.Sequence nonces = new Nonces.Sequence(new byte[16]);

    Node(ManagedChannel channel, String name, KeyPair pair, X509Certificate certificate) {
        this.channel = channel;
        this.name = name;
        this.pair = pair;
        this.certificate = certificate;
    }

    NodeId id() {
        return new NodeId(name);
    }

    /** A call whose replies can be waited for. */
    static final class Call<Q, R> extends ClientCall.Listener<R> {
        final ClientCall<Q, R> call;
        final BlockingQueue<R> replies = new LinkedBlockingQueue<>();
        final CompletableFuture<Status> closed = new CompletableFuture<>();
        final CompletableFuture<Metadata> trailers = new CompletableFuture<>();

        Call(ManagedChannel channel, MethodDescriptor<Q, R> method, int requests) {
            call = channel.newCall(method, CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.request(requests);
        }

        @Override
        public void onMessage(R message) {
            replies.add(message);
        }

        @Override
        public void onClose(Status status, Metadata received) {
            trailers.complete(received);
            closed.complete(status);
        }

        R next() throws Exception {
            R reply = null;
            for (int tries = 0; reply == null && tries < 100; tries++) {
                boolean last = closed.isDone();
                reply = replies.poll(last ? 0 : 100, TimeUnit.MILLISECONDS);
                if (reply == null && last) {
                    break;
                }
            }
            if (reply == null) {
                throw new AssertionError("no reply; call closed: " + closed.getNow(null));
            }
            return reply;
        }

        Status status() throws Exception {
            return closed.get(10, TimeUnit.SECONDS);
        }

        Call<Q, R> send(Q message) {
            call.sendMessage(message);
            return this;
        }
    }

    // ------------------------------------------------------------------------------------------------------- session

    Call<NodeMessage, CoordinatorMessage> openSession() {
        return new Call<>(channel, GeneratedMarshaller.SESSION, 1_000);
    }

    SignedRequest hello(byte[] challenge, String... openTasks) throws CertificateEncodingException {
        return sign(
                SignedMethod.HELLO,
                "",
                0,
                challenge,
                Hello.newBuilder()
                        .setNodeCertificate(ByteString.copyFrom(certificate.getEncoded()))
                        .setSoftware("test")
                        .addWireVersions(1)
                        .addAllOpenTaskIds(List.of(openTasks))
                        .build());
    }

    /** Answers the challenge; the next message is the coordinator's answer. */
    Call<NodeMessage, CoordinatorMessage> greet(String... openTasks) throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = openSession();
        byte[] challenge = session.next().getChallenge().getNonce().toByteArray();
        return session.send(
                NodeMessage.newBuilder().setHello(hello(challenge, openTasks)).build());
    }

    /** A session that was welcomed. */
    Call<NodeMessage, CoordinatorMessage> connect(String... openTasks) throws Exception {
        Call<NodeMessage, CoordinatorMessage> session = greet(openTasks);
        CoordinatorMessage answer = session.next();
        if (!answer.hasWelcome()) {
            throw new AssertionError("no welcome: " + answer);
        }
        nonces = new Nonces.Sequence(answer.getWelcome().getSessionId().toByteArray());
        return session;
    }

    SignedRequest sign(SignedMethod method, String run, int round, byte[] nonce, MessageLite body) {
        return new RequestSigner(name, pair.getPrivate()).sign(method, run, round, nonce, body);
    }

    SignedRequest sign(SignedMethod method, MessageLite body) {
        return sign(method, RUN, ROUND, nonces.next(), body);
    }

    // -------------------------------------------------------------------------------------------------------- upload

    Call<UploadMessage, UploadReply> openUpload() {
        return new Call<>(channel, GeneratedMarshaller.UPLOAD, 100);
    }

    Call<UploadMessage, UploadReply> announce(UploadManifest manifest) {
        return openUpload().send(manifest(sign(SignedMethod.UPLOAD, manifest)));
    }

    static UploadMessage manifest(SignedRequest request) {
        return UploadMessage.newBuilder().setManifest(request).build();
    }

    static UploadMessage chunk(byte[] update, int from, int length) {
        return UploadMessage.newBuilder()
                .setChunk(Chunk.newBuilder().setOffsetBytes(from).setData(ByteString.copyFrom(update, from, length)))
                .build();
    }
}
