package org.dalrn.fhe.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws of the ring, and every operation against the same one on polynomials with BigInteger coefficients. */
class RnsPolynomialTest {
    private static final long SEED = 20261123;

    /** Chains that mix both kernels, with the largest prime first, in the middle and last. */
    static Stream<RnsBasis> bases() {
        return Stream.of(
                RnsBasis.of(16, NttPrimes.create(16, 60, 40, 40, 60)),
                RnsBasis.of(16, NttPrimes.create(16, 30, 60, 45)),
                RnsBasis.of(64, NttPrimes.create(64, 50, 50)),
                RnsBasis.of(8, NttPrimes.create(8, 20)),
                RnsBasis.of(32, NttPrimes.create(32, 60, 20, 59, 25, 50)));
    }

    static CoefficientPolynomial random(RnsBasis basis, Random random) {
        long[][] limbs = new long[basis.size()][];
        for (int j = 0; j < limbs.length; j++) {
            limbs[j] = random.longs(basis.ringDegree(), 0, basis.modulus(j).value())
                    .toArray();
        }
        return CoefficientPolynomial.wrap(basis, limbs);
    }

    private static BigInteger[] integers(RnsPolynomial polynomial) {
        return polynomial.basis().compose(limbs(polynomial));
    }

    static long[][] limbs(RnsPolynomial polynomial) {
        long[][] limbs = new long[polynomial.basis().size()][];
        Arrays.setAll(limbs, polynomial::limb);
        return limbs;
    }

    private static void assertSame(RnsPolynomial actual, RnsPolynomial expected) {
        assertThat(actual.basis()).isEqualTo(expected.basis());
        assertThat(limbs(actual)).isDeepEqualTo(limbs(expected));
    }

    /** Residues of integers. */
    private static long[][] residues(RnsBasis basis, BigInteger[] integers) {
        long[][] limbs = new long[basis.size()][integers.length];
        for (int j = 0; j < limbs.length; j++) {
            BigInteger q = BigInteger.valueOf(basis.modulus(j).value());
            for (int i = 0; i < integers.length; i++) {
                limbs[j][i] = integers[i].mod(q).longValueExact();
            }
        }
        return limbs;
    }

    private static BigInteger[] negacyclicProduct(BigInteger[] a, BigInteger[] b) {
        int n = a.length;
        BigInteger[] out = new BigInteger[n];
        Arrays.fill(out, BigInteger.ZERO);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                BigInteger term = a[i].multiply(b[j]);
                out[(i + j) % n] = i + j < n ? out[i + j].add(term) : out[i + j - n].subtract(term);
            }
        }
        return out;
    }

    @ParameterizedTest
    @MethodSource("bases")
    void ringLaws_randomElements_hold(RnsBasis basis) {
        Random random = new Random(SEED);
        NttPolynomial a = random(basis, random).toNtt();
        NttPolynomial b = random(basis, random).toNtt();
        NttPolynomial c = random(basis, random).toNtt();
        NttPolynomial zero = NttPolynomial.zero(basis);
        assertSame(a.add(b), b.add(a));
        assertSame(a.add(b).add(c), a.add(b.add(c)));
        assertSame(a.multiply(b), b.multiply(a));
        assertSame(a.multiply(b).multiply(c), a.multiply(b.multiply(c)));
        assertSame(a.multiply(b.add(c)), a.multiply(b).add(a.multiply(c)));
        assertSame(a.multiplyAdd(b, c), a.multiply(b).add(c));
        assertSame(a.subtract(b), a.add(b.negate()));
        assertSame(a.subtract(a), zero);
        assertSame(a.add(zero), a);
        assertSame(a.toCoefficients().add(b.toCoefficients()).toNtt(), a.add(b));
        assertSame(a.toCoefficients().subtract(b.toCoefficients()).toNtt(), a.subtract(b));
        assertSame(a.toCoefficients().negate().toNtt(), a.negate());
        assertThat(zero.isZero()).isTrue();
        assertThat(a.isZero()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("bases")
    void multiply_randomElements_isTheNegacyclicProductOfIntegers(RnsBasis basis) {
        Random random = new Random(SEED);
        CoefficientPolynomial a = random(basis, random);
        CoefficientPolynomial b = random(basis, random);
        BigInteger[] product = negacyclicProduct(integers(a), integers(b));
        assertThat(limbs(a.toNtt().multiply(b.toNtt()).toCoefficients())).isDeepEqualTo(residues(basis, product));
    }

    @ParameterizedTest
    @MethodSource("bases")
    void automorphism_everyElement_isTheSameInBothForms(RnsBasis basis) {
        CoefficientPolynomial a = random(basis, new Random(SEED));
        BigInteger[] integers = integers(a);
        int n = basis.ringDegree();
        for (int element = 1; element < 2 * n; element += 2) {
            BigInteger[] image = new BigInteger[n];
            for (int i = 0; i < n; i++) {
                int power = i * element % (2 * n);
                image[power % n] = power < n ? integers[i] : integers[i].negate();
            }
            assertThat(limbs(a.automorphism(element))).isDeepEqualTo(residues(basis, image));
            assertSame(a.toNtt().automorphism(element).toCoefficients(), a.automorphism(element));
        }
    }

    @ParameterizedTest
    @MethodSource("bases")
    void divideByLast_randomAndExtremeElements_isTheRoundedQuotient(RnsBasis basis) {
        if (basis.size() == 1) {
            assertThatThrownBy(() -> NttPolynomial.zero(basis).divideByLast(NttScratch.of(basis.ringDegree())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one prime");
            return;
        }
        int n = basis.ringDegree();
        NttScratch scratch = NttScratch.of(n);
        Random random = new Random(SEED);
        RnsBasis rest = basis.prefix(basis.size() - 1);
        BigInteger q = BigInteger.valueOf(basis.modulus(basis.size() - 1).value());
        BigInteger[] edges = new BigInteger[n];
        BigInteger half = q.shiftRight(1);
        for (int i = 0; i < n; i++) {
            BigInteger multiple = q.multiply(BigInteger.valueOf(i % 3 - 1));
            edges[i] = multiple.add(i % 4 < 2 ? half : half.negate()).add(BigInteger.valueOf(i % 2));
        }
        for (CoefficientPolynomial a :
                List.of(random(basis, random), CoefficientPolynomial.wrap(basis, residues(basis, edges)))) {
            BigInteger[] integers = integers(a);
            BigInteger[] quotient = new BigInteger[n];
            for (int i = 0; i < n; i++) {
                // An odd divisor: no ties.
                quotient[i] = nearest(integers[i], q);
            }
            NttPolynomial values = a.toNtt();
            assertThat(limbs(values.divideByLast(scratch).toCoefficients())).isDeepEqualTo(residues(rest, quotient));
            assertSame(values, a.toNtt());
            assertSame(values.divideByLast(scratch), a.toNtt().divideByLastInPlace(scratch));
        }
    }

    @ParameterizedTest
    @MethodSource("bases")
    void ternaryMask_randomAndExtremeFactors_isTheRoundedQuotientAndTheMessage(RnsBasis basis) {
        int n = basis.ringDegree();
        NttScratch scratch = NttScratch.of(n);
        if (basis.size() == 1) {
            assertThatThrownBy(() -> TernaryMask.of(basis, new int[n], scratch))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("one prime");
            return;
        }
        Random random = new Random(SEED);
        RnsBasis rest = basis.prefix(basis.size() - 1);
        BigInteger q = BigInteger.valueOf(basis.modulus(basis.size() - 1).value());
        CoefficientPolynomial message = random(rest, random);
        int[] error = random.ints(n, -21, 22).toArray();
        int[] ternary = random.ints(n, -1, 2).toArray();
        for (NttPolynomial key : List.of(random(basis, random).toNtt(), largest(basis, random))) {
            NttPolynomial product =
                    CoefficientPolynomial.of(basis, ternary).toNtt().multiply(key);
            BigInteger[] integers = integers(product.toCoefficients());
            BigInteger[] messages = integers(message);
            BigInteger[] quotient = new BigInteger[n];
            BigInteger[] sum = new BigInteger[n];
            for (int i = 0; i < n; i++) {
                quotient[i] = nearest(integers[i].add(BigInteger.valueOf(error[i])), q);
                sum[i] = quotient[i].add(messages[i]);
            }
            TernaryMask mask = TernaryMask.of(basis, ternary, scratch);
            NttFactor factor = NttFactor.of(key);
            assertThat(limbs(mask.apply(factor, error, message, scratch).toCoefficients()))
                    .isDeepEqualTo(residues(rest, sum));
            assertThat(limbs(mask.apply(factor, error, null, scratch).toCoefficients()))
                    .isDeepEqualTo(residues(rest, quotient));
            mask.destroy();
            assertThat(mask.apply(factor, new int[n], null, scratch).isZero()).isTrue();
        }
    }

    @Test
    void ternaryMask_otherCoefficientsOrRings_areRefused() {
        RnsBasis basis = RnsBasis.of(4, NttPrimes.create(4, 30, 30));
        NttScratch scratch = NttScratch.of(4);
        assertThatThrownBy(() -> TernaryMask.of(basis, new int[] {0, 1, 2, 0}, scratch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not -1, 0 or 1");
        assertThatThrownBy(() -> TernaryMask.of(basis, new int[8], scratch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 coefficients given for ring degree 4");
        TernaryMask mask = TernaryMask.of(basis, new int[] {0, 1, -1, 0}, scratch);
        assertThat(mask.toString()).isEqualTo("TernaryMask[" + basis + "]");
        NttFactor factor = NttFactor.of(NttPolynomial.zero(basis));
        assertThatThrownBy(() -> mask.apply(factor.reduceTo(1), new int[4], null, scratch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("given a key over");
        assertThatThrownBy(() -> mask.apply(factor, new int[4], CoefficientPolynomial.of(basis, new int[4]), scratch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("and a message over");
        assertThatThrownBy(() -> mask.apply(factor, new int[2], null, scratch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 coefficients given");
    }

    private static BigInteger nearest(BigInteger a, BigInteger q) {
        return new BigDecimal(a)
                .divide(new BigDecimal(q), 0, RoundingMode.HALF_UP)
                .toBigIntegerExact();
    }

    @ParameterizedTest
    @MethodSource("bases")
    void smallAndConstantFactors_random_areThoseOfIntegers(RnsBasis basis) {
        Random random = new Random(SEED);
        int n = basis.ringDegree();
        CoefficientPolynomial a = random(basis, random);
        int[] small = random.ints(n, -21, 22).toArray();
        assertSame(a.addSmall(small), a.add(CoefficientPolynomial.of(basis, small)));
        long[] factors = new long[basis.size()];
        Arrays.setAll(factors, j -> random.nextLong(basis.modulus(j).value()));
        NttPolynomial scaled = a.toNtt().multiply(factors);
        for (int j = 0; j < factors.length; j++) {
            for (int i = 0; i < n; i++) {
                assertThat(scaled.residue(j, i))
                        .isEqualTo(basis.modulus(j).multiply(a.toNtt().residue(j, i), factors[j]));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("bases")
    void toDoubles_anyMagnitude_isTheCentredIntegerToTheLastBits(RnsBasis basis) {
        int n = basis.ringDegree();
        Random random = new Random(SEED);
        BigInteger half = basis.product().shiftRight(1);
        BigInteger[] integers = new BigInteger[n];
        for (int i = 0; i < n; i++) {
            int bits = i * (basis.product().bitLength() - 1) / (n - 1);
            BigInteger x = new BigInteger(bits, random).min(half);
            integers[i] = i % 2 == 0 ? x : x.negate();
        }
        integers[0] = half;
        integers[1] = half.negate();
        double[] doubles =
                CoefficientPolynomial.wrap(basis, residues(basis, integers)).toDoubles();
        for (int i = 0; i < n; i++) {
            BigDecimal error = new BigDecimal(doubles[i])
                    .subtract(new BigDecimal(integers[i]))
                    .abs();
            BigDecimal bound = new BigDecimal(integers[i]).abs().divide(new BigDecimal(BigInteger.ONE.shiftLeft(51)));
            assertThat(error).as("%s", integers[i]).isLessThanOrEqualTo(bound);
        }
    }

    @ParameterizedTest
    @MethodSource("bases")
    void ofIntegers_anyMagnitude_isExactModuloQ(RnsBasis basis) {
        int n = basis.ringDegree();
        Random random = new Random(SEED);
        for (int largest : new int[] {1, 30, 53, 60, 61, 64, 120, 400}) {
            double[] values = new double[n];
            BigInteger[] integers = new BigInteger[n];
            for (int i = 0; i < n; i++) {
                values[i] = Math.rint(Math.scalb(random.nextDouble() - 0.5, largest + 1));
                integers[i] = new BigDecimal(values[i]).toBigIntegerExact();
            }
            assertThat(limbs(CoefficientPolynomial.ofIntegers(basis, values)))
                    .as("2^%d", largest)
                    .isDeepEqualTo(residues(basis, integers));
        }
        assertThatThrownBy(() -> CoefficientPolynomial.ofIntegers(basis, filled(n, 0.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a finite integer");
        assertThatThrownBy(() -> CoefficientPolynomial.ofIntegers(basis, filled(n, Double.POSITIVE_INFINITY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a finite integer");
        assertThatThrownBy(() -> CoefficientPolynomial.ofIntegers(basis, filled(n, Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a finite integer");
    }

    private static double[] filled(int n, double value) {
        double[] values = new double[n];
        values[n / 2] = value;
        return values;
    }

    @Test
    void prefixes_ofOneBasis_areEqualToThoseMadeAlone() {
        List<Modulus> chain = NttPrimes.create(16, 60, 40, 40, 60);
        RnsBasis basis = RnsBasis.of(16, chain);
        for (int size = 1; size <= 4; size++) {
            assertThat(basis.prefix(size)).isEqualTo(RnsBasis.of(16, chain.subList(0, size)));
            assertThat(basis.prefix(size).product())
                    .isEqualTo(RnsBasis.of(16, chain.subList(0, size)).product());
        }
        RnsBasis ends = basis.prefixAndLast(2);
        assertThat(ends).isEqualTo(RnsBasis.of(16, List.of(chain.get(0), chain.get(1), chain.get(3))));
        assertThat(ends.prefix(2)).isEqualTo(basis.prefix(2));
        assertThat(basis.prefixAndLast(3)).isEqualTo(basis);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                if (i != j) {
                    assertThat(ends.modulus(j)
                                    .multiply(
                                            ends.inverse(i, j),
                                            ends.modulus(j)
                                                    .reduce(ends.modulus(i).value())))
                            .isEqualTo(1);
                }
            }
        }
        assertThatThrownBy(() -> ends.inverse(1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limb 1");
        assertThatThrownBy(() -> RnsBasis.of(16, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one or more distinct primes");
    }

    @Test
    void operations_ofTwoRings_areRefused() {
        RnsBasis basis = RnsBasis.of(16, NttPrimes.create(16, 30, 31));
        NttPolynomial a = NttPolynomial.zero(basis);
        NttPolynomial b = a.reduceTo(1);
        assertThatThrownBy(() -> a.add(b))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two rings");
        assertThatThrownBy(() -> a.multiply(b))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two rings");
        assertThatThrownBy(() -> a.automorphism(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Galois element 2 is not an odd number in [1, 32)");
    }

    @Test
    void wrap_residuesOutOfRangeOrOtherShapes_areRefused() {
        RnsBasis basis = RnsBasis.of(4, NttPrimes.create(4, 30));
        long q = basis.modulus(0).value();
        assertThatThrownBy(() -> NttPolynomial.wrap(basis, new long[][] {{0, 1, q, 0}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("residue 2 of limb 0 is not in [0, " + q + ")");
        assertThatThrownBy(() -> CoefficientPolynomial.wrap(basis, new long[][] {{0, -1, 0, 0}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("residue 1 of limb 0");
        assertThatThrownBy(() -> NttPolynomial.wrap(basis, new long[][] {{0, 1}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 residues");
        assertThatThrownBy(() -> NttPolynomial.wrap(basis, new long[2][4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 limbs");
    }

    @Test
    void destroy_secret_leavesZeros() {
        RnsBasis basis = RnsBasis.of(4, NttPrimes.create(4, 30));
        NttPolynomial a = NttPolynomial.wrap(basis, new long[][] {{1, 2, 3, 4}});
        assertThat(a.toString()).isEqualTo("NttPolynomial[" + basis + "]");
        a.destroy();
        assertThat(a.limb(0)).containsOnly(0);
    }

    @Test
    void innerProducts_manyDigitsOfLargePrimes_areTheSumsOfProducts() {
        // 20 digits of 60 bits: more products than fit a word, so the sums are reduced on the way.
        int n = 8;
        RnsBasis keys = RnsBasis.of(
                n,
                NttPrimes.create(
                        n, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60));
        NttScratch scratch = NttScratch.of(n);
        Random random = new Random(SEED);
        for (int digits : new int[] {1, 13, 14, 15, 20}) {
            RnsBasis target = keys.prefixAndLast(digits);
            NttPolynomial source = largest(keys.prefix(digits), random);
            List<NttPolynomial> factors =
                    Stream.generate(() -> largest(keys, random)).limit(digits).toList();
            List<NttFactor> prepared = factors.stream().map(NttFactor::of).toList();
            NttPolynomial expected = NttPolynomial.zero(target);
            for (int j = 0; j < digits; j++) {
                BigInteger q = BigInteger.valueOf(keys.modulus(j).value());
                BigInteger[] digit = new BigInteger[n];
                for (int i = 0; i < n; i++) {
                    BigInteger x = BigInteger.valueOf(source.toCoefficients().residue(j, i));
                    digit[i] = x.compareTo(q.shiftRight(1)) > 0 ? x.subtract(q) : x;
                }
                long[][] limbs = limbs(factors.get(j));
                long[][] chosen = Arrays.copyOf(limbs, digits + 1);
                chosen[digits] = limbs[limbs.length - 1];
                expected = expected.add(CoefficientPolynomial.wrap(target, residues(target, digit))
                        .toNtt()
                        .multiply(NttPolynomial.wrap(target, chosen)));
            }
            List<NttPolynomial> products =
                    RnsDigits.of(source, scratch).innerProducts(target, List.of(prepared, prepared), scratch);
            assertSame(products.get(0), expected);
            assertSame(products.get(1), expected);
        }
    }

    @Test
    void sumOfProducts_manyTermsNearTheTopAndAtZero_isTheSumOfTheProducts() {
        int n = 8;
        RnsBasis basis = RnsBasis.of(n, NttPrimes.create(n, 60, 60, 50, 40, 20));
        Random random = new Random(SEED);
        for (int terms : new int[] {1, 2, 13, 14, 15, 26, 27, 28, 50}) {
            List<NttPolynomial> x =
                    Stream.generate(() -> largest(basis, random)).limit(terms).toList();
            List<NttPolynomial> y = Stream.generate(() -> random.nextBoolean()
                            ? largest(basis, random)
                            : random(basis, random).toNtt())
                    .limit(terms)
                    .toList();
            List<NttFactor> factors = y.stream().map(NttFactor::of).toList();
            NttPolynomial expected = NttPolynomial.zero(basis);
            for (int k = 0; k < terms; k++) {
                expected = x.get(k).multiplyAdd(y.get(k), expected);
                assertSame(factors.get(k).polynomial(), y.get(k));
                assertSame(factors.get(k).multiply(x.get(k)), x.get(k).multiply(y.get(k)));
            }
            assertSame(NttFactor.sumOfProducts(x, factors), expected);
            assertSame(
                    NttFactor.sumOfProducts(x, Collections.nCopies(terms, NttFactor.of(NttPolynomial.zero(basis)))),
                    NttPolynomial.zero(basis));
            assertSame(factors.get(0).reduceTo(2).polynomial(), y.get(0).reduceTo(2));
        }
    }

    @Test
    void sumOfProducts_nothingOrOtherRings_areRefused() {
        RnsBasis basis = RnsBasis.of(8, NttPrimes.create(8, 40, 40));
        NttPolynomial x = NttPolynomial.zero(basis);
        NttFactor factor = NttFactor.of(x);
        assertThat(factor.toString()).isEqualTo("NttFactor[" + basis + "]");
        assertThatThrownBy(() -> NttFactor.sumOfProducts(List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 polynomials and 0 factors");
        assertThatThrownBy(() -> NttFactor.sumOfProducts(List.of(x, x), List.of(factor)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 polynomials and 1 factors");
        assertThatThrownBy(() -> factor.reduceTo(1).multiply(x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("several rings");
    }

    /** Residues near the top, where sums are largest. */
    private static NttPolynomial largest(RnsBasis basis, Random random) {
        long[][] limbs = new long[basis.size()][basis.ringDegree()];
        for (int j = 0; j < limbs.length; j++) {
            long q = basis.modulus(j).value();
            Arrays.setAll(limbs[j], i -> q - 1 - random.nextInt(3));
        }
        return NttPolynomial.wrap(basis, limbs);
    }

    @Test
    void innerProducts_digitsOfAnotherRing_areRefused() {
        RnsBasis keys = RnsBasis.of(8, NttPrimes.create(8, 40, 40, 41));
        NttScratch scratch = NttScratch.of(8);
        RnsDigits digits = RnsDigits.of(NttPolynomial.zero(keys.prefix(2)), scratch);
        assertThatThrownBy(() -> digits.innerProducts(keys.prefix(2), List.of(), scratch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("asked of digits");
        List<NttFactor> one = List.of(NttFactor.of(NttPolynomial.zero(keys)));
        assertThatThrownBy(() -> digits.innerProducts(keys, List.of(one), scratch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 polynomials given for 2 digits");
    }
}
