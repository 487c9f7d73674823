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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.data.Offset;
import org.dalrn.core.incentive.CoalitionModel;
import org.dalrn.core.incentive.CoalitionValue;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.RoundPlayers;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.incentive.contribution.ModelUtility;
import org.dalrn.core.model.ConfigValue;
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
import org.dalrn.server.utility.Utilities;
import org.dalrn.server.utility.UtilityProvider;
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

    private final AtomicReference<Runnable> asked = new AtomicReference<>(() -> {});
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
        assertThatThrownBy(
                        () -> sum.finish(base, players()).toCompletableFuture().join())
                .hasMessageContaining("has no sum: it was discarded");
    }

    private Combined combine(List<Update> some) {
        RoundSum sum = sum();
        some.forEach(update -> sum.add(update.node, update.hash, update.weight));
        return sum.finish(base, players()).toCompletableFuture().join();
    }

    private RoundPlayers players() {
        TreeMap<NodeId, Long> weights = new TreeMap<>();
        updates.forEach(update -> weights.put(update.node, update.weight));
        return new RoundPlayers(ContentHash.of(new byte[0]), 1, 1, weights);
    }

    private RoundSum sum() {
        return sum(Optional.empty());
    }

    private RoundSum sum(Optional<ContributionMeasure> measure) {
        RunSpec spec = new RunSpec(
                "heart",
                LAYOUT,
                base,
                1,
                new FedAvg(Sampling.defaults()),
                new RoundPolicy(Duration.ofMinutes(1), Duration.ofMinutes(1), 2, 1, 3),
                1000,
                64,
                new TreeMap<>(),
                measure.map(one -> new IncentivePolicy(
                        "cent",
                        100,
                        Settlement.ROUND,
                        PayoutRule.NASH,
                        one,
                        new TreeMap<>(),
                        Optional.of(
                                new Terms(new TreeSet<>(), 1, 0, 100, OptionalLong.empty(), OptionalLong.empty())))));
        return new PlainCombiner(blobs, workers, Utilities.of(List.of(new FirstElement(asked)))).begin(RUN, spec, 1, 5);
    }

    /** Does what it is told to whenever it is asked, and tells the first element. */
    private record FirstElement(AtomicReference<Runnable> asked) implements UtilityProvider {
        @Override
        public String name() {
            return "first-element";
        }

        @Override
        public ModelUtility open(ParameterLayout layout, SortedMap<String, ConfigValue> settings) {
            return model -> {
                asked.get().run();
                return model.get(0);
            };
        }
    }

    private Combined measured(ContributionMeasure measure) {
        RoundSum sum = sum(Optional.of(measure));
        updates.forEach(update -> sum.add(update.node, update.hash, update.weight));
        return sum.finish(base, players()).toCompletableFuture().join();
    }

    /** Source of truth: cosines by loops over doubles, in no particular order. */
    @Test
    void finish_alignment_isTheCosineOfEachUpdateWithTheMean() {
        Combined combined = measured(new ContributionMeasure.Alignment());
        double[] mean = new double[LAYOUT.elementCount()];
        for (Update update : updates) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (double) update.weight * update.values[i];
            }
        }
        assertThat(combined.measurement().alignments()).hasSize(5);
        for (Update update : updates) {
            double dot = 0;
            double ofUpdate = 0;
            double ofMean = 0;
            for (int i = 0; i < mean.length; i++) {
                dot += mean[i] * update.values[i];
                ofUpdate += (double) update.values[i] * update.values[i];
                ofMean += mean[i] * mean[i];
            }
            assertThat(combined.measurement().alignments().get(update.node))
                    .isCloseTo(dot / Math.sqrt(ofUpdate) / Math.sqrt(ofMean), Offset.offset(1e-6));
        }
        assertThat(combined.model()).isEqualTo(combine(updates).model());
    }

    /** Source of truth: a sum of its own for each coalition, of its members' updates only. */
    @Test
    void finish_shapley_valuesEveryCoalitionByTheModelOfItsUpdates() throws IOException {
        Combined combined = measured(new ContributionMeasure.HeldOut(
                ContributionMeasure.Method.SHAPLEY, "first-element", new TreeMap<>(), Optional.empty()));
        assertThat(combined.measurement().values()).hasSize(32);
        for (CoalitionValue value : combined.measurement().values()) {
            List<Update> members =
                    value.members().players().mapToObj(updates::get).toList();
            float first = members.isEmpty() ? global[0] : read(combine(members).model())[0];
            assertThat(value.value()).as(value.members().describe()).isEqualTo(first);
        }
    }

    @Test
    void discard_whileUtilitiesAreMeasured_asksForNoFurtherModel() {
        RoundSum sum = sum(Optional.of(new ContributionMeasure.HeldOut(
                ContributionMeasure.Method.SHAPLEY, "first-element", new TreeMap<>(), Optional.empty())));
        AtomicInteger models = new AtomicInteger();
        asked.set(() -> {
            if (models.incrementAndGet() == 3) {
                sum.discard();
            }
        });
        updates.forEach(update -> sum.add(update.node, update.hash, update.weight));
        assertThatThrownBy(
                        () -> sum.finish(base, players()).toCompletableFuture().join())
                .hasMessageContaining("round 1 of run " + RUN + " is over");
        assertThat(models).hasValue(3);
    }

    @Test
    void finish_groupShapley_storesTheModelOfEachSetOfGroupsButAll() {
        ContributionMeasure.GroupShapley measure = new ContributionMeasure.GroupShapley(3, 1, "loss", false);
        List<List<NodeId>> groups = players().groups(measure).orElseThrow().groups();
        Combined combined = measured(measure);
        assertThat(combined.measurement().coalitions()).hasSize(7);
        assertThat(combined.measurement().coalitions().get(0)).isEqualTo(new CoalitionModel(Coalition.empty(), base));
        for (CoalitionModel coalition : combined.measurement().coalitions().subList(1, 7)) {
            List<Update> members = updates.stream()
                    .filter(update -> coalition
                            .members()
                            .players()
                            .anyMatch(g -> groups.get(g).contains(update.node)))
                    .toList();
            assertThat(combine(members).model())
                    .as(coalition.members().describe())
                    .isEqualTo(coalition.model());
        }
    }

    @Test
    void finish_tooFewNodesForAGroup_modelsNoCoalition() {
        Combined combined = measured(new ContributionMeasure.GroupShapley(2, 6, "loss", false));
        assertThat(combined.measurement().coalitions()).isEmpty();
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
