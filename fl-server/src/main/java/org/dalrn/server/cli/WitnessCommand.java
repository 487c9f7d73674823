package org.dalrn.server.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.witness.TrustedLog;
import org.dalrn.podp.witness.Witness;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.witness.WitnessServer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dalrn witness}. */
@Command(
        name = "witness",
        description = "Cosign the checkpoints of logs that do nothing but grow, until SIGTERM or Ctrl-C.")
final class WitnessCommand implements Callable<Integer> {

    private final Shell shell;

    @Mixin
    OutputOptions output = new OutputOptions();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9490",
            description = "Where it listens for HTTP; anybody who reaches it may ask. Default: ${DEFAULT-VALUE}.")
    String listen = "";

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "The witness's name in cosignatures, for instance witness.example.org/w1. Never change it.")
    String name = "";

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "The witness's own private key: Ed25519, PKCS#8, PEM, readable by its owner only.")
    @Nullable
    Path key;

    @Option(names = "--create-key", description = "Make the key if the file is not there.")
    boolean createKey;

    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR",
            description = "Where it keeps the last checkpoint of each log. Do not lose it and do not set it back.")
    @Nullable
    Path state;

    @Option(
            names = "--log",
            required = true,
            paramLabel = "PREFIX=KEY",
            description =
                    "Look after the logs whose origin is PREFIX or lies below it; KEY is the public key that signs"
                            + " their checkpoints, in 64 hexadecimal digits. Can be repeated.")
    List<String> logs = new ArrayList<>();

    WitnessCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Witness witness = open();
        WitnessServer server;
        try {
            server = WitnessServer.start(HostPort.parse(listen), witness);
        } catch (IOException | IllegalArgumentException unusable) {
            witness.close();
            throw invalid("the witness cannot listen at " + listen + ": " + unusable.getMessage(), unusable);
        }
        // The JVM would end with 143 after a SIGTERM; a stop that was asked for and done is a 0.
        Thread onSignal = new Thread(
                () -> {
                    stop(server, witness);
                    Runtime.getRuntime().halt(ExitCode.OK.number());
                },
                "dalrn-stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        announce(server.address(), witness);
        try {
            new CountDownLatch(1).await();
            throw new IllegalStateException("bug: nothing counts this latch down");
        } catch (InterruptedException asked) {
            Runtime.getRuntime().removeShutdownHook(onSignal);
            stop(server, witness);
            return ExitCode.OK.number();
        }
    }

    private Witness open() {
        try {
            List<TrustedLog> trusted = logs.stream().map(WitnessCommand::log).toList();
            Path folder = shell.folder().resolve(requireNonNull(state, "state"));
            return Witness.open(folder, signer(), trusted, InstantSource.system());
        } catch (PodpException | IllegalArgumentException unusable) {
            throw invalid(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private NoteSigner signer() {
        Path file = shell.folder().resolve(requireNonNull(key, "key"));
        if (createKey && !Files.exists(file)) {
            Ed25519KeyPair.generate(new SecureRandom()).writeNew(file);
        }
        return Ed25519KeyPair.read(file).signer(name);
    }

    private static TrustedLog log(String option) {
        int equals = option.lastIndexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "--log " + option + " is not PREFIX=KEY; the key has 64 hexadecimal digits");
        }
        return new TrustedLog(option.substring(0, equals), Ed25519PublicKey.parse(option.substring(equals + 1)));
    }

    private static CliException invalid(String detail, Exception cause) {
        return new CliException(ErrorCode.CONFIG_INVALID, detail, cause);
    }

    private void announce(InetSocketAddress address, Witness witness) {
        String url = "http://" + new HostPort(address.getAddress().getHostAddress(), address.getPort());
        String vkey = witness.verifier().vkey();
        if (output.json) {
            shell.out().println(Dalrn.JSON.createObjectNode().put("url", url).put("vkey", vkey));
        } else {
            shell.out().println("witness is up at " + url);
            shell.out().println("its key, for those who verify: " + vkey);
        }
        shell.out().flush();
    }

    private static void stop(WitnessServer server, Witness witness) {
        server.close();
        witness.close();
    }
}
