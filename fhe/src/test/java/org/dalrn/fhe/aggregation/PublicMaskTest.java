package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.junit.jupiter.api.Test;

class PublicMaskTest {
    /** A prime in the lower part of its size, so that words are replaced often. */
    private static SumPlan planWithRejections() {
        // 975,873 = 1 + 2^10 * 953, prime; 2^20 * 31/32 = 1,015,808 is the least allowed.
        long prime = 0;
        for (long p = (1L << 20) / 32 * 31 + 1; prime == 0; p += 128) {
            if (p % 128 == 1 && BigInteger.valueOf(p).isProbablePrime(50)) {
                prime = p;
            }
        }
        return SumPlan.insecureForTesting(new SumPlan.Fields(
                SumMode.ONE_TIME_KEY,
                SecurityStandard.HES_2018_CLASSICAL,
                64,
                List.of(prime),
                2,
                8,
                1,
                8,
                100,
                1,
                1,
                1,
                0));
    }

    @Test
    void fill_inAnyOrder_equalsTheDescription() {
        SumPlan plan = planWithRejections();
        long prime = plan.basis().modulus(0).value();
        byte[] seed = new byte[32];
        seed[3] = 9;
        SumReference reference = new SumReference(64, new long[] {prime});
        PublicMask mask = new PublicMask(plan, seed);
        double[][] values = plan.rowNtt(0).newValues();
        int replaced = 0;
        for (int block : new int[] {0, 1, 2, 3, 7, 2, 1000, 1001, 0}) {
            mask.fill(block, 0, values);
            BigInteger[] expected = reference.maskValues(seed, block, 0);
            long[] words = SumReference.words(seed, "dalrn.fhe.sum.mask", block * 136, 64);
            for (int t = 0; t < 64; t++) {
                assertThat((long) values[t / 8][t % 8]).isEqualTo(expected[t].longValue());
                replaced += (words[t] & ((1 << 20) - 1)) >= prime ? 1 : 0;
            }
            long[] sums = new long[64];
            mask.add(block, 0, sums);
            for (int t = 0; t < 64; t++) {
                assertThat(sums[t]).isEqualTo(expected[t].longValue());
            }
        }
        assertThat(replaced).isGreaterThan(5);
    }
}
