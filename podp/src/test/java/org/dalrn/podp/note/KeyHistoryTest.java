package org.dalrn.podp.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.note.KeyHistory.Standing;
import org.junit.jupiter.api.Test;

class KeyHistoryTest {

    private static final String ORIGIN = "example.org/log";
    private static final NoteSigner FIRST = signer(1);
    private static final NoteSigner SECOND = signer(2);
    private static final NoteSigner THIRD = signer(3);
    private static final NoteSigner THIEF = signer(9);
    private static final KeyHistory START = KeyHistory.startingWith(ORIGIN, FIRST.publicKey());
    private static final KeyHistory ROTATED = START.with(KeyRotation.sign(ORIGIN, 10, FIRST, SECOND));

    @Test
    void standing_afterARotation_changesWithTheFirstSizeThatCoversIt() {
        assertThat(ROTATED.standing(FIRST.publicKey(), 10)).isEqualTo(Standing.IN_FORCE);
        assertThat(ROTATED.standing(FIRST.publicKey(), 11)).isEqualTo(Standing.RETIRED);
        assertThat(ROTATED.standing(SECOND.publicKey(), 10)).isEqualTo(Standing.NOT_YET);
        assertThat(ROTATED.standing(SECOND.publicKey(), 11)).isEqualTo(Standing.IN_FORCE);
        assertThat(ROTATED.standing(SECOND.publicKey(), Long.MAX_VALUE)).isEqualTo(Standing.IN_FORCE);
        assertThat(ROTATED.standing(THIEF.publicKey(), 5)).isEqualTo(Standing.UNKNOWN);
        assertThat(ROTATED.verifiers())
                .containsExactly(
                        new NoteVerifier(ORIGIN, FIRST.publicKey()), new NoteVerifier(ORIGIN, SECOND.publicKey()));
    }

    @Test
    void objection_checkpointsOfTheKeyInForce_isNone() {
        assertThat(START.objection(checkpoint(500, FIRST))).isEmpty();
        assertThat(ROTATED.objection(checkpoint(0, FIRST))).isEmpty();
        assertThat(ROTATED.objection(checkpoint(10, FIRST))).isEmpty();
        assertThat(ROTATED.objection(checkpoint(11, SECOND))).isEmpty();
    }

    /** A thief of the old key signs what the log never said, at a size that is no longer his to sign. */
    @Test
    void objection_checkpointOfARetiredKey_namesTheKeyInForceAndTheRetiredOne() {
        assertThat(ROTATED.objection(checkpoint(11, FIRST)))
                .hasValue("the checkpoint of size 11 is not signed by the key in force, " + SECOND.publicKey()
                        + ", but " + FIRST.publicKey() + " did, which is RETIRED");
        assertThat(ROTATED.objection(checkpoint(10, SECOND))).get().asString().endsWith("which is NOT_YET");
    }

    @Test
    void objection_checkpointOfAStranger_isThere() {
        assertThat(START.objection(checkpoint(3, THIEF)))
                .hasValue("the checkpoint of size 3 is not signed by the key in force, " + FIRST.publicKey());
    }

    @Test
    void objection_checkpointOfAnotherLogOrNoCheckpoint_isThere() {
        SignedNote other = new Checkpoint("example.org/other", 1, Sha256Hash.of()).sign(signer("example.org/other", 1));
        assertThat(START.objection(other)).hasValue("the checkpoint is of the log example.org/other, not of " + ORIGIN);
        assertThat(START.objection(SignedNote.sign("hello\n", FIRST)))
                .get()
                .asString()
                .contains("is no checkpoint");
    }

    @Test
    void objection_lineThatNamesAKeyOfTheLogButFails_isThereEvenBesideAGoodOne() {
        SignedNote note = checkpoint(4, FIRST);
        NoteSignature bad = NoteSignature.of(
                ORIGIN,
                new NoteVerifier(ORIGIN, FIRST.publicKey()).keyId(),
                new byte[Ed25519PublicKey.SIGNATURE_BYTES]);
        assertThat(START.objection(note.with(bad))).get().asString().startsWith("signature line 1 ");
    }

    @Test
    void with_rotationsInARow_givesEachKeyItsSizes() {
        KeyHistory history = ROTATED.with(KeyRotation.sign(ORIGIN, 11, SECOND, THIRD));
        assertThat(history.verifierAt(10)).map(NoteVerifier::key).hasValue(FIRST.publicKey());
        assertThat(history.verifierAt(11)).map(NoteVerifier::key).hasValue(SECOND.publicKey());
        assertThat(history.verifierAt(12)).map(NoteVerifier::key).hasValue(THIRD.publicKey());
    }

    @Test
    void with_rotationNotAuthorisedByTheKeyInForce_isRefused() {
        refused(START, KeyRotation.sign(ORIGIN, 3, THIEF, SECOND), "is authorised by " + THIEF.publicKey());
        refused(ROTATED, KeyRotation.sign(ORIGIN, 20, FIRST, THIEF), "the key in force is " + SECOND.publicKey());
    }

    /** The thief writes the old key's name, and signs with his own. */
    @Test
    void with_rotationWithForgedSignatureOfTheOldKey_isRefused() {
        KeyRotation his = KeyRotation.sign(ORIGIN, 3, THIEF, SECOND);
        refused(
                START,
                new KeyRotation(ORIGIN, 3, FIRST.publicKey(), SECOND.publicKey(), his.byFrom(), his.byTo()),
                "does not hold a signature of the old key");
    }

    /** Nobody can make a log's key somebody else's, who never asked for it. */
    @Test
    void with_rotationToAKeyThatDidNotSign_isRefused() {
        KeyRotation good = KeyRotation.sign(ORIGIN, 3, FIRST, SECOND);
        refused(
                START,
                new KeyRotation(ORIGIN, 3, FIRST.publicKey(), SECOND.publicKey(), good.byFrom(), good.byFrom()),
                "does not hold a signature of the new key");
    }

    @Test
    void with_rotationCopiedToAnotherPlaceOrLog_isRefused() {
        KeyRotation good = KeyRotation.sign(ORIGIN, 3, FIRST, SECOND);
        KeyRotation moved = new KeyRotation(ORIGIN, 4, good.from(), good.to(), good.byFrom(), good.byTo());
        refused(START, moved, "does not hold a signature of the old key");
        KeyHistory other = KeyHistory.startingWith("example.org/other", FIRST.publicKey());
        refused(other, good, "is a key event of the log example.org/log, not of example.org/other");
        refused(
                other,
                new KeyRotation("example.org/other", 3, good.from(), good.to(), good.byFrom(), good.byTo()),
                "does not hold a signature of the old key");
    }

    @Test
    void with_rotationBackToAnOldKey_isRefused() {
        refused(ROTATED, KeyRotation.sign(ORIGIN, 20, SECOND, FIRST), "which was a key of this log before");
        refused(START, KeyRotation.sign(ORIGIN, 20, FIRST, FIRST), "which was a key of this log before");
    }

    @Test
    void with_moreKeysThanALogCanHave_isRefused() {
        KeyHistory history = START;
        NoteSigner last = FIRST;
        for (int n = 1; n < KeyHistory.MOST_KEYS; n++) {
            byte[] seed = new byte[32];
            seed[0] = (byte) n;

            seed[2] = 1;
            NoteSigner next = Ed25519KeyPair.ofSeed(seed).signer(ORIGIN);
            history = history.with(KeyRotation.sign(ORIGIN, n, last, next));
            last = next;
        }
        refused(history, KeyRotation.sign(ORIGIN, 2000, last, THIEF), "a log has at most 100");
    }

    @Test
    void with_eventsNotInTheOrderOfTheLog_isRefused() {
        refused(ROTATED, KeyRotation.sign(ORIGIN, 10, SECOND, THIRD), "follows one at entry 10");
        refused(ROTATED, KeyRotation.sign(ORIGIN, 9, SECOND, THIRD), "follows one at entry 10");
    }

    /** The old key was stolen when the log had 7 entries: what it signed since then does not count by itself. */
    @Test
    void with_revocationOfTheOldKeyByTheKeyInForce_endsItsWorthAfterTheSize() {
        KeyHistory history = ROTATED.with(KeyRevocation.sign(ORIGIN, 15, FIRST.publicKey(), 7, SECOND));
        assertThat(history.standing(FIRST.publicKey(), 7)).isEqualTo(Standing.IN_FORCE);
        assertThat(history.standing(FIRST.publicKey(), 8)).isEqualTo(Standing.REVOKED);
        assertThat(history.standing(FIRST.publicKey(), 20)).isEqualTo(Standing.REVOKED);
        assertThat(history.verifierAt(8)).isEmpty();
        assertThat(history.verifierAt(16)).map(NoteVerifier::key).hasValue(SECOND.publicKey());
        assertThat(history.objection(checkpoint(7, FIRST))).isEmpty();
        assertThat(history.objection(checkpoint(8, FIRST)))
                .hasValue("the checkpoint of size 8 is not signed by any key: the one for this size is revoked, but "
                        + FIRST.publicKey() + " did, which is REVOKED");
    }

    @Test
    void with_revocationOfTheKeyInForceByItself_closesTheLog() {
        KeyHistory closed = START.with(KeyRevocation.sign(ORIGIN, 5, FIRST.publicKey(), 5, FIRST));
        assertThat(closed.objection(checkpoint(5, FIRST))).isEmpty();
        assertThat(closed.objection(checkpoint(6, FIRST))).isPresent();
        refused(closed, KeyRotation.sign(ORIGIN, 6, FIRST, SECOND), "the log is closed");
        refused(
                ROTATED.with(KeyRevocation.sign(ORIGIN, 12, SECOND.publicKey(), 12, SECOND)),
                KeyRevocation.sign(ORIGIN, 13, FIRST.publicKey(), 0, SECOND),
                "only the key itself and the key in force can revoke");
    }

    @Test
    void with_revocationByAnyoneElse_isRefused() {
        refused(
                START,
                KeyRevocation.sign(ORIGIN, 5, FIRST.publicKey(), 0, THIEF),
                "only the key itself and the key in force can revoke");
        refused(
                ROTATED,
                KeyRevocation.sign(ORIGIN, 15, SECOND.publicKey(), 0, FIRST),
                "only the key itself and the key in force can revoke");
        refused(ROTATED, KeyRevocation.sign(ORIGIN, 15, THIEF.publicKey(), 0, SECOND), "which is no key of this log");
    }

    @Test
    void with_revocationThatIsForgedOrCopied_isRefused() {
        KeyRevocation good = KeyRevocation.sign(ORIGIN, 15, FIRST.publicKey(), 7, SECOND);
        for (KeyRevocation changed : new KeyRevocation[] {
            new KeyRevocation(ORIGIN, 16, good.key(), 7, good.by(), good.signature()),
            new KeyRevocation(ORIGIN, 15, good.key(), 6, good.by(), good.signature()),
            new KeyRevocation(ORIGIN, 15, SECOND.publicKey(), 7, good.by(), good.signature()),
            new KeyRevocation(ORIGIN, 15, good.key(), 7, FIRST.publicKey(), good.signature())
        }) {
            refused(ROTATED, changed, "does not hold a signature of");
        }
    }

    /** A second revocation, perhaps by the thief, gives no worth back. */
    @Test
    void with_secondRevocationWithALargerSize_keepsTheSmaller() {
        KeyHistory history = ROTATED.with(KeyRevocation.sign(ORIGIN, 15, FIRST.publicKey(), 7, SECOND))
                .with(KeyRevocation.sign(ORIGIN, 16, FIRST.publicKey(), 10, FIRST));
        assertThat(history.standing(FIRST.publicKey(), 8)).isEqualTo(Standing.REVOKED);
    }

    @Test
    void revocation_ofSizesYetToCome_isNotAllowed() {
        assertThatThrownBy(() -> KeyRevocation.sign(ORIGIN, 5, FIRST.publicKey(), 6, FIRST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a revocation at entry 5 ends a key's worth after a size from 0 to 5, not after 6");
        assertThatThrownBy(() -> KeyRevocation.sign(ORIGIN, 5, FIRST.publicKey(), -1, FIRST))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeyRotation.sign(ORIGIN, -1, FIRST, SECOND))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The message is that of docs/receipts.md. */
    @Test
    void sign_rotationAndRevocation_signsTheWrittenTexts() {
        KeyRotation rotation = KeyRotation.sign(ORIGIN, 3, FIRST, SECOND);
        String text =
                "dalrn/key-rotation/v1\nexample.org/log\n3\n" + FIRST.publicKey() + "\n" + SECOND.publicKey() + "\n";
        assertThat(rotation.byFrom().toByteArray()).isEqualTo(FIRST.sign(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(rotation.byTo().toByteArray()).isEqualTo(SECOND.sign(text.getBytes(StandardCharsets.UTF_8)));
        KeyRevocation revocation = KeyRevocation.sign(ORIGIN, 5, FIRST.publicKey(), 4, FIRST);
        text = "dalrn/key-revocation/v1\nexample.org/log\n5\n" + FIRST.publicKey() + "\n4\n" + FIRST.publicKey() + "\n";
        assertThat(revocation.signature().toByteArray()).isEqualTo(FIRST.sign(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(Ed25519Signature.parse(revocation.signature().toString())).isEqualTo(revocation.signature());
    }

    private static void refused(KeyHistory history, KeyEvent event, String reason) {
        assertThat(history.objection(event)).get().asString().contains(reason);
        assertThatThrownBy(() -> history.with(event))
                .isInstanceOf(PodpException.class)
                .hasMessageContaining(reason);
    }

    private static SignedNote checkpoint(long size, NoteSigner signer) {
        return new Checkpoint(ORIGIN, size, Sha256Hash.of()).sign(signer);
    }

    private static NoteSigner signer(int seed) {
        return signer(ORIGIN, seed);
    }

    private static NoteSigner signer(String name, int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return Ed25519KeyPair.ofSeed(bytes).signer(name);
    }
}
