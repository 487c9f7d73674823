package org.dalrn.core.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.dalrn.core.testing.Updates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateScreenTest {
    private static final FixedPointScale SCALE = FixedPointScale.plan(1e6, 1);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 4096, 5000, 300_001})
    void finish_anyChunking_isTheSameToTheBit(int longestChunk) {
        SplittableRandom random = new SplittableRandom(longestChunk);
        ByteBuffer bytes = Updates.littleEndian(Updates.values(random, 150_001, SCALE));
        ScreenResult whole = screen(bytes.duplicate());
        ByteBuffer[] chunks = Updates.cut(random, bytes, longestChunk);
        assertThat(screen(chunks)).isEqualTo(whole);
        assertThat(chunks).noneMatch(ByteBuffer::hasRemaining);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 511, 512, 513, 1025, 66_000})
    void finish_finiteValues_matchesArbitraryPrecision(int elements) {
        float[] values = Updates.values(new SplittableRandom(elements), elements, SCALE);
        BigDecimal squares = BigDecimal.ZERO;
        double max = 0;
        for (float value : values) {
            // 40 digits are enough to compare with a double.
            squares = squares.add(new BigDecimal(value).pow(2, new MathContext(40)), new MathContext(40));
            max = Math.max(max, Math.abs(value));
        }
        ScreenResult.Finite finite = (ScreenResult.Finite) screen(Updates.littleEndian(values));
        double norm = Math.sqrt(squares.doubleValue());
        assertThat(finite.elements()).isEqualTo(elements);
        assertThat(finite.maxAbsoluteValue()).isEqualTo(max);
        assertThat(finite.l2Norm()).isCloseTo(norm, within(norm * 1e-13));
    }

    @Test
    void finish_largestFloats_doesNotOverflow() {
        float[] values = new float[10_000];
        Arrays.fill(values, -Float.MAX_VALUE);
        ScreenResult.Finite finite = (ScreenResult.Finite) screen(Updates.littleEndian(values));
        double norm = 100 * (double) Float.MAX_VALUE;
        assertThat(finite.maxAbsoluteValue()).isEqualTo(Float.MAX_VALUE);
        assertThat(finite.l2Norm()).isCloseTo(norm, within(norm * 1e-13));
    }

    @Test
    void finish_nothing_isZeroElements() {
        assertThat(screen()).isEqualTo(new ScreenResult.Finite(0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7f800001, 0xffffffff})
    void finish_nonFinite_namesTheFirstIndexWhateverTheChunking(int bits) {
        SplittableRandom random = new SplittableRandom(bits);
        for (int index : new int[] {0, 1, 511, 512, 65_535, 65_536, 99_998, 99_999}) {
            float[] values = Updates.values(random, 100_000, SCALE);
            values[99_999] = Float.NaN;
            values[index] = Float.intBitsToFloat(bits);
            ByteBuffer bytes = Updates.littleEndian(values);
            ScreenResult expected = new ScreenResult.NonFinite(100_000, index);
            assertThat(screen(bytes.duplicate())).isEqualTo(expected);
            assertThat(screen(Updates.cut(random, bytes, 9000))).isEqualTo(expected);
        }
    }

    @Test
    void finish_bytesEndInsideAnElement_saysHowManyAreLeft() {
        ByteBuffer bytes = Updates.littleEndian(new float[] {1, Float.NaN, 3});
        assertThat(screen(bytes.slice(0, 11))).isEqualTo(new ScreenResult.Truncated(2, 3));
        assertThat(screen(bytes.slice(0, 1))).isEqualTo(new ScreenResult.Truncated(0, 1));
    }

    @Test
    void match_eachCase_callsItsFunction() {
        ByteBuffer bytes = Updates.littleEndian(new float[] {Float.NaN, -2});
        assertThat(describe(screen(bytes.slice(0, 8)))).isEqualTo("first 0");
        assertThat(describe(screen(bytes.slice(4, 4)))).isEqualTo("norm 2.0");
        assertThat(describe(screen(bytes.slice(0, 6)))).isEqualTo("trailing 2");
    }

    private static String describe(ScreenResult result) {
        return result.match(
                finite -> "norm " + finite.l2Norm(),
                nonFinite -> "first " + nonFinite.firstIndex(),
                truncated -> "trailing " + truncated.trailingBytes());
    }

    private static ScreenResult screen(ByteBuffer... chunks) {
        UpdateScreen screen = new UpdateScreen();
        for (ByteBuffer chunk : chunks) {
            screen.accept(chunk);
        }
        return screen.finish();
    }
}
