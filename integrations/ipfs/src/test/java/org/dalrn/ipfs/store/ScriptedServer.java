package org.dalrn.ipfs.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server that writes whatever its script says, right or wrong, and remembers what it was asked. One thread each connection. */
public final class ScriptedServer implements AutoCloseable {
    /** A request, complete. */
    public static final class Request {
        private final String line;
        private final List<String> headers;
        private final byte[] body;

        private Request(String line, List<String> headers, byte[] body) {
            this.line = line;
            this.headers = headers;
            this.body = body;
        }

        public String line() {
            return line;
        }

        public List<String> headers() {
            return headers;
        }

        public byte[] body() {
            return body;
        }
    }

    /** Writes the answer, head and all. The connection is closed after it. */
    @FunctionalInterface
    public interface Script {
        void answer(Request request, OutputStream out) throws IOException;
    }

    private final ServerSocket socket;
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    private ScriptedServer(ServerSocket socket, Script script) {
        this.socket = socket;
        this.script = script;
    }

    public static ScriptedServer start(Script script) {
        try {
            ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            ScriptedServer server = new ScriptedServer(socket, script);
            daemon(server::accept);
            return server;
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    public List<Request> requests() {
        return requests;
    }

    public static void answer(OutputStream out, int status, byte[] body) throws IOException {
        head(out, status, body.length);
        out.write(body);
    }

    public static void answer(OutputStream out, int status, String body) throws IOException {
        answer(out, status, body.getBytes(StandardCharsets.UTF_8));
    }

    public static void head(OutputStream out, int status, long length) throws IOException {
        out.write(("HTTP/1.1 " + status + " Scripted\r\nConnection: close\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = socket.accept();
                connections.add(connection);
                daemon(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            String line = line(in);
            List<String> headers = new CopyOnWriteArrayList<>();
            int length = 0;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                headers.add(header);
                if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            header.substring("content-length:".length()).strip());
                }
            }
            Request request = new Request(line, headers, in.readNBytes(length));
            requests.add(request);
            script.answer(request, connection.getOutputStream());
            connection.getOutputStream().flush();
        } catch (IOException gone) {
            // The client had enough.
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
