package org.dalrn.fhe.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every byte of small objects changed, and every length cut: it parses, or is refused with the one exception. */
class SealMutationTest {
    private static final long SEED = 20261123;
    private static final SealParameters PARAMETERS = SealSamples.parameters(8, 20, 16, 24);

    /**
     * The buffers of an unpacker for each of up to five objects, classes loaded on the way and a stack trace; the upper
     * bytes of a mutated length name far more.
     */
    private static final long BUDGET = 1_000_000;

    /** Instead of a flip: the bytes end there. */
    private static final int CUT = -1;

    private static final int[] FLIPS = {0x01, 0x80, 0xff, 0x10};

    private final long[] outcomes = new long[2];

    @ParameterizedTest
    @EnumSource
    void read_ofMutatedObjects_parsesOrRefuses(SealCompression compression) {
        SealEncoding encoding = new SealEncoding(SealVersion.V4_1, compression);
        mutate(SealSamples.all(new Random(SEED), PARAMETERS, encoding), compression == SealCompression.NONE ? 4 : 1);
    }

    @ParameterizedTest
    @EnumSource
    void read_ofMutatedTensealMessages_parsesOrRefuses(SealCompression compression) {
        SealEncoding encoding = new SealEncoding(SealVersion.V4_1, compression);
        mutate(SealSamples.tenseal(new Random(SEED), PARAMETERS, encoding), 1);
    }

    /** Flips so many times in each byte, in turn by each of the patterns. */
    private void mutate(Map<String, SealSamples.Sample> samples, int times) {
        samples.forEach((name, sample) -> {
            byte[] bytes = sample.bytes();
            for (int i = 0; i < bytes.length; i++) {
                for (int time = 0; time < times; time++) {
                    int flip = FLIPS[(i + time) % FLIPS.length];
                    byte[] changed = bytes.clone();
                    changed[i] ^= (byte) flip;
                    parse(name, i, flip, sample, changed);
                }
                parse(name, i, CUT, sample, Arrays.copyOf(bytes, i));
            }
        });
        // Neither is the test of one outcome only.
        assertThat(outcomes[0]).isPositive();
        assertThat(outcomes[1]).isPositive();
    }

    private void parse(String name, int at, int flip, SealSamples.Sample sample, byte[] bytes) {
        long allocated = Allocation.of(() -> {
            try {
                Objects.requireNonNull(sample.read(bytes, PARAMETERS));
                outcomes[0]++;
            } catch (SealFormatException expected) {
                outcomes[1]++;
            } catch (RuntimeException | Error e) {
                fail("%s, byte %d, flip %d, seed %d", name, at, flip, SEED, e);
            }
        });
        if (allocated > BUDGET) {
            fail("%s, byte %d, flip %d, seed %d took %d bytes", name, at, flip, SEED, allocated);
        }
    }
}
