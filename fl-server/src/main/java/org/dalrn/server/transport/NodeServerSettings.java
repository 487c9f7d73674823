package org.dalrn.server.transport;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The limits of the nodes' side of a coordinator.
 *
 * @param listen port 0 takes any free one
 * @param nodeCertificateValidity how long a node certificate is good for
 * @param reconnectAfterDrain what {@code Draining} tells the nodes to wait at least
 */
public record NodeServerSettings(
        InetSocketAddress listen,
        Duration nodeCertificateValidity,
        Duration reconnectAfterDrain,
        Transfers transfers,
        Connections connections,
        Threads threads) {

    public NodeServerSettings {
        requireNonNull(listen, "listen");
        requirePositive("node certificate validity", nodeCertificateValidity);
        requirePositive("reconnect delay after draining", reconnectAfterDrain);
        requireNonNull(transfers, "transfers");
        requireNonNull(connections, "connections");
        requireNonNull(threads, "threads");
    }

    /** The usual limits: those of the figures in {@code docs/benchmarks.md}. */
    public static NodeServerSettings usual(InetSocketAddress listen, Duration nodeCertificateValidity) {
        return new NodeServerSettings(
                listen,
                nodeCertificateValidity,
                Duration.ofSeconds(1),
                Transfers.usual(),
                Connections.usual(),
                Threads.usual());
    }

    /** The same with other limits for transfers. */
    public NodeServerSettings with(Transfers other) {
        return new NodeServerSettings(
                listen, nodeCertificateValidity, reconnectAfterDrain, other, connections, threads);
    }

    /** The same with other limits for connections. */
    public NodeServerSettings with(Connections other) {
        return new NodeServerSettings(listen, nodeCertificateValidity, reconnectAfterDrain, transfers, other, threads);
    }

    /**
     * The limits of uploads and downloads. What the coordinator holds in memory is about 3 MiB for each transfer at a
     * time, so these numbers and not the number of nodes say how much that is.
     *
     * @param concurrentUploads uploads that are granted at a time; the others wait in order
     * @param concurrentDownloads downloads that are served at a time; the others wait in order
     * @param leastBytesPerSecond a granted transfer that is slower is cut; 0 cuts none
     * @param grace so long a transfer may lag behind
     */
    public record Transfers(int concurrentUploads, int concurrentDownloads, long leastBytesPerSecond, Duration grace) {
        public Transfers {
            requireRange("concurrent uploads", concurrentUploads, 1, 1024);
            requireRange("concurrent downloads", concurrentDownloads, 1, 1024);
            requireRange("least bytes per second", leastBytesPerSecond, 0, 1L << 40);
            requirePositive("grace", grace);
        }

        /** 8 of each; 16 KiB/s after 30 s. */
        public static Transfers usual() {
            return new Transfers(8, 8, 16 << 10, Duration.ofSeconds(30));
        }
    }

    /**
     * The limits of connections.
     *
     * @param handshakeTimeout for TLS and HTTP/2
     * @param helloTimeout for Hello after Challenge, and for the manifest or request that opens a transfer
     * @param idle a connection without a call is closed
     * @param keepAlive a silent connection is asked whether it is there
     * @param keepAliveTimeout and closed if it does not answer
     * @param permitKeepAlive a node may ask so often; more is abuse and closes the connection
     * @param callsPerConnection calls at a time
     * @param metadataBytes of a call
     * @param windowBytes what a node may send ahead of being read
     * @param queuedMessages for a session whose node does not read; then the session ends
     */
    public record Connections(
            Duration handshakeTimeout,
            Duration helloTimeout,
            Duration idle,
            Duration keepAlive,
            Duration keepAliveTimeout,
            Duration permitKeepAlive,
            int callsPerConnection,
            int metadataBytes,
            int windowBytes,
            int queuedMessages) {
        public Connections {
            requirePositive("handshake timeout", handshakeTimeout);
            requirePositive("hello timeout", helloTimeout);
            requirePositive("idle time of a connection", idle);
            requirePositive("keep-alive interval", keepAlive);
            requirePositive("keep-alive timeout", keepAliveTimeout);
            requirePositive("permitted keep-alive interval", permitKeepAlive);
            requireRange("calls per connection", callsPerConnection, 2, 1024);
            requireRange("metadata bytes", metadataBytes, 1 << 10, 1 << 20);
            requireRange("flow-control window", windowBytes, 1 << 16, 16 << 20);
            requireRange("queued messages", queuedMessages, 8, 1 << 16);
        }

        /** The bounds of {@code docs/wire.md}. */
        public static Connections usual() {
            return new Connections(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(30),
                    16,
                    8 << 10,
                    1 << 20,
                    256);
        }
    }

    /**
     * The threads, whatever the number of nodes.
     *
     * @param eventLoops for the network
     * @param calls for sessions and signatures
     * @param transfers for hashing, screening and the disk
     */
    public record Threads(int eventLoops, int calls, int transfers) {
        public Threads {
            requireRange("event loops", eventLoops, 1, 64);
            requireRange("call threads", calls, 1, 64);
            requireRange("transfer threads", transfers, 1, 64);
        }

        /** 2, 2 and 8: most of the last wait for the disk. */
        public static Threads usual() {
            return new Threads(2, 2, 8);
        }
    }

    private static void requireRange(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " " + value + " is not in [" + least + ", " + most + "]");
        }
    }

    private static void requirePositive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " " + value + " is not positive");
        }
    }
}
