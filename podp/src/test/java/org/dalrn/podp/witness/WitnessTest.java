package org.dalrn.podp.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.CosignaturePolicy;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteSignature;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.note.SplitView;
import org.dalrn.podp.witness.WitnessOutcome.Conflict;
import org.dalrn.podp.witness.WitnessOutcome.Cosigned;
import org.dalrn.podp.witness.WitnessOutcome.Reason;
import org.dalrn.podp.witness.WitnessOutcome.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ORIGIN = "example.org/hospitals/run-1";
    private static final Ed25519KeyPair OWNER_KEYS = Ed25519KeyPair.generate(RANDOM);
    private static final NoteSigner OWNER = OWNER_KEYS.signer(ORIGIN);
    private static final NoteSigner WITNESS = Ed25519KeyPair.generate(RANDOM).signer("witness.example/w1");
    private static final List<TrustedLog> LOGS =
            List.of(new TrustedLog("example.org/hospitals", OWNER_KEYS.publicKey()));
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    Path folder;

    private final List<Witness> open = new ArrayList<>();
    private Instant now = NOW;

    @AfterEach
    void closeAll() {
        open.forEach(Witness::close);
    }

    @Test
    void addCheckpoint_logThatOnlyGrows_isCosignedAtEachSize() {
        Witness witness = witness("w");
        CosignaturePolicy policy = new CosignaturePolicy(List.of(witness.verifier()), 1);
        TwoFacedLog log = TwoFacedLog.of(OWNER, 70);
        int known = 0;
        for (int size : new int[] {0, 0, 1, 2, 3, 3, 7, 8, 9, 16, 40, 41, 64, 70, 70}) {
            WitnessOutcome outcome = witness.addCheckpoint(log.request(known, size));
            assertThat(outcome).as("from %d to %d", known, size).isInstanceOf(Cosigned.class);
            SignedNote cosigned = log.signed(size).with(((Cosigned) outcome).line());
            assertThat(policy.check(cosigned, NOW).satisfied()).isTrue();
            known = size;
        }
    }

    @Test
    void addCheckpoint_anotherOldSize_saysTheKnownOne() {
        Witness witness = witness("w");
        TwoFacedLog log = TwoFacedLog.of(OWNER, 20);
        assertThat(witness.addCheckpoint(log.request(3, 10))).isEqualTo(new Conflict(0));
        cosigned(witness, log.request(0, 10));
        assertThat(witness.addCheckpoint(log.request(0, 20))).isEqualTo(new Conflict(10));
        assertThat(witness.addCheckpoint(log.request(11, 20))).isEqualTo(new Conflict(10));
        assertThat(witness.addCheckpoint(log.request(0, 5))).isEqualTo(new Conflict(10));
        assertThat(new Conflict(10).status()).isEqualTo(409);
    }

    /** A smaller checkpoint after a larger one would roll the log back. */
    @Test
    void addCheckpoint_smallerSizeThanKnown_isNeverCosigned() {
        Witness witness = witness("w");
        TwoFacedLog log = TwoFacedLog.of(OWNER, 20);
        cosigned(witness, log.request(0, 20));
        refused(witness, body(20, List.of(), log.signed(19)), Reason.MALFORMED, "the old size 20 is above the size 19");
        assertThat(witness.addCheckpoint(body(19, List.of(), log.signed(19)))).isEqualTo(new Conflict(20));
    }

    @Test
    void addCheckpoint_sameCheckpointAgain_isCosignedWithTheNewTime() {
        Witness witness = witness("w");
        TwoFacedLog log = TwoFacedLog.of(OWNER, 9);
        NoteSignature first = cosigned(witness, log.request(0, 9));
        now = NOW.plusSeconds(60);
        NoteSignature second = cosigned(witness, log.request(9, 9));
        assertThat(second).isNotEqualTo(first);
        CosignaturePolicy policy = new CosignaturePolicy(List.of(witness.verifier()), 1);
        assertThat(policy.check(log.signed(9).with(second), now)
                        .cosignatures()
                        .get(0)
                        .time())
                .isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void addCheckpoint_clockSetBack_doesNotGoBackInTime() {
        Witness witness = witness("w");
        TwoFacedLog log = TwoFacedLog.of(OWNER, 9);
        cosigned(witness, log.request(0, 8));
        now = NOW.minusSeconds(500);
        NoteSignature later = cosigned(witness, log.request(8, 9));
        CosignaturePolicy policy = new CosignaturePolicy(List.of(witness.verifier()), 1);
        assertThat(policy.check(log.signed(9).with(later), NOW)
                        .cosignatures()
                        .get(0)
                        .time())
                .isEqualTo(NOW);
    }

    @Test
    void addCheckpoint_otherRootOfTheKnownSize_isRefusedWithEvidenceThatAnyoneCanCheck() throws IOException {
        Witness witness = witness("w");
        TwoFacedLog one = TwoFacedLog.of(OWNER, 12);
        TwoFacedLog other = TwoFacedLog.of(OWNER, 12, 7, "other");
        cosigned(witness, one.request(0, 12));
        WitnessOutcome outcome = witness.addCheckpoint(other.request(12, 12));
        assertThat(outcome.status()).isEqualTo(422);
        SplitView evidence = ((Refused) outcome).evidence().orElseThrow();
        byte[] text = evidence.toByteArray();
        SplitView read = SplitView.parse(text);
        assertThat(read.isProvedBy(List.of(new NoteVerifier(ORIGIN, OWNER.publicKey()))))
                .isTrue();
        assertThat(read.isProvedBy(List.of(new NoteVerifier(ORIGIN, WITNESS.publicKey()))))
                .isFalse();
        assertThat(read.size()).isEqualTo(12);
        assertThat(Files.readAllBytes(stateFile("w", ".split-view"))).isEqualTo(text);
        // The witness stays with what it cosigned.
        cosigned(witness, one.request(12, 12));
    }

    @Test
    void addCheckpoint_forkThatGrew_isRefused() {
        Witness witness = witness("w");
        TwoFacedLog one = TwoFacedLog.of(OWNER, 12);
        TwoFacedLog other = TwoFacedLog.of(OWNER, 20, 11, "other");
        cosigned(witness, one.request(0, 12));
        refused(witness, other.request(12, 20), Reason.INCONSISTENT, "the proof does not lead from");
    }

    @Test
    void addCheckpoint_everyHashOfTheProofChanged_isRefused() {
        Witness witness = witness("w");
        TwoFacedLog log = TwoFacedLog.of(OWNER, 45);
        cosigned(witness, log.request(0, 11));
        List<Sha256Hash> proof = log.proof(11, 45);
        for (int i = 0; i < proof.size(); i++) {
            List<Sha256Hash> changed = new ArrayList<>(proof);
            byte[] hash = proof.get(i).toByteArray();
            hash[i] ^= 4;
            changed.set(i, Sha256Hash.ofBytes(hash));
            refused(witness, body(11, changed, log.signed(45)), Reason.INCONSISTENT, "does not lead from");
        }
        refused(witness, body(11, proof.subList(1, proof.size()), log.signed(45)), Reason.INCONSISTENT, "");
        refused(witness, body(11, List.of(), log.signed(45)), Reason.INCONSISTENT, "");
        cosigned(witness, log.request(11, 45));
    }

    @Test
    void addCheckpoint_proofWhereNoneIsNeeded_isRefused() {
        Witness witness = witness("w");
        TwoFacedLog log = TwoFacedLog.of(OWNER, 9);
        List<Sha256Hash> one = List.of(Sha256Hash.of());
        refused(witness, body(0, one, log.signed(9)), Reason.INCONSISTENT, "");
        cosigned(witness, log.request(0, 9));
        refused(witness, body(9, one, log.signed(9)), Reason.INCONSISTENT, "");
    }

    @Test
    void addCheckpoint_sizeZeroWithAnotherRoot_isRefused() {
        Witness witness = witness("w");
        SignedNote wrong = new Checkpoint(ORIGIN, 0, Sha256Hash.of(new byte[1])).sign(OWNER);
        refused(witness, body(0, List.of(), wrong), Reason.INCONSISTENT, "the root of size 0");
        cosigned(witness, TwoFacedLog.of(OWNER, 1).request(0, 0));
        refused(witness, body(0, List.of(), wrong), Reason.INCONSISTENT, "the root of size 0");
    }

    @Test
    void addCheckpoint_originThatIsNotLookedAfter_isUnknown() {
        Witness witness = witness("w");
        for (String origin : List.of("example.org", "example.org/hospitals2", "example.org/hospital", "other")) {
            TwoFacedLog log = TwoFacedLog.of(OWNER_KEYS.signer(origin), 3);
            refused(witness, log.request(0, 3), Reason.UNKNOWN_LOG, "no log " + origin + " is looked after here");
            // Also if the old size would be a conflict: nothing is told about strangers.
            refused(witness, log.request(2, 3), Reason.UNKNOWN_LOG, "");
        }
        for (String origin : List.of("example.org/hospitals", "example.org/hospitals/a/b")) {
            cosigned(witness, TwoFacedLog.of(OWNER_KEYS.signer(origin), 3).request(0, 3));
        }
    }

    @Test
    void addCheckpoint_keyOfAShorterPrefix_doesNotSignBelowALongerOne() {
        Ed25519KeyPair special = Ed25519KeyPair.generate(RANDOM);
        List<TrustedLog> logs = List.of(
                new TrustedLog("example.org", OWNER_KEYS.publicKey()),
                new TrustedLog("example.org/special", special.publicKey()));
        Witness witness = witness("w", logs);
        String origin = "example.org/special/run";
        refused(
                witness,
                TwoFacedLog.of(OWNER_KEYS.signer(origin), 3).request(0, 3),
                Reason.NOT_SIGNED,
                "not signed by");
        cosigned(witness, TwoFacedLog.of(special.signer(origin), 3).request(0, 3));
        cosigned(
                witness, TwoFacedLog.of(OWNER_KEYS.signer("example.org/run"), 3).request(0, 3));
    }

    @Test
    void addCheckpoint_notSignedOrWithALineThatFails_isRefused() {
        Witness witness = witness("w");
        Checkpoint checkpoint = TwoFacedLog.of(OWNER, 3).checkpoint(3);
        NoteSigner stranger = Ed25519KeyPair.generate(RANDOM).signer(ORIGIN);
        refused(witness, body(0, List.of(), checkpoint.sign(stranger)), Reason.NOT_SIGNED, "not signed by a key");
        // A line with the owner's name and id and the signature of another checkpoint, beside a good one.
        NoteSignature old = TwoFacedLog.of(OWNER, 2).signed(2).signatures().get(0);
        refused(
                witness,
                body(0, List.of(), checkpoint.sign(OWNER).with(old)),
                Reason.NOT_SIGNED,
                "a line of such a key");
        // Lines of strangers do not matter, and are not kept.
        NoteSignature unknown = checkpoint.sign(stranger).signatures().get(0);
        cosigned(witness, body(0, List.of(), checkpoint.sign(OWNER).with(unknown)));
        assertThat(witness.latest(hash(ORIGIN)).orElseThrow().signatures())
                .hasSize(2)
                .doesNotContain(unknown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "old 0",
                "old 0\n",
                "old 0\n\n",
                "NOTE",
                "\nNOTE",
                "old\n\nNOTE",
                "old \n\nNOTE",
                "old 00\n\nNOTE",
                "old -1\n\nNOTE",
                "old +1\n\nNOTE",
                "old 9223372036854775808\n\nNOTE",
                "old 99999999999999999999\n\nNOTE",
                "old 0 \n\nNOTE",
                "old 0\r\n\nNOTE",
                "Old 0\n\nNOTE",
                "old 0\nNOTE",
                "old 0\nAAAA\n\nNOTE",
                "old 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\nNOTE",
                "old 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\nNOTE",
                "old 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\nNOTE",
                "old 0\n\u00e9\n\nNOTE",
                "old 0\n\nhello\n",
                "old 0\n\n\nNOTE"
            })
    void addCheckpoint_otherForms_areMalformed(String text) {
        Witness witness = witness("w");
        String body = text.replace("NOTE", TwoFacedLog.of(OWNER, 1).signed(1).toString());
        refused(witness, body.getBytes(StandardCharsets.UTF_8), Reason.MALFORMED, "");
    }

    @Test
    void addCheckpoint_noteThatIsNoCheckpoint_isMalformed() {
        refused(witness("w"), body(0, List.of(), SignedNote.sign("hello\n", OWNER)), Reason.MALFORMED, "a checkpoint");
    }

    @Test
    void addCheckpoint_moreHashesOrBytesThanAllowed_areMalformed() {
        Witness witness = witness("w");
        String note = TwoFacedLog.of(OWNER, 1).signed(1).toString();
        String hash = "A".repeat(43) + "=\n";
        String most = "old 0\n" + hash.repeat(63) + "\n" + note;
        refused(witness, most.getBytes(StandardCharsets.UTF_8), Reason.INCONSISTENT, "");
        String more = "old 0\n" + hash.repeat(64) + "\n" + note;
        refused(witness, more.getBytes(StandardCharsets.UTF_8), Reason.MALFORMED, "at most 63 hashes");
        refused(witness, new byte[AddCheckpointRequest.MOST_BYTES + 1], Reason.MALFORMED, "are allowed");
    }

    @Test
    void open_again_knowsWhatItCosigned() {
        TwoFacedLog log = TwoFacedLog.of(OWNER, 20);
        Witness first = witness("w");
        cosigned(first, log.request(0, 12));
        first.close();
        Witness second = witness("w");
        assertThat(second.addCheckpoint(TwoFacedLog.of(OWNER, 15, 3, "other").request(0, 15)))
                .isEqualTo(new Conflict(12));
        cosigned(second, log.request(12, 20));
        assertThat(Checkpoint.parse(second.latest(hash(ORIGIN)).orElseThrow().text()))
                .isEqualTo(log.checkpoint(20));
        assertThat(second.latest(hash("example.org/never"))).isEmpty();
    }

    /** The draft of a replacement that a crash left behind is not the state. */
    @Test
    void open_afterACrashBeforeTheRename_knowsTheOlderCheckpoint() throws IOException {
        TwoFacedLog log = TwoFacedLog.of(OWNER, 20);
        Witness first = witness("w");
        cosigned(first, log.request(0, 12));
        first.close();
        Files.writeString(folder.resolve("w").resolve(hash(ORIGIN) + ".checkpoint.new"), "half a no");
        cosigned(witness("w"), log.request(12, 20));
    }

    @Test
    void addCheckpoint_damagedState_isNeverTakenForNothing() throws IOException {
        Witness witness = witness("w");
        TwoFacedLog log = TwoFacedLog.of(OWNER, 20);
        cosigned(witness, log.request(0, 12));
        Path file = stateFile("w", ".checkpoint");
        byte[] good = Files.readAllBytes(file);
        List<byte[]> damages = new ArrayList<>();
        damages.add(new byte[0]);
        damages.add("old".getBytes(StandardCharsets.UTF_8));
        damages.add(log.signed(12).toByteArray());
        for (int i = 0; i < good.length; i += 7) {
            byte[] flipped = good.clone();
            flipped[i] ^= 1;
            // What the witness did not sign itself, the owner's line, may be damaged without harm.
            if (i < log.checkpoint(12).text().length()) {
                damages.add(flipped);
            }
        }
        for (byte[] damage : damages) {
            Files.write(file, damage);
            assertThatThrownBy(() -> witness.addCheckpoint(log.request(0, 20)))
                    .isInstanceOf(PodpException.class)
                    .hasMessageContaining("is damaged");
        }
        Files.write(file, good);
        cosigned(witness, log.request(12, 20));
    }

    @Test
    void addCheckpoint_fileOfAnotherLogInItsPlace_isDamage() throws IOException {
        Witness witness = witness("w");
        String other = "example.org/hospitals/run-2";
        cosigned(witness, TwoFacedLog.of(OWNER, 12).request(0, 12));
        TwoFacedLog second = TwoFacedLog.of(OWNER_KEYS.signer(other), 3);
        cosigned(witness, second.request(0, 3));
        Files.copy(
                folder.resolve("w").resolve(hash(other) + ".checkpoint"),
                stateFile("w", ".checkpoint"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> witness.addCheckpoint(TwoFacedLog.of(OWNER, 12).request(3, 12)))
                .hasMessageContaining("it is of another log");
    }

    @Test
    void open_folderOfARunningWitness_isRefused() {
        Witness running = witness("w");
        assertThatThrownBy(() -> witness("w"))
                .isInstanceOf(PodpException.class)
                .hasMessageContaining("is in use by another witness");
        running.close();
        witness("w");
    }

    @Test
    void open_withoutLogsOrWithItsOwnKeyAsALogs_isTheCallersMistake() {
        assertThatThrownBy(() -> witness("w", List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> witness("w", List.of(new TrustedLog("a", WITNESS.publicKey()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs a key of its own");
        assertThatThrownBy(() -> new TrustedLog("a/", OWNER.publicKey())).hasMessageContaining("ends in a slash");
        assertThatThrownBy(() -> new TrustedLog("a b", OWNER.publicKey())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void addCheckpoint_manyHistoriesAtOnce_onlyOneIsCosigned() throws Exception {
        Witness witness = witness("w");
        List<byte[]> requests = new ArrayList<>();
        for (int face = 0; face < 16; face++) {
            requests.add(TwoFacedLog.of(OWNER, 20, 5, "face " + face).request(0, 10 + (face % 8)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<WitnessOutcome>> answers = new ArrayList<>();
            requests.forEach(request -> answers.add(threads.submit(() -> witness.addCheckpoint(request))));
            int won = 0;
            for (Future<WitnessOutcome> answer : answers) {
                if (answer.get() instanceof Cosigned) {
                    won++;
                } else {
                    assertThat(answer.get()).isInstanceOf(Conflict.class);
                }
            }
            assertThat(won).isOne();
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * A log shows one history to its witnesses and another to a client. The client, who asks for two of three, finds
     * out, even if one of the witnesses helps the log.
     */
    @Test
    void splitView_clientThatAsksForCosignatures_detectsIt() {
        NoteSigner secondKey = Ed25519KeyPair.generate(RANDOM).signer("witness.example/w2");
        NoteSigner crookedKey = Ed25519KeyPair.generate(RANDOM).signer("witness.example/crooked");
        Witness honest = witness("w");
        Witness alsoHonest = open(folder.resolve("w2"), secondKey, LOGS);
        Witness crooked = open(folder.resolve("crooked"), crookedKey, LOGS);
        Witness crookedsOtherFace = open(folder.resolve("crooked, for the client"), crookedKey, LOGS);
        CosignaturePolicy twoOfThree =
                new CosignaturePolicy(List.of(honest.verifier(), alsoHonest.verifier(), crooked.verifier()), 2);
        TwoFacedLog shown = TwoFacedLog.of(OWNER, 30);
        TwoFacedLog forTheClient = TwoFacedLog.of(OWNER, 30, 20, "your model was used");

        SignedNote good = shown.signed(30);
        for (Witness witness : List.of(honest, alsoHonest, crooked)) {
            good = good.with(cosigned(witness, shown.request(0, 30)));
        }
        assertThat(twoOfThree.check(good, NOW).satisfied()).isTrue();

        SignedNote bad = forTheClient.signed(30).with(cosigned(crookedsOtherFace, forTheClient.request(0, 30)));
        refused(honest, forTheClient.request(30, 30), Reason.INCONSISTENT, "split view");
        refused(alsoHonest, forTheClient.request(30, 30), Reason.INCONSISTENT, "split view");
        assertThat(twoOfThree.check(bad, NOW).satisfied()).isFalse();
        assertThat(twoOfThree.check(bad, NOW).cosignatures()).hasSize(1);
        // The lines of the other history do not help: what they sign is not this.
        SignedNote borrowed = bad;
        for (NoteSignature line : good.signatures()) {
            borrowed = borrowed.with(line);
        }
        assertThat(twoOfThree.check(borrowed, NOW).satisfied()).isFalse();
        // Once client and witness compare what they have, anyone can see it.
        assertThat(SplitView.between(honest.latest(hash(ORIGIN)).orElseThrow(), bad)
                        .orElseThrow()
                        .isProvedBy(List.of(new NoteVerifier(ORIGIN, OWNER.publicKey()))))
                .isTrue();
    }

    @Test
    void close_leavesOnlyTheLockAndTheStateBehind() throws IOException {
        Witness witness = witness("w");
        cosigned(witness, TwoFacedLog.of(OWNER, 5).request(0, 5));
        witness.close();
        try (Stream<Path> files = Files.list(folder.resolve("w"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("lock", hash(ORIGIN) + ".checkpoint");
        }
    }

    private Witness witness(String name) {
        return witness(name, LOGS);
    }

    private Witness witness(String name, List<TrustedLog> logs) {
        return open(folder.resolve(name), WITNESS, logs);
    }

    private Witness open(Path state, NoteSigner signer, List<TrustedLog> logs) {
        Witness witness = Witness.open(state, signer, logs, () -> now);
        open.add(witness);
        return witness;
    }

    private Path stateFile(String witness, String ending) {
        return folder.resolve(witness).resolve(hash(ORIGIN) + ending);
    }

    private static Sha256Hash hash(String origin) {
        return Sha256Hash.of(origin.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] body(int oldSize, List<Sha256Hash> proof, SignedNote note) {
        return new AddCheckpointRequest(oldSize, proof, note).toByteArray();
    }

    private static NoteSignature cosigned(Witness witness, byte[] request) {
        WitnessOutcome outcome = witness.addCheckpoint(request);
        assertThat(outcome).isInstanceOf(Cosigned.class);
        return ((Cosigned) outcome).line();
    }

    private static void refused(Witness witness, byte[] request, Reason reason, String detail) {
        WitnessOutcome outcome = witness.addCheckpoint(request);
        assertThat(outcome).isInstanceOf(Refused.class);
        assertThat(((Refused) outcome).reason())
                .as(((Refused) outcome).detail())
                .isEqualTo(reason);
        assertThat(((Refused) outcome).detail()).contains(detail);
    }
}
