package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HpkeTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** RFC 9180, appendix A.1.1: base mode of DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. */
    @Nested
    class Rfc9180AppendixA1 {
        private static final String IKM_E = "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234";
        private static final String IKM_R = "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037";
        private static final String SK_E = "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736";
        private static final String SK_R = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8";
        private static final String ENC = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431";
        private static final String PK_R = "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d";
        private static final byte[] INFO = hex("4f6465206f6e2061204772656369616e2055726e");
        private static final byte[] PLAINTEXT = hex("4265617574792069732074727574682c20747275746820626561757479");

        @Test
        void deriveKeyPair_ofTheAppendix_givesItsKeys() {
            HpkePrivateKey ephemeral = Hpke.deriveKeyPair(hex(IKM_E));
            HpkePrivateKey receiver = Hpke.deriveKeyPair(hex(IKM_R));

            assertThat(ephemeral.copyScalar()).isEqualTo(hex(SK_E));
            assertThat(receiver.copyScalar()).isEqualTo(hex(SK_R));
            assertThat(ephemeral.publicKey().toBytes()).isEqualTo(hex(ENC));
            assertThat(receiver.publicKey().toBytes()).isEqualTo(hex(PK_R));
        }

        @ParameterizedTest
        @CsvSource({
            "0, f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
            "1, af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84",
            "2, 498dfcabd92e8acedc281e85af1cb4e3e31c7dc394a1ca20e173cb72516491588d96a19ad4a683518973dcc180",
            "4, 583bd32bc67a5994bb8ceaca813d369bca7b2a42408cddef5e22f880b631215a09fc0012bc69fccaa251c0246d",
            "255, 7175db9717964058640a3a11fb9007941a5d1757fda1a6935c805c21af32505bf106deefec4a49ac38d71c9e0a",
            "256, 957f9800542b0b8891badb026d79cc54597cb2d225b54c00c5238c25d05c30e3fbeda97d2e0e1aba483a2df9f2",
        })
        void sealAndOpen_atEachSequenceNumberOfTheAppendix_giveItsBytes(int sequence, String ciphertext)
                throws GeneralSecurityException {
            Hpke.Context sender = Hpke.sender(HpkePublicKey.of(hex(PK_R)), HpkePrivateKey.wrap(hex(SK_E)), INFO);
            Hpke.Context receiver = Hpke.receiver(HpkePrivateKey.wrap(hex(SK_R)), hex(ENC), INFO);
            byte[] sealed = {};
            byte[] opened = {};
            for (int i = 0; i <= sequence; i++) {
                byte[] aad = ("Count-" + i).getBytes(StandardCharsets.US_ASCII);
                sealed = sender.seal(aad, PLAINTEXT);
                opened = receiver.open(aad, sealed);
            }

            assertThat(sealed).isEqualTo(hex(ciphertext));
            assertThat(opened).isEqualTo(PLAINTEXT);
        }

        @ParameterizedTest
        @CsvSource({
            "'', 3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee",
            "00, 2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5",
            "54657374436f6e74657874, e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931",
        })
        void export_ofTheAppendix_givesItsSecrets(String context, String value) throws GeneralSecurityException {
            Hpke.Context receiver = Hpke.receiver(HpkePrivateKey.wrap(hex(SK_R)), hex(ENC), INFO);

            assertThat(receiver.export(hex(context), 32)).isEqualTo(hex(value));
        }

        @Test
        void seal_oneShot_isTheEncapsulatedKeyThenTheFirstCiphertext() throws GeneralSecurityException {
            byte[] aad = hex("436f756e742d30");

            byte[] payload =
                    Hpke.seal(HpkePublicKey.of(hex(PK_R)), HpkePrivateKey.wrap(hex(SK_E)), INFO, aad, PLAINTEXT);

            assertThat(HexFormat.of().formatHex(payload))
                    .isEqualTo(ENC
                            + "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
                            + "6d8770ac83d07bea87e13c512a");
            assertThat(Hpke.open(HpkePrivateKey.wrap(hex(SK_R)), INFO, aad, payload))
                    .isEqualTo(PLAINTEXT);
        }
    }

    /** RFC 7748, sections 5.2 and 6.1. */
    @Test
    void agree_onTheVectorsOfRfc7748_givesTheirCoordinates() throws InvalidKeyException {
        assertThat(X25519.agree(
                        hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                        hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")))
                .isEqualTo(hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
        byte[] alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        byte[] shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        assertThat(X25519.publicOf(alice))
                .isEqualTo(hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
        assertThat(X25519.publicOf(bob))
                .isEqualTo(hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
        assertThat(X25519.agree(alice, X25519.publicOf(bob))).isEqualTo(shared);
        assertThat(X25519.agree(bob, X25519.publicOf(alice))).isEqualTo(shared);
    }

    /** The points of order 1, 2, 4 and 8 of the curve and its twist: canonical u, and u + p where it fits. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000080",
            })
    void anyUse_ofAPointOfSmallOrder_isRefused(String point) {
        HpkePrivateKey own = HpkePrivateKey.generate(RANDOM);

        assertThatThrownBy(() -> HpkePublicKey.of(hex(point)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("small order");
        assertThatThrownBy(() -> Hpke.open(own, new byte[0], new byte[0], hex(point + "00".repeat(16))))
                .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void open_afterAnyChange_isRefused() {
        HpkePrivateKey receiver = HpkePrivateKey.generate(RANDOM);
        byte[] info = {1};
        byte[] aad = {2};
        byte[] payload = Hpke.seal(receiver.publicKey(), HpkePrivateKey.generate(RANDOM), info, aad, new byte[5]);

        for (int i = 0; i < payload.length; i++) {
            byte[] changed = payload.clone();
            changed[i] ^= (byte) 0x80;
            assertThatThrownBy(() -> Hpke.open(receiver, info, aad, changed))
                    .as("byte %d", i)
                    .isInstanceOf(GeneralSecurityException.class);
        }
        assertThatThrownBy(() -> Hpke.open(receiver, aad, aad, payload)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> Hpke.open(receiver, info, info, payload)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> Hpke.open(HpkePrivateKey.generate(RANDOM), info, aad, payload))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> Hpke.open(receiver, info, aad, new byte[47]))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("shorter");
    }

    @Nested
    class PrivateKeys {
        @Test
        void of_aKeyPairOfTheJdk_hasItsPublicKey() throws GeneralSecurityException {
            KeyPair pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();

            HpkePrivateKey key = HpkePrivateKey.of(pair);

            assertThat(encoded).endsWith(key.publicKey().toBytes());
        }

        @Test
        void of_halvesThatDoNotBelongTogether_isRefused() throws GeneralSecurityException {
            KeyPair one = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            KeyPair other = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            KeyPair ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

            assertThatThrownBy(() -> HpkePrivateKey.of(new KeyPair(one.getPublic(), other.getPrivate())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("do not belong together");
            assertThatThrownBy(() -> HpkePrivateKey.of(ed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("gives no X25519 bytes");
        }

        @Test
        void destroy_endsEveryUse() {
            HpkePrivateKey key = HpkePrivateKey.generate(RANDOM);

            key.destroy();

            assertThat(key.isDestroyed()).isTrue();
            assertThatThrownBy(key::copyScalar)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("destroyed");
        }

        @Test
        void toString_showsThePublicHalfOnly() {
            HpkePrivateKey key = HpkePrivateKey.generate(RANDOM);

            assertThat(key.toString())
                    .contains(key.publicKey().toString())
                    .doesNotContain(HexFormat.of().formatHex(key.copyScalar()));
        }
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
