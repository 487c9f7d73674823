package org.dalrn.core.aggregation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;

/**
 * The exact weighted sum of some updates of one round and shard, with the names of those updates.
 *
 * <p>Partial sums of disjoint updates merge by integer addition, associative and commutative: any tree over the same
 * updates gives equal sums with equal {@link #digest() digests}. {@link #subtract} is the exact inverse.
 *
 * <p>Shape: {@code long[length()]}, in units of {@code 2^-scale.exponent}. Error of the mean: see
 * {@link FixedPointScale}.
 *
 * <p><b>Canonical encoding</b>, what {@link #writeTo} writes and {@link #digest()} hashes; numbers are little-endian:
 *
 * <pre>
 * 20 bytes     "dalrn-partial-sum/1\n" in US-ASCII
 * 1 byte       length of the run id, then the run id in US-ASCII
 * int32        round
 * int32        shard
 * int32        exponent of the scale
 * float64      maximum absolute value of the scale
 * int64        maximum total weight of the scale
 * int64        weight
 * int32        number of updates, then their ids, 32 bytes each, strictly ascending as unsigned bytes
 * int32        number of elements, then the sum, int64 each
 * </pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class PartialSum {
    private static final byte[] MAGIC = "dalrn-partial-sum/1\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UPDATE_ID_DOMAIN = "dalrn-update-id-v1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED_BYTES = MAGIC.length + 1 + 4 + 4 + 4 + 8 + 8 + 8 + 4 + 4;
    private static final int BLOCK_ELEMENTS = 8 * 1024;

    private final RunId run;
    private final int round;
    private final int shard;
    private final FixedPointScale scale;
    private final long[] sum;
    private final long weight;
    private final List<ContentHash> updateIds;

    private PartialSum(
            RunId run,
            int round,
            int shard,
            FixedPointScale scale,
            long[] sum,
            long weight,
            List<ContentHash> updateIds) {
        this.run = run;
        this.round = round;
        this.shard = shard;
        this.scale = scale;
        this.sum = sum;
        this.weight = weight;
        this.updateIds = updateIds;
    }

    /**
     * The name of an update in a round's sum: SHA-256 of {@code "dalrn-update-id-v1\n"}, the node's name, a line feed and
     * the 32 bytes of the update's hash. Two nodes may send the same bytes, and both count.
     */
    public static ContentHash updateId(NodeId node, ContentHash update) {
        return ContentHash.sha256(
                UPDATE_ID_DOMAIN, (node.value() + "\n").getBytes(StandardCharsets.US_ASCII), update.toByteArray());
    }

    /** Takes the array without a copy; the ids are ascending and unmodifiable. */
    static PartialSum wrap(
            RunId run,
            int round,
            int shard,
            FixedPointScale scale,
            long[] sum,
            long weight,
            List<ContentHash> updateIds) {
        return new PartialSum(run, round, shard, scale, sum, weight, updateIds);
    }

    static void checkPlace(RunId run, int round, int shard, FixedPointScale scale, int elements) {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(scale, "scale");
        if (round < 0 || shard < 0) {
            throw new IllegalArgumentException(
                    "round " + round + " or shard " + shard + " is below 0; count rounds and shards from 0 upwards");
        }
        if (elements < 1 || elements > ParameterLayout.MAX_ELEMENTS) {
            throw new IllegalArgumentException("shard of " + elements + " elements is not in [1, "
                    + ParameterLayout.MAX_ELEMENTS + "]; use the element count of the layout or split it");
        }
    }

    /** Returns the run. */
    public RunId run() {
        return run;
    }

    /** Returns the round, at least 0. */
    public int round() {
        return round;
    }

    /** Returns the index of the coordinate shard, at least 0. */
    public int shard() {
        return shard;
    }

    /** Returns the scale. */
    public FixedPointScale scale() {
        return scale;
    }

    /** Returns the number of elements. */
    public int length() {
        return sum.length;
    }

    /** Returns one element of the sum, in units of {@code 2^-scale.exponent}. */
    public long get(int index) {
        return sum[index];
    }

    /** Returns a copy of the sum. */
    public long[] toArray() {
        return sum.clone();
    }

    /** Returns the total weight, 0 if there is no update. */
    public long weight() {
        return weight;
    }

    /** Returns the number of updates. */
    public int count() {
        return updateIds.size();
    }

    /** Returns the names of the updates, strictly ascending, unmodifiable. */
    public List<ContentHash> updateIds() {
        return updateIds;
    }

    /**
     * Returns the sum of the updates of both.
     *
     * @param other same run, round, shard, scale and length, and none of the same updates
     * @throws IllegalArgumentException if they do not belong together, share an update, or exceed the maximum total
     *     weight of the scale
     */
    public PartialSum merge(PartialSum other) {
        requireSamePlace(other);
        TreeSet<ContentHash> union = new TreeSet<>(updateIds);
        for (ContentHash id : other.updateIds) {
            if (!union.add(id)) {
                throw new IllegalArgumentException("update " + id + " is in both partial sums of " + place()
                        + "; an update counts once, merge disjoint sums only");
            }
        }
        if (other.weight > scale.maxTotalWeight() - weight) {
            throw new IllegalArgumentException("weights " + weight + " and " + other.weight + " together exceed "
                    + scale.maxTotalWeight() + ", the maximum total weight of the scale of " + place()
                    + "; plan the scale for all replicas together");
        }
        long[] merged = new long[sum.length];
        long[] left = sum;
        long[] right = other.sum;
        for (int i = 0; i < merged.length; i++) {
            merged[i] = left[i] + right[i];
        }
        return wrap(run, round, shard, scale, merged, weight + other.weight, List.copyOf(union));
    }

    /**
     * Returns the sum without the updates of {@code part}; the exact inverse of {@link #merge}.
     *
     * @param part same run, round, shard, scale and length, and only updates that are in this sum
     * @throws IllegalArgumentException if they do not belong together, an update is not in this sum, or what remains
     *     cannot be a sum of the remaining updates
     */
    public PartialSum subtract(PartialSum part) {
        requireSamePlace(part);
        TreeSet<ContentHash> rest = new TreeSet<>(updateIds);
        for (ContentHash id : part.updateIds) {
            if (!rest.remove(id)) {
                throw new IllegalArgumentException("update " + id + " is not in the partial sum of " + place()
                        + "; subtract only what was merged");
            }
        }
        long[] difference = new long[sum.length];
        long[] left = sum;
        long[] right = part.sum;
        for (int i = 0; i < difference.length; i++) {
            difference[i] = left[i] - right[i];
        }
        return checked(run, round, shard, scale, difference, weight - part.weight, List.copyOf(rest));
    }

    /**
     * Returns the weighted mean as float32: {@code (float) ((double) sum[i] / (weight * 2^exponent))}, the divisor
     * exact, so three roundings to nearest even, the same on every platform.
     *
     * @throws IllegalArgumentException if the layout has another number of elements
     * @throws IllegalStateException if there is no update
     */
    public Parameters mean(ParameterLayout layout) {
        if (layout.elementCount() != sum.length) {
            throw new IllegalArgumentException("layout has " + layout.elementCount() + " elements, not the "
                    + sum.length + " of the partial sum; use meanInto for a shard of a larger layout");
        }
        double divisor = divisor();
        return Parameters.create(layout, target -> {
            float[] block = new float[Math.min(BLOCK_ELEMENTS, sum.length)];
            for (int from = 0; from < sum.length; from += block.length) {
                int count = Math.min(block.length, sum.length - from);
                divide(sum, from, divisor, block, count);
                target.put(block, 0, count);
            }
        });
    }

    /**
     * Fills the array with the elements {@code [from, from + dst.length)} of the {@link #mean}.
     *
     * @throws IndexOutOfBoundsException if the range is not inside the sum
     * @throws IllegalStateException if there is no update
     */
    public void meanInto(int from, float[] dst) {
        Objects.checkFromIndexSize(from, dst.length, sum.length);
        divide(sum, from, divisor(), dst, dst.length);
    }

    private double divisor() {
        if (weight == 0) {
            throw new IllegalStateException("partial sum of " + place()
                    + " holds no update and has no mean; close rounds with a quorum of at least 1");
        }
        return scale.factor(weight);
    }

    private static void divide(long[] sum, int from, double divisor, float[] target, int count) {
        for (int i = 0; i < count; i++) {
            target[i] = (float) (sum[from + i] / divisor);
        }
    }

    /** Returns the SHA-256 of the canonical encoding; equal sums and only those have equal digests. */
    public ContentHash digest() {
        MessageDigest digest = ContentHash.newDigest();
        digest.update(header());
        ByteBuffer block = ByteBuffer.allocate(Long.BYTES * Math.min(BLOCK_ELEMENTS, sum.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        LongBuffer longs = block.asLongBuffer();
        for (int from = 0; from < sum.length; from += BLOCK_ELEMENTS) {
            int count = Math.min(BLOCK_ELEMENTS, sum.length - from);
            longs.clear().put(sum, from, count);
            digest.update(block.clear().limit(Long.BYTES * count));
        }
        return ContentHash.ofBytes(digest.digest());
    }

    /** Returns the length of the canonical encoding, in bytes. */
    public long serializedBytes() {
        return FIXED_BYTES
                + run.value().length()
                + (long) ContentHash.SIZE_BYTES * updateIds.size()
                + (long) Long.BYTES * sum.length;
    }

    /**
     * Writes the canonical encoding and advances the position of the target.
     *
     * @throws IllegalArgumentException if fewer than {@link #serializedBytes()} bytes remain; nothing is written then
     */
    public void writeTo(ByteBuffer target) {
        if (target.remaining() < serializedBytes()) {
            throw new IllegalArgumentException("buffer has " + target.remaining() + " remaining bytes, below the "
                    + serializedBytes() + " of the partial sum; allocate serializedBytes()");
        }
        target.put(header());
        target.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(sum);
        target.position(target.position() + Long.BYTES * sum.length);
    }

    private byte[] header() {
        ByteBuffer header = ByteBuffer.allocate(
                        FIXED_BYTES + run.value().length() + ContentHash.SIZE_BYTES * updateIds.size())
                .order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC)
                .put((byte) run.value().length())
                .put(run.value().getBytes(StandardCharsets.US_ASCII))
                .putInt(round)
                .putInt(shard)
                .putInt(scale.exponent())
                .putDouble(scale.maxAbsoluteValue())
                .putLong(scale.maxTotalWeight())
                .putLong(weight)
                .putInt(updateIds.size());
        for (ContentHash id : updateIds) {
            header.put(id.toByteArray());
        }
        return header.putInt(sum.length).array();
    }

    /**
     * Reads a canonical encoding and checks all that a sum can be checked for: ranges, order of the ids, that the weight
     * fits the count and that no element exceeds what this weight allows.
     *
     * <p>Allocates no more than the remaining bytes hold.
     *
     * @param source positioned at an encoding, which is consumed; bytes may follow
     * @throws IllegalArgumentException if the bytes are not an encoding of a possible partial sum; the position is
     *     unchanged then
     */
    public static PartialSum read(ByteBuffer source) {
        ByteBuffer in = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = take(in, MAGIC.length, "format name");
        if (!Arrays.equals(magic, MAGIC)) {
            throw new IllegalArgumentException(
                    "bytes do not start with dalrn-partial-sum/1; pass what PartialSum.writeTo wrote");
        }
        int runLength = take(in, 1, "length of the run id")[0] & 0xff;
        RunId run = new RunId(new String(take(in, runLength, "run id"), StandardCharsets.ISO_8859_1));
        require(in, 4 + 4 + 4 + 8 + 8 + 8 + 4, "numbers");
        int round = in.getInt();
        int shard = in.getInt();
        FixedPointScale scale = new FixedPointScale(in.getInt(), in.getDouble(), in.getLong());
        long weight = in.getLong();
        int count = in.getInt();
        if (count < 0) {
            throw new IllegalArgumentException(
                    "partial sum claims " + count + " updates, below 0; the bytes are damaged");
        }
        require(in, (long) ContentHash.SIZE_BYTES * count, "update ids");
        List<ContentHash> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ContentHash id = ContentHash.ofBytes(take(in, ContentHash.SIZE_BYTES, "update id"));
            if (i > 0 && ids.get(i - 1).compareTo(id) >= 0) {
                throw new IllegalArgumentException("update ids of the partial sum are not strictly ascending at index "
                        + i + "; the bytes are damaged or not canonical");
            }
            ids.add(id);
        }
        require(in, 4, "number of elements");
        int elements = in.getInt();
        checkPlace(run, round, shard, scale, elements);
        require(in, (long) Long.BYTES * elements, "sum");
        long[] sum = new long[elements];
        in.asLongBuffer().get(sum);
        PartialSum partial = checked(run, round, shard, scale, sum, weight, List.copyOf(ids));
        source.position(in.position() + Long.BYTES * elements);
        return partial;
    }

    private static byte[] take(ByteBuffer in, int bytes, String what) {
        require(in, bytes, what);
        byte[] taken = new byte[bytes];
        in.get(taken);
        return taken;
    }

    private static void require(ByteBuffer in, long bytes, String what) {
        if (in.remaining() < bytes) {
            throw new IllegalArgumentException("partial sum ends in its " + what + ": " + in.remaining()
                    + " bytes remain, " + bytes + " are needed; pass the whole encoding");
        }
    }

    /** Refuses what no updates of the given number and weight can sum to. */
    private static PartialSum checked(
            RunId run,
            int round,
            int shard,
            FixedPointScale scale,
            long[] sum,
            long weight,
            List<ContentHash> updateIds) {
        int count = updateIds.size();
        long mostWeight = Math.min(scale.maxTotalWeight(), FixedPointScale.MAX_UPDATE_WEIGHT * count);
        if (weight < count || weight > mostWeight) {
            throw new IllegalArgumentException("weight " + weight + " of a partial sum of " + count
                    + " updates is not in [" + count + ", " + mostWeight + "]; its parts do not belong together");
        }
        long bound = count == 0 ? 0 : scale.sumBound(weight, count);
        long max = 0;
        long min = 0;
        for (long element : sum) {
            max = Math.max(max, element);
            min = Math.min(min, element);
        }
        if (max > bound || min < -bound) {
            throw new IllegalArgumentException("partial sum of run " + run + " round " + round + " shard " + shard
                    + " has an element outside [-" + bound + ", " + bound + "], more than " + count
                    + " updates of total weight " + weight + " can give; its parts do not belong together");
        }
        return wrap(run, round, shard, scale, sum, weight, updateIds);
    }

    private void requireSamePlace(PartialSum other) {
        boolean same = run.equals(other.run)
                && round == other.round
                && shard == other.shard
                && scale.equals(other.scale)
                && sum.length == other.sum.length;
        if (!same) {
            throw new IllegalArgumentException("partial sums of " + place() + " and of " + other.place()
                    + " do not belong together; run, round, shard, scale and length must be equal");
        }
    }

    private String place() {
        return "run " + run + " round " + round + " shard " + shard + " (" + sum.length + " elements, " + scale + ")";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PartialSum that
                && run.equals(that.run)
                && round == that.round
                && shard == that.shard
                && scale.equals(that.scale)
                && weight == that.weight
                && updateIds.equals(that.updateIds)
                && Arrays.equals(sum, that.sum);
    }

    @Override
    public int hashCode() {
        return Objects.hash(run, round, shard, scale, weight, updateIds);
    }

    /** Shows place, weight and count, no value. */
    @Override
    public String toString() {
        return "PartialSum[" + place() + ", weight " + weight + ", " + updateIds.size() + " updates]";
    }
}
