package org.dalrn.podp.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.HexFormat;
import org.dalrn.podp.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ed25519PublicKeyTest {

    private static final HexFormat HEX = HexFormat.of();

    /** 2^252 + 27742317777372353535851937790883648493, from RFC 8032 section 5.1. */
    private static final BigInteger ORDER =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    /** RFC 8032 section 7.1: TEST 1, 2, 3 and SHA(abc). */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,"
                + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,"
                + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f,"
                + "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
    })
    void signAndVerify_vectorsOfTheRfc_areTheRfcsSignatures(String seed, String key, String message, String signature) {
        Ed25519KeyPair pair = Ed25519KeyPair.ofSeed(HEX.parseHex(seed));
        assertThat(pair.publicKey()).hasToString(key);
        assertThat(HEX.formatHex(pair.sign(HEX.parseHex(message)))).isEqualTo(signature);
        assertThat(Ed25519PublicKey.parse(key).verify(HEX.parseHex(message), HEX.parseHex(signature)))
                .isTrue();
    }

    @Test
    void verify_anyBitOfASignatureFlipped_isFalse() {
        Ed25519KeyPair pair = Ed25519KeyPair.ofSeed(new byte[32]);
        byte[] message = "fire and sword".getBytes(StandardCharsets.UTF_8);
        byte[] signature = pair.sign(message);
        for (int bit = 0; bit < 8 * signature.length; bit++) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(pair.publicKey().verify(message, flipped))
                    .as("bit %d", bit)
                    .isFalse();
        }
        for (int length = 0; length < 130; length++) {
            if (length != signature.length) {
                assertThat(pair.publicKey().verify(message, Arrays.copyOf(signature, length)))
                        .isFalse();
            }
        }
    }

    /** S and S + L fit the same equation; RFC 8032 section 5.1.7 takes the smaller only. */
    @Test
    void verify_secondHalfPlusTheOrder_isFalse() {
        Ed25519KeyPair pair = Ed25519KeyPair.ofSeed(new byte[32]);
        byte[] message = {1, 2, 3};
        byte[] signature = pair.sign(message);
        BigInteger s = new BigInteger(1, reversed(Arrays.copyOfRange(signature, 32, 64)));
        byte[] larger = reversed(s.add(ORDER).toByteArray());
        byte[] second = signature.clone();
        Arrays.fill(second, 32, 64, (byte) 0);
        System.arraycopy(larger, 0, second, 32, Math.min(32, larger.length));
        assertThat(pair.publicKey().verify(message, signature)).isTrue();
        assertThat(pair.publicKey().verify(message, second)).isFalse();
    }

    /** Expected: the plain integers of {@code vectors/note/produce.py}. */
    @Test
    void of_fourHundredRandomStrings_takesExactlyThePointsAndNeverThrowsLater() {
        JsonNode vectors = NoteVectors.read("points.json");
        byte[] signature = new byte[64];
        signature[0] = 3;
        for (String point : NoteVectors.strings(vectors.get("points"))) {
            assertThat(Ed25519PublicKey.parse(point).verify(new byte[5], signature))
                    .isFalse();
        }
        for (String none : NoteVectors.strings(vectors.get("noPoints"))) {
            assertThatThrownBy(() -> Ed25519PublicKey.parse(none))
                    .isInstanceOf(MalformedException.class)
                    .hasMessage(none + " is no Ed25519 public key: it is no point of the curve");
        }
        assertThat(vectors.get("points").size() + vectors.get("noPoints").size())
                .isEqualTo(400);
    }

    @Test
    void of_allEightPointsOfSmallOrder_areRefused() {
        JsonNode small = NoteVectors.read("points.json").get("smallOrder");
        assertThat(small).hasSize(8);
        for (String point : NoteVectors.strings(small)) {
            assertThatThrownBy(() -> Ed25519PublicKey.parse(point))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("small order");
        }
    }

    @Test
    void of_secondSpellingsOfPoints_areRefused() {
        for (String spelling :
                NoteVectors.strings(NoteVectors.read("points.json").get("secondSpellings"))) {
            assertThatThrownBy(() -> Ed25519PublicKey.parse(spelling)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void of_anotherLengthOrSpelling_saysWhatIsAllowed() {
        assertThatThrownBy(() -> Ed25519PublicKey.of(new byte[31]))
                .hasMessage("an Ed25519 public key has 32 bytes, not 31");
        assertThatThrownBy(() -> Ed25519PublicKey.parse("AB".repeat(32)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("allowed are 64 characters of [0-9a-f]");
    }

    @Test
    void of_keyOfTheJavaApi_isTheSameKeyAndOtherAlgorithmsAreRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        var key = generator.generateKeyPair().getPublic();
        Ed25519PublicKey ours = Ed25519PublicKey.of(key);
        byte[] encoded = key.getEncoded();
        assertThat(ours.toByteArray()).isEqualTo(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        assertThat(ours)
                .isEqualTo(Ed25519PublicKey.of(ours.toByteArray()))
                .hasSameHashCodeAs(Ed25519PublicKey.of(ours.toByteArray()));
        var other = KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic();
        assertThatThrownBy(() -> Ed25519PublicKey.of(other)).isInstanceOf(MalformedException.class);
    }

    /** RFC 8032 TEST 1's key; the hash is {@code sha256sum}'s. */
    @Test
    void keyId_ofAKey_isTheHashOfItsBytes() {
        assertThat(Ed25519PublicKey.parse("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
                        .keyId())
                .hasToString("21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9");
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] out = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            out[i] = bytes[bytes.length - 1 - i];
        }
        return out;
    }
}
