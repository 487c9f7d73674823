package org.dalrn.client.transport;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where a coordinator listens for nodes, and the name that its certificate must bear.
 *
 * @param host a host name or an IP address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record CoordinatorAddress(String host, int port) {

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static CoordinatorAddress parse(String text) {
        try {
            URI uri = new URI("dalrn://" + text);
            String host = uri.getHost();
            boolean only = uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            if (host != null && only && uri.getPort() >= 1 && uri.getPort() <= 65535) {
                boolean bracketed = host.startsWith("[");
                return new CoordinatorAddress(bracketed ? host.substring(1, host.length() - 1) : host, uri.getPort());
            }
            throw notAnAddress(text, null);
        } catch (URISyntaxException malformed) {
            throw notAnAddress(text, malformed);
        }
    }

    private static IllegalArgumentException notAnAddress(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "coordinator \"" + text + "\" is not host:port; write for instance federation.example.org:9443", cause);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
