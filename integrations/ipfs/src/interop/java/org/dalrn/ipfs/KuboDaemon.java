package org.dalrn.ipfs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real node that talks to nobody, with a store of its own. {@code peers/install} brings it. */
final class KuboDaemon implements AutoCloseable {
    private static final String NEEDED = "Kubo is not installed: run integrations/ipfs/peers/install";

    private final Path program;
    private final Path store;
    private final Process process;

    private KuboDaemon(Path program, Path store, Process process) {
        this.program = program;
        this.store = store;
        this.process = process;
    }

    /** Skips the test if there is none, unless {@code -Ddalrn.peers.required=true}. */
    static Path program() {
        String root = System.getenv()
                .getOrDefault("DALRN_IPFS_PEERS", System.getProperty("user.home") + "/.cache/dalrn/ipfs-peers");
        Path program = Path.of(root, "current", "bin", "ipfs");
        boolean present = Files.isExecutable(program);
        if (!present && Boolean.getBoolean("dalrn.peers.required")) {
            throw new AssertionError(NEEDED);
        }
        assumeTrue(present, NEEDED);
        return program;
    }

    static KuboDaemon start(Path store) throws IOException, InterruptedException {
        Path program = program();
        run(program, store, new byte[0], "init", "--profile=test");
        Process process = builder(program, store, "daemon", "--offline")
                .redirectError(new File(store.toFile(), "daemon.err"))
                .start();
        try {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = lines.readLine();
            while (line != null && !line.equals("Daemon is ready")) {
                line = lines.readLine();
            }
            if (line == null) {
                throw new IOException("the node did not start: " + Files.readString(store.resolve("daemon.err")));
            }
        } catch (IOException | RuntimeException failed) {
            process.destroyForcibly();
            throw failed;
        }
        return new KuboDaemon(program, store, process);
    }

    private static ProcessBuilder builder(Path program, Path store, String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("IPFS_PATH", store.toString());
        builder.environment().put("IPFS_TELEMETRY", "off");
        return builder;
    }

    /** What a command of the node's own command line writes. */
    static byte[] run(Path program, Path store, byte[] input, String... words) throws IOException, InterruptedException {
        Process process = builder(program, store, words)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread feeding = new Thread(() -> {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input);
            } catch (IOException enough) {
                // The program does not want all of it.
            }
        });
        feeding.start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        process.getInputStream().transferTo(out);
        int exit = process.waitFor();
        feeding.join();
        if (exit != 0) {
            throw new IOException("ipfs " + String.join(" ", words) + " ends with " + exit);
        }
        return out.toByteArray();
    }

    byte[] ipfs(byte[] input, String... words) throws IOException, InterruptedException {
        return run(program, store, input, words);
    }

    /** A single word that a command of the node's own command line writes. */
    String word(byte[] input, String... words) throws IOException, InterruptedException {
        return new String(ipfs(input, words), StandardCharsets.UTF_8).strip();
    }

    Path store() {
        return store;
    }

    /** RPC API. */
    URI api() {
        // A multiaddr: /ip4/127.0.0.1/tcp/PORT.
        String port = read("api").replaceAll(".*/", "");
        return URI.create("http://127.0.0.1:" + port);
    }

    URI gateway() {
        return URI.create(read("gateway"));
    }

    private String read(String file) {
        try {
            return Files.readString(store.resolve(file)).strip();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
