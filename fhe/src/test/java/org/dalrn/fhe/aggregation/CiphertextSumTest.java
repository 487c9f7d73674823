package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Random;
import org.dalrn.fhe.rlwe.SecretKey;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CiphertextSumTest {
    private static final int PARAMETERS = 300;

    private final SumPlan plan = TestRounds.tiny(SumMode.ONE_TIME_KEY, 32, 10, 16, 3, 50);
    private final SumRound round = TestRounds.round(plan, 1);
    private final TestRounds.Cohort cohort = new TestRounds.Cohort(round);
    private final Random random = new Random(1);

    private byte[] update(int client) {
        return cohort.encrypt(client, TestRounds.update(random, PARAMETERS), 1L + random.nextInt(50));
    }

    private EncryptedUpdate parsed(byte[] bytes) {
        return EncryptedUpdate.parse(round, bytes);
    }

    private static long[] state(CiphertextSum sum) {
        return java.util.stream.IntStream.range(sum.firstBlock(), sum.firstBlock() + sum.blockCount())
                .boxed()
                .flatMapToLong(block -> java.util.stream.IntStream.range(
                                0, sum.round().plan().limbs())
                        .boxed()
                        .flatMapToLong(limb -> sum.residues(block, limb)))
                .toArray();
    }

    @Nested
    class Add {
        @Test
        void add_clientTwice_isRefusedAndTheSumUnchanged() {
            CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
            byte[] first = update(1);
            sum.add(parsed(first));
            long[] before = state(sum);
            assertThatThrownBy(() -> sum.add(parsed(first)))
                    .isInstanceOf(SumFormatException.class)
                    .hasMessageContaining("client 1 is in this sum already");
            assertThat(state(sum)).isEqualTo(before);
            assertThat(sum.clients()).containsExactly(1);
        }

        @Test
        void add_moreThanThePlansClients_isRefused() {
            CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
            for (int client = 1; client <= 10; client++) {
                sum.add(parsed(update(client)));
            }
            assertThatThrownBy(() -> sum.add(parsed(update(11)))).hasMessageContaining("its 10 updates");
            assertThat(sum.clients()).hasSize(10);
        }

        @Test
        void add_residueOutOfRangeAnywhere_leavesTheSumUnchanged() {
            CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
            sum.add(parsed(update(1)));
            long[] before = state(sum);
            byte[] good = update(2);
            for (int at = good.length - 1 - random.nextInt(5); at > 110; at -= 13) {
                byte[] bad = good.clone();
                // Eight bytes of ones hold a residue of 49 ones, or reach into the bits after the last one.
                for (int i = Math.max(96, at - 14); i <= at; i++) {
                    bad[i] = -1;
                }
                assertThatThrownBy(() -> sum.add(parsed(bad)))
                        .isInstanceOf(SumFormatException.class)
                        .hasMessageContaining("not below its prime");
                assertThat(state(sum)).isEqualTo(before);
            }
            sum.add(parsed(good));
            assertThat(sum.clients()).containsExactly(1, 2);
        }

        @Test
        void add_fromDirectReadOnlyAndSlicedBuffers_isTheSame() {
            byte[] bytes = update(1);
            CiphertextSum expected = CiphertextSum.create(round, PARAMETERS);
            expected.add(parsed(bytes));
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            ByteBuffer shifted = ByteBuffer.allocate(bytes.length + 30).position(13);
            shifted.put(bytes).flip().position(13);
            for (ByteBuffer buffer :
                    new ByteBuffer[] {direct, shifted, ByteBuffer.wrap(bytes).asReadOnlyBuffer()}) {
                CiphertextSum sum = CiphertextSum.create(round, PARAMETERS);
                int position = buffer.position();
                sum.add(EncryptedUpdate.parse(round, buffer));
                assertThat(state(sum)).isEqualTo(state(expected));
                assertThat(buffer.position()).isEqualTo(position);
            }
        }

        @Test
        void add_otherSize_isRefused() {
            CiphertextSum sum = CiphertextSum.create(round, PARAMETERS + 1);
            byte[] bytes = update(1);
            assertThatThrownBy(() -> sum.add(parsed(bytes))).hasMessageContaining("all must have the same");
        }

        @Test
        void add_otherKey_isRefused() {
            SumRound shared = TestRounds.round(TestRounds.tiny(SumMode.SHARED_KEY, 32, 10, 16, 3, 50), 1);
            SecureRandom secure = new SecureRandom();
            CiphertextSum sum = CiphertextSum.create(shared, 5);
            for (int client = 1; client <= 2; client++) {
                SecretKey key = TestRounds.secretKey(shared.plan(), secure);
                try (SumEncryptor encryptor = SumEncryptor.sharedKey(shared, key, TestRounds.ACCESS, secure)) {
                    EncryptedUpdate update = EncryptedUpdate.parse(shared, encryptor.encrypt(client, new float[5], 1));
                    if (client == 1) {
                        sum.add(update);
                    } else {
                        assertThatThrownBy(() -> sum.add(update)).hasMessageContaining("in a sum under key");
                    }
                }
            }
        }

        /** 62 - 49 bits leave room for 8192 numbers; 20,000 make it reduce on the way. */
        @Test
        void add_moreThanAWordHolds_staysExact() {
            SumPlan many = TestRounds.tiny(SumMode.ONE_TIME_KEY, 8, 20_000, 18, 1, 1);
            TestRounds.Cohort crowd = new TestRounds.Cohort(TestRounds.round(many, 1));
            byte[] bytes = crowd.encrypt(1, new float[5], 1);
            CiphertextSum sum = CiphertextSum.create(crowd.round, 5);
            for (int client = 1; client <= 20_000; client++) {
                ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(72, client);
                sum.add(EncryptedUpdate.parse(crowd.round, bytes));
            }
            BigInteger prime = BigInteger.valueOf(many.basis().modulus(0).value());
            BigInteger[] once = SumReference.unpack(bytes, 96, 7, 49);
            long[] residues = sum.residues(0, 0).toArray();
            for (int i = 0; i < 7; i++) {
                assertThat(residues[i])
                        .isEqualTo(once[i].multiply(BigInteger.valueOf(20_000))
                                .mod(prime)
                                .longValue());
            }
        }
    }

    @Nested
    class Merge {
        @ParameterizedTest
        @EnumSource(SumMode.class)
        void merge_partialSums_openAsOne(SumMode mode) {
            SumRound merged = TestRounds.round(TestRounds.tiny(mode, 32, 10, 16, 3, 50), 9);
            SecureRandom secure = new SecureRandom();
            SecretKey key = TestRounds.secretKey(merged.plan(), secure);
            TestRounds.Cohort clients = mode == SumMode.ONE_TIME_KEY ? new TestRounds.Cohort(merged) : null;
            CiphertextSum left = CiphertextSum.create(merged, PARAMETERS);
            CiphertextSum right = CiphertextSum.create(merged, PARAMETERS);
            long[] expected = new long[PARAMETERS];
            for (int client = 1; client <= 6; client++) {
                float[] values = TestRounds.update(random, PARAMETERS);
                for (int i = 0; i < PARAMETERS; i++) {
                    expected[i] += SumEncoder.of(merged.plan()).encode(values[i], client);
                }
                byte[] bytes;
                if (clients != null) {
                    bytes = clients.encrypt(client, values, client);
                } else {
                    try (SumEncryptor encryptor = mode == SumMode.SHARED_KEY
                            ? SumEncryptor.sharedKey(merged, key, TestRounds.ACCESS, secure)
                            : SumEncryptor.collectiveKey(
                                    merged, TestRounds.publicKey(merged.plan(), key, secure), secure)) {
                        bytes = encryptor.encrypt(client, values, client);
                    }
                }
                (client % 3 == 0 ? left : right).add(EncryptedUpdate.parse(merged, bytes));
            }
            left.merge(right);
            OpeningKey opening = clients != null ? clients.key(left) : HeldKey.of(key, TestRounds.ACCESS);
            OpenedSum opened = SumOpener.create(merged.plan(), 2).open(left, opening);
            assertThat(opened.sums()).isEqualTo(expected);
            assertThat(opened.weightSum()).isEqualTo(21);
        }

        @Test
        void merge_sharedClientOrTooManyOrOtherBlocks_isRefused() {
            CiphertextSum left = CiphertextSum.create(round, PARAMETERS);
            CiphertextSum right = CiphertextSum.create(round, PARAMETERS);
            EncryptedUpdate first = parsed(update(1));
            left.add(first);
            right.add(first);
            assertThatThrownBy(() -> left.merge(right)).hasMessageContaining("share a client");
            assertThatThrownBy(() -> left.merge(left)).hasMessageContaining("share a client");
            assertThatThrownBy(() -> left.merge(CiphertextSum.ofBlocks(round, PARAMETERS, 1, 1)))
                    .hasMessageContaining("different rounds, sizes or blocks");
            CiphertextSum full = CiphertextSum.create(round, PARAMETERS);
            for (int client = 2; client <= 11; client++) {
                full.add(parsed(update(client)));
            }
            assertThatThrownBy(() -> left.merge(full)).hasMessageContaining("the plan takes 10");
            assertThat(left.clients()).containsExactly(1);
        }
    }

    @Nested
    class OfBlocks {
        @Test
        void ofBlocks_rangesOneByOne_openToTheSameAsTheWhole() {
            byte[][] updates = {update(1), update(2), update(3)};
            CiphertextSum whole = CiphertextSum.create(round, PARAMETERS);
            for (byte[] bytes : updates) {
                whole.add(parsed(bytes));
            }
            OpenedSum expected = SumOpener.create(plan, 2).open(whole, cohort.key(whole));
            int blocks = CiphertextSum.blocks(plan, PARAMETERS);
            assertThat(blocks).isEqualTo(4);
            long weight = 0;
            for (int block = 0; block < blocks; block++) {
                CiphertextSum part = CiphertextSum.ofBlocks(round, PARAMETERS, block, 1);
                for (byte[] bytes : updates) {
                    part.add(parsed(bytes));
                }
                OpenedSum opened = SumOpener.create(plan, 2).open(part, cohort.key(part));
                weight = block == 0 ? opened.weightSum() : weight;
                double[] mean = opened.mean(weight);
                for (int i = 0; i < opened.size(); i++) {
                    int index = (int) opened.firstParameter() + i;
                    assertThat(opened.sum(i)).isEqualTo(expected.sum(index));
                    assertThat(mean[i]).isEqualTo(expected.mean()[index]);
                }
                if (block > 0) {
                    assertThatThrownBy(opened::weightSum)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("block 0");
                }
            }
            assertThat(weight).isEqualTo(expected.weightSum());
        }

        @Test
        void ofBlocks_outsideTheUpdate_isRefused() {
            assertThatThrownBy(() -> CiphertextSum.ofBlocks(round, PARAMETERS, 3, 2))
                    .hasMessageContaining("of an update of 4 blocks");
            assertThatThrownBy(() -> CiphertextSum.ofBlocks(round, PARAMETERS, 0, 0))
                    .hasMessageContaining("not empty");
            assertThatThrownBy(() -> CiphertextSum.create(round, 0)).hasMessageContaining("between 1 and 2^38");
        }
    }

    @Nested
    class Parse {
        @Test
        void parse_otherPlanRoundOrMode_isRefused() {
            byte[] bytes = update(1);
            SumPlan otherPlan = TestRounds.tiny(SumMode.ONE_TIME_KEY, 32, 11, 16, 3, 50);
            SumPlan otherMode = TestRounds.tiny(SumMode.SHARED_KEY, 32, 10, 16, 3, 50);
            assertThatThrownBy(() -> EncryptedUpdate.parse(TestRounds.round(otherPlan, 1), bytes))
                    .isInstanceOf(SumFormatException.class)
                    .hasMessageContaining("this is plan");
            assertThatThrownBy(() -> EncryptedUpdate.parse(TestRounds.round(plan, 2), bytes))
                    .hasMessageContaining("this is round");
            assertThatThrownBy(() -> EncryptedUpdate.parse(TestRounds.round(otherMode, 1), bytes))
                    .hasMessageContaining("this plan's mode is 2");
        }

        @Test
        void parse_cutAtAnyByteOrLonger_isRefused() {
            byte[] bytes = update(1);
            for (int length = 0; length < bytes.length; length += length < 120 ? 1 : 17) {
                byte[] cut = java.util.Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> parsed(cut)).isInstanceOf(SumFormatException.class);
            }
            assertThatThrownBy(() -> parsed(java.util.Arrays.copyOf(bytes, bytes.length + 1)))
                    .hasMessageContaining("there must be");
        }

        @Test
        void parse_anyHeaderBitChanged_isRefusedOrAnotherClientOrSize() {
            byte[] bytes = update(1);
            for (int i = 0; i < 96; i++) {
                for (int bit = 0; bit < 8; bit++) {
                    byte[] changed = bytes.clone();
                    changed[i] ^= (byte) (1 << bit);
                    try {
                        EncryptedUpdate other = parsed(changed);
                        assertThat(other.clientId() != 1 || other.parameters() != PARAMETERS)
                                .isTrue();
                    } catch (SumFormatException refused) {
                        assertThat(refused.getMessage()).isNotEmpty();
                    }
                }
            }
        }

        @Test
        void parse_hugeNumbersOfParametersOrBlocks_areRefusedBeforeAnythingIsAllocated() {
            byte[] bytes = update(1);
            for (int at : new int[] {76, 80, 88}) {
                byte[] changed = bytes.clone();
                changed[at + 3] = 0x7f;
                assertThatThrownBy(() -> parsed(changed)).isInstanceOf(SumFormatException.class);
            }
        }
    }
}
