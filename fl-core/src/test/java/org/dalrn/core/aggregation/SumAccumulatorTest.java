package org.dalrn.core.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.testing.Updates;
import org.dalrn.core.testing.Updates.Update;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SumAccumulatorTest {
    /** More than one block of the kernel, and not a multiple of a tile. */
    private static final int ELEMENTS = TileKernel.BLOCK + 1500;

    private static final FixedPointScale SCALE = FixedPointScale.plan(16, 1L << 28);

    @Nested
    class Adding {
        /** Reference: BigDecimal products rounded half-even to BigInteger. */
        @ParameterizedTest
        @CsvSource({
            "16.0, 268435456",
            "1.0, 1099511627776",
            "1e-3, 5",
            "3.4028234663852886e38, 1000",
            "1.401298464324817E-45, 100"
        })
        void add_valuesOfAllMagnitudes_equalsArbitraryPrecision(double maxAbsoluteValue, long maxTotalWeight) {
            FixedPointScale scale = FixedPointScale.plan(maxAbsoluteValue, maxTotalWeight);
            for (int exponent : new int[] {scale.exponent(), scale.exponent() - 12}) {
                FixedPointScale used = new FixedPointScale(exponent, maxAbsoluteValue, maxTotalWeight);
                List<Update> updates = Updates.updates(exponent, 5, 2100, used);
                PartialSum sum = fold(updates, used, 2100).toPartialSum();
                for (int i = 0; i < 2100; i++) {
                    assertThat(BigInteger.valueOf(sum.get(i))).isEqualTo(Updates.referenceSum(updates, i, used));
                }
            }
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3})
        void add_anyOrder_isTheSameToTheBit(long seed) {
            List<Update> updates = Updates.updates(seed, 12, 3000, SCALE);
            PartialSum sum = fold(updates, SCALE, 3000).toPartialSum();
            for (int i = 0; i < 10; i++) {
                Collections.shuffle(updates, new Random(seed + i));
                PartialSum shuffled = fold(updates, SCALE, 3000).toPartialSum();
                assertThat(shuffled).isEqualTo(sum).hasSameHashCodeAs(sum);
                assertThat(shuffled.digest()).isEqualTo(sum.digest());
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 7, 4096, 300_000})
        void add_anyChunking_isTheSameToTheBit(int longestChunk) {
            SplittableRandom random = new SplittableRandom(longestChunk);
            Update update = Updates.updates(longestChunk, 1, ELEMENTS, SCALE).get(0);
            SumAccumulator chunked = empty(ELEMENTS);
            chunked.add(
                    update.id(),
                    update.weight(),
                    UpdateBytes.of(Updates.cut(random, Updates.littleEndian(update.values()), longestChunk)));
            assertThat(chunked.toPartialSum())
                    .isEqualTo(fold(List.of(update), SCALE, ELEMENTS).toPartialSum());
        }

        @Test
        void add_parameters_isTheSameAsTheirBytes() {
            Update update = Updates.updates(4, 1, ELEMENTS, SCALE).get(0);
            Parameters parameters =
                    Parameters.copyOf(ParameterLayout.of(new TensorSpec("w", List.of(ELEMENTS))), update.values());
            SumAccumulator accumulator = empty(ELEMENTS);
            accumulator.add(update.id(), update.weight(), UpdateBytes.of(parameters));
            assertThat(accumulator.toPartialSum())
                    .isEqualTo(fold(List.of(update), SCALE, ELEMENTS).toPartialSum());
        }

        /** The largest sums the rule allows: value and total weight both at their bound. */
        @Test
        void add_everythingAtItsBound_reaches2To62AndNoFurther() {
            FixedPointScale scale = FixedPointScale.plan(16, 1L << 29);
            SumAccumulator accumulator = SumAccumulator.create(new RunId("r"), 0, 0, scale, 2);
            accumulator.add(Updates.id(1, 0), 1L << 29, UpdateBytes.of(Updates.littleEndian(new float[] {16, -16})));
            assertThat(accumulator.toPartialSum().toArray()).containsExactly(1L << 62, -(1L << 62));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> accumulator.add(
                            Updates.id(1, 1), 1, UpdateBytes.of(Updates.littleEndian(new float[] {16, -16}))))
                    .withMessageContaining("lifts the total weight 536870912 above 536870912");
        }
    }

    @Nested
    class Removing {
        @ParameterizedTest
        @ValueSource(longs = {11, 12, 13})
        void remove_randomHistory_equalsTheSumOfWhatIsLeft(long seed) {
            List<Update> updates = Updates.updates(seed, 8, 3000, SCALE);
            SplittableRandom random = new SplittableRandom(seed);
            SumAccumulator accumulator = empty(3000);
            List<Update> inside = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                Update update = updates.get(random.nextInt(updates.size()));
                if (inside.remove(update)) {
                    accumulator.remove(update.id(), update.bytes());
                } else {
                    accumulator.add(update.id(), update.weight(), update.bytes());
                    inside.add(update);
                }
                if (step % 10 == 9) {
                    assertThat(accumulator.toPartialSum())
                            .isEqualTo(fold(inside, SCALE, 3000).toPartialSum());
                }
            }
        }

        @Test
        void remove_last_leavesZeros() {
            Update update = Updates.updates(14, 1, 3000, SCALE).get(0);
            SumAccumulator accumulator = fold(List.of(update), SCALE, 3000);
            accumulator.remove(update.id(), update.bytes());
            assertThat(accumulator.toPartialSum().toArray()).containsOnly(0);
            assertThat(accumulator.weight()).isZero();
            assertThat(accumulator.count()).isZero();
        }

        @Test
        void remove_otherBytes_isRefusedAndLeavesTheSum() {
            List<Update> updates = Updates.updates(15, 2, ELEMENTS, SCALE);
            SumAccumulator accumulator = fold(updates, SCALE, ELEMENTS);
            PartialSum before = accumulator.toPartialSum();
            Update first = updates.get(0);
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> accumulator.remove(first.id(), updates.get(1).bytes()))
                    .withMessageContaining("are not those that were added");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> accumulator.remove(
                            first.id(),
                            UpdateBytes.of(Updates.littleEndian(first.values()).slice(0, 4 * ELEMENTS - 4))))
                    .withMessageContaining("pass the bytes that were added");
            assertThat(accumulator.toPartialSum()).isEqualTo(before);
        }

        @Test
        void remove_unknownUpdate_isRefused() {
            SumAccumulator accumulator = empty(3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            accumulator.remove(Updates.id(1, 1), UpdateBytes.of(Updates.littleEndian(new float[3]))))
                    .withMessageContaining("is not in the sum of run run-1 round 3 shard 0, which holds 0 updates");
        }
    }

    @Nested
    class Refusing {
        private final List<Update> updates = Updates.updates(21, 3, ELEMENTS, SCALE);
        private final SumAccumulator accumulator = fold(updates.subList(0, 2), SCALE, ELEMENTS);
        private final PartialSum before = accumulator.toPartialSum();
        private final Update third = updates.get(2);

        @ParameterizedTest
        @ValueSource(
                floats = {
                    Float.NaN,
                    Float.POSITIVE_INFINITY,
                    Float.NEGATIVE_INFINITY,
                    16.000002f,
                    -16.000002f,
                    Float.MAX_VALUE
                })
        void add_badValueAnywhere_leavesTheSumToTheBit(float bad) {
            for (int index : new int[] {0, 1024, TileKernel.BLOCK - 1, TileKernel.BLOCK, ELEMENTS - 1}) {
                float[] values = third.values().clone();
                values[index] = bad;
                ByteBuffer bytes = Updates.littleEndian(values);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> accumulator.add(third.id(), third.weight(), UpdateBytes.of(bytes)))
                        .withMessageContaining("not finite or above 16.0 in magnitude among its elements [")
                        .withMessageContaining("screen updates")
                        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("16.000002"));
                assertUnchangedAndUsable();
            }
        }

        @ParameterizedTest
        @ValueSource(
                ints = {
                    0,
                    1,
                    4,
                    4 * TileKernel.BLOCK,
                    4 * ELEMENTS - 1,
                    4 * ELEMENTS + 1,
                    4 * ELEMENTS + 4,
                    8 * ELEMENTS
                })
        void add_wrongLength_leavesTheSumToTheBit(int length) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            ByteBuffer good = Updates.littleEndian(third.values());
            bytes.put(0, good, 0, Math.min(length, good.limit()));
            SplittableRandom random = new SplittableRandom(length);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> accumulator.add(
                            third.id(), third.weight(), UpdateBytes.of(Updates.cut(random, bytes, 100_000))))
                    .withMessageContaining("not " + ELEMENTS + " elements; add exactly the elements of the shard");
            assertUnchangedAndUsable();
        }

        @Test
        void add_duplicate_isRefused() {
            Update first = updates.get(0);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> accumulator.add(first.id(), 1, third.bytes()))
                    .withMessageContaining(
                            "update " + first.id() + " is already in the sum of run run-1 round 3 shard 0");
            assertUnchangedAndUsable();
        }

        @ParameterizedTest
        @ValueSource(longs = {0, -1, (1L << 29) + 1, Long.MAX_VALUE, Long.MIN_VALUE})
        void add_weightOutside_isRefusedWithTheRange(long weight) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> accumulator.add(third.id(), weight, third.bytes()))
                    .withMessageContaining(
                            "weight " + weight + " of update " + third.id() + " is not in [1, 536870912]");
            assertUnchangedAndUsable();
        }

        @Test
        void add_totalWeightBeyondScale_isRefused() {
            long tooMuch = SCALE.maxTotalWeight() - accumulator.weight() + 1;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> accumulator.add(third.id(), tooMuch, third.bytes()))
                    .withMessageContaining("above 268435456");
            assertUnchangedAndUsable();
        }

        @Test
        void add_sourceFailsHalfway_leavesTheSumAndPassesTheFailureOn() {
            UpdateBytes failing = () -> {
                Iterator<ByteBuffer> first = List.of(
                                Updates.littleEndian(third.values()).slice(0, 100_003))
                        .iterator();
                return () -> {
                    if (!first.hasNext()) {
                        throw new UncheckedIOException(new IOException("disk gone"));
                    }
                    return Optional.of(first.next());
                };
            };
            assertThatThrownBy(() -> accumulator.add(third.id(), third.weight(), failing))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("disk gone")
                    .hasNoSuppressedExceptions();
            assertUnchangedAndUsable();
        }

        @Test
        void add_undoReadsOtherBytes_refusesEverythingAfterwards() {
            float[] bad = third.values().clone();
            bad[ELEMENTS - 1] = Float.NaN;
            Iterator<ByteBuffer> readings = List.of(
                            Updates.littleEndian(bad),
                            Updates.littleEndian(updates.get(1).values()))
                    .iterator();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> accumulator.add(
                            third.id(), 7, () -> UpdateBytes.of(readings.next()).open()))
                    .satisfies(e -> assertThat(e.getSuppressed())
                            .singleElement()
                            .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.THROWABLE)
                            .hasMessageContaining("the second reading of its bytes differs"));
            assertThatIllegalStateException()
                    .isThrownBy(accumulator::toPartialSum)
                    .withMessageContaining("is unusable")
                    .withMessageContaining("fold the round again");
            assertThatIllegalStateException().isThrownBy(() -> accumulator.add(third.id(), 7, third.bytes()));
        }

        private void assertUnchangedAndUsable() {
            assertThat(accumulator.toPartialSum()).isEqualTo(before);
            accumulator.add(third.id(), third.weight(), third.bytes());
            assertThat(accumulator.toPartialSum())
                    .isEqualTo(fold(updates, SCALE, ELEMENTS).toPartialSum());
            accumulator.remove(third.id(), third.bytes());
        }
    }

    @Test
    void create_placeOutside_isRefusedWithTheRange() {
        RunId run = new RunId("r");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SumAccumulator.create(run, -1, 0, SCALE, 1))
                .withMessageContaining("round -1 or shard 0 is below 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SumAccumulator.create(run, 0, 0, SCALE, 0))
                .withMessageContaining("shard of 0 elements is not in [1, 2147483639]");
    }

    private static SumAccumulator empty(int elements) {
        return SumAccumulator.create(new RunId("run-1"), 3, 0, SCALE, elements);
    }

    static SumAccumulator fold(List<Update> updates, FixedPointScale scale, int elements) {
        SumAccumulator accumulator = SumAccumulator.create(new RunId("run-1"), 3, 0, scale, elements);
        for (Update update : updates) {
            accumulator.add(update.id(), update.weight(), update.bytes());
        }
        return accumulator;
    }
}
