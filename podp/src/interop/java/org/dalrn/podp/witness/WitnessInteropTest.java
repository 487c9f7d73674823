package org.dalrn.podp.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dalrn.podp.GoPeer;
import org.dalrn.podp.note.CosignaturePolicy;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.witness.WitnessOutcome.Conflict;
import org.dalrn.podp.witness.WitnessOutcome.Cosigned;
import org.dalrn.podp.witness.WitnessOutcome.Reason;
import org.dalrn.podp.witness.WitnessOutcome.Refused;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our witness asked by a log that is Go's (tlog, note and transparency-dev/formats), and the witness litewitness
 * (filippo.io/torchwood v0.9.0) asked by a log that is ours.
 */
class WitnessInteropTest {

    private static final String ORIGIN = "example.org/hospitals/run-1";

    @TempDir
    Path folder;

    private GoPeer go;

    @BeforeEach
    void find() {
        go = GoPeer.find();
    }

    @Test
    void addCheckpoint_requestsOfGo_areCosignedAndOpenedByGo() throws Exception {
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        Ed25519KeyPair owner = Ed25519KeyPair.read(keyFile(seed));
        String ownersKey = new NoteVerifier(ORIGIN, owner.publicKey()).vkey();
        NoteSigner signer = Ed25519KeyPair.generate(new SecureRandom()).signer("witness.example/w1");
        List<TrustedLog> logs = List.of(new TrustedLog("example.org/hospitals", owner.publicKey()));
        try (Witness witness = Witness.open(folder.resolve("state"), signer, logs, InstantSource.system())) {
            int known = 0;
            for (int size : new int[] {0, 1, 2, 3, 3, 8, 17, 64, 65, 200}) {
                byte[] request = request(seed, known, size);
                // What Go wrote we read and write again to the same bytes.
                assertThat(AddCheckpointRequest.parse(request).toByteArray()).isEqualTo(request);
                WitnessOutcome outcome = witness.addCheckpoint(request);
                assertThat(outcome).as("%d to %d", known, size).isInstanceOf(Cosigned.class);
                SignedNote cosigned =
                        AddCheckpointRequest.parse(request).note().with(((Cosigned) outcome).line());
                byte[] opened = go.write(
                        out -> out.write(cosigned.toByteArray()),
                        "note-open",
                        ownersKey,
                        witness.verifier().vkey());
                assertThat(new String(opened, StandardCharsets.UTF_8).split("\n", -1))
                        .hasSize(3);
                known = size;
            }
            assertThat(witness.addCheckpoint(request(seed, 100, 300))).isEqualTo(new Conflict(200));
        }
    }

    @Test
    void addCheckpoint_ourLogAtLitewitness_isCosignedAndItsRefusalsAreOurs() throws Exception {
        NoteSigner owner = Ed25519KeyPair.generate(new SecureRandom()).signer(ORIGIN);
        TwoFacedLog log = TwoFacedLog.of(owner, 50);
        TwoFacedLog other = TwoFacedLog.of(owner, 60, 3, "other");
        prepareDatabase(new NoteVerifier(ORIGIN, owner.publicKey()).vkey());
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        Process agent = go.start("ssh-agent", socket().toString(), HexFormat.of().formatHex(seed));
        int port = freePort();
        Optional<Process> litewitness = Optional.empty();
        try {
            assertThat(lines(agent.getInputStream()).readLine()).isEqualTo("ready");
            Process running = new ProcessBuilder(
                            go.sibling("litewitness").toString(),
                            "-name",
                            "witness.example/lite",
                            "-db",
                            folder.resolve("lite.db").toString(),
                            "-ssh-agent",
                            socket().toString(),
                            "-key",
                            Ed25519KeyPair.read(keyFile(seed)).publicKey().keyId().toString(),
                            "-listen",
                            "127.0.0.1:" + port)
                    .start();
            litewitness = Optional.of(running);
            NoteVerifier witness = witnessKey(lines(running.getErrorStream()));
            assertThat(witness.key()).isEqualTo(Ed25519KeyPair.read(keyFile(seed)).publicKey());
            // The same requests go to our own witness, and get the same status.
            NoteSigner ours = Ed25519KeyPair.generate(new SecureRandom()).signer("witness.example/ours");
            List<TrustedLog> logs = List.of(new TrustedLog(ORIGIN, owner.publicKey()));
            try (Witness own = Witness.open(folder.resolve("state"), ours, logs, InstantSource.system())) {
                int known = 0;
                for (int size : new int[] {1, 2, 5, 5, 16, 33, 50}) {
                    byte[] request = log.request(known, size);
                    Answer answer = post(port, request);
                    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                    SignedNote cosigned = SignedNote.parse(
                            (log.signed(size) + answer.body()).getBytes(StandardCharsets.UTF_8));
                    assertThat(new CosignaturePolicy(List.of(witness), 1)
                                    .check(cosigned, Instant.now().plusSeconds(5))
                                    .satisfied())
                            .isTrue();
                    assertThat(own.addCheckpoint(request).status()).isEqualTo(200);
                    known = size;
                }
                Answer conflict = post(port, log.request(16, 50));
                assertThat(conflict.status()).isEqualTo(409);
                assertThat(conflict.body()).isEqualTo("50\n");
                assertThat(conflict.type()).isEqualTo("text/x.tlog.size");
                assertThat(own.addCheckpoint(log.request(16, 50))).isEqualTo(new Conflict(50));
                NoteSigner stranger = Ed25519KeyPair.generate(new SecureRandom()).signer(ORIGIN);
                NoteSigner unknown = Ed25519KeyPair.generate(new SecureRandom()).signer("example.org/unknown");
                for (byte[] wrong : List.of(
                        other.request(50, 60),
                        other.request(50, 50),
                        new AddCheckpointRequest(50, log.proof(16, 50), log.signed(50)).toByteArray(),
                        TwoFacedLog.of(stranger, 60).request(50, 60),
                        TwoFacedLog.of(unknown, 60).request(0, 60),
                        new AddCheckpointRequest(51, List.of(), log.signed(50)).toByteArray(),
                        "old x\n\n".getBytes(StandardCharsets.UTF_8))) {
                    Answer answer = post(port, wrong);
                    WitnessOutcome outcome = own.addCheckpoint(wrong);
                    assertThat(outcome).isInstanceOf(Refused.class);
                    assertThat(((Refused) outcome).reason()).isIn((Object[]) Reason.values());
                    assertThat(outcome.status()).as("%s: %s", answer, outcome).isEqualTo(answer.status());
                }
            }
        } finally {
            agent.destroy();
            litewitness.ifPresent(Process::destroy);
        }
    }

    private record Answer(int status, String type, String body) {}

    private static Answer post(int port, byte[] body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) new URL("http://127.0.0.1:" + port + "/add-checkpoint").openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        int status = connection.getResponseCode();
        try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(status, String.valueOf(connection.getContentType()), text);
        }
    }

    /** litewitness writes its verifier key when it starts, and after that that it listens. */
    private static NoteVerifier witnessKey(BufferedReader log) throws IOException {
        Pattern pattern = Pattern.compile("vkey=\"?([^ \"]+)");
        Optional<NoteVerifier> key = Optional.empty();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                key = Optional.of(NoteVerifier.parse(matcher.group(1)));
            }
            if (line.contains("msg=listening")) {
                return key.orElseThrow();
            }
        }
        throw new AssertionError("litewitness ended before it listened");
    }

    /** litewitness's own tables; its program witnessctl would fill them. */
    private void prepareDatabase(String vkey) throws IOException, InterruptedException {
        String script =
                """
                import base64, hashlib, sqlite3, sys
                path, origin, vkey = sys.argv[1:]
                db = sqlite3.connect(path)
                db.execute("CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL)")
                db.execute("CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin))")
                root = base64.b64encode(hashlib.sha256().digest()).decode()
                db.execute("INSERT INTO log VALUES (?, 0, ?)", (origin, root))
                db.execute("INSERT INTO key VALUES (?, ?)", (origin, vkey))
                db.commit()
                """;
        Process python = new ProcessBuilder(
                        "python3", "-c", script, folder.resolve("lite.db").toString(), ORIGIN, vkey)
                .inheritIO()
                .start();
        assertThat(python.waitFor()).isZero();
    }

    private byte[] request(byte[] seed, int from, int to) throws Exception {
        return go.write(
                out -> {},
                "add-checkpoint",
                ORIGIN,
                HexFormat.of().formatHex(seed),
                Integer.toString(from),
                Integer.toString(to));
    }

    /** RFC 8410's form of a private key. */
    private Path keyFile(byte[] seed) throws IOException {
        byte[] pkcs8 = HexFormat.of()
                .parseHex("302e020100300506032b657004220420" + HexFormat.of().formatHex(seed));
        Path file = folder.resolve("seed.pem");
        Files.writeString(
                file,
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(pkcs8)
                        + "\n-----END PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private Path socket() {
        return folder.resolve("agent");
    }

    private static BufferedReader lines(java.io.InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
