package org.dalrn.fhe.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.dalrn.fhe.FheException;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.junit.jupiter.api.Test;

/** The byte forms: against a bit string made with BigInteger, round trips, and every kind of damage. */
class ShareBytesTest {
    private static final int ELEMENT = 3;
    private final Parties parties = Parties.of(Parties.ring(16, 60, 13, 50, 59), 2, Set.of(ELEMENT), 41);
    private final KeyCeremony ceremony = parties.ceremony;

    @Test
    void polynomial_written_isTheResiduesAsOneLittleEndianNumberForEachLimb() {
        NttPolynomial b = parties.publicKey.b();
        byte[] bytes = new PublicKeyShare(ceremony, 1, b).toBytes();
        int at = ShareBytes.HEADER_BYTES;
        for (int j = 0; j < b.basis().size(); j++) {
            int bits = b.basis().modulus(j).bitLength();
            BigInteger number = BigInteger.ZERO;
            for (int i = 15; i >= 0; i--) {
                number = number.shiftLeft(bits).or(BigInteger.valueOf(b.residue(j, i)));
            }
            int size = 2 * bits;
            byte[] limb = Arrays.copyOfRange(bytes, at, at + size);
            byte[] bigEndian = new byte[size + 1];
            for (int i = 0; i < size; i++) {
                bigEndian[size - i] = limb[i];
            }
            assertThat(new BigInteger(bigEndian)).isEqualTo(number);
            at += size;
        }
        assertThat(at).isEqualTo(bytes.length);
    }

    @Test
    void shares_writtenAndRead_areTheSame() {
        PartyKeyGeneration one = parties.generations.get(0);
        RelinearizationRoundOne first = one.relinearization();
        RelinearizationRoundOne other = parties.generations.get(1).relinearization();
        RelinearizationSecondShare second =
                first.roundTwo(RelinearizationSum.of(ceremony, List.of(first.share(), other.share())));
        check(
                one.publicKeyShare().toBytes(),
                bytes -> PublicKeyShare.parse(ceremony, bytes).toBytes());
        check(
                one.rotationKeyShare(ELEMENT).toBytes(),
                bytes -> RotationKeyShare.parse(ceremony, bytes).toBytes());
        check(
                first.share().toBytes(),
                bytes -> RelinearizationFirstShare.parse(ceremony, bytes).toBytes());
        check(
                second.toBytes(),
                bytes -> RelinearizationSecondShare.parse(ceremony, bytes).toBytes());
    }

    private static void check(byte[] bytes, Function<byte[], byte[]> parseAndWrite) {
        assertThat(parseAndWrite.apply(bytes)).isEqualTo(bytes);
        mutations(bytes, parseAndWrite);
    }

    /** Every change is refused, or read as another object with those very bytes; nothing but the family's exception escapes. */
    static void mutations(byte[] bytes, Function<byte[], byte[]> parseAndWrite) {
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            byte[] changed = bytes.clone();
            int position = i < 45 ? i : random.nextInt(bytes.length);
            changed[position] ^= (byte) (1 + random.nextInt(255));
            try {
                assertThat(parseAndWrite.apply(changed))
                        .as("seed 5, byte %d", position)
                        .isEqualTo(changed);
            } catch (FheException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        for (int length : new int[] {0, 1, 44, bytes.length / 2, bytes.length - 1}) {
            assertThatThrownBy(() -> parseAndWrite.apply(Arrays.copyOf(bytes, length)))
                    .isInstanceOf(FheException.class);
        }
        assertThatThrownBy(() -> parseAndWrite.apply(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(FheException.class);
    }

    @Test
    void parse_ofAResidueAbovePrime_isRefused() {
        byte[] bytes = parties.generations.get(0).publicKeyShare().toBytes();
        Arrays.fill(bytes, ShareBytes.HEADER_BYTES, ShareBytes.HEADER_BYTES + 8, (byte) 0xff);
        assertThatThrownBy(() -> PublicKeyShare.parse(ceremony, bytes))
                .isInstanceOf(MultipartyException.class)
                .hasMessageContaining("residue 0 of limb 0 of a share of a public key is not below");
    }

    @Test
    void parse_ofAnotherKind_isRefused() {
        byte[] bytes = parties.generations.get(0).publicKeyShare().toBytes();
        bytes[4] = 4;
        assertThatThrownBy(() -> PublicKeyShare.parse(ceremony, bytes))
                .isInstanceOf(MultipartyException.class)
                .hasMessage("an object of kind 4 given as a share of a public key, which is 1");
    }

    @Test
    void parse_ofAnotherLength_namesTheRightOne() {
        RnsBasis basis = ceremony.context().keyBasis();
        int wanted = ShareBytes.HEADER_BYTES + 2 * (60 + 13 + 50 + 59);
        assertThat(basis.size()).isEqualTo(4);
        assertThatThrownBy(() -> PublicKeyShare.parse(ceremony, new byte[3]))
                .isInstanceOf(MultipartyException.class)
                .hasMessage("3 bytes given as a share of a public key of ceremony; it has " + wanted);
    }
}
