import org.jspecify.annotations.NullMarked;

/** The SDK with which a JVM application joins a federation. */
@NullMarked
module org.dalrn.client {
    requires static org.jspecify;
    requires transitive org.dalrn.core;
    requires transitive org.dalrn.protocol;
    requires com.google.protobuf;
    requires io.grpc;
    requires io.grpc.netty.shaded;
    requires io.grpc.stub;
    requires org.slf4j;

    exports org.dalrn.client;
    exports org.dalrn.client.node;
    exports org.dalrn.client.training;
}
