package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SigningKeyTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** RFC 8032, section 7.1, test 2. */
    @Test
    void verifies_theVectorOfRfc8032_isTrueForItsMessageOnly() {
        VerifyingKey key = VerifyingKey.of(hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
        byte[] signature = hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

        assertThat(key.verifies(hex("72"), signature)).isTrue();
        assertThat(key.verifies(hex("73"), signature)).isFalse();
    }

    @Test
    void verifies_malformedKeysAndSignatures_isFalse() {
        SigningKey key = SigningKey.generate(RANDOM);
        byte[] message = "message".getBytes(StandardCharsets.UTF_8);
        byte[] signature = key.sign(message);
        byte[] allOnes = new byte[64];
        Arrays.fill(allOnes, (byte) 0xff);

        assertThat(key.verifyingKey().verifies(message, signature)).isTrue();
        assertThat(key.verifyingKey().verifies(message, new byte[63])).isFalse();
        assertThat(key.verifyingKey().verifies(message, allOnes)).isFalse();
        assertThat(VerifyingKey.of(new byte[32]).verifies(message, signature)).isFalse();
        assertThat(VerifyingKey.of(Arrays.copyOf(allOnes, 32)).verifies(message, signature))
                .isFalse();
    }

    @Test
    void of_aKeyPairOfTheJdk_signsForItsPublicKey() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        SigningKey key = SigningKey.of(pair);

        assertThat(key.verifyingKey().verifies(new byte[1], key.sign(new byte[1])))
                .isTrue();
        assertThat(pair.getPublic().getEncoded()).endsWith(key.verifyingKey().toBytes());
    }

    @Test
    void of_halvesThatDoNotBelongTogether_isRefused() throws GeneralSecurityException {
        KeyPair one = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair x = KeyPairGenerator.getInstance("X25519").generateKeyPair();

        assertThatThrownBy(() -> SigningKey.of(new KeyPair(one.getPublic(), other.getPrivate())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("do not belong together");
        assertThatThrownBy(() -> SigningKey.of(x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not an Ed25519 key");
        assertThatThrownBy(() -> SigningKey.of(new KeyPair(one.getPublic(), x.getPrivate())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot sign");
    }

    @Test
    void destroy_endsEveryUse() {
        SigningKey key = SigningKey.generate(RANDOM);

        key.destroy();

        assertThat(key.isDestroyed()).isTrue();
        assertThatThrownBy(() -> key.sign(new byte[0]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("destroyed");
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
