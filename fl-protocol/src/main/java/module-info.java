import org.jspecify.annotations.NullMarked;

/** The wire between coordinator and node: messages, bulk chunks and request signing. */
@NullMarked
module org.dalrn.protocol {
    requires static org.jspecify;
    requires transitive com.google.protobuf;
    requires transitive io.grpc;

    exports org.dalrn.protocol;
    exports org.dalrn.protocol.bulk;
    exports org.dalrn.protocol.signing;
    exports org.dalrn.protocol.v1;
}
