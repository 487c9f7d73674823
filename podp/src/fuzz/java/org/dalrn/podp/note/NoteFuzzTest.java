package org.dalrn.podp.note;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.AllocationBudget;
import org.dalrn.podp.GenuineBytes;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;

/**
 * The parsers of notes, checkpoints, signature lines, verifier keys, public keys and split views on bytes of the
 * fuzzer's choice, or on a genuine text that these change; the first byte picks. Each refuses with
 * {@link MalformedException}, or reads what it writes again to the very bytes. A note with all lines verified is one
 * that was signed.
 */
class NoteFuzzTest {
    /** Big integers of a public key's check, and the texts of a note a few times over. */
    private static final long BUDGET = 32L << 20;

    private static final Ed25519KeyPair OWNER = keys(1);
    private static final Ed25519KeyPair WITNESS = keys(2);
    private static final Checkpoint CHECKPOINT = new Checkpoint("example.org/log", 42, Sha256Hash.of(), List.of("x"));
    private static final SignedNote NOTE = CHECKPOINT
            .sign(OWNER.signer("example.org/log"))
            .with(Cosignature.sign(CHECKPOINT, Instant.ofEpochSecond(1_700_000_000), WITNESS.signer("w")));
    private static final List<NoteVerifier> TRUSTED = List.of(
            new NoteVerifier("example.org/log", OWNER.publicKey()), NoteVerifier.ofWitness("w", WITNESS.publicKey()));
    private static final SignedNote OTHER =
            new Checkpoint("example.org/log", 42, Sha256Hash.of(new byte[1])).sign(OWNER.signer("example.org/log"));
    private static final byte[] SPLIT_VIEW = new SplitView(NOTE, OTHER).toByteArray();
    private static final KeyHistory HISTORY = KeyHistory.startingWith("example.org/log", OWNER.publicKey());
    private static final CosignaturePolicy POLICY = new CosignaturePolicy(List.of(TRUSTED.get(1)), 1);

    @FuzzTest(maxDuration = "30s")
    void parsers_ofAnyBytes_readWhatTheyWriteOrRefuse(byte[] data) {
        if (data.length < 1) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        boolean change = (data[0] & 0x80) != 0;
        AllocationBudget.require(BUDGET, () -> {
            try {
                switch (data[0] & 7) {
                    case 0, 1, 2 -> note(change ? GenuineBytes.changed(NOTE.toByteArray(), bytes) : bytes);
                    case 3 -> checkpoint(text(change, CHECKPOINT.text(), bytes));
                    case 4 -> line(text(change, NOTE.signatures().get(1).line(), bytes));
                    case 5 -> verifier(text(change, TRUSTED.get(0).vkey(), bytes));
                    case 6 -> publicKey(change ? GenuineBytes.changed(OWNER.publicKey().toByteArray(), bytes) : bytes);
                    default -> splitView(change ? GenuineBytes.changed(SPLIT_VIEW, bytes) : bytes);
                }
            } catch (MalformedException refused) {
                // Said what was wrong.
            }
        });
    }

    private static void note(byte[] bytes) {
        SignedNote note = SignedNote.parse(bytes);
        same(note.toByteArray(), bytes);
        boolean genuine = note.text().equals(NOTE.text()) && NOTE.signatures().containsAll(note.signatures());
        if (note.check(TRUSTED).everyLineVerified() != genuine) {
            throw new AssertionError("a note that nobody signed is verified, or one that somebody signed is not");
        }
        boolean byOwner = note.text().equals(NOTE.text())
                && note.signatures().contains(NOTE.signatures().get(0));
        if (!byOwner && HISTORY.objection(note).equals(Optional.empty())) {
            throw new AssertionError("a checkpoint that its owner did not sign is worth something");
        }
        boolean cosigned = note.text().equals(NOTE.text())
                && note.signatures().contains(NOTE.signatures().get(1));
        if (!cosigned && POLICY.check(note, Instant.ofEpochSecond(1_800_000_000)).satisfied()) {
            throw new AssertionError("a checkpoint that no witness cosigned satisfies the policy");
        }
    }

    private static void checkpoint(String text) {
        same(Checkpoint.parse(text).text(), text);
    }

    private static void line(String text) {
        same(NoteSignature.parse(text).line(), text);
    }

    private static void verifier(String text) {
        same(NoteVerifier.parse(text).vkey(), text);
    }

    private static void publicKey(byte[] bytes) {
        Ed25519PublicKey key = Ed25519PublicKey.of(bytes);
        same(key.toByteArray(), bytes);
        byte[] signature = NOTE.signatures().get(0).signature();
        if (key.verify(NOTE.text().getBytes(StandardCharsets.UTF_8), signature) != key.equals(OWNER.publicKey())) {
            throw new AssertionError("a signature fits another key");
        }
    }

    private static void splitView(byte[] bytes) {
        SplitView evidence = SplitView.parse(bytes);
        same(evidence.toByteArray(), bytes);
        boolean genuine = List.of(NOTE.text(), OTHER.text())
                .containsAll(List.of(evidence.first().text(), evidence.second().text()));
        if (!genuine && evidence.isProvedBy(List.of(TRUSTED.get(0)))) {
            throw new AssertionError("a split view is proved that the log never signed");
        }
    }

    private static String text(boolean change, String genuine, byte[] bytes) {
        byte[] utf8 = genuine.getBytes(StandardCharsets.UTF_8);
        return new String(change ? GenuineBytes.changed(utf8, bytes) : bytes, StandardCharsets.UTF_8);
    }

    private static void same(byte[] written, byte[] read) {
        if (!Arrays.equals(written, read)) {
            throw new AssertionError("reads what it does not write");
        }
    }

    private static void same(String written, String read) {
        if (!written.equals(read)) {
            throw new AssertionError("reads what it does not write");
        }
    }

    private static Ed25519KeyPair keys(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return Ed25519KeyPair.ofSeed(bytes);
    }
}
