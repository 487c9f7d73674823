package org.dalrn.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ParametersTest {
    /** More than two hash blocks and not a multiple of one. */
    private static final ParameterLayout LAYOUT = ParameterLayout.of(
            new TensorSpec("w", List.of(41, 1000)), new TensorSpec("b", List.of(7)), new TensorSpec("s", List.of()));

    @Test
    void read_bytesOfEveryBitPattern_keepsTheBits() {
        Parameters parameters = anyBits(1);
        byte[] bytes = bytesOf(parameters);
        ByteBuffer bigEndianView = ByteBuffer.wrap(bytes);
        Parameters read = Parameters.read(LAYOUT, bigEndianView);
        assertThat(read).isEqualTo(parameters).hasSameHashCodeAs(parameters);
        assertThat(bigEndianView.hasRemaining()).isFalse();
        assertThat(bytesOf(read)).isEqualTo(bytes);
    }

    /** Reference: one {@code putFloat} for each element, hashed at once. */
    @Test
    void contentHash_severalBlocks_isTheHashOfTheLittleEndianBytes() {
        Parameters parameters = anyBits(2);
        assertThat(parameters.contentHash()).isEqualTo(ContentHash.of(bytesOf(parameters)));
    }

    @Test
    void equals_nanPayloadOrSignOfZero_differs() {
        float[] values = new float[LAYOUT.elementCount()];
        values[5] = Float.intBitsToFloat(0x7fc00000);
        Parameters quiet = Parameters.copyOf(LAYOUT, values);
        values[5] = Float.intBitsToFloat(0x7fc00001);
        Parameters otherPayload = Parameters.copyOf(LAYOUT, values);
        assertThat(otherPayload).isNotEqualTo(quiet);
        assertThat(otherPayload.contentHash()).isNotEqualTo(quiet.contentHash());
        values[5] = -0.0f;
        assertThat(Parameters.copyOf(LAYOUT, values)).isNotEqualTo(Parameters.zeros(LAYOUT));
    }

    @Test
    void equals_otherLayoutSameValues_differs() {
        ParameterLayout flat = ParameterLayout.of(new TensorSpec("w", List.of(LAYOUT.elementCount())));
        assertThat(Parameters.zeros(flat)).isNotEqualTo(Parameters.zeros(LAYOUT));
    }

    @Test
    void copyOf_callersArrayChangesLater_keepsTheValues() {
        float[] values = new float[LAYOUT.elementCount()];
        Parameters parameters = Parameters.copyOf(LAYOUT, values);
        values[0] = 1;
        parameters.toArray()[0] = 1;
        assertThat(parameters).isEqualTo(Parameters.zeros(LAYOUT));
    }

    @Test
    void views_writing_isRefused() {
        Parameters parameters = anyBits(3);
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> parameters.asFloatBuffer().put(0, 1));
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> parameters.tensor("b").put(0, 1));
    }

    @Test
    void tensor_inTheMiddle_isItsSliceOfTheFlatBuffer() {
        Parameters parameters = Parameters.create(LAYOUT, buffer -> {
            for (int i = 0; buffer.hasRemaining(); i++) {
                buffer.put(i);
            }
        });
        FloatBuffer bias = parameters.tensor("b");
        assertThat(bias.remaining()).isEqualTo(7);
        assertThat(bias.get(0)).isEqualTo(41_000f);
        assertThat(bias.get(6)).isEqualTo(41_006f);
        assertThat(parameters.tensor("s").get(0)).isEqualTo(41_007f);
        assertThat(parameters.get(41_007)).isEqualTo(41_007f);
    }

    @Test
    void copyTo_range_writesItsBytesAndAdvances() {
        Parameters parameters = anyBits(4);
        byte[] bytes = bytesOf(parameters);
        ByteBuffer target = ByteBuffer.allocateDirect(100);
        target.position(1);
        parameters.copyTo(20_000, target, 11);
        assertThat(target.position()).isEqualTo(45);
        byte[] written = new byte[44];
        target.get(1, written);
        assertThat(written).isEqualTo(java.util.Arrays.copyOfRange(bytes, 80_000, 80_044));
    }

    @Test
    void copyTo_outsideOrTooSmallTarget_isRefusedAndWritesNothing() {
        Parameters parameters = anyBits(5);
        ByteBuffer target = ByteBuffer.allocate(8);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> parameters.copyTo(LAYOUT.elementCount() - 1, target, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parameters.copyTo(0, target, 3))
                .withMessageContaining("8 remaining bytes, below the 12 of 3 elements");
        assertThat(target.position()).isZero();
        assertThat(target.array()).containsOnly(0);
    }

    @Test
    void minusThenPlus_smallIntegers_returnsTheStart() {
        Parameters a = Parameters.create(LAYOUT, buffer -> buffer.put(3, 12.5f).put(9, -2f));
        Parameters b = Parameters.create(LAYOUT, buffer -> buffer.put(3, 0.25f).put(8, 7f));
        Parameters difference = a.minus(b);
        assertThat(difference.get(3)).isEqualTo(12.25f);
        assertThat(difference.get(8)).isEqualTo(-7f);
        assertThat(b.plus(difference)).isEqualTo(a);
    }

    @Test
    void minusAndPlus_otherLayout_isRefused() {
        Parameters other = Parameters.zeros(ParameterLayout.of(new TensorSpec("w", List.of(3))));
        Parameters parameters = Parameters.zeros(LAYOUT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parameters.minus(other))
                .withMessageContaining("41008 elements")
                .withMessageContaining("with 3");
        assertThatIllegalArgumentException().isThrownBy(() -> parameters.plus(other));
    }

    @Test
    void copyOfAndRead_wrongLength_saysBothLengths() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Parameters.copyOf(LAYOUT, new float[3]))
                .withMessageContaining("3 elements, not the 41008");
        ByteBuffer tooLong = ByteBuffer.allocate(4 * 41_008 + 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Parameters.read(LAYOUT, tooLong))
                .withMessageContaining("164033 remaining bytes, not the 164032");
        assertThat(tooLong.position()).isZero();
    }

    @Test
    void toString_parameters_showsNoValue() {
        assertThat(anyBits(6)).hasToString("Parameters[3 tensors, 41008 elements]");
    }

    @Test
    void modelUpdate_foreignComparatorAndLaterChanges_areLeftBehind() {
        TreeMap<String, Double> metrics = new TreeMap<>(Collections.reverseOrder());
        metrics.putAll(Map.of("loss", 0.5, "accuracy", 0.75));
        ModelUpdate update = new ModelUpdate(Parameters.zeros(LAYOUT), 1, metrics);
        metrics.clear();
        assertThat(update.metrics().keySet()).containsExactly("accuracy", "loss");
    }

    @Test
    void modelUpdate_badExamplesOrMetric_isRefusedWithoutShowingTheValue() {
        Parameters delta = Parameters.zeros(LAYOUT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelUpdate(delta, 0, new TreeMap<>()))
                .withMessageContaining("0 examples, below 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelUpdate(delta, 1, new TreeMap<>(Map.of("loss", Double.NaN))))
                .withMessage("metric \"loss\" is not a finite number; leave out metrics that could not be measured");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelUpdate(delta, 1, new TreeMap<>(Map.of("", 1.0))))
                .withMessageContaining("metric name \"\"");
    }

    private static Parameters anyBits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return Parameters.create(LAYOUT, buffer -> {
            while (buffer.hasRemaining()) {
                buffer.put(Float.intBitsToFloat(random.nextInt()));
            }
        });
    }

    private static byte[] bytesOf(Parameters parameters) {
        ByteBuffer bytes =
                ByteBuffer.allocate((int) parameters.layout().byteLength()).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer values = parameters.asFloatBuffer();
        while (values.hasRemaining()) {
            bytes.putInt(Float.floatToRawIntBits(values.get()));
        }
        return bytes.array();
    }
}
