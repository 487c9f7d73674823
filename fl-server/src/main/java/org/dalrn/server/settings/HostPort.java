package org.dalrn.server.settings;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;

/**
 * A place on the network: {@code host:port}, an IPv6 address in brackets.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535; 0 lets the system choose
 */
public record HostPort(String host, int port) {

    public HostPort {
        requireNonNull(host, "host");
        if (host.isEmpty() || host.length() > 253 || !host.matches("[A-Za-z0-9._:%-]+")) {
            throw new IllegalArgumentException(
                    "'" + host + "' is no host name or address; write for instance fl.example.org or 0.0.0.0");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in [0, 65535]");
        }
    }

    /**
     * The place that a text says.
     *
     * @throws IllegalArgumentException if it is not {@code host:port}
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || (host.contains(":") && !bracketed) || !port.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not host:port; write for instance 0.0.0.0:9443 or [::1]:9443");
        }
        return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }

    /** The address, looked up now. */
    public InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    /** True if only programs of this machine reach it. */
    public boolean isLoopback() {
        InetSocketAddress address = resolve();
        return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
