package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.fhe.committee.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That what is not an honest sum is refused. */
class SumOpenerTest {
    private final SumPlan plan = TestRounds.tiny(SumMode.ONE_TIME_KEY, 64, 10, 16, 3, 50);
    private final SumRound round = TestRounds.round(plan, 1);
    private final TestRounds.Cohort cohort = new TestRounds.Cohort(round);
    private final Random random = new Random(1);

    private CiphertextSum sum(int parameters, int clients) {
        CiphertextSum sum = CiphertextSum.create(round, parameters);
        for (int client = 1; client <= clients; client++) {
            sum.add(EncryptedUpdate.parse(round, cohort.encrypt(client, TestRounds.update(random, parameters), 50)));
        }
        return sum;
    }

    private OpenedSum open(CiphertextSum sum, OpeningKey key) {
        return SumOpener.create(plan, 2).open(sum, key);
    }

    /** Adds a multiple of 1 to coefficient i of block 0: what a malicious client can do without the key. */
    private void tamper(byte[] update, int parameters, int coefficient, BigInteger addend) {
        BlockLayout layout = new BlockLayout(plan, parameters);
        int at = 96;
        int count = layout.dataCoefficients(0) + 1;
        for (int limb = 0; limb < plan.limbs(); limb++) {
            BigInteger prime = BigInteger.valueOf(plan.basis().modulus(limb).value());
            BigInteger[] residues = SumReference.unpack(update, at, count, 49);
            residues[coefficient] = residues[coefficient].add(addend).mod(prime);
            BigInteger all = BigInteger.ZERO;
            for (int i = 0; i < count; i++) {
                all = all.or(residues[i].shiftLeft(49 * i));
            }
            int bytes = (count * 49 + 7) / 8;
            for (int i = 0; i < bytes; i++) {
                update[at + i] = all.shiftRight(8 * i).byteValue();
            }
            at += bytes;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void open_keyOfOtherClients_isRefusedWhateverTheSize(int parameters) {
        for (int trial = 0; trial < 20; trial++) {
            CiphertextSum sum = sum(parameters, 3);
            // The sum of the keys lies by one in one coordinate.
            int[] wrong = cohort.keySum.clone();
            wrong[random.nextInt(64)] += random.nextBoolean() ? 1 : -1;
            OneTimeKeySum key = OneTimeKeySum.insecureForTesting(round, sum.uploads(), wrong);
            assertThatThrownBy(() -> open(sum, key))
                    .isInstanceOf(SumDecodingException.class)
                    .hasMessageContaining("never retry");
            java.util.Arrays.fill(cohort.keySum, 0);
        }
    }

    @Test
    void open_keyOfAnotherSetOrRound_isRefusedBeforeDecoding() {
        CiphertextSum sum = sum(10, 3);
        OneTimeKeySum fewer =
                OneTimeKeySum.insecureForTesting(round, sum.uploads().headMap(3), cohort.keySum);
        assertThatThrownBy(() -> open(sum, fewer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exactly the updates of the agreed set");
        OneTimeKeySum other = OneTimeKeySum.insecureForTesting(TestRounds.round(plan, 2), sum.uploads(), cohort.keySum);
        assertThatThrownBy(() -> open(sum, other)).hasMessageContaining("do not belong");
    }

    /** With the right keys and updates: only what was agreed on differs. */
    @Test
    void open_anotherUploadThanAgreed_isRefusedBeforeDecoding() {
        CiphertextSum sum = sum(10, 3);
        SortedMap<Integer, Digest> agreed = new TreeMap<>(sum.uploads());
        Digest other = Digest.of(new byte[Digest.SIZE_BYTES]);
        Digest summed = agreed.put(2, other);
        OneTimeKeySum key = OneTimeKeySum.insecureForTesting(round, agreed, cohort.keySum);
        assertThatThrownBy(() -> open(sum, key))
                .isInstanceOf(SumFormatException.class)
                .hasMessage("the update of client 2 in the sum has digest " + summed + ", the committee agreed on "
                        + other + "; sum the upload that the client dealt its key for, or drop this round");
        assertThat(open(sum, cohort.key(sum)).clients()).isEqualTo(3);
    }

    @Test
    void open_valueAboveAllLevels_isRefused() {
        int parameters = 30;
        byte[] bytes = cohort.encrypt(1, TestRounds.update(random, parameters), 50);
        // A client can only push its field up by what the others left, else it passes the bound.
        BigInteger field = BigInteger.valueOf(3 * plan.levels()).shiftLeft(plan.guardBits() + plan.fieldBits());
        tamper(bytes, parameters, 2, field);
        CiphertextSum sum = CiphertextSum.create(round, parameters);
        sum.add(EncryptedUpdate.parse(round, bytes));
        sum.add(EncryptedUpdate.parse(round, cohort.encrypt(2, new float[parameters], 50)));
        assertThatThrownBy(() -> open(sum, cohort.key(sum)))
                .isInstanceOf(SumDecodingException.class)
                .hasMessageContaining("a value beyond its bound");
    }

    @Test
    void open_noiseBeyondItsBound_isRefused() {
        int parameters = 30;
        byte[] bytes = cohort.encrypt(1, TestRounds.update(random, parameters), 50);
        tamper(bytes, parameters, 5, BigInteger.valueOf(1L << (plan.guardBits() - 1)));
        CiphertextSum sum = CiphertextSum.create(round, parameters);
        sum.add(EncryptedUpdate.parse(round, bytes));
        sum.add(EncryptedUpdate.parse(round, cohort.encrypt(2, new float[parameters], 50)));
        assertThatThrownBy(() -> open(sum, cohort.key(sum)))
                .isInstanceOf(SumDecodingException.class)
                .hasMessageContaining("noise beyond its bound")
                .hasMessageNotContaining(Long.toString(1L << (plan.guardBits() - 1)));
    }

    @Test
    void open_checkOrPaddingNotZero_isRefused() {
        int parameters = 30;
        int data = new BlockLayout(plan, parameters).dataCoefficients(0);
        for (int coefficient : new int[] {data, data - 1}) {
            byte[] bytes = cohort.encrypt(1, TestRounds.update(random, parameters), 50);
            // The last data coefficient has 31 values in 3 * 11 fields: its top field is padding.
            int place = coefficient == data ? 0 : 2 * plan.fieldBits();
            tamper(bytes, parameters, coefficient, BigInteger.ONE.shiftLeft(plan.guardBits() + place));
            CiphertextSum sum = CiphertextSum.create(round, parameters);
            sum.add(EncryptedUpdate.parse(round, bytes));
            sum.add(EncryptedUpdate.parse(round, cohort.encrypt(2, new float[parameters], 50)));
            assertThatThrownBy(() -> open(sum, cohort.key(sum)))
                    .isInstanceOf(SumDecodingException.class)
                    .hasMessageContaining(coefficient == data ? "a nonzero check" : "a value beyond");
            java.util.Arrays.fill(cohort.keySum, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-50, -49, 1, 1000})
    void open_weightsOutOfRange_isRefused(long addend) {
        byte[] bytes = cohort.encrypt(1, new float[30], 50);
        tamper(bytes, 30, 0, BigInteger.valueOf(addend).shiftLeft(plan.guardBits()));
        CiphertextSum sum = CiphertextSum.create(round, 30);
        sum.add(EncryptedUpdate.parse(round, bytes));
        sum.add(EncryptedUpdate.parse(round, cohort.encrypt(2, new float[30], addend < 0 ? 1 : 50)));
        if (addend == -49) {
            // Two clients of weight one are possible.
            assertThat(open(sum, cohort.key(sum)).weightSum()).isEqualTo(2);
        } else {
            assertThatThrownBy(() -> open(sum, cohort.key(sum)))
                    .isInstanceOf(SumDecodingException.class)
                    .hasMessageContaining("weights of 2 clients is not between 2 and 100");
        }
    }

    @Test
    void open_tooFewClients_isRefused() {
        CiphertextSum sum = sum(10, 2);
        assertThatThrownBy(() -> SumOpener.create(plan, 3).open(sum, cohort.key(sum)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 3 together");
        assertThatThrownBy(() -> SumOpener.create(plan, 1)).hasMessageContaining("that client's update");
    }

    @Test
    void open_destroyedKey_isRefused() {
        CiphertextSum sum = sum(10, 2);
        OneTimeKeySum key = cohort.key(sum);
        key.destroy();
        assertThatThrownBy(() -> open(sum, key)).hasMessageContaining("was destroyed");
        assertThat(key.isDestroyed()).isTrue();
    }

    @Test
    void toString_ofSecretsAndResults_showsSizesOnly() {
        CiphertextSum sum = sum(10, 2);
        assertThat(cohort.key(sum)).hasToString("OneTimeKeySum[clients=2, N=64]");
        assertThat(OneTimeKey.generate(round, cohort.random)).hasToString("OneTimeKey[N=64]");
        assertThat(open(sum, cohort.key(sum))).hasToString("OpenedSum[clients=2, parameters=0+10]");
    }
}
