package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle: all residues as the digits of one large integer in base 2^b. */
class ResiduesTest {
    private static final long SEED = 20261123;

    /** By hand: bit 0; bit 14; bits 27 to 38; none; bit 64. */
    @Test
    void toBytes_fiveResiduesOf13Bits_areTheseBytes() {
        byte[] bytes = Residues.toBytes(ShareFieldTest.field(13), new int[] {1, 2, 8190, 0, 4096});

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("014000f87f00000001");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, 31})
    void toBytesAndParse_extremesAndRandomResidues_areTheDigitsOfAnInteger(int bits) {
        ShareField field = ShareFieldTest.field(bits);
        Random random = new Random(SEED);
        for (int length : new int[] {1, 2, 7, 8, 9, 100}) {
            int[] residues = random.ints(length, 0, field.prime()).toArray();
            residues[0] = field.prime() - 1;
            residues[length - 1] = length % 2 == 0 ? 0 : field.prime() - 1;
            BigInteger whole = BigInteger.ZERO;
            for (int i = 0; i < length; i++) {
                whole = whole.add(BigInteger.valueOf(residues[i]).shiftLeft(i * bits));
            }

            byte[] bytes = Residues.toBytes(field, residues);

            assertThat(bytes).hasSize((length * bits + 7) / 8);
            byte[] bigEndian = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                bigEndian[i] = bytes[bytes.length - 1 - i];
            }
            assertThat(new BigInteger(1, bigEndian)).isEqualTo(whole);
            assertThat(Residues.parse(field, bytes, length)).isEqualTo(residues);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, 31})
    void parse_thePrimeItself_isRefusedAtEveryPlace(int bits) {
        ShareField field = ShareFieldTest.field(bits);
        for (int at = 0; at < 9; at++) {
            int[] residues = new int[9];
            residues[at] = field.prime();
            assertThat(Residues.parse(field, Residues.toBytes(field, residues), 9))
                    .as("place %d", at)
                    .isNull();
            residues[at] = field.prime() - 1;
            assertThat(Residues.parse(field, Residues.toBytes(field, residues), 9))
                    .isEqualTo(residues);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17, 19, 31})
    void parse_anyBitAfterTheLastResidue_isRefused(int bits) {
        ShareField field = ShareFieldTest.field(bits);
        for (int length = 1; length <= 8; length++) {
            byte[] genuine = Residues.toBytes(field, new int[length]);
            for (int bit = length * bits; bit < 8 * genuine.length; bit++) {
                byte[] padded = genuine.clone();
                padded[bit / 8] = (byte) (padded[bit / 8] | 1 << bit % 8);
                assertThat(Residues.parse(field, padded, length))
                        .as("length %d, bit %d", length, bit)
                        .isNull();
            }
        }
    }

    @Test
    void parse_anotherLength_isRefused() {
        ShareField field = ShareFieldTest.field(13);
        byte[] bytes = Residues.toBytes(field, new int[5]);

        assertThat(Residues.parse(field, Arrays.copyOf(bytes, 8), 5)).isNull();
        assertThat(Residues.parse(field, Arrays.copyOf(bytes, 10), 5)).isNull();
        assertThat(Residues.parse(field, bytes, 6)).isNull();
        assertThat(Residues.parse(field, new byte[0], 5)).isNull();
    }
}
