package org.dalrn.client.transport;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.v1.EnrollReply;
import org.jspecify.annotations.Nullable;

/** A node's first call: a join secret for a node certificate. */
public final class Enrolment {

    private static final long MOST_SECONDS = 20;

    private Enrolment() {}

    /**
     * Makes the call; the answer comes on one of gRPC's threads and holds the certificate, DER.
     *
     * @throws org.dalrn.client.node.NodeException if the key cannot be made or read
     */
    public static void request(
            FederationMethods methods,
            Channel channel,
            JoinFile join,
            IdentityFolder folder,
            Consumer<Answer<byte[]>> answer) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(MOST_SECONDS, TimeUnit.SECONDS);
        ClientCalls.asyncUnaryCall(
                channel.newCall(methods.enroll(), options), folder.enrolment(join), new StreamObserver<EnrollReply>() {
                    private @Nullable EnrollReply reply;

                    @Override
                    public void onNext(EnrollReply value) {
                        reply = value;
                    }

                    @Override
                    public void onError(Throwable broken) {
                        answer.accept(Answer.ofStatus(Status.fromThrowable(broken)));
                    }

                    @Override
                    public void onCompleted() {
                        answer.accept(reply == null ? new Answer.Broken<>("no answer") : outcome(reply));
                    }
                });
    }

    /** Keeps the certificate: from now on {@link IdentityFolder#load()} works. */
    public static void complete(JoinFile join, IdentityFolder folder, byte[] certificate) {
        folder.complete(join, certificate);
    }

    private static Answer<byte[]> outcome(EnrollReply reply) {
        return switch (reply.getOutcomeCase()) {
            case NODE_CERTIFICATE ->
                new Answer.Done<>(reply.getNodeCertificate().toByteArray());
            case REFUSED -> Answer.refused(reply.getRefused());
            case OUTCOME_NOT_SET -> new Answer.Broken<>("an answer that this version does not know");
        };
    }
}
