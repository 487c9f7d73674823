package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.util.Random;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SumEncryptorTest {
    private final SecureRandom secure = new SecureRandom();

    private SumEncryptor encryptor(SumRound round) {
        SumPlan plan = round.plan();
        if (plan.mode() == SumMode.ONE_TIME_KEY) {
            return SumEncryptor.oneTimeKey(OneTimeKey.generate(round, secure), secure);
        }
        SecretKey key = TestRounds.secretKey(plan, secure);
        if (plan.mode() == SumMode.SHARED_KEY) {
            return SumEncryptor.sharedKey(round, key, TestRounds.ACCESS, secure);
        }
        PublicKey publicKey = TestRounds.publicKey(plan, key, secure);
        return SumEncryptor.collectiveKey(round, publicKey, secure);
    }

    /** Counts and forgets. */
    private static class CountingSink extends OutputStream {
        long count;
        int calls;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            count += length;
            calls++;
        }
    }

    @Test
    void encrypt_secondUpdateUnderAOneTimeKey_isRefused() {
        SumRound round = TestRounds.round(TestRounds.tiny(SumMode.ONE_TIME_KEY, 16, 5, 10, 1, 9), 1);
        OneTimeKey key = OneTimeKey.generate(round, secure);
        SumEncryptor.oneTimeKey(key, secure).encrypt(1, new float[3], 1);
        assertThatThrownBy(() -> SumEncryptor.oneTimeKey(key, secure).encrypt(1, new float[3], 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has encrypted before");
        OneTimeKey destroyed = OneTimeKey.generate(round, secure);
        destroyed.close();
        assertThatThrownBy(() -> SumEncryptor.oneTimeKey(destroyed, secure).encrypt(1, new float[3], 1))
                .hasMessageContaining("was destroyed");
        assertThatThrownBy(() -> destroyed.coefficients(TestRounds.ACCESS)).hasMessageContaining("was destroyed");
    }

    @Test
    void encrypt_mistakeFoundBeforeTheFirstByte_doesNotSpendTheKey() {
        SumRound round = TestRounds.round(TestRounds.tiny(SumMode.ONE_TIME_KEY, 16, 5, 10, 1, 9), 1);
        SumEncryptor encryptor = encryptor(round);
        assertThatThrownBy(() -> encryptor.encrypt(0, new float[3], 1)).hasMessageContaining("counts from 1");
        assertThatThrownBy(() -> encryptor.encrypt(1, new float[3], 10)).hasMessageContaining("weight 10");
        assertThatThrownBy(() -> encryptor.encrypt(1, new float[0], 1)).hasMessageContaining("between 1 and 2^38");
        assertThat(encryptor.encrypt(1, new float[3], 1)).isNotEmpty();
        encryptor.close();
        assertThatThrownBy(() -> encryptor.encrypt(1, new float[3], 1)).hasMessageContaining("closed");
    }

    @Test
    void encrypt_notFiniteAnywhere_isRefusedWithTheRangeAndNotTheValue() {
        SumRound round = TestRounds.round(TestRounds.tiny(SumMode.SHARED_KEY, 16, 5, 10, 2, 9), 1);
        try (SumEncryptor encryptor = encryptor(round)) {
            for (int i = 0; i < 70; i++) {
                float[] update = new float[70];
                update[i] = i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
                assertThatThrownBy(() -> encryptor.encrypt(1, update, 1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("is not finite");
            }
            double[] last = new double[70];
            last[69] = Double.POSITIVE_INFINITY;
            assertThatThrownBy(() -> encryptor.encrypt(1, last, 1)).hasMessageContaining("between 59 and 69");
        }
    }

    @Test
    void encrypt_doublesAndFloatsAndStream_haveTheSameSize() throws IOException {
        SumRound round = TestRounds.round(TestRounds.tiny(SumMode.SHARED_KEY, 16, 5, 10, 2, 9), 1);
        try (SumEncryptor encryptor = encryptor(round)) {
            for (int parameters = 1; parameters < 100; parameters++) {
                int size = Math.toIntExact(round.plan().updateBytes(parameters));
                assertThat(encryptor.encrypt(1, new float[parameters], 1)).hasSize(size);
                assertThat(encryptor.encrypt(1, new double[parameters], 1)).hasSize(size);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                encryptor.encrypt(1, (from, to, offset, count) -> {}, parameters, 1, out);
                assertThat(out.size()).isEqualTo(size);
            }
        }
    }

    @Test
    void encrypt_sameUpdateTwice_sharesNothing() {
        SumRound round = TestRounds.round(TestRounds.tiny(SumMode.SHARED_KEY, 16, 5, 10, 2, 9), 1);
        try (SumEncryptor encryptor = encryptor(round)) {
            byte[] first = encryptor.encrypt(1, new float[100], 1);
            byte[] second = encryptor.encrypt(1, new float[100], 1);
            int equal = 0;
            for (int i = 144; i < first.length; i++) {
                equal += first[i] == second[i] ? 1 : 0;
            }
            assertThat(equal).isLessThan((first.length - 144) / 32);
        }
    }

    @Test
    void encrypt_keyOfAnotherMode_isRefused() {
        SumRound round = TestRounds.round(TestRounds.tiny(SumMode.SHARED_KEY, 16, 5, 10, 2, 9), 1);
        assertThatThrownBy(() -> OneTimeKey.generate(round, secure)).hasMessageContaining("ONE_TIME_KEY");
        SumRound other = TestRounds.round(TestRounds.tiny(SumMode.SHARED_KEY, 32, 5, 10, 2, 9), 1);
        SecretKey key = TestRounds.secretKey(other.plan(), secure);
        assertThatThrownBy(() -> SumEncryptor.sharedKey(round, key, TestRounds.ACCESS, secure))
                .hasMessageContaining("generate it for the plan's basis");
    }

    @ParameterizedTest
    @EnumSource(SumMode.class)
    void encrypt_aBlock_allocatesNothing(SumMode mode) throws IOException {
        SumPlan plan = TestRounds.planner(mode).committee(16).plan();
        SumRound round = TestRounds.round(plan, 1);
        ValueSource source = (from, to, offset, count) -> {
            for (int i = 0; i < count; i++) {
                to[offset + i] = (from + i) % 7 - 3;
            }
        };
        int capacity = new BlockLayout(plan, 1).capacity();
        long few = Long.MAX_VALUE;
        long many = Long.MAX_VALUE;
        // The least of several: compilation and the measurement itself allocate now and then.
        for (int i = 0; i < 5; i++) {
            few = Math.min(few, allocated(round, source, 2L * capacity));
            many = Math.min(many, allocated(round, source, 6L * capacity));
        }
        assertThat(many - few).as("bytes of four more blocks").isLessThanOrEqualTo(0);
    }

    private long allocated(SumRound round, ValueSource source, long parameters) throws IOException {
        try (SumEncryptor encryptor = encryptor(round)) {
            CountingSink sink = new CountingSink();
            long before = allocatedByThisThread();
            encryptor.encrypt(1, source, parameters, 1, sink);
            long after = allocatedByThisThread();
            assertThat(sink.count).isEqualTo(round.plan().updateBytes(parameters));
            return after - before;
        }
    }

    /** By reflection, as the module does not read jdk.management. */
    private static long allocatedByThisThread() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Method bytes =
                    Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
            return (long) bytes.invoke(threads, Thread.currentThread().getId());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void encrypt_hundredMillionParameters_needTheMemoryOfABlock() throws IOException {
        SumPlan plan = TestRounds.planner(SumMode.ONE_TIME_KEY)
                .parameters(100_000_000)
                .committee(16)
                .plan();
        SumRound round = TestRounds.round(plan, 1);
        long before = liveBytes();
        long[] most = new long[1];
        CountingSink sink = new CountingSink() {
            @Override
            public void write(byte[] bytes, int from, int length) {
                super.write(bytes, from, length);
                if (calls % 1000 == 500) {
                    most[0] = Math.max(most[0], liveBytes());
                }
            }
        };
        Random random = new Random(1);
        double[] values = random.doubles(1 << 12).map(x -> 8 * x - 4).toArray();
        ValueSource source = (from, to, offset, count) -> {
            int at = (int) (from & 1023);
            System.arraycopy(values, at, to, offset, count);
        };
        try (SumEncryptor encryptor = encryptor(round)) {
            encryptor.encrypt(1, source, 100_000_000, 1000, sink);
        }
        assertThat(sink.count).isEqualTo(plan.updateBytes(100_000_000));
        assertThat(most[0] - before).isLessThan(16L << 20);
    }

    private static long liveBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
