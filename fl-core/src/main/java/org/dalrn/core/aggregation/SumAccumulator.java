package org.dalrn.core.aggregation;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.jspecify.annotations.Nullable;

/**
 * The growing exact sum of the updates of one round and shard.
 *
 * <p>The sum depends only on which updates it holds and with which weights, to the bit: not on their order, nor on
 * updates that were refused or removed. A block with a refused value is taken out at once from the bytes at hand, the
 * blocks before it by reading the update a second time; a CRC-32 tells whether that was the same as the first time. If it
 * was not, the accumulator says so and refuses everything from then on, rather than hold a sum nobody can explain.
 * (CRC-32 finds accidents, not forgery: the bytes must come from a store the caller trusts.)
 *
 * <p>Updates are expected to have passed {@link UpdateScreen} and the admission of the round, so a refusal here is a
 * caller's mistake and an exception.
 *
 * <p>Shape: {@code long[elements]}, in units of {@code 2^-scale.exponent}. Memory: 8 bytes for each element, some 10 KiB
 * of scratch and about 100 bytes for each update. Confined to one thread.
 */
public final class SumAccumulator {
    private final RunId run;
    private final int round;
    private final int shard;
    private final FixedPointScale scale;
    private final long[] sum;
    private final int maxMagnitudeBits;
    private final TileKernel kernel = new TileKernel();
    private final TreeMap<ContentHash, Held> held = new TreeMap<>();
    private long totalWeight;
    private @Nullable String unusable;

    /** What is remembered of an update in the sum. */
    private record Held(long weight, long checksum) {}

    private SumAccumulator(RunId run, int round, int shard, FixedPointScale scale, int elements) {
        this.run = run;
        this.round = round;
        this.shard = shard;
        this.scale = scale;
        this.sum = new long[elements];
        this.maxMagnitudeBits = scale.maxMagnitudeBits();
    }

    /**
     * Creates an empty sum.
     *
     * @param round at least 0
     * @param shard index of the coordinate shard, at least 0; 0 if the vector is not split
     * @param elements length of the shard, in {@code [1, 2^31 - 9]}
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static SumAccumulator create(RunId run, int round, int shard, FixedPointScale scale, int elements) {
        PartialSum.checkPlace(run, round, shard, scale, elements);
        return new SumAccumulator(run, round, shard, scale, elements);
    }

    /**
     * Adds one update; if it throws, the sum is as before.
     *
     * @param updateId name of the update, not yet in the sum; two updates of equal bytes need two names
     * @param grantedWeight weight the aggregator decided on, in {@code [1, 2^29]}
     * @param bytes exactly the elements of the shard, little-endian float32
     * @throws IllegalArgumentException if the update is already in the sum, the weight or the total weight is too large,
     *     the length is wrong, or a value is not finite or above {@code scale.maxAbsoluteValue()}
     * @throws IllegalStateException if the sum is unusable because an earlier undo read other bytes
     * @throws RuntimeException what {@code bytes} throws
     */
    public void add(ContentHash updateId, long grantedWeight, UpdateBytes bytes) {
        Objects.requireNonNull(updateId, "updateId");
        Objects.requireNonNull(bytes, "bytes");
        requireUsable();
        if (held.containsKey(updateId)) {
            throw new IllegalArgumentException(
                    "update " + updateId + " is already in the sum of " + place() + "; an update counts once");
        }
        if (grantedWeight < 1 || grantedWeight > FixedPointScale.MAX_UPDATE_WEIGHT) {
            throw new IllegalArgumentException("weight " + grantedWeight + " of update " + updateId + " is not in [1, "
                    + FixedPointScale.MAX_UPDATE_WEIGHT + "]; cap weights before granting them");
        }
        if (grantedWeight > scale.maxTotalWeight() - totalWeight) {
            throw new IllegalArgumentException("weight " + grantedWeight + " of update " + updateId
                    + " lifts the total weight " + totalWeight + " above " + scale.maxTotalWeight()
                    + "; plan the scale for a larger total weight or lower the cap of one weight");
        }
        Pass pass = new Pass(updateId, scale.factor(grantedWeight), sum.length, false);
        applyOrUndo(pass, bytes, () -> pass.requireEnd("add exactly the elements of the shard"));
        held.put(updateId, new Held(grantedWeight, pass.checksum()));
        totalWeight += grantedWeight;
    }

    /**
     * Takes one update out again: the sum is, to the bit, what it would be had the update never been added. If it
     * throws, the sum is as before.
     *
     * @param updateId name of an update in the sum
     * @param bytes the same bytes that were added
     * @throws IllegalArgumentException if the update is not in the sum or the bytes are not those that were added
     * @throws IllegalStateException if the sum is unusable because an earlier undo read other bytes
     * @throws RuntimeException what {@code bytes} throws
     */
    public void remove(ContentHash updateId, UpdateBytes bytes) {
        Objects.requireNonNull(updateId, "updateId");
        Objects.requireNonNull(bytes, "bytes");
        requireUsable();
        Held known = held.get(updateId);
        if (known == null) {
            throw new IllegalArgumentException("update " + updateId + " is not in the sum of " + place()
                    + ", which holds " + held.size() + " updates; remove only what was added");
        }
        // Rounding half to even is symmetric: the negative factor subtracts exactly what the positive one added.
        Pass pass = new Pass(updateId, -scale.factor(known.weight()), sum.length, false);
        applyOrUndo(pass, bytes, () -> {
            pass.requireEnd("pass the bytes that were added");
            if (pass.checksum() != known.checksum()) {
                throw new IllegalArgumentException("bytes of update " + updateId
                        + " are not those that were added (CRC-32 differs); read them from the store again");
            }
        });
        held.remove(updateId);
        totalWeight -= known.weight();
    }

    /** Returns a copy of the sum as it stands. */
    public PartialSum toPartialSum() {
        requireUsable();
        return PartialSum.wrap(run, round, shard, scale, sum.clone(), totalWeight, List.copyOf(held.keySet()));
    }

    /** Returns the number of updates in the sum. */
    public int count() {
        return held.size();
    }

    /** Returns the total weight of the updates in the sum. */
    public long weight() {
        return totalWeight;
    }

    private void applyOrUndo(Pass pass, UpdateBytes bytes, Runnable check) {
        // Set first, cleared last: an Error in between leaves the sum marked.
        unusable = "update " + pass.updateId + " was added or removed in part";
        try {
            pass.run(bytes);
            check.run();
        } catch (RuntimeException refusal) {
            try {
                undo(pass, bytes);
                unusable = null;
            } catch (RuntimeException failure) {
                refusal.addSuppressed(failure);
            }
            throw refusal;
        }
        unusable = null;
    }

    private void undo(Pass pass, UpdateBytes bytes) {
        if (pass.applied == 0) {
            return;
        }
        Pass back = new Pass(pass.updateId, -pass.factor, pass.applied, true);
        back.run(bytes);
        if (back.applied != pass.applied || back.checksum() != pass.checksum()) {
            throw new IllegalStateException("update " + pass.updateId
                    + " could not be undone: the second reading of its bytes differs from the first");
        }
    }

    private void requireUsable() {
        if (unusable != null) {
            throw new IllegalStateException("sum of " + place() + " is unusable: " + unusable
                    + " and its bytes could not be read again alike; fold the round again from the stored updates");
        }
    }

    private String place() {
        return "run " + run + " round " + round + " shard " + shard;
    }

    /** One reading of an update that adds {@code round(x * factor)} for its first {@code limit} elements. */
    private final class Pass {
        final ContentHash updateId;
        final double factor;
        final int limit;
        final boolean undo;
        final CRC32 crc = new CRC32();
        final ElementStream stream = new ElementStream();
        int applied;
        boolean beyondLimit;

        Pass(ContentHash updateId, double factor, int limit, boolean undo) {
            this.updateId = updateId;
            this.factor = factor;
            this.limit = limit;
            this.undo = undo;
        }

        void run(UpdateBytes bytes) {
            try (UpdateBytes.Chunks chunks = bytes.open()) {
                Optional<ByteBuffer> chunk = chunks.next();
                while (chunk.isPresent() && !beyondLimit) {
                    stream.accept(chunk.get(), this::apply);
                    chunk = undo && applied == limit ? Optional.empty() : chunks.next();
                }
            }
        }

        private void apply(long fromElement, ByteBuffer block) {
            int count = (int) Math.min(block.remaining() / Float.BYTES, limit - fromElement);
            if (count < block.remaining() / Float.BYTES) {
                beyondLimit = true;
                if (count <= 0) {
                    return;
                }
                block.limit(block.position() + Float.BYTES * count);
            }
            // Added and checked in one go over the tiles, so that computing overlaps with fetching; a block that fails
            // is
            // taken out from the bytes at hand before anything else happens.
            if (kernel.addScaled(sum, applied, block, factor) > maxMagnitudeBits) {
                kernel.subtractScaled(sum, applied, block, factor);
                throw new IllegalArgumentException("update " + updateId + " has a value that is not finite or above "
                        + scale.maxAbsoluteValue() + " in magnitude among its elements [" + fromElement + ", "
                        + (fromElement + count) + "); screen updates and clip them to the bound of the scale");
            }
            applied += count;
            crc.update(block);
        }

        void requireEnd(String fix) {
            if (applied != sum.length || beyondLimit || stream.trailingBytes() > 0) {
                String length = beyondLimit
                        ? "more than " + sum.length + " elements"
                        : applied + " elements and " + stream.trailingBytes() + " bytes";
                throw new IllegalArgumentException(
                        "update " + updateId + " has " + length + ", not " + sum.length + " elements; " + fix);
            }
        }

        long checksum() {
            return crc.getValue();
        }
    }
}
