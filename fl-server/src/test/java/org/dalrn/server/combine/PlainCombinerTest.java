package org.dalrn.server.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.DataDirectory;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.transport.BlobSource.Blob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainCombinerTest {
    /** More than one block of 1 MiB, and no multiple of it. */
    private static final ParameterLayout LAYOUT =
            ParameterLayout.of(new TensorSpec("w", List.of(300_007)), new TensorSpec("b", List.of()));

    private static final RunId RUN = new RunId("heart");

    @TempDir
    Path folder;

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private DataDirectory directory;
    private BlobStore blobs;
    private ContentHash base;
    private float[] global;
    private final List<Update> updates = new ArrayList<>();

    private static final class Update {
        final NodeId node;
        final long weight;
        final float[] values;
        final ContentHash hash;

        Update(NodeId node, long weight, float[] values, ContentHash hash) {
            this.node = node;
            this.weight = weight;
            this.values = values;
            this.hash = hash;
        }
    }

    @BeforeEach
    void fill() throws IOException {
        directory = DataDirectory.open(folder);
        blobs = BlobStore.open(directory);
        Random random = new Random(11);
        global = values(random, 3);
        base = put(global);
        for (int i = 0; i < 5; i++) {
            float[] values = values(random, 8);
            updates.add(new Update(new NodeId("node-" + i), 1 + random.nextInt(1000), values, put(values)));
        }
    }

    @AfterEach
    void close() {
        workers.shutdownNow();
        directory.close();
    }

    /** Source of truth: the weighted mean in BigDecimal, divided to 60 digits. */
    @Test
    void finish_severalUpdates_isTheGlobalModelPlusTheirWeightedMean() throws IOException {
        float[] next = read(combine(updates).model());
        BigDecimal weight = updates.stream()
                .map(update -> BigDecimal.valueOf(update.weight))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        MathContext digits = new MathContext(60, RoundingMode.HALF_EVEN);
        // Every 101st element, and with it both sides of each block's edge in some block.
        for (int i = 0; i < LAYOUT.elementCount(); i += 101) {
            BigDecimal sum = BigDecimal.ZERO;
            for (Update update : updates) {
                sum = sum.add(new BigDecimal(update.values[i]).multiply(BigDecimal.valueOf(update.weight)));
            }
            double exact = sum.divide(weight, digits).doubleValue();
            // One rounding of the mean to float, one of the sum; the fixed point adds far less.
            double bound = Math.ulp((float) exact) + Math.ulp(next[i]);
            assertThat(Math.abs(next[i] - (global[i] + exact))).isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void finish_anyOrder_isTheSameToTheBit() {
        Combined first = combine(updates);
        for (int i = 0; i < 5; i++) {
            Collections.shuffle(updates, new Random(i));
            assertThat(combine(updates)).isEqualTo(first);
        }
    }

    @Test
    void finish_twoNodesWithTheSameBytes_countsBoth() throws IOException {
        Update one = updates.get(0);
        Combined combined = combine(List.of(one, new Update(new NodeId("twin"), one.weight, one.values, one.hash)));
        Parameters expected = Parameters.copyOf(LAYOUT, global).plus(Parameters.copyOf(LAYOUT, one.values));
        assertThat(combined.model()).isEqualTo(expected.contentHash());
        assertThat(combined.sumDigest()).isNotEqualTo(combine(List.of(one)).sumDigest());
    }

    @Test
    void finish_missingBlob_failsAsDamagedAndNeedsANewSum() throws IOException {
        Update lost = updates.get(2);
        Path file =
                directory.blobs().resolve(lost.hash.toString().substring(0, 2)).resolve(lost.hash.toString());
        Path away = folder.resolve("away");
        Files.move(file, away);
        assertThatThrownBy(() -> combine(updates))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BLOB_DAMAGED))
                .hasMessageContaining("is missing");
        Files.move(away, file);
        assertThat(combine(updates).model()).isNotNull();
    }

    @Test
    void finish_blobOfAnotherLength_failsAsDamaged() throws IOException {
        ContentHash shorter = blobs.put(sink -> sink.write(new byte[8]));
        Update wrong = new Update(new NodeId("short"), 1, new float[0], shorter);
        assertThatThrownBy(() -> combine(List.of(wrong))).hasMessageContaining("has 8 bytes, not the 1200032");
    }

    @Test
    void finish_discarded_fails() {
        RoundSum sum = sum();
        updates.forEach(update -> sum.add(update.node, update.hash, update.weight));
        sum.discard();
        assertThatThrownBy(() -> sum.finish(base).toCompletableFuture().join())
                .hasMessageContaining("has no sum: it was discarded");
    }

    private Combined combine(List<Update> some) {
        RoundSum sum = sum();
        some.forEach(update -> sum.add(update.node, update.hash, update.weight));
        return sum.finish(base).toCompletableFuture().join();
    }

    private RoundSum sum() {
        RunSpec spec = new RunSpec(
                "heart",
                LAYOUT,
                base,
                1,
                new FedAvg(Sampling.defaults()),
                new RoundPolicy(Duration.ofMinutes(1), Duration.ofMinutes(1), 2, 1, 3),
                1000,
                64,
                new TreeMap<>());
        return new PlainCombiner(blobs, workers).begin(RUN, spec, 1, 5);
    }

    private static float[] values(Random random, float scale) {
        float[] values = new float[LAYOUT.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * scale;
        }
        return values;
    }

    private ContentHash put(float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return blobs.put(sink -> sink.write(bytes.array()));
    }

    private float[] read(ContentHash hash) throws IOException {
        try (Blob blob = blobs.open(hash).orElseThrow()) {
            byte[] bytes = new byte[(int) blob.length()];
            blob.read(0, bytes, 0, bytes.length);
            float[] values = new float[bytes.length / 4];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            return values;
        }
    }
}
