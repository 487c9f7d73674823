package org.dalrn.server.transport;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.server.identity.CertificateAuthority;
import org.dalrn.server.transport.NodeDirectory.Member;

/** A node server on loopback with real TLS, and in-memory ports behind it. */
final class Federation implements AutoCloseable {
    /** Now: the TLS client judges the server certificate by the machine's clock. */
    final Instant start = Instant.now();

    static final Duration VALIDITY = Duration.ofDays(90);
    static final byte[] JOIN_SECRET = new byte[32];

    final ManualTimers timers = new ManualTimers();
    final ScriptedRounds rounds = new ScriptedRounds();
    final MemorySpools spools = new MemorySpools();
    final Map<ContentHash, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<NodeId, Member> members = new ConcurrentHashMap<>();
    final CertificateAuthority authority;
    final NodeServer server;
    volatile Instant now = start;
    private final List<ManagedChannel> channels = new ArrayList<>();

    Federation(Path folder, NodeServerSettings.Transfers transfers) throws IOException {
        this(folder, transfers, null);
    }

    Federation(Path folder, NodeServerSettings.Transfers transfers, UpdateSpools otherSpools) throws IOException {
        InstantSource clock = () -> now;
        SecureRandom random = new SecureRandom();
        authority = CertificateAuthority.open(folder, clock, random);
        NodeServerSettings settings = NodeServerSettings.usual(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), VALIDITY)
                .with(transfers);
        server = NodeServer.start(
                settings,
                authority,
                authority.serverCertificate(List.of("localhost")),
                new NodePorts(rounds, new Directory(), this::blob, otherSpools == null ? spools : otherSpools),
                clock,
                random,
                timers,
                null);
    }

    Federation(Path folder) throws IOException {
        this(folder, NodeServerSettings.Transfers.usual());
    }

    /** A node that the directory knows, with its own connection. */
    Node enrolled(String name) throws IOException {
        KeyPair pair = Ed25519.generate();
        NodeId id = new NodeId(name);
        members.put(id, new Member(id, pair.getPublic(), false));
        return stranger(name, pair);
    }

    /** A node that the directory does not know; its certificate is genuine. */
    Node stranger(String name, KeyPair pair) throws IOException {
        return new Node(channel(), name, pair, authority.issue(new NodeId(name), pair.getPublic(), VALIDITY));
    }

    ManagedChannel channel() throws IOException {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "localhost", server.address().getPort())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(authority.certificate())
                        .protocols("TLSv1.3")
                        .build())
                .maxInboundMessageSize(2 << 20)
                .build();
        channels.add(channel);
        return channel;
    }

    void revoke(Node node) {
        members.computeIfPresent(node.id(), (id, member) -> new Member(id, member.publicKey(), true));
    }

    private Optional<BlobSource.Blob> blob(ContentHash hash) {
        return Optional.ofNullable(blobs.get(hash)).map(bytes -> new BlobSource.Blob() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void read(long position, byte[] target, int from, int length) {
                System.arraycopy(bytes, (int) position, target, from, length);
            }

            @Override
            public void close() {}
        });
    }

    private final class Directory implements NodeDirectory {
        @Override
        public Optional<Member> find(NodeId node) {
            return Optional.ofNullable(members.get(node));
        }

        @Override
        public Verdict enroll(NodeId node, byte[] joinSecret, byte[] publicKey) {
            if (!Arrays.equals(joinSecret, JOIN_SECRET)) {
                return new Verdict.Refused(ErrorCode.JOIN_SECRET_REFUSED, "no such secret");
            }
            try {
                PublicKey key = Ed25519.publicKey(publicKey);
                members.put(node, new Member(node, key, false));
            } catch (GeneralSecurityException invalid) {
                throw new IllegalStateException(invalid);
            }
            return new Verdict.Accepted(0, false);
        }
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
        for (ManagedChannel channel : channels) {
            try {
                channel.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
