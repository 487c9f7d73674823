package org.dalrn.server.combine;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.dalrn.core.aggregation.PartialSum;
import org.dalrn.core.aggregation.SumAccumulator;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.incentive.CoalitionModel;
import org.dalrn.core.incentive.CoalitionValue;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.RoundPlayers;
import org.dalrn.core.incentive.contribution.CoalitionModels;
import org.dalrn.core.incentive.contribution.GradientAlignment;
import org.dalrn.core.incentive.contribution.ModelUtility;
import org.dalrn.core.incentive.contribution.NodeGroups;
import org.dalrn.core.incentive.contribution.RoundGame;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunSpec;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.transport.BlobSource.Blob;
import org.dalrn.server.utility.Utilities;
import org.jspecify.annotations.Nullable;

/**
 * The growing sum of one round: each accepted update is folded from its blob as soon as it is told of.
 *
 * <p>Memory: 8 bytes an element and one block of 1 MiB, whatever the number of updates; another 12 bytes an element while the
 * model is stepped, and 8 for each group whose sum contributions are measured by. Thread-safe; the folds follow one another on the workers.
 */
public final class RoundSum {
    private static final int BLOCK_BYTES = 1 << 20;

    private final BlobStore blobs;
    private final Executor workers;
    private final Utilities utilities;
    private final RunId run;
    private final RunSpec spec;
    private final int round;
    private final int cohortSize;
    private final byte[] block;

    /** Confined to the chain of folds. */
    private @Nullable SumAccumulator sum;

    /** Confined to the chain of folds: what was folded. */
    private final SortedMap<NodeId, ContentHash> folded = new TreeMap<>();

    private final Object lock = new Object();
    /** Guarded by the lock: the end of the chain of folds. */
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    private volatile boolean discarded;

    RoundSum(
            BlobStore blobs,
            Executor workers,
            Utilities utilities,
            RunId run,
            RunSpec spec,
            int round,
            int cohortSize) {
        this.blobs = blobs;
        this.workers = workers;
        this.utilities = utilities;
        this.run = run;
        this.spec = spec;
        this.round = round;
        this.cohortSize = cohortSize;
        this.block = new byte[(int) Math.min(BLOCK_BYTES, spec.layout().byteLength())];
    }

    /** Folds an accepted update when a worker is free; what goes wrong with it is told by {@link #finish}. */
    public void add(NodeId node, ContentHash update, long grantedWeight) {
        synchronized (lock) {
            last = last.thenRunAsync(() -> fold(node, update, grantedWeight), workers);
        }
    }

    /**
     * Waits for the folds, steps the model and stores it, and measures what the run's incentives ask for.
     *
     * @param baseModel what the round started from
     * @param players the nodes whose updates were added
     * @return fails with {@link StoreException} {@code BLOB_DAMAGED} if a blob is missing or not what its hash says, with
     *     {@link UncheckedIOException} if the disk refuses: then the round can be folded again
     */
    public CompletionStage<Combined> finish(ContentHash baseModel, RoundPlayers players) {
        synchronized (lock) {
            CompletableFuture<Combined> combined = last.thenApplyAsync(done -> combine(baseModel, players), workers);
            last = combined;
            return combined.minimalCompletionStage();
        }
    }

    /** Lets go of the memory; folds that have not begun are skipped. */
    public void discard() {
        discarded = true;
        synchronized (lock) {
            last = last.handleAsync(
                    (done, failure) -> {
                        sum = null;
                        return done;
                    },
                    workers);
        }
    }

    private void fold(NodeId node, ContentHash update, long grantedWeight) {
        if (discarded) {
            return;
        }
        if (sum == null) {
            sum = emptySum();
        }
        sum.add(PartialSum.updateId(node, update), grantedWeight, () -> new BlobChunks(open(update)));
        folded.put(node, update);
    }

    private SumAccumulator emptySum() {
        return SumAccumulator.create(
                run, round, 0, spec.scale(cohortSize), spec.layout().elementCount());
    }

    private Combined combine(ContentHash baseModel, RoundPlayers players) {
        SumAccumulator whole = sum;
        sum = null;
        if (discarded || whole == null) {
            throw new IllegalStateException("round " + round + " of run " + run
                    + " has no sum: it was discarded, or closed" + " without an update");
        }
        PartialSum partial = whole.seal();
        ContentHash digest = partial.digest();
        Parameters mean = partial.mean(spec.layout());
        Parameters base = read(baseModel);
        Parameters next = spec.strategy().step(base, mean);
        RunCommand.Measurement measurement = spec.incentive()
                .map(policy -> measured(policy.measure(), base, mean, players))
                .orElse(RunCommand.Measurement.none());
        return new Combined(put(next), digest, measurement);
    }

    private ContentHash put(Parameters model) {
        try {
            return blobs.put(sink -> write(model, sink));
        } catch (IOException failure) {
            throw new UncheckedIOException("a model of round " + round + " cannot be written: " + failure, failure);
        }
    }

    private RunCommand.Measurement measured(
            ContributionMeasure measure, Parameters base, Parameters mean, RoundPlayers players) {
        return measure.match(
                participation -> RunCommand.Measurement.none(),
                examples -> RunCommand.Measurement.none(),
                alignment -> new RunCommand.Measurement(alignments(mean), List.of(), List.of()),
                heldOut -> new RunCommand.Measurement(
                        Collections.emptySortedMap(), utilities(heldOut, base, players), List.of()),
                group -> new RunCommand.Measurement(
                        Collections.emptySortedMap(), List.of(), coalitions(group, base, players)));
    }

    private SortedMap<NodeId, Double> alignments(Parameters mean) {
        GradientAlignment alignment = GradientAlignment.with(mean, OptionalDouble.empty());
        SortedMap<NodeId, Double> alignments = new TreeMap<>();
        folded.forEach((node, update) ->
                alignments.put(node, alignment.of(bytes(update)).cosine()));
        return alignments;
    }

    private UpdateBytes bytes(ContentHash update) {
        return () -> new BlobChunks(open(update));
    }

    private ContentHash updateOf(NodeId node) {
        ContentHash update = folded.get(node);
        if (update == null) {
            throw new IllegalStateException("bug: no update of " + node + " was added to round " + round);
        }
        return update;
    }

    /** Of all coalitions of updates that the method asks for. */
    private List<CoalitionValue> utilities(ContributionMeasure.HeldOut measure, Parameters base, RoundPlayers players) {
        List<CoalitionModels.Update> updates = new ArrayList<>();
        players.grantedWeights().forEach((node, weight) -> {
            ContentHash update = updateOf(node);
            updates.add(new CoalitionModels.Update(PartialSum.updateId(node, update), weight, bytes(update)));
        });
        CoalitionModels models =
                CoalitionModels.ofUpdates(run, round, spec.scale(cohortSize), base, spec.strategy(), updates);
        ModelUtility utility = utilities.open(measure, spec);
        return players.evaluate(measure, RoundGame.of(models, model -> utilityOf(model, utility, measure.utility())));
    }

    private double utilityOf(Parameters model, ModelUtility utility, String name) {
        if (discarded) {
            throw new IllegalStateException(
                    "round " + round + " of run " + run + " is over; nobody asks what it is worth");
        }
        try {
            return utility.of(model);
        } catch (UncheckedIOException again) {
            throw again;
        } catch (RuntimeException broken) {
            throw new IllegalStateException("utility '" + name + "' failed: " + broken, broken);
        }
    }

    /** The models of all coalitions of groups but of all of them, stored. */
    private List<CoalitionModel> coalitions(
            ContributionMeasure.GroupShapley measure, Parameters base, RoundPlayers players) {
        List<PartialSum> sums = new ArrayList<>();
        for (List<NodeId> group :
                players.groups(measure).map(NodeGroups::groups).orElse(List.of())) {
            SumAccumulator accumulator = emptySum();
            for (NodeId node : group) {
                ContentHash update = updateOf(node);
                long weight = players.grantedWeights().getOrDefault(node, 0L);
                accumulator.add(PartialSum.updateId(node, update), weight, bytes(update));
            }
            sums.add(accumulator.seal());
        }
        if (sums.isEmpty()) {
            return List.of();
        }
        CoalitionModels models = CoalitionModels.ofSums(base, spec.strategy(), sums);
        return players.coalitionsToModel(measure).stream()
                .map(members -> new CoalitionModel(members, put(models.model(members))))
                .toList();
    }

    private void write(Parameters parameters, OutputStream sink) throws IOException {
        int blockElements = block.length / Float.BYTES;
        int elements = parameters.layout().elementCount();
        for (int from = 0; from < elements; from += blockElements) {
            int count = Math.min(blockElements, elements - from);
            parameters.copyTo(from, ByteBuffer.wrap(block), count);
            sink.write(block, 0, Float.BYTES * count);
        }
    }

    private Parameters read(ContentHash model) {
        ParameterLayout layout = spec.layout();
        try (Blob blob = open(model)) {
            return Parameters.create(layout, target -> {
                for (long at = 0; at < layout.byteLength(); ) {
                    int count = (int) Math.min(block.length, layout.byteLength() - at);
                    readBlock(blob, at, count);
                    target.put(ByteBuffer.wrap(block, 0, count)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer());
                    at += count;
                }
            });
        } catch (IOException failure) {
            throw new UncheckedIOException("model " + model + " cannot be read: " + failure, failure);
        }
    }

    private void readBlock(Blob blob, long at, int count) {
        try {
            blob.read(at, block, 0, count);
        } catch (IOException failure) {
            throw new UncheckedIOException("a blob cannot be read: " + failure, failure);
        }
    }

    private Blob open(ContentHash hash) {
        try {
            Blob blob = blobs.open(hash).orElseThrow(() -> damaged(hash, "is missing"));
            long expected = spec.layout().byteLength();
            if (blob.length() != expected) {
                blob.close();
                throw damaged(hash, "has " + blob.length() + " bytes, not the " + expected + " of the layout");
            }
            return blob;
        } catch (IOException failure) {
            throw new UncheckedIOException("blob " + hash + " cannot be opened: " + failure, failure);
        }
    }

    private StoreException damaged(ContentHash hash, String what) {
        return new StoreException(
                ErrorCode.BLOB_DAMAGED,
                "blob " + hash + " of round " + round + " " + what
                        + "; bring the file back from a backup of the data directory",
                null);
    }

    /** The bytes of an update, block by block. */
    private final class BlobChunks implements UpdateBytes.Chunks {
        private final Blob blob;
        private long at;

        BlobChunks(Blob blob) {
            this.blob = blob;
        }

        @Override
        public Optional<ByteBuffer> next() {
            int count = (int) Math.min(block.length, blob.length() - at);
            if (count == 0) {
                return Optional.empty();
            }
            readBlock(blob, at, count);
            at += count;
            return Optional.of(ByteBuffer.wrap(block, 0, count));
        }

        @Override
        public void close() {
            try {
                blob.close();
            } catch (IOException failure) {
                throw new UncheckedIOException("a blob cannot be closed: " + failure, failure);
            }
        }
    }
}
