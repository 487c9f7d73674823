package org.dalrn.server.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.ConsistencyProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Cosignature;
import org.dalrn.podp.note.CosignaturePolicy;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.witness.AddCheckpointRequest;
import org.dalrn.podp.witness.TrustedLog;
import org.dalrn.podp.witness.Witness;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.witness.WitnessAnswer.Cosigned;
import org.dalrn.server.witness.WitnessAnswer.Refused;
import org.dalrn.server.witness.WitnessAnswer.Unavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WitnessServerTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ORIGIN = "example.org/hospitals/run-1";
    private static final Ed25519KeyPair OWNER_KEYS = Ed25519KeyPair.generate(RANDOM);
    private static final NoteSigner OWNER = OWNER_KEYS.signer(ORIGIN);
    private static final NoteSigner WITNESS = Ed25519KeyPair.generate(RANDOM).signer("witness.example/w1");
    private static final NoteVerifier VERIFIER = NoteVerifier.ofWitness(WITNESS.name(), WITNESS.publicKey());
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private Witness witness;
    private WitnessServer server;
    private URI url;

    @BeforeEach
    void start() throws IOException {
        witness = Witness.open(
                folder.resolve("state"),
                WITNESS,
                List.of(new TrustedLog("example.org/hospitals", OWNER_KEYS.publicKey())),
                () -> NOW);
        server = WitnessServer.start(HostPort.parse("127.0.0.1:0"), witness);
        url = URI.create("http://127.0.0.1:" + server.address().getPort());
    }

    @AfterEach
    void stop() {
        server.close();
        witness.close();
    }

    @Test
    void post_firstCheckpoint_isAnsweredWithTheCosignature() throws Exception {
        HttpResponse<String> answer = post(request(0, 5));
        assertThat(answer.statusCode()).isEqualTo(200);
        SignedNote note = SignedNote.parse((signed(5) + answer.body()).getBytes(StandardCharsets.UTF_8));
        assertThat(new CosignaturePolicy(List.of(VERIFIER), 1).check(note, NOW).satisfied())
                .isTrue();
    }

    @Test
    void post_anotherOldSize_isAnsweredWithTheKnownSizeInItsOwnType() throws Exception {
        post(request(0, 5));
        HttpResponse<String> answer = post(request(3, 8));
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/x.tlog.size");
        assertThat(answer.body()).isEqualTo("5\n");
    }

    @Test
    void post_everyKindOfRefusal_hasItsStatusAndSaysWhy() throws Exception {
        assertThat(post("nonsense".getBytes(StandardCharsets.UTF_8)).statusCode())
                .isEqualTo(400);
        NoteSigner stranger = Ed25519KeyPair.generate(RANDOM).signer(ORIGIN);
        HttpResponse<String> unsigned = post(
                new AddCheckpointRequest(0, List.of(), checkpoint(ORIGIN, 5).sign(stranger)).toByteArray());
        assertThat(unsigned.statusCode()).isEqualTo(403);
        assertThat(unsigned.body()).contains("not signed by a key");
        HttpResponse<String> unknown = post(new AddCheckpointRequest(
                        0, List.of(), checkpoint("example.org/other", 5).sign(OWNER_KEYS.signer("example.org/other")))
                .toByteArray());
        assertThat(unknown.statusCode()).isEqualTo(404);
        post(request(0, 5));
        HttpResponse<String> inconsistent = post(new AddCheckpointRequest(5, List.of(), signed(9)).toByteArray());
        assertThat(inconsistent.statusCode()).isEqualTo(422);
        assertThat(inconsistent.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain");
        assertThat(post(new byte[AddCheckpointRequest.MOST_BYTES + 1]).statusCode())
                .isEqualTo(413);
    }

    @Test
    void get_checkpointOfALog_isTheNoteWithBothSignatures() throws Exception {
        String path = "/" + Sha256Hash.of(ORIGIN.getBytes(StandardCharsets.UTF_8)) + "/checkpoint";
        assertThat(get(path).statusCode()).isEqualTo(404);
        post(request(0, 5));
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        SignedNote note = SignedNote.parse(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(note.check(List.of(VERIFIER, new NoteVerifier(ORIGIN, OWNER.publicKey())))
                        .everyLineVerified())
                .isTrue();
    }

    @Test
    void request_otherPathsAndMethods_areRefused() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/add-checkpoint/").statusCode()).isEqualTo(404);
        assertThat(get("/../state").statusCode()).isEqualTo(404);
        HttpResponse<String> get = get("/add-checkpoint");
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void post_damagedState_isAnsweredWith500WithoutDetails() throws Exception {
        post(request(0, 5));
        Path file =
                folder.resolve("state").resolve(Sha256Hash.of(ORIGIN.getBytes(StandardCharsets.UTF_8)) + ".checkpoint");
        Files.writeString(file, "damage");
        HttpResponse<String> answer = post(request(5, 9));
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain(folder.toString());
    }

    @Test
    void post_bodyThatBreaksOff_doesNotHarmTheNext() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 500\r\n\r\nold 0\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        assertThat(post(request(0, 5)).statusCode()).isEqualTo(200);
    }

    @Test
    void cosign_growingLog_bringsVerifiedLines() throws Exception {
        WitnessClient client = new WitnessClient(url, VERIFIER, TIMEOUT);
        long known = 0;
        for (int size : new int[] {0, 1, 6, 6, 30}) {
            WitnessAnswer answer = client.cosign(signed(size), known, WitnessServerTest::proof);
            assertThat(answer).isInstanceOf(Cosigned.class);
            assertThat(VERIFIER.verify(signed(size).text(), ((Cosigned) answer).line()))
                    .isTrue();
            known = size;
        }
    }

    @Test
    void cosign_knownSizeThatIsWrong_asksAgainFromTheRightOne() throws Exception {
        WitnessClient client = new WitnessClient(URI.create(url + "/"), VERIFIER, TIMEOUT);
        client.cosign(signed(7), 0, WitnessServerTest::proof);
        List<Long> asked = new ArrayList<>();
        WitnessAnswer answer = client.cosign(signed(20), 3, (from, to) -> {
            asked.add(from);
            return proof(from, to);
        });
        assertThat(answer).isInstanceOf(Cosigned.class);
        assertThat(asked).containsExactly(3L, 7L);
    }

    @Test
    void cosign_logThatWasSetBack_isRefusedWithBothSizes() throws Exception {
        WitnessClient client = new WitnessClient(url, VERIFIER, TIMEOUT);
        client.cosign(signed(20), 0, WitnessServerTest::proof);
        assertThat(client.cosign(signed(7), 0, WitnessServerTest::proof))
                .isEqualTo(new Refused(
                        409,
                        "the witness cosigned size 20 of this log, which has only 7 entries: the log was set back, or"
                                + " somebody else signs with its key"));
    }

    @Test
    void cosign_witnessThatSignsSomethingElse_isNotBelieved() throws Exception {
        String other = Cosignature.sign(checkpoint(ORIGIN, 6), NOW, WITNESS).line() + "\n";
        String stranger = Cosignature.sign(
                                checkpoint(ORIGIN, 5),
                                NOW,
                                Ed25519KeyPair.generate(RANDOM).signer(WITNESS.name()))
                        .line()
                + "\n";
        String good = Cosignature.sign(checkpoint(ORIGIN, 5), NOW, WITNESS).line() + "\n";
        assertThat(askedOf(new Said(200, "text/plain", other))).isInstanceOf(Refused.class);
        assertThat(askedOf(new Said(200, "text/plain", stranger))).isInstanceOf(Refused.class);
        assertThat(askedOf(new Said(200, "text/plain", ""))).isInstanceOf(Refused.class);
        assertThat(askedOf(new Said(200, "text/plain", "<html>"))).isInstanceOf(Refused.class);
        assertThat(askedOf(new Said(302, "text/plain", ""))).isInstanceOf(Refused.class);
        // Lines of other keys are passed over, as the specification wants.
        assertThat(askedOf(new Said(200, "text/plain", stranger + good))).isInstanceOf(Cosigned.class);
    }

    @Test
    void cosign_witnessWithANonsensicalConflict_isRefusedAndNotAskedForEver() throws Exception {
        for (Said conflict : List.of(
                new Said(409, "text/plain", "3\n"),
                new Said(409, "text/x.tlog.size", "3"),
                new Said(409, "text/x.tlog.size", "03\n"),
                new Said(409, "text/x.tlog.size", "-3\n"),
                new Said(409, "text/x.tlog.size", "99999999999999999999\n"),
                new Said(409, "text/x.tlog.size", "0\n"))) {
            assertThat(askedOf(conflict)).isInstanceOf(Refused.class);
        }
        List<Said> restless = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            restless.add(new Said(409, "text/x.tlog.size", (1 + i % 2) + "\n"));
        }
        assertThat(askedOf(restless.toArray(Said[]::new))).isInstanceOf(Unavailable.class);
    }

    @Test
    void cosign_witnessThatFailsOrIsNotThere_isUnavailable() throws Exception {
        assertThat(askedOf(new Said(500, "text/plain", "sorry\n")))
                .isEqualTo(new Unavailable("the witness answered 500: sorry"));
        assertThat(askedOf(new Said(200, "text/plain", "a".repeat(100_000)))).isInstanceOf(Unavailable.class);
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        WitnessClient client = new WitnessClient(URI.create("http://127.0.0.1:" + nobody), VERIFIER, TIMEOUT);
        assertThat(client.cosign(signed(5), 0, WitnessServerTest::proof)).isInstanceOf(Unavailable.class);
    }

    /** A witness that takes the connection and then says nothing. */
    @Test
    void cosign_witnessThatIsSilent_isUnavailableAfterTheTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            URI there = URI.create("http://127.0.0.1:" + silent.getLocalPort());
            WitnessClient client = new WitnessClient(there, VERIFIER, Duration.ofMillis(200));
            WitnessAnswer answer = client.cosign(signed(5), 0, WitnessServerTest::proof);
            assertThat(answer).isEqualTo(new Unavailable("no answer from " + there + "/add-checkpoint within PT0.2S"));
        }
    }

    @Test
    void client_urlOrKeyThatCannotBeMeant_isTheCallersMistake() {
        for (String wrong : List.of("ftp://a", "w1", "http:///a", "http://a?b", "http://a#b")) {
            assertThatThrownBy(() -> new WitnessClient(URI.create(wrong), VERIFIER, TIMEOUT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is no URL of a witness");
        }
        assertThatThrownBy(() -> new WitnessClient(url, new NoteVerifier("w", WITNESS.publicKey()), TIMEOUT))
                .hasMessageContaining("is no key of a witness");
        assertThatThrownBy(() -> new WitnessClient(url, VERIFIER, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void close_witnessAfterItsServer_freesTheStateForTheNext() throws Exception {
        post(request(0, 5));
        server.close();
        witness.close();
        start();
        assertThat(post(request(0, 9)).body()).isEqualTo("5\n");
    }

    /** One answer of a witness that is not ours. */
    private record Said(int status, String type, String body) {}

    private static WitnessAnswer askedOf(Said... answers) throws Exception {
        Deque<Said> left = new ArrayDeque<>(List.of(answers));
        HttpServer odd = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        odd.createContext("/add-checkpoint", exchange -> {
            try (exchange;
                    InputStream in = exchange.getRequestBody()) {
                in.readAllBytes();
                Said said = left.remove();
                byte[] body = said.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", said.type());
                exchange.getResponseHeaders().set("Location", "/elsewhere");
                exchange.sendResponseHeaders(said.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        odd.start();
        try {
            URI there = URI.create("http://127.0.0.1:" + odd.getAddress().getPort());
            return new WitnessClient(there, VERIFIER, TIMEOUT).cosign(signed(5), 0, WitnessServerTest::proof);
        } finally {
            odd.stop(0);
        }
    }

    private HttpResponse<String> post(byte[] body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url + "/add-checkpoint"))
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString());
    }

    private static byte[] request(int from, int to) {
        return new AddCheckpointRequest(from, proof(from, to).path(), signed(to)).toByteArray();
    }

    private static SignedNote signed(int size) {
        return checkpoint(ORIGIN, size).sign(OWNER);
    }

    private static Checkpoint checkpoint(String origin, int size) {
        return new Checkpoint(origin, size, root(0, size));
    }

    private static ConsistencyProof proof(long from, long to) {
        return ConsistencyProof.build(
                from, to, (level, index) -> root((int) index << level, (int) (index + 1) << level));
    }

    /** The definition of RFC 6962, section 2.1, over the entries "0", "1", and so on. */
    private static Sha256Hash root(int from, int to) {
        if (to == from) {
            return MerkleTree.emptyRoot();
        }
        if (to - from == 1) {
            return MerkleTree.leafHash(Integer.toString(from).getBytes(StandardCharsets.UTF_8));
        }
        int left = Integer.highestOneBit(to - from - 1);
        return MerkleTree.nodeHash(root(from, from + left), root(from + left, to));
    }
}
