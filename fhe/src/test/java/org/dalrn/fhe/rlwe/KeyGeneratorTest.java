package org.dalrn.fhe.rlwe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.dalrn.fhe.ring.NttFactor;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.ring.NttScratch;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.ring.Samplers;
import org.junit.jupiter.api.Test;

/**
 * Keys against their definitions, and the switch against the same computation on BigInteger coefficients: digits, products and
 * rounding of Han and Ki 2019 spelled out.
 */
class KeyGeneratorTest {
    private static final int N = 32;
    private static final RlweContext CONTEXT = RlweContext.of(N, NttPrimes.create(N, 50, 40, 30, 60));
    private static final KeyGenerator GENERATOR = KeyGenerator.of(CONTEXT, SeededRandom.of(20261123));
    private static final SecretKey KEY = GENERATOR.secretKey();
    private static final NttPolynomial S = KEY.polynomial(SecretKeyAccess.granted());

    private static BigInteger[] integers(NttPolynomial polynomial) {
        return polynomial.basis().compose(limbs(polynomial));
    }

    private static long[][] limbs(NttPolynomial polynomial) {
        long[][] limbs = new long[polynomial.basis().size()][];
        Arrays.setAll(limbs, polynomial.toCoefficients()::limb);
        return limbs;
    }

    private static int largest(NttPolynomial polynomial) {
        return Arrays.stream(integers(polynomial))
                .map(BigInteger::abs)
                .max(BigInteger::compareTo)
                .orElseThrow()
                .bitLength();
    }

    private static void assertError(NttPolynomial error) {
        BigInteger[] e = integers(error);
        assertThat(e).allMatch(x -> x.abs().compareTo(BigInteger.valueOf(Samplers.BINOMIAL_BOUND)) <= 0);
        assertThat(Arrays.stream(e).distinct().count()).isGreaterThan(4);
    }

    @Test
    void secretKey_each_isTernaryAndNew() {
        assertThat(integers(S)).allMatch(x -> x.abs().compareTo(BigInteger.ONE) <= 0);
        assertThat(Arrays.stream(integers(S)).distinct()).hasSize(3);
        SecretKey other = GENERATOR.secretKey();
        assertThat(other.id()).isNotEqualTo(KEY.id());
        assertThat(integers(other.polynomial(SecretKeyAccess.granted()))).isNotEqualTo(integers(S));
    }

    @Test
    void publicKey_withItsSecret_isAnEncryptionOfZero() {
        PublicKey key = GENERATOR.publicKey(KEY);
        assertThat(key.id()).isEqualTo(KEY.id());
        assertError(key.a().multiplyAdd(S, key.b()));
        assertThat(largest(key.a())).isGreaterThan(170);
        assertThat(integers(GENERATOR.publicKey(KEY).a())).isNotEqualTo(integers(key.a()));
    }

    @Test
    void relinearizationKey_eachDigit_isAnEncryptionOfTheSquareTimesP() {
        RelinearizationKey key = GENERATOR.relinearizationKey(KEY);
        assertThat(key.id()).isEqualTo(KEY.id());
        assertSwitch(key.key(), S.multiply(S));
    }

    @Test
    void galoisKeys_eachElement_isASwitchFromTheImage() {
        GaloisKeys keys = GENERATOR.galoisKeys(KEY, List.of(3, 5, 2 * N - 1, 3));
        assertThat(keys.keys().keySet()).containsExactly(3, 5, 2 * N - 1);
        keys.keys().forEach((element, key) -> assertSwitch(key, S.automorphism(element)));
        assertThat(GENERATOR.rotationKeys(KEY, 1, -1, 2).keys().keySet())
                .containsExactlyInAnyOrder(3, GaloisKeys.elementOfRotation(-1, N), 9);
        GaloisKeys gathered = GENERATOR.rotationKeys(KEY, List.of(1, -1, 2, 1));
        assertThat(gathered.keys().keySet()).containsExactlyInAnyOrder(3, GaloisKeys.elementOfRotation(-1, N), 9);
        gathered.keys().forEach((element, key) -> assertSwitch(key, S.automorphism(element)));
    }

    @Test
    void galoisKeys_default_arePowersOfTwoBothWaysAndTheConjugation() {
        TreeSet<Integer> expected = new TreeSet<>(List.of(2 * N - 1));
        BigInteger modulus = BigInteger.valueOf(2 * N);
        for (int step = 1; step < N / 2; step *= 2) {
            BigInteger power = BigInteger.valueOf(3).modPow(BigInteger.valueOf(step), modulus);
            expected.add(power.intValueExact());
            expected.add(power.modInverse(modulus).intValueExact());
        }
        assertThat(GENERATOR.galoisKeys(KEY).keys().keySet()).isEqualTo(expected);
    }

    private static void assertSwitch(KeySwitchKey key, NttPolynomial from) {
        RnsBasis basis = CONTEXT.keyBasis();
        BigInteger special = BigInteger.valueOf(CONTEXT.specialPrime().value());
        for (int j = 0; j < key.digits(); j++) {
            long[] factors = new long[basis.size()];
            factors[j] =
                    special.mod(BigInteger.valueOf(basis.modulus(j).value())).longValueExact();
            assertError(key.a(j).multiplyAdd(S, key.b(j)).subtract(from.multiply(factors)));
        }
    }

    @Test
    void apply_everyLevel_isTheComputationInIntegers() {
        NttPolynomial from = GENERATOR.secretKey().polynomial(SecretKeyAccess.granted());
        KeySwitchKey key = GENERATOR.keySwitchKey(from, KEY);
        KeySwitcher switcher = KeySwitcher.of(CONTEXT);
        java.util.Random random = new java.util.Random(20261123);
        for (int level = 0; level <= CONTEXT.maxLevel(); level++) {
            RnsBasis basis = CONTEXT.basis(level);
            long[][] residues = new long[level + 1][];
            for (int j = 0; j <= level; j++) {
                residues[j] = random.longs(N, 0, basis.modulus(j).value()).toArray();
            }
            NttPolynomial c = NttPolynomial.wrap(basis, residues);
            List<NttPolynomial> switched = switcher.apply(c, key, NttScratch.of(N));
            assertThat(integers(switched.get(0))).isEqualTo(naive(c, key.masked(), level));
            assertThat(integers(switched.get(1))).isEqualTo(naive(c, key.uniform(), level));

            NttPolynomial s = S.reduceTo(level + 1);
            NttPolynomial error =
                    switched.get(1).multiplyAdd(s, switched.get(0)).subtract(c.multiply(from.reduceTo(level + 1)));
            // 6 sigma: errors of the digits over P, 2^-10 and less here, and the rounding of two polynomials.
            assertThat(largest(error)).isLessThanOrEqualTo(4);
        }
    }

    /** {@code round(sum d_j k_j / P) mod Q}, all in integers. */
    private static BigInteger[] naive(NttPolynomial c, List<NttFactor> key, int level) {
        RnsBasis basis = CONTEXT.switchingBasis(level);
        BigInteger modulus = basis.product();
        BigInteger special = BigInteger.valueOf(CONTEXT.specialPrime().value());
        BigInteger[] sum = new BigInteger[N];
        Arrays.fill(sum, BigInteger.ZERO);
        for (int j = 0; j <= level; j++) {
            BigInteger q = BigInteger.valueOf(basis.modulus(j).value());
            long[][] limbs = limbs(key.get(j).polynomial());
            long[][] chosen = Arrays.copyOf(limbs, level + 2);
            chosen[level + 1] = limbs[limbs.length - 1];
            BigInteger[] factor = basis.compose(chosen);
            long[] digit = c.toCoefficients().limb(j);
            for (int i = 0; i < N; i++) {
                BigInteger d = centred(BigInteger.valueOf(digit[i]), q);
                for (int k = 0; k < N; k++) {
                    BigInteger term = d.multiply(factor[k]);
                    int at = (i + k) % N;
                    sum[at] = i + k < N ? sum[at].add(term) : sum[at].subtract(term);
                }
            }
        }
        BigInteger[] out = new BigInteger[N];
        BigInteger data = CONTEXT.basis(level).product();
        for (int i = 0; i < N; i++) {
            BigInteger x = centred(sum[i].mod(modulus), modulus);
            BigInteger remainder = centred(x.mod(special), special);
            out[i] = centred(x.subtract(remainder).divide(special).mod(data), data);
        }
        return out;
    }

    private static BigInteger centred(BigInteger x, BigInteger q) {
        return x.compareTo(q.shiftRight(1)) > 0 ? x.subtract(q) : x;
    }

    @Test
    void keysForSwitching_chainOfOnePrime_areRefused() {
        RlweContext one = RlweContext.of(N, NttPrimes.create(N, 50));
        KeyGenerator generator = KeyGenerator.of(one, SeededRandom.of(1));
        SecretKey key = generator.secretKey();
        PublicKey open = generator.publicKey(key);
        assertThat(open.context()).isEqualTo(one);
        assertThatThrownBy(() -> generator.relinearizationKey(key))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two or more primes");
        assertThatThrownBy(() -> generator.galoisKeys(key, List.of(3)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two or more primes");
        assertThatThrownBy(() -> KeySwitcher.of(one))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two or more primes");
        assertThatThrownBy(() -> one.specialPrime()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> one.switchingBasis(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keys_ofAnotherContextOrElement_areRefused() {
        RlweContext other = RlweContext.of(N, NttPrimes.create(N, 50, 60));
        SecretKey foreign = KeyGenerator.of(other, SeededRandom.of(2)).secretKey();
        assertThatThrownBy(() -> GENERATOR.publicKey(foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a secret key for")
                .hasMessageContaining("given for");
        assertThatThrownBy(() -> GENERATOR.keySwitchKey(foreign.polynomial(SecretKeyAccess.granted()), KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a secret over");
        assertThatThrownBy(() -> GENERATOR.galoisKeys(KEY, List.of(4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Galois element 4 is not an odd number in [1, 64)");
        assertThatThrownBy(() -> GaloisKeys.elementOfRotation(16, N))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rotation by 16 is not in (-16, 16)");
        assertThatThrownBy(() -> KeySwitcher.of(CONTEXT)
                        .apply(NttPolynomial.zero(CONTEXT.keyBasis()), anySwitch(), NttScratch.of(N)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a polynomial over");
    }

    private static KeySwitchKey anySwitch() {
        return GENERATOR.keySwitchKey(S, KEY);
    }

    @Test
    void secretKey_printedComparedOrDestroyed_keepsItsSecret() {
        SecretKey key = KeyGenerator.of(CONTEXT, SeededRandom.of(3)).secretKey();
        SecretKey same = KeyGenerator.of(CONTEXT, SeededRandom.of(3)).secretKey();
        assertThat(key.toString()).isEqualTo("SecretKey[" + key.id() + ", N=32, 4 primes]");
        assertThat(key).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(KEY);
        NttPolynomial polynomial = key.polynomial(SecretKeyAccess.granted());
        key.destroy();
        assertThat(key.isDestroyed()).isTrue();
        assertThat(polynomial.isZero()).isTrue();
        assertThat(key).isNotEqualTo(same);
        assertThatThrownBy(() -> key.polynomial(SecretKeyAccess.granted()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was destroyed");
    }

    @Test
    void expansion_sameSeed_isTheSamePolynomial() {
        byte[] seed = new byte[UniformExpansion.AES_CTR.seedBytes()];
        NttPolynomial a = UniformExpansion.AES_CTR.expand(CONTEXT.keyBasis(), seed);
        NttPolynomial b = UniformExpansion.AES_CTR.expand(CONTEXT.keyBasis(), seed);
        assertThat(integers(a)).isEqualTo(integers(b));
        seed[0] = 1;
        assertThat(integers(UniformExpansion.AES_CTR.expand(CONTEXT.keyBasis(), seed)))
                .isNotEqualTo(integers(a));
        assertThat(UniformExpansion.AES_CTR).hasToString("AES-128-CTR");
    }
}
