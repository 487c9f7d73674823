package org.dalrn.podp.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.Test;

class CosignaturePolicyTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final NoteSigner OWNER = keys(1).signer("example.org/log");
    private static final Checkpoint CHECKPOINT = new Checkpoint("example.org/log", 5, Sha256Hash.of());
    private static final SignedNote SIGNED = CHECKPOINT.sign(OWNER);
    private static final NoteVerifier W1 = NoteVerifier.ofWitness("w1", keys(11).publicKey());
    private static final NoteVerifier W2 = NoteVerifier.ofWitness("w2", keys(12).publicKey());
    private static final NoteVerifier W3 = NoteVerifier.ofWitness("w3", keys(13).publicKey());
    private static final CosignaturePolicy TWO_OF_THREE = new CosignaturePolicy(List.of(W1, W2, W3), 2);

    @Test
    void check_enoughWitnesses_isSatisfiedWithTheirTimes() {
        SignedNote note = SIGNED.with(by(13, "w3", NOW)).with(by(11, "w1", NOW.minusSeconds(9)));
        CosignaturePolicy.Verdict verdict = TWO_OF_THREE.check(note, NOW);
        assertThat(verdict.satisfied()).isTrue();
        assertThat(verdict.cosignatures())
                .containsExactly(new Cosignature(W1, NOW.minusSeconds(9)), new Cosignature(W3, NOW));
        assertThat(verdict.objections()).isEmpty();
    }

    @Test
    void check_oneWitnessSeveralTimes_countsOnceWithItsLatest() {
        SignedNote note = SIGNED.with(by(11, "w1", NOW.minusSeconds(3)))
                .with(by(11, "w1", NOW.minusSeconds(1)))
                .with(by(11, "w1", NOW.minusSeconds(2)));
        CosignaturePolicy.Verdict verdict = TWO_OF_THREE.check(note, NOW);
        assertThat(verdict.satisfied()).isFalse();
        assertThat(verdict.cosignatures()).containsExactly(new Cosignature(W1, NOW.minusSeconds(1)));
    }

    @Test
    void check_twoKeysOfOneWitness_countOnce() {
        NoteVerifier newKey = NoteVerifier.ofWitness("w1", keys(21).publicKey());
        CosignaturePolicy policy = new CosignaturePolicy(List.of(W1, newKey, W2), 2);
        SignedNote note = SIGNED.with(by(11, "w1", NOW)).with(by(21, "w1", NOW));
        assertThat(policy.check(note, NOW).satisfied()).isFalse();
        assertThat(policy.check(note.with(by(12, "w2", NOW)), NOW).satisfied()).isTrue();
    }

    @Test
    void check_cosignaturesOfStrangersAndUnderOtherNames_doNotCount() {
        SignedNote note = SIGNED.with(by(14, "w1", NOW)).with(by(12, "w3", NOW)).with(by(13, "w3", NOW));
        CosignaturePolicy.Verdict verdict = TWO_OF_THREE.check(note, NOW);
        assertThat(verdict.cosignatures()).hasSize(1);
        assertThat(verdict.objections()).isEmpty();
    }

    @Test
    void check_cosignatureOfAnotherCheckpoint_spoilsTheNote() {
        NoteSignature other =
                Cosignature.sign(new Checkpoint("example.org/log", 6, Sha256Hash.of()), NOW, keys(13).signer("w3"));
        SignedNote note = SIGNED.with(by(11, "w1", NOW)).with(by(12, "w2", NOW)).with(other);
        CosignaturePolicy.Verdict verdict = TWO_OF_THREE.check(note, NOW);
        assertThat(verdict.satisfied()).isFalse();
        assertThat(verdict.failed()).isTrue();
        assertThat(verdict.objections())
                .containsExactly("signature line 3 of the witness w3 is not its signature of this checkpoint");
    }

    @Test
    void check_timeOfACosignatureChanged_isFound() {
        byte[] signature = by(11, "w1", NOW).signature();
        signature[7] ^= 1;
        SignedNote note = SIGNED.with(NoteSignature.of("w1", W1.keyId(), signature));
        assertThat(TWO_OF_THREE.check(note, NOW).failed()).isTrue();
    }

    @Test
    void check_cosignatureOfTheFutureOrOfNoTime_doesNotCount() {
        SignedNote note = SIGNED.with(by(11, "w1", NOW.plusSeconds(1)))
                .with(raw(12, W2, 0))
                .with(raw(13, W3, Long.MAX_VALUE));
        CosignaturePolicy.Verdict verdict = TWO_OF_THREE.check(note, NOW);
        assertThat(verdict.cosignatures()).isEmpty();
        assertThat(verdict.failed()).isFalse();
        assertThat(verdict.objections())
                .containsExactly(
                        "signature line 1 of the witness w1 is of second 1800000001; believed are 1 to 1800000000",
                        "signature line 2 of the witness w2 is of second 0; believed are 1 to 1800000000",
                        "signature line 3 of the witness w3 is of second 9223372036854775807; believed are 1 to 1800000000");
    }

    @Test
    void check_negativeTime_fails() {
        assertThat(TWO_OF_THREE.check(SIGNED.with(raw(11, W1, -1)), NOW).failed())
                .isTrue();
    }

    @Test
    void check_noteThatIsNoCheckpoint_fails() {
        CosignaturePolicy.Verdict verdict = TWO_OF_THREE.check(SignedNote.sign("hello\n", OWNER), NOW);
        assertThat(verdict.satisfied()).isFalse();
        assertThat(verdict.objections().get(0)).startsWith("the note is no checkpoint");
    }

    @Test
    void policy_thatCannotBeMeant_isTheCallersMistake() {
        assertThatThrownBy(() -> new CosignaturePolicy(List.of(W1, W2), 0)).hasMessageContaining("ask for 1 to all");
        assertThatThrownBy(() -> new CosignaturePolicy(List.of(W1, W2), 3)).hasMessageContaining("ask for 1 to all");
        assertThatThrownBy(() -> new CosignaturePolicy(List.of(), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CosignaturePolicy(List.of(W1, NoteVerifier.ofWitness("w9", W1.key())), 1))
                .hasMessage("the key of the witness w9 is there twice");
        assertThatThrownBy(() -> new CosignaturePolicy(List.of(new NoteVerifier("w1", W1.key())), 1))
                .hasMessageContaining("is no key of a witness");
    }

    @Test
    void cosign_beforeTheFirstSecond_isTheCallersMistake() {
        assertThatThrownBy(() -> by(11, "w1", Instant.EPOCH)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Cosignature(new NoteVerifier("w1", W1.key()), NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void splitView_twoRootsOfOneSize_isEvidenceForWhoeverHasTheKey() {
        NoteVerifier owner = new NoteVerifier("example.org/log", OWNER.publicKey());
        SignedNote other = new Checkpoint("example.org/log", 5, Sha256Hash.of(new byte[1])).sign(OWNER);
        SplitView evidence =
                SplitView.between(SIGNED, other.with(by(11, "w1", NOW))).orElseThrow();
        assertThat(evidence.isProvedBy(List.of(owner))).isTrue();
        assertThat(evidence.origin()).isEqualTo("example.org/log");
        assertThat(SplitView.parse(evidence.toByteArray())).isEqualTo(evidence);
        // Whoever makes it up cannot sign it.
        SignedNote forged = new Checkpoint("example.org/log", 5, Sha256Hash.of(new byte[2]))
                .sign(keys(9).signer("example.org/log"));
        assertThat(SplitView.between(SIGNED, forged).orElseThrow().isProvedBy(List.of(owner)))
                .isFalse();
        assertThat(evidence.isProvedBy(List.of())).isFalse();
        assertThat(evidence.isProvedBy(List.of(owner, W1))).isFalse();
    }

    @Test
    void splitView_checkpointsThatDoNotContradict_isNone() {
        SignedNote larger = new Checkpoint("example.org/log", 6, Sha256Hash.of(new byte[1])).sign(OWNER);
        SignedNote elsewhere =
                new Checkpoint("example.org/b", 5, Sha256Hash.of(new byte[1])).sign(keys(1).signer("example.org/b"));
        for (SignedNote other : List.of(SIGNED, larger, elsewhere, SignedNote.sign("hello\n", OWNER))) {
            assertThat(SplitView.between(SIGNED, other)).isEmpty();
        }
        assertThatThrownBy(() -> new SplitView(SIGNED, SIGNED)).isInstanceOf(IllegalArgumentException.class);
        for (String text : List.of("", "\n\n", SIGNED.toString(), SIGNED + "\n" + SIGNED, SIGNED + "\n\n" + larger)) {
            assertThatThrownBy(() -> SplitView.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .isInstanceOf(MalformedException.class);
        }
    }

    private static NoteSignature by(int seed, String name, Instant time) {
        return Cosignature.sign(CHECKPOINT, time, keys(seed).signer(name));
    }

    /** A genuine signature with a time that {@link Cosignature} does not write. */
    private static NoteSignature raw(int seed, NoteVerifier witness, long seconds) {
        byte[] signature = ByteBuffer.allocate(72)
                .putLong(seconds)
                .put(keys(seed).sign(Cosignature.message(seconds, CHECKPOINT.text())))
                .array();
        return NoteSignature.of(witness.name(), witness.keyId(), signature);
    }

    private static Ed25519KeyPair keys(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return Ed25519KeyPair.ofSeed(bytes);
    }
}
