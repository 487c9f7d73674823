package org.dalrn.podp.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.note.Checkpoint;
import org.junit.jupiter.api.Test;

/** Against vectors/anchor/batches.json, made by produce.py beside it. */
class CheckpointBatchTest {

    private static final Checkpoint HEART = new Checkpoint("example.org/heart", 7, Sha256Hash.of(new byte[] {1}));
    private static final Checkpoint DIGITS = new Checkpoint("example.org/digits", 9, Sha256Hash.of(new byte[] {2}));

    private static JsonNode vectors() throws IOException {
        try (InputStream in = CheckpointBatchTest.class.getResourceAsStream("/vectors/anchor/batches.json")) {
            return new ObjectMapper().readTree(in).path("batches");
        }
    }

    private static List<Checkpoint> checkpoints(JsonNode texts) {
        List<Checkpoint> checkpoints = new ArrayList<>();
        texts.forEach(text -> checkpoints.add(Checkpoint.parse(text.asText())));
        return checkpoints;
    }

    @Test
    void of_vectors_hasTheirOrderRootAndPaths() throws IOException {
        JsonNode vectors = vectors();
        assertThat(vectors).hasSize(9);
        for (JsonNode vector : vectors) {
            CheckpointBatch batch = CheckpointBatch.of(checkpoints(vector.path("given")));
            assertThat(batch.checkpoints()).isEqualTo(checkpoints(vector.path("sorted")));
            assertThat(batch.root()).hasToString(vector.path("root").asText());
            for (int i = 0; i < batch.checkpoints().size(); i++) {
                List<String> path = new ArrayList<>();
                vector.path("paths").path(i).forEach(hash -> path.add(hash.asText()));
                InclusionProof proof = batch.proof(batch.checkpoints().get(i));
                assertThat(proof.index()).isEqualTo(i);
                assertThat(proof.size()).isEqualTo(batch.checkpoints().size());
                assertThat(proof.path()).extracting(Sha256Hash::toString).isEqualTo(path);
            }
        }
    }

    @Test
    void of_sameCheckpointsInAnyOrder_hasTheSameRoot() throws IOException {
        List<Checkpoint> checkpoints = checkpoints(vectors().path(8).path("given"));
        Sha256Hash root = CheckpointBatch.of(checkpoints).root();
        Random random = new Random(5);
        for (int i = 0; i < 10; i++) {
            Collections.shuffle(checkpoints, random);
            assertThat(CheckpointBatch.of(checkpoints).root()).isEqualTo(root);
        }
    }

    @Test
    void proof_ofAnotherCheckpoint_doesNotProveIt() {
        CheckpointBatch batch = CheckpointBatch.of(List.of(HEART, DIGITS));
        InclusionProof proof = batch.proof(HEART);
        assertThat(proof.proves(CheckpointBatch.leafHash(HEART), batch.root())).isTrue();
        assertThat(proof.proves(CheckpointBatch.leafHash(DIGITS), batch.root())).isFalse();
        Checkpoint longer = new Checkpoint(HEART.origin(), HEART.size() + 1, HEART.root());
        assertThat(proof.proves(CheckpointBatch.leafHash(longer), batch.root())).isFalse();
        assertThatThrownBy(() -> batch.proof(longer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("example.org/heart with size 8")
                .hasMessageContaining("batch of 2");
    }

    @Test
    void of_none_isRefused() {
        assertThatThrownBy(() -> CheckpointBatch.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a batch has one checkpoint or more, not 0");
    }

    @Test
    void of_twoOfOneLog_isRefused() {
        Checkpoint later = new Checkpoint(HEART.origin(), 8, HEART.root());
        assertThatThrownBy(() -> CheckpointBatch.of(List.of(HEART, DIGITS, later)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two checkpoints of a batch are of the log example.org/heart");
    }
}
