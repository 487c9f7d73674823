package org.dalrn.core.testing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.core.aggregation.FixedPointScale;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.model.ContentHash;

/** Seeded updates, and what they sum to by arbitrary-precision arithmetic. */
public final class Updates {
    private Updates() {}

    /** One update with its name and weight. */
    public static final class Update {
        private final ContentHash id;
        private final long weight;
        private final float[] values;

        public Update(ContentHash id, long weight, float[] values) {
            this.id = id;
            this.weight = weight;
            this.values = values.clone();
        }

        public ContentHash id() {
            return id;
        }

        public long weight() {
            return weight;
        }

        public float[] values() {
            return values.clone();
        }

        public float value(int element) {
            return values[element];
        }

        /** Returns the byte form in one piece. */
        public UpdateBytes bytes() {
            return UpdateBytes.of(littleEndian(values));
        }
    }

    /** Returns finite values of all magnitudes up to the bound, with zeros, bounds and halves of the resolution among them. */
    public static float[] values(SplittableRandom random, int elements, FixedPointScale scale) {
        float[] values = new float[elements];
        float nearest = (float) scale.maxAbsoluteValue();
        float bound = nearest > scale.maxAbsoluteValue() ? Math.nextDown(nearest) : nearest;
        for (int i = 0; i < elements; i++) {
            float value = switch (random.nextInt(8)) {
                case 0 -> 0f;
                case 1 -> bound;
                case 2 -> (float) Math.scalb(random.nextInt(64) + 0.5, -scale.exponent());
                case 3 -> Float.intBitsToFloat(random.nextInt(Float.floatToIntBits(bound) + 1));
                case 4 -> Float.intBitsToFloat(random.nextInt(1 << 23));
                default -> (float) (random.nextDouble() * bound);
            };
            values[i] = random.nextBoolean() ? Math.min(value, bound) : -Math.min(value, bound);
        }
        return values;
    }

    /** Returns updates with distinct names and weights whose sum is within the scale. */
    public static List<Update> updates(long seed, int count, int elements, FixedPointScale scale) {
        SplittableRandom random = new SplittableRandom(seed);
        long cap = Math.min(scale.maxTotalWeight() / count, FixedPointScale.MAX_UPDATE_WEIGHT);
        List<Update> updates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long weight = random.nextInt(4) == 0 ? cap : 1 + random.nextLong(cap);
            updates.add(new Update(id(seed, i), weight, values(random, elements, scale)));
        }
        return updates;
    }

    /** Returns a name. */
    public static ContentHash id(long seed, int index) {
        return ContentHash.of(
                ByteBuffer.allocate(12).putLong(seed).putInt(index).array());
    }

    /** Returns the byte form, one {@code putInt} for each element. */
    public static ByteBuffer littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putInt(Float.floatToRawIntBits(value));
        }
        return bytes.flip();
    }

    /** Cuts the bytes at random places, also inside elements, with empty chunks among them. */
    public static ByteBuffer[] cut(SplittableRandom random, ByteBuffer bytes, int longest) {
        List<ByteBuffer> chunks = new ArrayList<>();
        int from = 0;
        while (from < bytes.limit()) {
            int length = Math.min(random.nextInt(longest + 1), bytes.limit() - from);
            chunks.add(bytes.slice(from, length));
            from += length;
        }
        return chunks.toArray(ByteBuffer[]::new);
    }

    /** Returns the exact integer sum of one element by {@link BigDecimal} and {@link BigInteger}. */
    public static BigInteger referenceSum(List<Update> updates, int element, FixedPointScale scale) {
        BigInteger sum = BigInteger.ZERO;
        for (Update update : updates) {
            BigDecimal scaled = new BigDecimal(update.value(element))
                    .multiply(BigDecimal.valueOf(update.weight()))
                    .multiply(powerOfTwo(scale.exponent()));
            sum = sum.add(scaled.setScale(0, RoundingMode.HALF_EVEN).toBigIntegerExact());
        }
        return sum;
    }

    /** Returns the weighted mean of one element to 60 digits, without any scale. */
    public static BigDecimal referenceMean(List<Update> updates, int element) {
        BigDecimal sum = BigDecimal.ZERO;
        long weight = 0;
        for (Update update : updates) {
            sum = sum.add(new BigDecimal(update.value(element)).multiply(BigDecimal.valueOf(update.weight())));
            weight += update.weight();
        }
        return sum.divide(BigDecimal.valueOf(weight), new MathContext(60));
    }

    /** Returns {@code 2^exponent}, exactly. */
    public static BigDecimal powerOfTwo(int exponent) {
        BigDecimal power = new BigDecimal(BigInteger.ONE.shiftLeft(Math.abs(exponent)));
        // A power of two has a finite decimal reciprocal.
        return exponent >= 0 ? power : BigDecimal.ONE.divide(power);
    }
}
