package org.dalrn.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dalrn.protocol.v1.Hello;
import org.dalrn.protocol.v1.SignedRequest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sources of truth: RFC 8032, section 7.1; vectors/signed-content, written by Python after docs/wire.md (produce.py); for the
 * window, the set of all counters seen.
 */
class SigningTest {

    private static final HexFormat HEX = HexFormat.of();
    /** PKCS#8 of an Ed25519 seed (RFC 8410, section 7). */
    private static final String PKCS8_PREFIX = "302e020100300506032b657004220420";

    private static byte[] vector(String name) throws IOException {
        try (InputStream in = SigningTest.class.getResourceAsStream("/vectors/signed-content/" + name)) {
            return HEX.parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
        }
    }

    private static byte[] range(int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }

    @Nested
    class Keys {

        @ParameterizedTest
        @CsvSource({
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                    + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
                    + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                    + "d25bf5f0595bbe24655141438e7a100b",
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                    + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
                    + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                    + "387b2eaeb4302aeeb00d291612bb0c00",
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                    + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
                    + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                    + "4a7c15e9716ed28dc027beceea1ec40a"
        })
        void sign_rfc8032Vectors_areReproduced(String seed, String publicHex, String message, String signature)
                throws InvalidKeyException {
            PrivateKey key = Ed25519.privateKey(HEX.parseHex(PKCS8_PREFIX + seed));
            PublicKey publicKey = Ed25519.publicKey(HEX.parseHex(publicHex));
            byte[] bytes = HEX.parseHex(message);
            assertThat(HEX.formatHex(Ed25519.sign(key, bytes))).isEqualTo(signature);
            assertThat(Ed25519.verify(publicKey, bytes, HEX.parseHex(signature)))
                    .isTrue();
            assertThat(HEX.formatHex(Ed25519.raw(publicKey))).isEqualTo(publicHex);
            byte[] other = Arrays.copyOf(bytes, bytes.length + 1);
            assertThat(Ed25519.verify(publicKey, other, HEX.parseHex(signature)))
                    .isFalse();
            assertThat(Ed25519.verify(Ed25519.generate().getPublic(), bytes, HEX.parseHex(signature)))
                    .isFalse();
        }

        @Test
        void verify_damagedSignature_isFalseNeverThrown() {
            KeyPair pair = Ed25519.generate();
            byte[] message = {1, 2, 3};
            byte[] signature = Ed25519.sign(pair.getPrivate(), message);
            assertThat(Ed25519.verify(pair.getPublic(), message, signature)).isTrue();
            for (int bit = 0; bit < signature.length * 8; bit++) {
                byte[] damaged = signature.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(Ed25519.verify(pair.getPublic(), message, damaged))
                        .as("bit " + bit)
                        .isFalse();
            }
            for (int length : new int[] {0, 1, 63, 65, 1000}) {
                assertThat(Ed25519.verify(pair.getPublic(), message, Arrays.copyOf(signature, length)))
                        .isFalse();
            }
        }

        @Test
        void publicKey_wrongLengthOrNoPoint_isRefused() {
            for (int length : new int[] {0, 31, 33, 64}) {
                assertThatThrownBy(() -> Ed25519.publicKey(new byte[length]))
                        .isInstanceOf(InvalidKeyException.class)
                        .hasMessage("an Ed25519 public key has 32 bytes, these are " + length);
            }
            byte[] tooLarge = new byte[32];
            Arrays.fill(tooLarge, (byte) 0xff);
            assertThatThrownBy(() -> Ed25519.publicKey(tooLarge)).isInstanceOf(InvalidKeyException.class);
            // y = 2: (y^2 - 1) / (d y^2 + 1) is no square, so no point has it (RFC 8032, section 5.1.3).
            byte[] two = new byte[32];
            two[0] = 2;
            assertThatThrownBy(() -> Ed25519.publicKey(two))
                    .isInstanceOf(InvalidKeyException.class)
                    .hasMessageContaining("no Ed25519 public key");
        }

        @Test
        void keys_ofOtherAlgorithms_areRefused() throws NoSuchAlgorithmException {
            KeyPair other = KeyPairGenerator.getInstance("Ed448").generateKeyPair();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Ed25519.raw(other.getPublic()))
                    .withMessageContaining("no Ed25519 public key");
            assertThatIllegalArgumentException().isThrownBy(() -> Ed25519.sign(other.getPrivate(), new byte[1]));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Ed25519.verify(other.getPublic(), new byte[1], new byte[64]));
            assertThatThrownBy(() -> Ed25519.privateKey(new byte[] {1})).isInstanceOf(InvalidKeyException.class);
        }
    }

    @Nested
    class Content {

        private final SignedRequest request = SignedRequest.newBuilder()
                .setNodeId("hospital-a")
                .setRunId("run-1")
                .setRound(7)
                .setNonce(ByteString.copyFrom(range(0, 24)))
                .setBody(ByteString.copyFrom(HEX.parseHex("0a03616263")))
                .build();

        @Test
        void ofRequest_isTheBytesOfPython() throws IOException {
            assertThat(SignedContent.ofRequest(SignedMethod.EVALUATION, request))
                    .isEqualTo(vector("request.hex"));
        }

        @Test
        void ofEnrolment_isTheBytesOfPython() throws IOException {
            assertThat(SignedContent.ofEnrolment("hospital-a", range(100, 132))).isEqualTo(vector("enrolment.hex"));
        }

        @Test
        void verify_anyFieldChanged_fails() {
            KeyPair pair = Ed25519.generate();
            SignedRequest signed = new RequestSigner("hospital-a", pair.getPrivate())
                    .sign(
                            SignedMethod.HELLO,
                            "run-1",
                            7,
                            range(0, 24),
                            Hello.newBuilder().setSoftware("x").build());
            assertThat(SignedContent.verify(pair.getPublic(), SignedMethod.HELLO, signed))
                    .isTrue();
            for (SignedMethod method : SignedMethod.values()) {
                assertThat(SignedContent.verify(pair.getPublic(), method, signed))
                        .isEqualTo(method == SignedMethod.HELLO);
            }
            List<SignedRequest> forged = List.of(
                    signed.toBuilder().setNodeId("hospital-b").build(),
                    signed.toBuilder().setRunId("run-2").build(),
                    signed.toBuilder().setRunId("").build(),
                    signed.toBuilder().setRound(8).build(),
                    signed.toBuilder().setRound(-1).build(),
                    signed.toBuilder()
                            .setNonce(ByteString.copyFrom(range(1, 25)))
                            .build(),
                    signed.toBuilder().setNonce(ByteString.EMPTY).build(),
                    signed.toBuilder().setBody(ByteString.EMPTY).build(),
                    signed.toBuilder().setNodeId("hospital-arun").setRunId("-1").build(),
                    signed.toBuilder().setSignature(ByteString.EMPTY).build());
            for (SignedRequest request : forged) {
                assertThat(SignedContent.verify(pair.getPublic(), SignedMethod.HELLO, request))
                        .isFalse();
            }
            assertThat(SignedContent.verify(Ed25519.generate().getPublic(), SignedMethod.HELLO, signed))
                    .isFalse();
        }

        @Test
        void methods_haveTheNamesOfTheWire() {
            assertThat(Arrays.stream(SignedMethod.values()).map(SignedMethod::wireName))
                    .containsExactly("Session/Hello", "Session/Decline", "Session/Evaluation", "Download", "Upload");
        }

        @Test
        void signer_wrongNonce_isRefusedAndTheKeyIsNotShown() {
            RequestSigner signer = new RequestSigner("a", Ed25519.generate().getPrivate());
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> signer.sign(SignedMethod.UPLOAD, "r", 1, new byte[23], Hello.getDefaultInstance()))
                    .withMessage("a nonce has 24 bytes, this one has 23");
            assertThat(signer).hasToString("RequestSigner[a]");
        }
    }

    @Nested
    class Window {

        private static byte[] nonce(byte[] session, long counter) {
            return ByteBuffer.allocate(24).put(session).putLong(counter).array();
        }

        @Test
        void judge_randomSequences_isWhatASetOfSeenCountersSays() {
            byte[] session = range(0, 16);
            for (int seed = 0; seed < 40; seed++) {
                Random random = new Random(seed);
                Nonces.Window window = new Nonces.Window(session);
                Set<Long> seen = new HashSet<>();
                long highest = 0;
                for (int i = 0; i < 5000; i++) {
                    long counter = highest
                            + switch (random.nextInt(6)) {
                                case 0 -> 1;
                                case 1 -> random.nextInt(3);
                                case 2 -> random.nextInt(100) == 0 ? random.nextInt(3000) : 1;
                                case 3 -> -random.nextInt(30);
                                case 4 -> -1020 - random.nextInt(8);
                                default -> -random.nextInt(1100);
                            };
                    Nonces.Verdict expected = counter < 1
                            ? Nonces.Verdict.FOREIGN
                            : counter <= highest - Nonces.WINDOW || seen.contains(counter)
                                    ? Nonces.Verdict.REPLAYED
                                    : Nonces.Verdict.FRESH;
                    assertThat(window.judge(nonce(session, counter)))
                            .as("seed " + seed + ", step " + i + ", counter " + counter + ", highest " + highest)
                            .isEqualTo(expected);
                    if (expected == Nonces.Verdict.FRESH) {
                        seen.add(counter);
                        highest = Math.max(highest, counter);
                    }
                }
            }
        }

        @Test
        void judge_extremesAndForeigners_areNamed() {
            byte[] session = range(0, 16);
            Nonces.Window window = new Nonces.Window(session);
            assertThat(window.judge(nonce(session, Long.MAX_VALUE))).isEqualTo(Nonces.Verdict.FRESH);
            assertThat(window.judge(nonce(session, Long.MAX_VALUE))).isEqualTo(Nonces.Verdict.REPLAYED);
            assertThat(window.judge(nonce(session, 1))).isEqualTo(Nonces.Verdict.REPLAYED);
            assertThat(window.judge(nonce(session, Long.MIN_VALUE))).isEqualTo(Nonces.Verdict.FOREIGN);
            assertThat(window.judge(nonce(range(1, 17), 5))).isEqualTo(Nonces.Verdict.FOREIGN);
            assertThat(window.judge(new byte[0])).isEqualTo(Nonces.Verdict.FOREIGN);
            assertThat(window.judge(new byte[25])).isEqualTo(Nonces.Verdict.FOREIGN);
        }

        @Test
        void sequence_isFreshForItsWindow() {
            byte[] session = range(50, 66);
            Nonces.Sequence sequence = new Nonces.Sequence(session);
            Nonces.Window window = new Nonces.Window(session);
            for (int i = 0; i < 3000; i++) {
                assertThat(window.judge(sequence.next())).isEqualTo(Nonces.Verdict.FRESH);
            }
        }

        @Test
        void create_otherSessionLength_isRefused() {
            for (int length : new int[] {0, 15, 17, 24}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> new Nonces.Window(new byte[length]))
                        .withMessage("a session id has 16 bytes, this one has " + length);
                assertThatIllegalArgumentException().isThrownBy(() -> new Nonces.Sequence(new byte[length]));
            }
        }
    }
}
