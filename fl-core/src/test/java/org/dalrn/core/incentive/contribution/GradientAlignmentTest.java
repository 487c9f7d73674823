package org.dalrn.core.incentive.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientAlignmentTest {
    private static Parameters vector(float... values) {
        return Parameters.copyOf(ParameterLayout.of(new TensorSpec("w", List.of(values.length))), values);
    }

    private static float[] random(int elements, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = (float) (random.nextDouble() - 0.3);
        }
        return values;
    }

    /** The bytes in pieces of random lengths, none of them a whole element for sure. */
    private static UpdateBytes cut(float[] values, long seed) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        SplittableRandom random = new SplittableRandom(seed);
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.capacity(); ) {
            int length = Math.min(bytes.capacity() - from, random.nextInt(3000));
            pieces.add(bytes.slice(from, length));
            from += length;
        }
        return UpdateBytes.of(pieces.toArray(ByteBuffer[]::new));
    }

    private static Alignment align(Parameters aggregate, float... update) {
        return GradientAlignment.with(aggregate, OptionalDouble.empty()).of(UpdateBytes.of(vector(update)));
    }

    @Test
    void of_handMadeVectors_hasTheirCosines() {
        Parameters aggregate = vector(3, 4);
        assertThat(align(aggregate, 3, 4)).isEqualTo(new Alignment(1, 5, 5, 5));
        assertThat(align(aggregate, -6, -8)).isEqualTo(new Alignment(-1, -10, 10, 5));
        assertThat(align(aggregate, 4, -3)).isEqualTo(new Alignment(0, 0, 5, 5));
        assertThat(align(aggregate, 1, 0).cosine()).isEqualTo(0.6);
        assertThat(align(aggregate, 0, 0)).isEqualTo(new Alignment(0, 0, 0, 5));
        assertThat(align(vector(0, 0), 1, 1).cosine()).isZero();
    }

    @Test
    void of_clipNorm_boundsTheProjectionOnly() {
        GradientAlignment clipped = GradientAlignment.with(vector(3, 4), OptionalDouble.of(2));
        assertThat(clipped.of(UpdateBytes.of(vector(30, 40)))).isEqualTo(new Alignment(1, 2, 50, 5));
        assertThat(clipped.of(UpdateBytes.of(vector(0.6f, 0.8f))).projection()).isCloseTo(1, within(1e-7));
    }

    /** Half an update twice earns what the update earned: nothing is gained by splitting. */
    @Test
    void projection_splitUpdate_keepsItsSum() {
        Parameters aggregate = vector(1, 2, -1);
        double whole = align(aggregate, 2, 3, 4).projection();
        double parts = align(aggregate, 0.5f, 3, -1).projection()
                + align(aggregate, 1.5f, 0, 5).projection();
        assertThat(parts).isCloseTo(whole, within(1e-12));
    }

    /** The oracle sums in exact decimals. */
    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 5000})
    void of_randomVectors_isTheExactCosine(int elements) {
        float[] update = random(elements, 1);
        float[] aggregate = random(elements, 2);
        Alignment alignment = GradientAlignment.with(vector(aggregate), OptionalDouble.empty())
                .of(cut(update, 3));
        double dot = dot(update, aggregate);
        double norms = Math.sqrt(dot(update, update)) * Math.sqrt(dot(aggregate, aggregate));
        assertThat(alignment.cosine()).isCloseTo(dot / norms, within(1e-14));
        assertThat(alignment.norm()).isCloseTo(Math.sqrt(dot(update, update)), within(1e-12));
    }

    private static double dot(float[] left, float[] right) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < left.length; i++) {
            sum = sum.add(new BigDecimal(left[i]).multiply(new BigDecimal(right[i])));
        }
        return sum.doubleValue();
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6, 7})
    void of_bytesCutAnywhere_hasTheSameBits(long seed) {
        float[] update = random(3001, 8);
        GradientAlignment alignment = GradientAlignment.with(vector(random(3001, 9)), OptionalDouble.empty());
        assertThat(alignment.of(cut(update, seed))).isEqualTo(alignment.of(UpdateBytes.of(vector(update))));
    }

    /** By definition: the aggregate less the update's share of it. */
    @Test
    void cosineWithRest_isTheCosineWithTheOthersMean() {
        float[] own = random(300, 10);
        float[] others = random(300, 11);
        float[] aggregate = new float[300];
        for (int i = 0; i < 300; i++) {
            aggregate[i] = 0.25f * own[i] + 0.75f * others[i];
        }
        double direct = align(vector(others), own).cosine();
        assertThat(align(vector(aggregate), own).cosineWithRest(0.25)).isCloseTo(direct, within(1e-5));
        assertThat(align(vector(own), own).cosineWithRest(1)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> align(vector(own), own).cosineWithRest(1.5))
                .withMessageContaining("share 1.5 is not in [0, 1]");
    }

    @Test
    void of_otherLengthOrNoNumber_isRefused() {
        GradientAlignment alignment = GradientAlignment.with(vector(1, 2, 3), OptionalDouble.empty());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> alignment.of(UpdateBytes.of(vector(1, 2))))
                .withMessageContaining("fewer than the 3 elements");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> alignment.of(UpdateBytes.of(vector(1, 2, 3, 4))))
                .withMessageContaining("more than the 3 elements");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> alignment.of(UpdateBytes.of(ByteBuffer.allocate(13))))
                .withMessageContaining("3 elements");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> alignment.of(UpdateBytes.of(vector(1, Float.NaN, 3))))
                .withMessageContaining("not finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradientAlignment.with(vector(Float.POSITIVE_INFINITY), OptionalDouble.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradientAlignment.with(vector(1), OptionalDouble.of(0)))
                .withMessageContaining("clip norm 0.0");
        // And what follows is measured as if nothing had happened.
        assertThat(alignment.of(UpdateBytes.of(vector(1, 2, 3))).cosine()).isCloseTo(1, within(1e-15));
    }

    @Test
    void similarity_copies_shareOneClaim() {
        List<UpdateBytes> updates = List.of(
                UpdateBytes.of(vector(1, 2, 2)),
                UpdateBytes.of(vector(2, 4, 4)),
                UpdateBytes.of(vector(-2, -1, 2)),
                UpdateBytes.of(vector(1, 2, 2)));
        UpdateSimilarity similarity = UpdateSimilarity.between(3, updates);
        assertThat(similarity.cosine(0, 1)).isEqualTo(1);
        assertThat(similarity.cosine(0, 2)).isZero();
        assertThat(similarity.dilution(0, 0.9)).isEqualTo(3);
        assertThat(similarity.dilution(1, 0.9)).isEqualTo(3);
        assertThat(similarity.dilution(2, 0.9)).isEqualTo(1);
    }

    /** Half-way between the threshold and 1, half a neighbour counts. */
    @Test
    void dilution_nearNeighbour_countsInPart() {
        UpdateSimilarity similarity =
                UpdateSimilarity.between(2, List.of(UpdateBytes.of(vector(1, 0)), UpdateBytes.of(vector(0.6f, 0.8f))));
        assertThat(similarity.dilution(0, 0.2)).isCloseTo(1.5, within(1e-7));
        assertThat(similarity.dilution(0, 0.7)).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> similarity.dilution(0, 1))
                .withMessageContaining("threshold 1.0");
    }

    @Test
    void similarity_randomUpdates_agreesWithAlignment() {
        List<UpdateBytes> updates = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            updates.add(cut(random(1700, 20 + i), i));
        }
        UpdateSimilarity similarity = UpdateSimilarity.between(1700, updates);
        for (int i = 0; i < 5; i++) {
            GradientAlignment alignment = GradientAlignment.with(vector(random(1700, 20 + i)), OptionalDouble.empty());
            for (int j = 0; j < 5; j++) {
                assertThat(similarity.cosine(i, j))
                        .isCloseTo(alignment.of(updates.get(j)).cosine(), within(1e-14))
                        .isEqualTo(similarity.cosine(j, i));
            }
        }
    }

    @Test
    void similarity_badInput_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateSimilarity.between(3, List.of()))
                .withMessageContaining("0 updates are not 1 to 128");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateSimilarity.between(
                        3, List.of(UpdateBytes.of(vector(1, 2, 3)), UpdateBytes.of(vector(1, 2)))))
                .withMessageContaining("fewer than the 3 elements");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateSimilarity.between(2, List.of(UpdateBytes.of(vector(1, 2, 3)))))
                .withMessageContaining("more than the 2 elements");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateSimilarity.between(
                        1, List.of(UpdateBytes.of(vector(1)), UpdateBytes.of(vector(Float.NaN)))))
                .withMessageContaining("update 1 has a value that is not finite");
    }
}
