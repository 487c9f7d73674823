package org.dalrn.ethereum;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A chain of this test's own: Foundry's anvil 1.7.1, which {@code integrations/ethereum/peers/install} puts in place. Without it tests
 * are skipped, or fail with {@code -Ddalrn.peers.required=true}.
 *
 * <p>An epoch has one slot, so that a block is final as soon as there are two more.
 */
final class Anvil implements AutoCloseable {

    static final long CHAIN = 31337;

    private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:([0-9]+)");
    private static final String BALANCE = Quantity.text(BigInteger.TEN.pow(21));

    private final Process process;
    private final int port;
    private final JsonRpc rpc;

    private Anvil(Process process, int port) {
        this.process = process;
        this.port = port;
        rpc = new JsonRpc(uri(), Duration.ofSeconds(30));
    }

    static Path peers() {
        String root = System.getenv()
                .getOrDefault("DALRN_ETHEREUM_PEERS", System.getProperty("user.home") + "/.cache/dalrn/ethereum-peers");
        Path home = Path.of(root, "current");
        boolean present = Files.isExecutable(home.resolve("bin/anvil"));
        if (!present && Boolean.getBoolean("dalrn.peers.required")) {
            throw new AssertionError("anvil is not installed: run integrations/ethereum/peers/install");
        }
        assumeTrue(present, "anvil is not installed: run integrations/ethereum/peers/install");
        return home;
    }

    /** Starts a chain that makes blocks when it is told to, and only then. */
    static Anvil start() {
        return start(0);
    }

    /**
     * Starts a chain.
     *
     * @param port 0 for any
     */
    static Anvil start(int port) {
        List<String> command = List.of(
                peers().resolve("bin/anvil").toString(),
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--chain-id",
                Long.toString(CHAIN),
                "--hardfork",
                "cancun",
                "--slots-in-an-epoch",
                "1",
                "--no-mining",
                "--accounts",
                "1");
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try {
                return new Anvil(process, listening(process));
            } catch (IOException | RuntimeException failure) {
                process.destroyForcibly();
                throw failure;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("anvil does not start", failure);
        }
    }

    private static int listening(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find()) {
                Thread drain = new Thread(() -> lines.lines().forEach(ignored -> {}), "anvil-output");
                drain.setDaemon(true);
                drain.start();
                return Integer.parseInt(matcher.group(1));
            }
            said.append(line).append('\n');
        }
        throw new IOException("anvil ended: " + said);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    int port() {
        return port;
    }

    JsonRpc rpc() {
        return rpc;
    }

    JsonNode call(String method, Object... parameters) {
        return rpc.call(method, parameters);
    }

    void fund(EthereumAddress account) {
        call("anvil_setBalance", account.text(), BALANCE);
    }

    void mine(int blocks) {
        call("anvil_mine", Quantity.text(blocks));
    }

    /** What a transaction cost. */
    long gas(String transaction) {
        return Quantity.small(call("eth_getTransactionReceipt", transaction).path("gasUsed"), "gas");
    }

    BigInteger balance(EthereumAddress account) {
        return Quantity.number(call("eth_getBalance", account.text(), "latest"), "balance");
    }

    long nonce(EthereumAddress account) {
        return Quantity.small(call("eth_getTransactionCount", account.text(), "latest"), "nonce");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
