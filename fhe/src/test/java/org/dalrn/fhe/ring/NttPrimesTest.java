package org.dalrn.fhe.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Against the primes and roots that SEAL 4.x computes for the same sizes. */
class NttPrimesTest {
    private static List<Long> values(List<Modulus> moduli) {
        return moduli.stream().map(Modulus::value).toList();
    }

    @Test
    void create_sizesOfSealExamples_arePrimesOfSeal() {
        assertThat(values(NttPrimes.create(8192, 60, 40, 40, 60)))
                .containsExactly(0xffffffffffe8001L, 0xfffff4c001L, 0xfffffdc001L, 0xfffffffffffc001L);
        assertThat(values(NttPrimes.create(8192, 60, 40, 40)))
                .containsExactly(0xfffffffffffc001L, 0xfffff4c001L, 0xfffffdc001L);
        assertThat(values(NttPrimes.create(2048, 54))).containsExactly(0x3ffffffffed001L);
        assertThat(values(NttPrimes.create(2048, 50))).containsExactly(0x3ffffffffc001L);
        assertThat(values(NttPrimes.create(4096, 50, 50))).containsExactly(0x3fffffffcc001L, 0x3ffffffffc001L);
        assertThat(values(NttPrimes.create(8192, 50, 50, 50)))
                .containsExactly(0x3ffffffef4001L, 0x3fffffffcc001L, 0x3ffffffffc001L);
    }

    @Test
    void smallestPrimitiveRoot_primesOfSeal_isRootOfSeal() {
        List<Modulus> chain = NttPrimes.create(8192, 60, 40, 40, 60);
        assertThat(chain.stream().map(q -> NttPrimes.smallestPrimitiveRoot(8192, q)))
                .containsExactly(100406242475323L, 5405730L, 30370987L, 25959043411404L);
        assertThat(NttPrimes.smallestPrimitiveRoot(2048, Modulus.of(0x3ffffffffed001L)))
                .isEqualTo(2604308523238L);
        assertThat(NttPrimes.smallestPrimitiveRoot(2048, Modulus.of(0x3ffffffffc001L)))
                .isEqualTo(1080667890455L);
        assertThat(NttPrimes.create(4096, 50, 50).stream().map(q -> NttPrimes.smallestPrimitiveRoot(4096, q)))
                .containsExactly(12064401162L, 46909545429L);
        assertThat(NttPrimes.create(8192, 50, 50, 50).stream().map(q -> NttPrimes.smallestPrimitiveRoot(8192, q)))
                .containsExactly(171311547850L, 126325704370L, 11286399139L);
    }

    @Test
    void create_moreThanThereAre_isRefused() {
        assertThatThrownBy(() -> NttPrimes.create(8192, 15, 15, 15))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("primes of 15 bits for ring degree 8192");
        assertThatThrownBy(() -> NttPrimes.create(3000, 40))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ring degree 3000 is not a power of two");
        assertThatThrownBy(() -> NttPrimes.create(4096, 61))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("61 bits");
        assertThatThrownBy(() -> NttPrimes.create(4096))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no prime sizes");
    }
}
