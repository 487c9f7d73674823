package org.dalrn.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.dalrn.podp.Sha256Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidTest {
    /** By {@code ipfs add --cid-version=1} of Kubo 0.43.0, and by Helia. */
    private static final String HELLO = "bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru";

    private static final byte[] HELLO_BYTES = "hello DALRN".getBytes(StandardCharsets.UTF_8);

    @Test
    void of_knownBytes_isKubosCid() {
        assertThat(Cid.of(Codec.RAW, HELLO_BYTES)).hasToString(HELLO);
        assertThat(Cid.of(Codec.RAW, new byte[0]))
                .hasToString("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
        // `printf x | ipfs block put --cid-codec=dag-pb`.
        assertThat(Cid.of(Codec.DAG_PB, new byte[] {'x'}))
                .hasToString("bafybeibnoelefnzgwbcacyt4vh52ymxvzbjq7mmqhtcnwarfq4lzegsiqe");
    }

    @Test
    void constructor_fromTheHashOfAReceipt_isTheCidOfTheBlob() {
        assertThat(new Cid(Codec.RAW, Sha256Hash.of(HELLO_BYTES))).hasToString(HELLO);
        assertThat(Cid.parse(HELLO).sha256()).isEqualTo(Sha256Hash.of(HELLO_BYTES));
    }

    @Test
    void parse_ofWhatWasWritten_isTheSame() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] hash = new byte[32];
            random.nextBytes(hash);
            Cid cid = new Cid(i % 2 == 0 ? Codec.RAW : Codec.DAG_PB, Sha256Hash.ofBytes(hash));
            assertThat(cid.toString()).hasSize(Cid.TEXT_LENGTH);
            assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
            assertThat(cid.toByteArray()).hasSize(Cid.SIZE_BYTES);
            assertThat(Cid.ofBytes(cid.toByteArray())).isEqualTo(cid);
        }
    }

    @Test
    void parse_ofEveryOtherCharacter_isAnotherCidOrRefused() {
        String alphabet = "abcdefghijklmnopqrstuvwxyz234567ABZ01 =";
        int refused = 0;
        for (int at = 0; at < HELLO.length(); at++) {
            for (int i = 0; i < alphabet.length(); i++) {
                String changed = HELLO.substring(0, at) + alphabet.charAt(i) + HELLO.substring(at + 1);
                try {
                    assertThat(Cid.parse(changed).toString()).isEqualTo(changed);
                } catch (IpfsFormatException expected) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(59 * 7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QmNRCQWfgze6AbBCaT1rkrkV5tJ2aP4oTNPb5JZcXYywve | version 0",
                "'' | no CID",
                "b | no CID",
                "bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjr | no CID",
                "bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjrua | no CID",
                "BAFKREIDAEGUCMTILT6APTHEFVR6MFRYKQCXLTUINNTOWHRHIIZOKGAXJRU | no CID",
                "zafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru | no CID",
                "bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjrv | spare bits",
                "bafkreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxj1u | character 58",
                "bafyreidaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru | codec 0x71",
                "bafkreydaegucmtilt6apthefvr6mfrykqcxltuinntowhrhiizokgaxjru | hash function",
            })
    void parse_ofAnythingElse_isRefusedWithTheReason(String text, String reason) {
        assertThatThrownBy(() -> Cid.parse(text))
                .isInstanceOf(IpfsFormatException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "01", // cut off
                "015512", //
                "01551220aabb", // the hash is cut off
                "1220 00*32", // version 0
                "02551220 00*32", // version 2
                "8100551220 00*32", // a version that is not minimal
                "01d5001220 00*32", // a codec that is not minimal
                "01711220 00*32", // dag-cbor
                "01551320 00*64", // sha2-512
                "01551214 00*20", // sha2-256 of 20 bytes
                "01550000", // the identity
                "ffffffffffffffffffff01551220", // a varint of 11 bytes
                "01551220 00*33", // a byte too many
            })
    void ofBytes_ofAnythingElse_isRefused(String hex) {
        int times = hex.indexOf(" 00*");
        byte[] bytes = HexFormat.of().parseHex(times < 0 ? hex : hex.substring(0, times));
        byte[] all = Arrays.copyOf(bytes, bytes.length + (times < 0 ? 0 : Integer.parseInt(hex.substring(times + 4))));
        assertThatThrownBy(() -> Cid.ofBytes(all)).isInstanceOf(IpfsFormatException.class);
    }

    @Test
    void read_takesNoMoreThanTheCid() {
        byte[] bytes = Arrays.copyOf(Cid.parse(HELLO).toByteArray(), Cid.SIZE_BYTES + 5);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        assertThat(Cid.read(in)).hasToString(HELLO);
        assertThat(in.remaining()).isEqualTo(5);
    }
}
