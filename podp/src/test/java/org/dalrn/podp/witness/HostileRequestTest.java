package org.dalrn.podp.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.witness.WitnessOutcome.Reason;
import org.dalrn.podp.witness.WitnessOutcome.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are in form and signed by the owner of a log, but leave no room for the cosignature. */
class HostileRequestTest {
    private static final String ORIGIN = "example.org/run-1";
    private static final Ed25519KeyPair OWNER = Ed25519KeyPair.generate(new SecureRandom());
    private static final NoteSigner WITNESS =
            Ed25519KeyPair.generate(new SecureRandom()).signer("witness.example/w1");

    @TempDir
    Path folder;

    /** Anybody who has a checkpoint can repeat its line. */
    @Test
    void addCheckpoint_sixtyFourTimesTheOwnersLine_isRefused() {
        SignedNote once = new Checkpoint(ORIGIN, 0, MerkleTree.emptyRoot()).sign(OWNER.signer(ORIGIN));
        String line = once.signatures().get(0).line() + "\n";
        byte[] body = ("old 0\n\n" + once + line.repeat(63)).getBytes(StandardCharsets.UTF_8);
        try (Witness witness = witness()) {
            assertThat(witness.addCheckpoint(body))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.MALFORMED));
        }
    }

    @Test
    void addCheckpoint_asLongAsANoteMayBe_isRefused() {
        int room = SignedNote.MOST_BYTES
                - new Checkpoint(ORIGIN, 0, MerkleTree.emptyRoot(), List.of("x"))
                        .sign(OWNER.signer(ORIGIN))
                        .toByteArray()
                        .length;
        SignedNote full = new Checkpoint(ORIGIN, 0, MerkleTree.emptyRoot(), List.of("x".repeat(room + 1)))
                .sign(OWNER.signer(ORIGIN));
        assertThat(full.toByteArray()).hasSize(SignedNote.MOST_BYTES);
        try (Witness witness = witness()) {
            WitnessOutcome outcome = witness.addCheckpoint(("old 0\n\n" + full).getBytes(StandardCharsets.UTF_8));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.MALFORMED));
        }
    }

    private Witness witness() {
        return Witness.open(
                folder.resolve("w"),
                WITNESS,
                List.of(new TrustedLog("example.org", OWNER.publicKey())),
                InstantSource.system());
    }
}
