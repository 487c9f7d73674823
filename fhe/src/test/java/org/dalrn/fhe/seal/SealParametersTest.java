package org.dalrn.fhe.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected digests and bytes: Microsoft SEAL 4.4.3, and hashlib by vectors/seal/expansion.py. */
class SealParametersTest {
    private static final long[] FOUR = {0xffffffffffe8001L, 0xfffff4c001L, 0xfffffdc001L, 0xfffffffffffc001L};

    @ParameterizedTest
    @CsvSource({
        "2048, 3ffffffffed001, e9095456ca0cdf3f03014aa380668265f838d37d95b763514f04e92bb39716ee",
        "2048, 3ffffffffc001, 717dbac11d588d976b12c9df98b7cb5196b78983e6297b3cb36e793284e6df61",
        "4096, 3fffffffcc001 3ffffffffc001, fadbac3edc729714c6e19bbf743deb1ac609b75ee96ff0773e419ac3d0764d1d",
        "8192, fffffffffffc001 fffff4c001 fffffdc001, "
                + "85781cbcb880e0f0e18ecd8ee52fbb09392439b574582e884252d89c1c867689"
    })
    void parmsId_ofTheKeyLevel_isThatOfSeal(int degree, String primes, String digest) {
        long[] moduli = java.util.Arrays.stream(primes.split(" "))
                .mapToLong(prime -> Long.parseLong(prime, 16))
                .toArray();

        assertThat(SealParameters.of(degree, moduli).parmsId(moduli.length)).isEqualTo(digest);
    }

    @Test
    void parmsId_ofLevels_dropsPrimesFromTheEnd() {
        SealParameters parameters = SealParameters.of(8192, FOUR);

        assertThat(parameters.parmsId(4)).isEqualTo("e2a8dd3f1586dacfac02a4591f26b3ba536e0b1f60e28faef57f030eab08c5dd");
        assertThat(parameters.parmsId(3)).isEqualTo("0f8bbf7d4509a0123c2bc9d4f3d564630c448ed8cc41a8965894081870675512");
        assertThat(parameters.keyPrimes()).isEqualTo(4);
        assertThat(parameters.dataPrimes()).isEqualTo(3);
    }

    @Test
    void dataPrimes_ofOnePrime_isOne() {
        assertThat(SealParameters.of(2048, 0x3ffffffffed001L).dataPrimes()).isEqualTo(1);
    }

    @Test
    void toBytes_ofOnePrime_areThoseOfSeal() {
        byte[] bytes = SealParameters.of(2048, 0x3ffffffffed001L)
                .toBytes(new SealEncoding(new SealVersion(4, 4), SealCompression.NONE));

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("5ea110040400000051000000000000000200080000000000000100000000000000"
                        + "5ea1100404000000180000000000000001d0feffffff3f00"
                        + "5ea11004040000001800000000000000" + "0000000000000000");
        assertThat(SealParameters.read(bytes)).isEqualTo(SealParameters.of(2048, 0x3ffffffffed001L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3000 | 12289 | ring degree 3000 is not a power of two in [2, 131072]",
                "262144 | 12289 | ring degree 262144 is not a power of two in [2, 131072]",
                "8 | 18 | modulus 18 is not a prime of 2 to 60 bits that is 1 modulo 2N = 16",
                "8 | 33 | modulus 33 is not a prime of 2 to 60 bits that is 1 modulo 2N = 16",
                "8 | 0 | modulus 0 is not a prime of 2 to 60 bits that is 1 modulo 2N = 16",
                "8 | -15 | modulus 18446744073709551601 is not a prime of 2 to 60 bits that is 1 modulo 2N = 16"
            })
    void of_whatIsNoRing_isRefused(int degree, long modulus, String message) {
        assertThatThrownBy(() -> SealParameters.of(degree, modulus))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void of_noPrimesTooManyOrEqualOnes_isRefused() {
        assertThatThrownBy(() -> SealParameters.of(8)).hasMessage("0 primes; there are 1 to 256");
        assertThatThrownBy(() -> SealParameters.of(8, new long[257])).hasMessage("257 primes; there are 1 to 256");
        assertThatThrownBy(() -> SealParameters.of(8, 97, 97))
                .hasMessage("prime 97 occurs twice; the primes must differ");
    }

    @Test
    void read_ofAnotherScheme_isRefused() {
        byte[] bytes = SealParameters.of(8, 97).toBytes(SealEncoding.portable());
        bytes[16] = 1;

        assertThatThrownBy(() -> SealParameters.read(bytes))
                .isInstanceOf(SealFormatException.class)
                .hasMessage("SEAL parameters: scheme 1 (BFV); only 2 (CKKS) is read here");
    }
}
