package org.dalrn.client.transport;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.dalrn.client.node.NodeException;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;

/**
 * Opens channels to one coordinator: TLS 1.3, one trusted authority, the certificate must bear the coordinator's host.
 * Thread-safe.
 */
public final class CoordinatorChannel {

    private static final int FLOW_CONTROL_WINDOW_BYTES = 4 << 20;

    private final CoordinatorAddress address;
    private final SslContext tls;
    private final String software;

    public CoordinatorChannel(CoordinatorAddress address, X509Certificate authority, String software) {
        this.address = address;
        this.software = software;
        try {
            tls = GrpcSslContexts.forClient()
                    .trustManager(authority)
                    .protocols("TLSv1.3")
                    .build();
        } catch (SSLException refused) {
            throw new NodeException(
                    ErrorCode.COORDINATOR_NOT_TRUSTED,
                    "TLS 1.3 cannot be set up with the federation's authority",
                    refused);
        }
    }

    /** A new channel, not connected yet; to be shut down. */
    public ManagedChannel open() {
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .sslContext(tls)
                .userAgent(software)
                // grpc's own retries would buffer every chunk; ours resume instead.
                .disableRetry()
                .disableServiceConfigLookUp()
                .keepAliveTime(60, TimeUnit.SECONDS)
                .keepAliveTimeout(20, TimeUnit.SECONDS)
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .maxInboundMessageSize(FederationMethods.MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(8 << 10)
                .build();
    }

    @Override
    public String toString() {
        return "CoordinatorChannel[" + address + "]";
    }
}
