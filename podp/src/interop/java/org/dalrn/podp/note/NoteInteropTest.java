package org.dalrn.podp.note;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.dalrn.podp.GoPeer;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Our notes opened by Go and Go's by us: golang.org/x/mod/sumdb/note for notes, transparency-dev/formats v0.1.1 for
 * checkpoints and cosignature/v1.
 */
class NoteInteropTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final List<String> NAMES = List.of("example.org/hospitals/run-1", "a", "例え.example/写し");

    private GoPeer go;

    @BeforeEach
    void find() {
        go = GoPeer.find();
    }

    @Test
    void open_ourNotesByGo_verifiesEachLineWithItsIdAndTime() throws Exception {
        for (String name : NAMES) {
            for (int witnesses = 0; witnesses < 4; witnesses++) {
                Checkpoint checkpoint = new Checkpoint(name, 1L << (20 * witnesses), Sha256Hash.of(new byte[witnesses]));
                NoteSigner owner = keys(1).signer(name);
                SignedNote note = checkpoint.sign(owner);
                List<String> arguments = new ArrayList<>(List.of("note-open"));
                NoteVerifier ownersKey = new NoteVerifier(name, owner.publicKey());
                arguments.add(ownersKey.vkey());
                StringBuilder expected = new StringBuilder(name + " " + HEX.toHexDigits(ownersKey.keyId()) + "\n");
                for (int w = 0; w < witnesses; w++) {
                    NoteSigner witness = keys(10 + w).signer("witness.example/w" + w);
                    NoteVerifier key = NoteVerifier.ofWitness(witness.name(), witness.publicKey());
                    note = note.with(Cosignature.sign(checkpoint, Instant.ofEpochSecond(1_800_000_000L + w), witness));
                    arguments.add(key.vkey());
                    expected.append(
                            key.name() + " " + HEX.toHexDigits(key.keyId()) + " " + (1_800_000_000L + w) + "\n");
                }
                assertThat(run(note.toByteArray(), arguments)).isEqualTo(expected.toString());
                assertThat(run(note.toByteArray(), List.of("checkpoint", name, ownersKey.vkey())))
                        .isEqualTo(checkpoint.size() + " " + checkpoint.root() + "\n");
            }
        }
    }

    @Test
    void sign_sameTextByGoAndUs_givesTheSameBytes() throws Exception {
        for (String name : NAMES) {
            for (String text : List.of("\n", "one\n", "one\n\ntwo\n\n", "\u00e8 subito sera\n", "x".repeat(10_000) + "\n")) {
                byte[] seed = seed(7);
                byte[] byGo = run(
                                text.getBytes(StandardCharsets.UTF_8),
                                List.of("note-sign", name, HEX.formatHex(seed)))
                        .getBytes(StandardCharsets.UTF_8);
                NoteSigner us = keys(7).signer(name);
                assertThat(SignedNote.sign(text, us).toByteArray()).isEqualTo(byGo);
                assertThat(SignedNote.parse(byGo)
                                .check(List.of(new NoteVerifier(name, us.publicKey())))
                                .everyLineVerified())
                        .isTrue();
            }
        }
    }

    @Test
    void check_cosignaturesOfTransparencyDevFormats_satisfyThePolicy() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        NoteSigner owner = keys(1).signer(NAMES.get(0));
        Checkpoint checkpoint = new Checkpoint(NAMES.get(0), 77, Sha256Hash.of());
        String ownersKey = new NoteVerifier(owner.name(), owner.publicKey()).vkey();
        List<NoteVerifier> witnesses = new ArrayList<>();
        SignedNote note = checkpoint.sign(owner);
        for (int w = 0; w < 3; w++) {
            String name = "witness.example/w" + w;
            String cosigned = run(
                    checkpoint.sign(owner).toByteArray(),
                    List.of("note-cosign", name, HEX.formatHex(seed(20 + w)), ownersKey));
            SignedNote byGo = SignedNote.parse(cosigned.getBytes(StandardCharsets.UTF_8));
            assertThat(byGo.signatures()).hasSize(2);
            note = note.with(byGo.signatures().get(1));
            witnesses.add(NoteVerifier.ofWitness(name, keys(20 + w).publicKey()));
        }
        CosignaturePolicy.Verdict verdict =
                new CosignaturePolicy(witnesses, 3).check(note, Instant.now().plusSeconds(1));
        assertThat(verdict.satisfied()).as(() -> verdict.objections().toString()).isTrue();
        assertThat(verdict.cosignatures())
                .allSatisfy(cosignature -> assertThat(cosignature.time()).isAfterOrEqualTo(before.minusSeconds(1)));
    }

    private String run(byte[] input, List<String> arguments) throws Exception {
        return new String(
                go.write(out -> out.write(input), arguments.toArray(String[]::new)), StandardCharsets.UTF_8);
    }

    private static Ed25519KeyPair keys(int number) {
        return Ed25519KeyPair.ofSeed(seed(number));
    }

    private static byte[] seed(int number) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) number);
        return seed;
    }
}
