package org.dalrn.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP relay on loopback whose connections a test can cut. Thread-safe. */
final class CuttableLine implements AutoCloseable {
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile String lastRefusal = "none";

    CuttableLine() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run("line-accept", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void leadTo(int port) {
        target = port;
    }

    /** Breaks every connection that is open now; new ones are taken. */
    void cut() {
        open.forEach(CuttableLine::close);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(near);
                open.add(far);
                run("line-up", () -> relay(near, far));
                run("line-down", () -> relay(far, near));
            } catch (IOException closedOrRefused) {
                // The listener was closed, or the coordinator is not there yet and the client tries again.
                lastRefusal = closedOrRefused.getMessage();
            }
        }
    }

    private void relay(Socket from, Socket to) {
        try (from;
                to) {
            long unused = from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // Both ends are closed now: all that a broken line does.
            lastRefusal = cut.getMessage();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public String toString() {
        return "CuttableLine[to " + target + ", last refusal " + lastRefusal + "]";
    }

    private static void run(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            throw new IllegalStateException("a loopback socket cannot be closed", alreadyGone);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
