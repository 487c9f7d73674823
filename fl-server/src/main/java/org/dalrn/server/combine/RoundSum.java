package org.dalrn.server.combine;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.dalrn.core.aggregation.PartialSum;
import org.dalrn.core.aggregation.SumAccumulator;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunSpec;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.transport.BlobSource.Blob;
import org.jspecify.annotations.Nullable;

/**
 * The growing sum of one round: each accepted update is folded from its blob as soon as it is told of.
 *
 * <p>Memory: 8 bytes an element and one block of 1 MiB, whatever the number of updates; another 12 bytes an element while the
 * model is stepped. Thread-safe; the folds follow one another on the workers.
 */
public final class RoundSum {
    private static final int BLOCK_BYTES = 1 << 20;

    private final BlobStore blobs;
    private final Executor workers;
    private final RunId run;
    private final RunSpec spec;
    private final int round;
    private final int cohortSize;
    private final byte[] block;

    /** Confined to the chain of folds. */
    private @Nullable SumAccumulator sum;

    private final Object lock = new Object();
    /** Guarded by the lock: the end of the chain of folds. */
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    private volatile boolean discarded;

    RoundSum(BlobStore blobs, Executor workers, RunId run, RunSpec spec, int round, int cohortSize) {
        this.blobs = blobs;
        this.workers = workers;
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
     * Waits for the folds, steps the model and stores it.
     *
     * @param baseModel what the round started from
     * @return fails with {@link StoreException} {@code BLOB_DAMAGED} if a blob is missing or not what its hash says, with
     *     {@link UncheckedIOException} if the disk refuses: then the round can be folded again
     */
    public CompletionStage<Combined> finish(ContentHash baseModel) {
        synchronized (lock) {
            CompletableFuture<Combined> combined = last.thenApplyAsync(folded -> combine(baseModel), workers);
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
            sum = SumAccumulator.create(
                    run, round, 0, spec.scale(cohortSize), spec.layout().elementCount());
        }
        sum.add(PartialSum.updateId(node, update), grantedWeight, () -> new BlobChunks(open(update)));
    }

    private Combined combine(ContentHash baseModel) {
        SumAccumulator folded = sum;
        sum = null;
        if (discarded || folded == null) {
            throw new IllegalStateException("round " + round + " of run " + run
                    + " has no sum: it was discarded, or closed" + " without an update");
        }
        PartialSum partial = folded.seal();
        ContentHash digest = partial.digest();
        Parameters mean = partial.mean(spec.layout());
        Parameters next = spec.strategy().step(read(baseModel), mean);
        try {
            return new Combined(blobs.put(sink -> write(next, sink)), digest);
        } catch (IOException failure) {
            throw new UncheckedIOException("the model of round " + round + " cannot be written: " + failure, failure);
        }
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
