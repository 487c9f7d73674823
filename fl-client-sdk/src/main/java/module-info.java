import org.jspecify.annotations.NullMarked;

/** The SDK with which a JVM application joins a federation. */
@NullMarked
module org.dalrn.client {
    requires static org.jspecify;
    requires transitive org.dalrn.core;
    requires org.dalrn.protocol;
    requires io.grpc;
    requires io.grpc.netty.shaded;
    requires io.grpc.stub;
    requires org.slf4j;
}
