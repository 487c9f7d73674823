package org.dalrn.fhe.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.dalrn.fhe.ring.ResiduePacking;
import org.junit.jupiter.api.Test;

/** Against {@link SumReference#unpack}, which reads the section as one large integer. */
class ResiduePackingTest {
    @Test
    void pack_anyWidthAndCount_isOneLargeInteger() {
        Random random = new Random(1);
        for (int bits = 5; bits <= 49; bits++) {
            long q = (1L << bits) - 1 - random.nextInt(1 << (bits / 2));
            int count = 1 + random.nextInt(200);
            double[][] rows = new double[16][16];
            long[] residues = new long[count];
            for (int i = 0; i < count; i++) {
                residues[i] = i == 0 ? q - 1 : i == 1 ? 0 : Math.floorMod(random.nextLong(), q);
                // Half of them as negative representatives.
                rows[i / 16][i % 16] = random.nextBoolean() && residues[i] != 0 ? residues[i] - q : residues[i];
            }
            byte[] out = new byte[ResiduePacking.bytes(count, bits) + 3 + 8];
            ResiduePacking.pack(rows, count, bits, q, out, 3);
            BigInteger[] read = SumReference.unpack(out, 3, count, bits);
            for (int i = 0; i < count; i++) {
                assertThat(read[i]).isEqualTo(BigInteger.valueOf(residues[i]));
            }
            long[] sums = new long[count];
            assertThat(ResiduePacking.add(out, 3, count, bits, q, sums)).isNotNegative();
            assertThat(ResiduePacking.add(out, 3, count, bits, q, sums)).isNotNegative();
            for (int i = 0; i < count; i++) {
                assertThat(sums[i]).isEqualTo(2 * residues[i]);
            }
            ResiduePacking.subtract(out, 3, count, bits, sums);
            assertThat(sums).isEqualTo(residues);
        }
    }

    @Test
    void add_residueNotBelowThePrime_isReported() {
        long q = (1L << 20) - 17;
        for (int at = 0; at < 9; at++) {
            double[][] rows = new double[1][9];
            rows[0][at] = q;
            byte[] out = new byte[ResiduePacking.bytes(9, 20) + 8];
            ResiduePacking.pack(rows, 9, 20, q, out, 0);
            assertThat(ResiduePacking.add(out, 0, 9, 20, q, new long[9])).isNegative();
            rows[0][at] = q - 1;
            ResiduePacking.pack(rows, 9, 20, q, out, 0);
            assertThat(ResiduePacking.add(out, 0, 9, 20, q, new long[9])).isNotNegative();
        }
    }

    @Test
    void add_bitAfterTheLastResidue_isReported() {
        byte[] in = new byte[3 + 8];
        assertThat(ResiduePacking.add(in, 0, 1, 20, (1L << 20) - 3, new long[1]))
                .isNotNegative();
        in[2] = 0x10;
        assertThat(ResiduePacking.add(in, 0, 1, 20, (1L << 20) - 3, new long[1]))
                .isNegative();
    }
}
