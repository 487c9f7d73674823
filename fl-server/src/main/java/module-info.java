import org.jspecify.annotations.NullMarked;

/** The coordinator of a federation: rounds, state, transport to the nodes, the gateway for operators and the command line. */
@NullMarked
module org.dalrn.server {
    requires static transitive org.jspecify;
    requires transitive org.dalrn.core;
    requires transitive org.dalrn.protocol;
    requires transitive org.dalrn.podp;
    requires java.net.http;
    requires java.sql;
    requires jdk.httpserver;
    requires io.grpc;
    requires io.grpc.netty;
    requires io.grpc.stub;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires com.google.protobuf;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires info.picocli;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires flyway.core;
    requires org.slf4j;

    exports org.dalrn.server;
    exports org.dalrn.server.cli;
    exports org.dalrn.server.gateway;
    exports org.dalrn.server.settings;
    exports org.dalrn.server.utility;

    // picocli builds the commands by reflection.
    opens org.dalrn.server.cli to
            info.picocli;

    uses org.dalrn.server.cli.CommandProvider;
    uses org.dalrn.server.utility.UtilityProvider;
}
