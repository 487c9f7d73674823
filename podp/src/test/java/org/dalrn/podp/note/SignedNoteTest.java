package org.dalrn.podp.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {

    private static final Ed25519KeyPair KEYS = Ed25519KeyPair.ofSeed(new byte[32]);
    private static final String ORIGIN = "example.org/log";
    private static final NoteVerifier OWNER = new NoteVerifier(ORIGIN, KEYS.publicKey());
    private static final Checkpoint CHECKPOINT = new Checkpoint(ORIGIN, 7, Sha256Hash.of(new byte[] {1}));

    /** C2SP signed-note, section Example. */
    @Test
    void check_exampleOfTheSpecification_isVerified() {
        NoteVerifier verifier =
                NoteVerifier.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
        SignedNote note = note(
                "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONn"
                        + "cAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
        assertThat(note.text()).isEqualTo("This is an example message.\n");
        assertThat(note.check(List.of(verifier)).everyLineVerified()).isTrue();
        assertThat(verifier.vkey()).isEqualTo("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    }

    /** {@code vectors/note/produce.py}: Python, cryptography 48.0.0. */
    @Test
    void sign_vectorsOfPython_givesTheSameBytesAndVerifiesThem() {
        JsonNode vectors = NoteVectors.read("notes.json");
        List<Ed25519KeyPair> pairs = new ArrayList<>();
        List<NoteVerifier> verifiers = new ArrayList<>();
        for (JsonNode key : vectors.get("keys")) {
            Ed25519KeyPair pair = Ed25519KeyPair.ofSeed(
                    HexFormat.of().parseHex(key.get("seed").textValue()));
            NoteVerifier verifier = new NoteVerifier(
                    key.get("name").textValue(),
                    pair.publicKey(),
                    NoteAlgorithm.ofType(key.get("type").intValue()));
            assertThat(pair.publicKey()).hasToString(key.get("public").textValue());
            assertThat(verifier.vkey()).isEqualTo(key.get("vkey").textValue());
            assertThat(NoteVerifier.parse(verifier.vkey())).isEqualTo(verifier);
            pairs.add(pair);
            verifiers.add(verifier);
        }
        for (JsonNode vector : vectors.get("notes")) {
            String text = vector.get("text").textValue();
            SignedNote expected = note(vector.get("note").textValue());
            assertThat(expected.text()).isEqualTo(text);
            assertThat(expected.check(verifiers).everyLineVerified())
                    .as(vector.get("what").textValue())
                    .isTrue();
            List<NoteSignature> lines = new ArrayList<>();
            for (JsonNode signer : vector.get("signers")) {
                NoteVerifier verifier = NoteVerifier.parse(signer.get("vkey").textValue());
                NoteSigner key = pairs.get(verifiers.indexOf(verifier)).signer(verifier.name());
                if (verifier.algorithm() == NoteAlgorithm.ED25519) {
                    lines.addAll(SignedNote.sign(text, key).signatures());
                } else {
                    Instant time = Instant.ofEpochSecond(1);
                    if (!signer.get("time").textValue().equals("9223372036854775807")) {
                        time = Instant.ofEpochSecond(
                                Long.parseLong(signer.get("time").textValue()));
                        lines.add(Cosignature.sign(Checkpoint.parse(text), time, key));
                    } else {
                        // A time that Java's Instant cannot hold is verified all the same.
                        lines.add(expected.signatures().get(lines.size()));
                    }
                }
            }
            assertThat(expected.signatures()).isEqualTo(lines);
            assertThat(expected.toByteArray())
                    .isEqualTo(vector.get("note").textValue().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void check_anyBitOfANoteFlipped_isMalformedOrNotFullyVerified() {
        NoteSignature cosignature =
                Cosignature.sign(CHECKPOINT, Instant.ofEpochSecond(1_700_000_000), KEYS.signer("w"));
        byte[] note = CHECKPOINT.sign(KEYS.signer(ORIGIN)).with(cosignature).toByteArray();
        List<NoteVerifier> trusted = List.of(OWNER, NoteVerifier.ofWitness("w", KEYS.publicKey()));
        assertThat(SignedNote.parse(note).check(trusted).everyLineVerified()).isTrue();
        for (int bit = 0; bit < 8 * note.length; bit++) {
            byte[] flipped = note.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            boolean found;
            try {
                found = !SignedNote.parse(flipped).check(trusted).everyLineVerified();
            } catch (MalformedException named) {
                found = true;
            }
            assertThat(found).as("bit %d", bit).isTrue();
        }
    }

    @Test
    void check_linesOfTrustedUnknownAndFailingKeys_tellsThemApart() {
        Ed25519KeyPair strangers = Ed25519KeyPair.ofSeed(HexFormat.of().parseHex("11".repeat(32)));
        SignedNote note = CHECKPOINT.sign(KEYS.signer(ORIGIN));
        NoteSignature byStranger = SignedNote.sign(note.text(), strangers.signer(ORIGIN))
                .signatures()
                .get(0);
        NoteSignature unfit = NoteSignature.of(ORIGIN, OWNER.keyId(), byStranger.signature());
        NoteCheck check = note.with(byStranger).with(unfit).check(List.of(OWNER));
        assertThat(check.lines())
                .extracting(NoteCheck.Line::status)
                .containsExactly(NoteCheck.Status.VERIFIED, NoteCheck.Status.UNKNOWN_KEY, NoteCheck.Status.FAILED);
        assertThat(check.lines())
                .extracting(NoteCheck.Line::key)
                .containsExactly(Optional.of(OWNER), Optional.empty(), Optional.of(OWNER));
        assertThat(check.accepted()).isFalse();
        assertThat(note.with(byStranger).check(List.of(OWNER)).accepted()).isTrue();
        assertThat(note.with(byStranger).check(List.of(OWNER)).everyLineVerified())
                .isFalse();
        assertThat(note.check(List.of()).accepted()).isFalse();
        assertThat(note.check(List.of(OWNER)).isSignedBy(OWNER)).isTrue();
    }

    @Test
    void check_twoTrustedKeysThatShareNameAndId_asksBoth() {
        NoteVerifier same = new NoteVerifier(ORIGIN, KEYS.publicKey());
        assertThat(CHECKPOINT
                        .sign(KEYS.signer(ORIGIN))
                        .check(List.of(same, OWNER))
                        .accepted())
                .isTrue();
    }

    @Test
    void check_ownersSignatureUnderAWitnesssId_isNotACosignature() {
        NoteVerifier witness = NoteVerifier.ofWitness(ORIGIN, KEYS.publicKey());
        NoteSignature plain = CHECKPOINT.sign(KEYS.signer(ORIGIN)).signatures().get(0);
        NoteSignature claimed = NoteSignature.of(ORIGIN, witness.keyId(), plain.signature());
        assertThat(CHECKPOINT
                        .sign(KEYS.signer(ORIGIN))
                        .with(claimed)
                        .check(List.of(witness))
                        .accepted())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "text\n",
                "text\n\n",
                "text\n\n\n",
                "text\n\nSIG",
                "text\nSIG\n",
                "text\n\nSIG\n\n",
                "text\n\nSIG\nSIG\n",
                "text\n\nSIG\nSIG",
                "text\n\nSIG\nmore\n",
                "text\r\n\nSIG\n",
                "text\t\n\nSIG\n",
                "text\u0000\n\nSIG\n",
                "text\n\n SIG\n",
                "text\n\nSIG \n",
                "text\n\n\u2014  AAAAAAA=\n",
                "text\n\n\u2014 a+b AAAAAAA=\n",
                "text\n\n\u2014 a\u00a0b AAAAAAA=\n",
                "text\n\n\u2014 a\u0085b AAAAAAA=\n",
                "text\n\n\u2014 a\u3000b AAAAAAA=\n",
                "text\n\n\u2014 a AAAAAA==\n",
                "text\n\n\u2014 a AAAAAAA\n",
                "text\n\n\u2014 a AAAAAAB=\n",
                "text\n\n\u2014 a AAAA_AA=\n",
                "text\n\n\u2014 a\n",
                "text\n\n- a AAAAAAA=\n"
            })
    void parse_otherThanTextAndSignatureLines_isMalformed(String text) {
        String bytes = text.replace("SIG", "\u2014 a AAAAAAA=");
        assertThatThrownBy(() -> note(bytes)).isInstanceOf(MalformedException.class);
    }

    @Test
    void parse_bytesThatAreNotUtf8_isMalformed() {
        for (byte[] wrong :
                new byte[][] {{(byte) 0xff}, {(byte) 0xc0, (byte) 0x80}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}}) {
            byte[] note = note("text\n\n\u2014 a AAAAAAA=\n").toByteArray();
            System.arraycopy(wrong, 0, note, 0, wrong.length);
            assertThatThrownBy(() -> SignedNote.parse(note)).hasMessage("a note is not UTF-8");
        }
    }

    @Test
    void parse_sizesAtTheBounds_areTakenAndBeyondRefused() {
        String line = "\u2014 a AAAAAAA=\n";
        StringBuilder most = new StringBuilder();
        for (int name = 0; name < 64; name++) {
            most.append(line.replace("a", "w" + name));
        }
        assertThat(note("t\n\n" + most).signatures()).hasSize(64);
        assertThatThrownBy(() -> note("t\n\n" + most + line)).hasMessage("a note has at most 64 signature lines");
        int room = SignedNote.MOST_BYTES - ("\n\n" + line).getBytes(StandardCharsets.UTF_8).length;
        assertThat(note("t".repeat(room) + "\n\n" + line).toByteArray()).hasSize(SignedNote.MOST_BYTES);
        assertThatThrownBy(() -> note("t".repeat(room + 1) + "\n\n" + line))
                .hasMessage("a note of 262145 bytes; at most 262144 are allowed");
    }

    @Test
    void sign_textThatNoNoteCanHold_isTheCallersMistake() {
        for (String text : List.of("", "no line feed", "tab\t\n", "\ud800\n")) {
            assertThatThrownBy(() -> SignedNote.sign(text, KEYS.signer("a")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> KEYS.signer("a b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SignedNote.sign("t".repeat(SignedNote.MOST_BYTES) + "\n", KEYS.signer("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 262144 bytes");
    }

    @Test
    void sign_deviceThatSignsWrongly_isRefused() {
        NoteSigner faulty = new NoteSigner() {
            @Override
            public String name() {
                return ORIGIN;
            }

            @Override
            public Ed25519PublicKey publicKey() {
                return KEYS.publicKey();
            }

            @Override
            public byte[] sign(byte[] message) {
                byte[] signature = KEYS.sign(message);
                signature[9] ^= 1;
                return signature;
            }
        };
        assertThatThrownBy(() -> CHECKPOINT.sign(faulty))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not verify");
        assertThatThrownBy(() -> Cosignature.sign(CHECKPOINT, Instant.ofEpochSecond(1), faulty))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void with_lineThatIsThere_isTheSameNote() {
        SignedNote note = CHECKPOINT.sign(KEYS.signer(ORIGIN));
        assertThat(note.with(note.signatures().get(0))).isSameAs(note);
        assertThat(note)
                .isEqualTo(SignedNote.parse(note.toByteArray()))
                .hasSameHashCodeAs(SignedNote.parse(note.toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a+b",
                "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=",
                "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n"
            })
    void parseVerifier_otherThanNameIdAndKey_isMalformed(String vkey) {
        assertThatThrownBy(() -> NoteVerifier.parse(vkey)).isInstanceOf(MalformedException.class);
    }

    @Test
    void parseCheckpoint_itsOwnText_isTheSame() {
        Checkpoint extended = new Checkpoint(ORIGIN, Long.MAX_VALUE, CHECKPOINT.root(), List.of("one", "\u00e8"));
        assertThat(Checkpoint.parse(extended.text())).isEqualTo(extended);
        assertThat(Checkpoint.parse(new Checkpoint(ORIGIN, 0, CHECKPOINT.root()).text())
                        .size())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "o\n1\nROOT",
                "o\n1\n",
                "\n1\nROOT\n",
                "o o\n1\nROOT\n",
                "o+o\n1\nROOT\n",
                "o\n01\nROOT\n",
                "o\n+1\nROOT\n",
                "o\n-1\nROOT\n",
                "o\n\nROOT\n",
                "o\n\u0661\nROOT\n",
                "o\n9223372036854775808\nROOT\n",
                "o\n18446744073709551616\nROOT\n",
                "o\n1 \nROOT\n",
                "o\n1\nROOT \n",
                "o\n1\nQUJD\n",
                "o\n1\nROOT\n\n",
                "o\n1\nROOT\n\nx\n",
                "o\n1\nROOT\nx\ty\n",
                "o\n1\nROOT\n\ud800\n"
            })
    void parseCheckpoint_otherThanThreeLinesAndExtensions_isMalformed(String text) {
        String root = Base64.getEncoder().encodeToString(new byte[32]);
        assertThat(Checkpoint.parse("o\n1\n" + root + "\n").size()).isOne();
        assertThatThrownBy(() -> Checkpoint.parse(text.replace("ROOT", root))).isInstanceOf(MalformedException.class);
    }

    /** 32 bytes end in a base64 digit with two spare bits. */
    @Test
    void parseCheckpoint_spareBitsOfTheRoot_areRefused() {
        String root = Base64.getEncoder().encodeToString(new byte[32]);
        String spare = root.substring(0, 42) + "B=";
        assertThat(Base64.getDecoder().decode(spare)).isEqualTo(new byte[32]);
        assertThatThrownBy(() -> Checkpoint.parse("o\n1\n" + spare + "\n")).hasMessageContaining("zero spare bits");
    }

    @Test
    void sign_anotherNameThanTheOrigin_isTheCallersMistake() {
        assertThatThrownBy(() -> CHECKPOINT.sign(KEYS.signer("example.org/other")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the log example.org/log is signed by the key of that name, not by example.org/other");
    }

    private static SignedNote note(String text) {
        return SignedNote.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
