package org.dalrn.core.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.testing.Updates;
import org.dalrn.core.testing.Updates.Update;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartialSumTest {
    private static final FixedPointScale SCALE = FixedPointScale.plan(16, 1L << 28);
    private static final int ELEMENTS = 9001;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void merge_anyTree_isTheSumOfAllUpdates(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Update> updates = Updates.updates(seed, 9, ELEMENTS, SCALE);
        List<PartialSum> parts = new ArrayList<>();
        for (int from = 0; from < updates.size(); ) {
            int to = Math.min(updates.size(), from + random.nextInt(4));
            parts.add(sumOf(updates.subList(from, to)));
            from = to;
        }
        while (parts.size() > 1) {
            PartialSum left = parts.remove(random.nextInt(parts.size()));
            PartialSum right = parts.remove(random.nextInt(parts.size()));
            assertThat(left.merge(right)).isEqualTo(right.merge(left));
            parts.add(left.merge(right));
        }
        PartialSum whole = sumOf(updates);
        assertThat(parts.get(0)).isEqualTo(whole);
        assertThat(parts.get(0).digest()).isEqualTo(whole.digest());
        assertThat(whole.updateIds()).isSorted().hasSize(9);
    }

    @Test
    void subtract_part_returnsTheRest() {
        List<Update> updates = Updates.updates(5, 6, ELEMENTS, SCALE);
        PartialSum whole = sumOf(updates);
        PartialSum part = sumOf(updates.subList(1, 4));
        PartialSum rest = whole.subtract(part);
        assertThat(rest.merge(part)).isEqualTo(whole);
        assertThat(whole.subtract(rest)).isEqualTo(part);
        assertThat(whole.subtract(whole)).isEqualTo(sumOf(List.of()));
    }

    @Test
    void merge_sharedUpdate_isRefused() {
        List<Update> updates = Updates.updates(6, 3, ELEMENTS, SCALE);
        PartialSum left = sumOf(updates.subList(0, 2));
        PartialSum right = sumOf(updates.subList(1, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> left.merge(right))
                .withMessageContaining("update " + updates.get(1).id() + " is in both partial sums")
                .withMessageContaining("run run-1 round 3 shard 0");
    }

    @Test
    void merge_otherPlace_isRefused() {
        PartialSum sum = sumOf(List.of());
        RunId run = new RunId("run-1");
        List<SumAccumulator> others = List.of(
                SumAccumulator.create(new RunId("run-2"), 3, 0, SCALE, ELEMENTS),
                SumAccumulator.create(run, 4, 0, SCALE, ELEMENTS),
                SumAccumulator.create(run, 3, 1, SCALE, ELEMENTS),
                SumAccumulator.create(run, 3, 0, FixedPointScale.plan(8, 1L << 28), ELEMENTS),
                SumAccumulator.create(run, 3, 0, SCALE, ELEMENTS + 1));
        for (SumAccumulator other : others) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sum.merge(other.toPartialSum()))
                    .withMessageContaining("run, round, shard, scale and length must be equal");
            assertThatIllegalArgumentException().isThrownBy(() -> sum.subtract(other.toPartialSum()));
            assertThat(other.toPartialSum().digest()).isNotEqualTo(sum.digest());
        }
    }

    @Test
    void merge_totalWeightBeyondScale_isRefused() {
        FixedPointScale scale = FixedPointScale.plan(1, 10);
        UpdateBytes zero = UpdateBytes.of(Updates.littleEndian(new float[1]));
        SumAccumulator left = SumAccumulator.create(new RunId("r"), 0, 0, scale, 1);
        SumAccumulator right = SumAccumulator.create(new RunId("r"), 0, 0, scale, 1);
        left.add(Updates.id(1, 1), 6, zero);
        right.add(Updates.id(1, 2), 5, zero);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> left.toPartialSum().merge(right.toPartialSum()))
                .withMessageContaining("weights 6 and 5 together exceed 10");
    }

    @Test
    void subtract_foreignUpdateOrForeignSumOfSameNames_isRefused() {
        List<Update> updates = Updates.updates(7, 2, ELEMENTS, SCALE);
        PartialSum first = sumOf(updates.subList(0, 1));
        PartialSum second = sumOf(updates.subList(1, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> first.subtract(second))
                .withMessageContaining("is not in the partial sum");
        Update forged = new Update(
                updates.get(0).id(), updates.get(0).weight(), updates.get(1).values());
        PartialSum foreign = sumOf(List.of(forged));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> first.subtract(foreign))
                .withMessageContaining("has an element outside [-0, 0]");
    }

    /** The bound is the one in the documentation of {@link FixedPointScale}; the mean is taken in 60 decimal digits. */
    @ParameterizedTest
    @CsvSource({
        "16.0, 268435456",
        "1.0, 1099511627776",
        "1e-3, 20",
        "3.4028234663852886e38, 1000",
        "1.401298464324817E-45, 100"
    })
    void mean_valuesOfAllMagnitudes_isWithinTheDocumentedError(double maxAbsoluteValue, long maxTotalWeight) {
        FixedPointScale scale = FixedPointScale.plan(maxAbsoluteValue, maxTotalWeight);
        List<Update> updates = Updates.updates(8, 7, 3000, scale);
        PartialSum sum = SumAccumulatorTest.fold(updates, scale, 3000).toPartialSum();
        Parameters mean = sum.mean(layout(3000));
        BigDecimal fromScale = Updates.powerOfTwo(-scale.exponent() - 1)
                .multiply(BigDecimal.valueOf(sum.count()))
                .divide(BigDecimal.valueOf(sum.weight()), new java.math.MathContext(60));
        for (int i = 0; i < 3000; i++) {
            BigDecimal exact = Updates.referenceMean(updates, i);
            BigDecimal bound = fromScale
                    .add(exact.abs().multiply(Updates.powerOfTwo(-24)).multiply(new BigDecimal(1 + 0x1p-27)))
                    .add(Updates.powerOfTwo(-150));
            assertThat(new BigDecimal(mean.get(i)).subtract(exact).abs()).isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void meanInto_anyRange_isASliceOfTheMean() {
        PartialSum sum = sumOf(Updates.updates(9, 3, ELEMENTS, SCALE));
        Parameters mean = sum.mean(layout(ELEMENTS));
        float[] slice = new float[5000];
        sum.meanInto(4001, slice);
        float[] expected = new float[5000];
        mean.asFloatBuffer().get(4001, expected);
        assertThat(slice).containsExactly(expected);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> sum.meanInto(4002, slice));
    }

    @Test
    void mean_noUpdateOrOtherLayout_isRefused() {
        PartialSum nothing = sumOf(List.of());
        assertThatIllegalStateException()
                .isThrownBy(() -> nothing.mean(layout(ELEMENTS)))
                .withMessageContaining("holds no update and has no mean");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> nothing.mean(layout(3)))
                .withMessageContaining("layout has 3 elements, not the 9001");
    }

    /** The expected bytes are written out from the specification in the class documentation. */
    @Test
    void writeTo_smallSum_writesTheDocumentedBytes() {
        FixedPointScale scale = new FixedPointScale(4, 2, 100);
        SumAccumulator accumulator = SumAccumulator.create(new RunId("run-9"), 7, 2, scale, 2);
        ContentHash high = ContentHash.parse("ff".repeat(32));
        ContentHash low = ContentHash.parse("01".repeat(32));
        accumulator.add(high, 3, UpdateBytes.of(Updates.littleEndian(new float[] {1, -0.5f})));
        accumulator.add(low, 1, UpdateBytes.of(Updates.littleEndian(new float[] {2, 0})));
        PartialSum sum = accumulator.toPartialSum();
        ByteBuffer expected = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        expected.put("dalrn-partial-sum/1\n".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 5)
                .put("run-9".getBytes(StandardCharsets.US_ASCII))
                .putInt(7)
                .putInt(2)
                .putInt(4)
                .putDouble(2)
                .putLong(100)
                .putLong(4)
                .putInt(2)
                .put(low.toByteArray())
                .put(high.toByteArray())
                .putInt(2)
                .putLong(16 * 3 + 16 * 2)
                .putLong(-8 * 3)
                .flip();
        ByteBuffer written = ByteBuffer.allocateDirect((int) sum.serializedBytes());
        sum.writeTo(written);
        assertThat(written.flip()).isEqualTo(expected);
        byte[] bytes = new byte[expected.remaining()];
        expected.get(bytes);
        assertThat(sum.digest()).isEqualTo(ContentHash.of(bytes));
    }

    @Test
    void read_written_isEqualAndLeavesWhatFollows() {
        PartialSum sum = sumOf(Updates.updates(10, 3, ELEMENTS, SCALE));
        ByteBuffer bytes = ByteBuffer.allocate((int) sum.serializedBytes() + 5).position(2);
        sum.writeTo(bytes);
        bytes.position(2);
        PartialSum read = PartialSum.read(bytes);
        assertThat(read).isEqualTo(sum);
        assertThat(read.digest()).isEqualTo(sum.digest());
        assertThat(bytes.remaining()).isEqualTo(3);
    }

    @Test
    void read_cutAnywhereInHeaderOrSum_isRefusedAndConsumesNothing() {
        PartialSum sum = sumOf(Updates.updates(11, 2, ELEMENTS, SCALE));
        ByteBuffer bytes = encode(sum);
        for (int length = 0; length < bytes.limit(); length += length < 200 ? 1 : 997) {
            ByteBuffer cut = bytes.slice(0, length);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PartialSum.read(cut))
                    .withMessageContaining("partial sum ends in its ");
            assertThat(cut.position()).isZero();
        }
    }

    /** Offsets follow from the documented encoding with a run id of five characters. */
    @ParameterizedTest
    @CsvSource({
        "0, 1, 65, do not start with dalrn-partial-sum/1",
        "21, 1, 65, run id",
        "26, 4, -1, round -1 or shard 0 is below 0",
        "30, 4, -1, shard -1 is below 0",
        "34, 1, 100, scale exponent 100",
        "38, 8, -1, maximum absolute value NaN",
        "46, 8, -1, maximum total weight -1",
        "54, 8, -1, weight -1",
        "62, 4, -1, claims -1 updates",
        "65, 1, 127, ends in its update ids",
        "66, 1, -1, not strictly ascending at index 1",
        "130, 4, 0, shard of 0 elements",
        "133, 1, 127, ends in its sum",
        "141, 1, 127, has an element outside"
    })
    void read_damagedField_isRefusedWithItsName(int offset, int length, byte value, String message) {
        ByteBuffer bytes = encode(sumOf(Updates.updates(12, 2, 100, SCALE), 100));
        for (int i = 0; i < length; i++) {
            bytes.put(offset + i, value);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PartialSum.read(bytes))
                .withMessageContaining(message);
    }

    /** Any damage is either refused or gives another sum, never an equal one or another kind of failure. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void read_randomDamage_isRefusedOrDiffers(long seed) {
        PartialSum sum = sumOf(Updates.updates(13, 2, 20, SCALE), 20);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 3000; i++) {
            ByteBuffer bytes = encode(sum);
            int at = random.nextInt(bytes.limit());
            bytes.put(at, (byte) (bytes.get(at) ^ (1 + random.nextInt(255))));
            try {
                assertThat(PartialSum.read(bytes)).isNotEqualTo(sum);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    private static ByteBuffer encode(PartialSum sum) {
        ByteBuffer bytes = ByteBuffer.allocate((int) sum.serializedBytes());
        sum.writeTo(bytes);
        return bytes.flip();
    }

    private static PartialSum sumOf(List<Update> updates) {
        return sumOf(updates, ELEMENTS);
    }

    private static PartialSum sumOf(List<Update> updates, int elements) {
        return SumAccumulatorTest.fold(updates, SCALE, elements).toPartialSum();
    }

    private static ParameterLayout layout(int elements) {
        return ParameterLayout.of(new TensorSpec("w", List.of(elements)));
    }
}
