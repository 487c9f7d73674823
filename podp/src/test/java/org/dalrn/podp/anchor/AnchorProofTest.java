package org.dalrn.podp.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.InclusionProof;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnchorProofTest {

    private static final String CONTRACT = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
    private static final String ACCOUNT = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
    private static final String TRANSACTION = "0x434fe0b6f57eb450b343e2d524ccc897f93b0d82bb7ed12bd5bbafc1952c6f88";

    /** The example of docs/anchoring.md. */
    private static final String TEXT = """
            dalrn/anchor-proof/v1
            chain eip155:31337
            contract 0x5fbdb2315678afecb367f032d93f642f64180aa3
            account 0x70997970c51812dc3a010c7d01b50e0d17dc79c8
            transaction 0x434fe0b6f57eb450b343e2d524ccc897f93b0d82bb7ed12bd5bbafc1952c6f88
            block 12
            batch 1 3
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
            6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
            """;

    private static final InclusionProof PATH =
            new InclusionProof(1, 3, List.of(Sha256Hash.of(), Sha256Hash.of(new byte[] {0})));

    private static AnchorProof proof(Optional<InclusionProof> batch) {
        return new AnchorProof("eip155:31337", CONTRACT, ACCOUNT, TRANSACTION, 12, batch);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertRefused(String text, String why) {
        assertThatThrownBy(() -> AnchorProof.parse(bytes(text)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(why);
    }

    @Nested
    class Text {
        @Test
        void ofABatch_isAsWrittenDown() {
            assertThat(new String(proof(Optional.of(PATH)).text(), StandardCharsets.UTF_8))
                    .isEqualTo(TEXT);
        }

        @Test
        void ofASingleCheckpoint_endsInSingle() {
            assertThat(new String(proof(Optional.empty()).text(), StandardCharsets.UTF_8))
                    .endsWith("block 12\nsingle\n");
        }
    }

    @Nested
    class Parse {
        @Test
        void text_isWhatWasWritten() {
            assertThat(AnchorProof.parse(bytes(TEXT))).isEqualTo(proof(Optional.of(PATH)));
            AnchorProof single = proof(Optional.empty());
            assertThat(AnchorProof.parse(single.text())).isEqualTo(single);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "proof/v1      | proof/v2        | begins with 'dalrn/anchor-proof/v1'",
                    "eip155:31337  | eip155 31337    | the chain of an anchor proof",
                    "contract 0x5  | contract  0x5   | the contract of an anchor proof",
                    "account       | acc             | has a line 'account ...'",
                    "0x434f        | 0x434f-         | the transaction of an anchor proof",
                    "block 12      | block 012       | the block of an anchor proof is a decimal number",
                    "block 12      | block 9999999999999999999 | the block of an anchor proof is a decimal number",
                    "batch 1 3     | batch 1  3      | or 'batch INDEX SIZE'",
                    "batch 1 3     | batch 3 3       | there is no leaf 3",
                    "batch 1 3     | batch 1 2       | an inclusion proof of leaf 1 in a log of size 2",
                    "batch 1 3     | single          | after 'single' an anchor proof ends",
                    "e3b0          | E3b0            | the path of an anchor proof",
                })
        void anotherSpelling_isRefused(String from, String to, String why) {
            assertThat(TEXT).contains(from);
            assertRefused(TEXT.replaceFirst(from, to), why);
        }

        @Test
        void otherEnds_areRefused() {
            assertRefused(TEXT.stripTrailing(), "ends in a line feed");
            assertRefused(TEXT + "\n", "the path of an anchor proof");
            assertRefused("", "ends in a line feed");
            assertRefused("dalrn/anchor-proof/v1\n", "7 lines or more; this one has 1");
            assertRefused(TEXT.replace("0x5f", "0x\u00e9f"), "ASCII");
            assertRefused("x".repeat(AnchorProof.MOST_BYTES + 1), "at most 8192 bytes, this one has 8193");
        }

        @Test
        void everyFlippedByte_isRefusedOrReadAsWritten() {
            byte[] text = bytes(TEXT);
            Random random = new Random(11);
            for (int i = 0; i < text.length; i++) {
                byte[] flipped = text.clone();
                flipped[i] ^= (byte) (1 + random.nextInt(255));
                try {
                    AnchorProof read = AnchorProof.parse(flipped);
                    assertThat(read.text()).isEqualTo(flipped);
                    assertThat(read).isNotEqualTo(proof(Optional.of(PATH)));
                } catch (MalformedException refused) {
                    assertThat(refused).hasMessageContaining("anchor proof");
                }
            }
        }
    }
}
