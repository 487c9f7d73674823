package org.dalrn.podp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program that podp/peers/install builds: Go's tlog and note packages. */
public final class GoPeer {
    /** What is done with the standard input or output of a peer. */
    @FunctionalInterface
    public interface Use<T> {
        void with(T stream) throws IOException;
    }

    private final Path program;

    private GoPeer(Path program) {
        this.program = program;
    }

    /** The peer; skips the test if it is not installed, or fails it if peers are required. */
    public static GoPeer find() {
        String root = System.getenv("DALRN_PODP_PEERS");
        Path peers = root != null ? Path.of(root) : Path.of(System.getProperty("user.home"), ".cache/dalrn/podp-peers");
        Path program = peers.resolve("current").resolve("podp-peer");
        if (!Files.isExecutable(program)) {
            String missing = program + " is missing: run podp/peers/install";
            if (Boolean.getBoolean("dalrn.peers.required")) {
                fail(missing);
            }
            assumeTrue(false, missing);
        }
        return new GoPeer(program);
    }

    /** Runs a command, reads its output and requires that it ends well. */
    public void read(Use<InputStream> use, String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        process.getOutputStream().close();
        try (InputStream in = process.getInputStream()) {
            use.with(in);
        } finally {
            process.destroy();
        }
        assertThat(process.waitFor()).isZero();
    }

    /** Runs a command on what is written for it, requires that it ends well and returns its output. */
    public byte[] write(Use<OutputStream> use, String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        byte[] answer;
        try {
            try (OutputStream out = process.getOutputStream()) {
                use.with(out);
            }
            answer = process.getInputStream().readAllBytes();
        } finally {
            process.destroy();
        }
        assertThat(process.waitFor()).isZero();
        return answer;
    }

    /** Where another program is that podp/peers/install puts beside this one. */
    public Path sibling(String name) {
        return program.resolveSibling(name);
    }

    /** Starts a command that goes on until the caller ends it. */
    public Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    }
}
