package org.dalrn.podp.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.testing.ReceiptVectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptProofTest {
    @TempDir
    Path folder;

    private static byte[] ofPython(int index) {
        return ReceiptVectors.ALL.get("proofs").get(index).asText().getBytes(StandardCharsets.UTF_8);
    }

    private static Ed25519PublicKey actor(int index) {
        return ReceiptVectors.log().get(index).get("signed").asBoolean() ? SampleLog.CLIENT : SampleLog.OWNER;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void proof_ofTheBundle_isThatOfPythonAndProves(int index) throws IOException {
        Path file = Files.write(folder.resolve("run.tar"), BundleTest.ofPython());
        try (Bundle bundle = Bundle.open(file)) {
            ReceiptProof proof = ReceiptProof.of(bundle, index);
            assertThat(proof.toByteArray()).isEqualTo(ofPython(index));
            assertThat(ReceiptProof.parse(ofPython(index))).isEqualTo(proof);
            assertThat(proof.objection(SampleLog.OWNER, actor(index))).isEmpty();
            assertThat(proof.entry()).isEqualTo(SampleLog.entries().get(index));
        }
    }

    @Test
    void parse_anyByteFlipped_isRefusedOrProvesNothing() {
        byte[] proof = ofPython(1);
        for (int i = 0; i < proof.length; i++) {
            byte[] flipped = proof.clone();
            flipped[i] ^= 1;
            boolean refused;
            try {
                refused = ReceiptProof.parse(flipped)
                        .objection(SampleLog.OWNER, SampleLog.CLIENT)
                        .isPresent();
            } catch (PodpException malformed) {
                refused = true;
            }
            assertThat(refused).as("byte %d", i).isTrue();
        }
    }

    @Test
    void parse_cutAtAnyLength_isRefused() {
        byte[] proof = ofPython(3);
        for (int length = 0; length < proof.length; length++) {
            byte[] cut = Arrays.copyOf(proof, length);
            assertThatThrownBy(() -> ReceiptProof.parse(cut)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void objection_ofTheWrongKeys_saysWhich() {
        ReceiptProof ofClient = ReceiptProof.parse(ofPython(1));
        assertThat(ofClient.objection(SampleLog.CLIENT, SampleLog.CLIENT).orElseThrow())
                .startsWith("the checkpoint is not signed by ");
        assertThat(ofClient.objection(SampleLog.OWNER, SampleLog.OWNER).orElseThrow())
                .startsWith("the actor of the receipt is ");
    }

    @Test
    void parse_longerThanAProofCanBe_isRefused() {
        byte[] tooLong = new byte[ReceiptProof.MAX_BYTES + 1];
        assertThatThrownBy(() -> ReceiptProof.parse(tooLong))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("a proof of ");
    }

    @Test
    void proof_ofAReceiptThatIsNotThere_isRefused() throws IOException {
        Path file = Files.write(folder.resolve("run.tar"), BundleTest.ofPython());
        try (Bundle bundle = Bundle.open(file)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ReceiptProof.of(bundle, 5))
                    .withMessageContaining("there is no leaf 5");
        }
    }
}
