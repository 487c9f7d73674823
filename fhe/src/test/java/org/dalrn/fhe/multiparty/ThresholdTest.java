package org.dalrn.fhe.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dalrn.fhe.committee.HpkePrivateKey;
import org.dalrn.fhe.multiparty.Smudging.Scope;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.RlweContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Any t of n decrypt: all subsets of small groups, drop-outs, and what t - 1 shares say. */
class ThresholdTest {
    private static final int N = 64;
    private static final RlweContext RING = Parties.ring(N, 50, 45, 50);
    private static final Smudging SMUDGING =
            new Smudging(40, Scope.WHOLE_TRANSCRIPT, Smudging.freshNoiseStdDev(5, N, 1), 16, 1);

    private static HoldersOfKey holders(int parties, int threshold, ActiveSetRule rule, long seed) {
        return HoldersOfKey.threshold(Parties.of(RING, parties, Set.of(), seed), threshold, rule, SMUDGING);
    }

    /** {@code (c0, c1)} of {@code m 2^guardBits} under the public key, over all primes. */
    static NttPolynomial[] encrypt(Parties parties, int[] message, int guardBits) {
        RnsBasis basis = parties.ceremony.context().keyBasis();
        long[] shift = new long[basis.size()];
        for (int j = 0; j < shift.length; j++) {
            shift[j] = basis.modulus(j).power(2, guardBits);
        }
        try (SmallSecrets draws = new SmallSecrets(basis, AesCtrStream.secret(parties.random, "test"))) {
            NttPolynomial u = draws.ternary();
            NttPolynomial m = CoefficientPolynomial.of(basis, message).toNtt().multiply(shift);
            return new NttPolynomial[] {
                parties.publicKey.b().multiply(u).add(draws.error()).add(m),
                parties.publicKey.a().multiply(u).add(draws.error())
            };
        }
    }

    static List<List<Integer>> subsets(int n, int size) {
        List<List<Integer>> subsets = new ArrayList<>();
        for (int mask = 0; mask < 1 << n; mask++) {
            if (Integer.bitCount(mask) == size) {
                int bits = mask;
                subsets.add(IntStream.rangeClosed(1, n)
                        .filter(i -> (bits >> (i - 1) & 1) != 0)
                        .boxed()
                        .toList());
            }
        }
        return subsets;
    }

    @ParameterizedTest
    @CsvSource({"3,2", "4,2", "4,3", "5,3", "5,4"})
    void integers_byEverySubsetOfTheThreshold_areExact(int parties, int threshold) {
        HoldersOfKey holders = holders(parties, threshold, ActiveSetRule.ONE_SET_PER_CIPHERTEXT, 61);
        int guardBits = SMUDGING.guardBits(N, threshold, parties);
        int[] message = IntStream.range(0, N).map(i -> 1000 * i - 9999).toArray();
        for (List<Integer> active : subsets(parties, threshold)) {
            NttPolynomial[] c = encrypt(holders.parties, message, guardBits);
            BigInteger[] opened =
                    holders.openIntegers(active, List.of(c[1]), guardBits).integers(0, c[0], guardBits);
            assertThat(opened)
                    .as("parties %s", active)
                    .isEqualTo(
                            Arrays.stream(message).mapToObj(BigInteger::valueOf).toArray(BigInteger[]::new));
        }
    }

    @Test
    void thresholdShares_interpolated_giveTheSumOfTheSummands() {
        HoldersOfKey holders = holders(5, 3, ActiveSetRule.ONE_SET_PER_CIPHERTEXT, 62);
        RnsBasis basis = RING.keyBasis();
        for (List<Integer> active : subsets(5, 3)) {
            for (int j = 0; j < basis.size(); j++) {
                // Lagrange's formula at zero with rational numbers: the numerators over one denominator, then one
                // inverse.
                BigInteger q = BigInteger.valueOf(basis.modulus(j).value());
                BigInteger sum = BigInteger.ZERO;
                for (int i : active) {
                    BigInteger numerator = BigInteger.ONE;
                    BigInteger denominator = BigInteger.ONE;
                    for (int k : active) {
                        if (k != i) {
                            numerator = numerator.multiply(BigInteger.valueOf(k));
                            denominator = denominator.multiply(BigInteger.valueOf(k - i));
                        }
                    }
                    BigInteger share = BigInteger.valueOf(
                            holders.shares.get(i - 1).polynomial().residue(j, 7));
                    sum = sum.add(share.multiply(numerator).multiply(denominator.modInverse(q)));
                }
                assertThat(sum.mod(q).longValueExact())
                        .isEqualTo(holders.parties.secret().residue(j, 7));
            }
        }
    }

    @Test
    void decryption_afterDropouts_goesOnWithTheOthers() {
        HoldersOfKey holders = holders(5, 3, ActiveSetRule.ONE_SET_PER_CIPHERTEXT, 63);
        int guardBits = SMUDGING.guardBits(N, 3, 5);
        int[] message = new int[N];
        message[5] = -77;
        for (List<Integer> active : List.of(List.of(1, 2, 3), List.of(1, 2, 4), List.of(2, 4, 5))) {
            NttPolynomial[] c = encrypt(holders.parties, message, guardBits);
            BigInteger[] opened =
                    holders.openIntegers(active, List.of(c[1]), guardBits).integers(0, c[0], guardBits);
            assertThat(opened[5]).isEqualTo(BigInteger.valueOf(-77));
        }
    }

    @Test
    void activeSet_ofAnotherSize_isRefused() {
        HoldersOfKey holders = holders(4, 3, ActiveSetRule.ONE_SET_PER_CIPHERTEXT, 64);
        NttPolynomial[] c = encrypt(holders.parties, new int[N], 60);
        for (List<Integer> active : List.of(List.of(1, 2), List.of(1, 2, 3, 4), List.of(1, 2, 2), List.of(1, 2, 5))) {
            assertThatThrownBy(() -> DecryptionRequest.forIntegers(holders.group, active, List.of(c[1]), 60))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("active set " + active + " is not 3 different parties of 1 to 4");
        }
    }

    /**
     * Null hypothesis: whatever the summand, the points of t - 1 = 2 members in one residue are independent and uniform. 3,000
     * dealings of one summand, 8 residues of each modulo 17: 24,000 pairs in 289 cells. Chi-square of 288 degrees of freedom is
     * beyond 417 with probability 1e-6. For comparison the three points of t members: their combination 3 S(1) - 3 S(2) + S(3) is
     * the summand every time.
     */
    @Tag("statistical")
    @Test
    void pointsOfOneLessThanTheThreshold_overManyDealings_areUniform() {
        int n = 8;
        RlweContext tiny = Parties.ring(n, 7, 5);
        Parties parties = Parties.of(tiny, 4, Set.of(), 65);
        HoldersOfKey holders = HoldersOfKey.threshold(parties, 3, ActiveSetRule.ONE_SET_PER_CIPHERTEXT, SMUDGING);
        SecretKeyShare summand = parties.shares.get(0);
        Modulus modulus = tiny.keyBasis().modulus(1);
        assertThat(modulus.value()).isEqualTo(17);
        int[] pairs = new int[17 * 17];
        int dealings = 3000;
        for (int i = 0; i < dealings; i++) {
            List<NttPolynomial> coefficients = KeyDealing.coefficients(holders.group, summand, parties.random);
            NttPolynomial first = KeyDealing.evaluate(coefficients, 1);
            NttPolynomial second = KeyDealing.evaluate(coefficients, 2);
            NttPolynomial third = KeyDealing.evaluate(coefficients, 3);
            for (int k = 0; k < n; k++) {
                pairs[(int) (17 * first.residue(1, k) + second.residue(1, k))]++;
                long together = 3 * first.residue(1, k) - 3 * second.residue(1, k) + third.residue(1, k);
                assertThat(Math.floorMod(together, 17))
                        .isEqualTo((int) summand.polynomial().residue(1, k));
            }
        }
        double expected = (double) dealings * n / pairs.length;
        double chiSquare = Arrays.stream(pairs)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        assertThat(chiSquare).as("seed 65").isLessThan(417);
    }

    @Test
    void gather_ofSharesInBytes_isTheSameShare() {
        Parties parties = Parties.of(RING, 3, Set.of(), 66);
        HoldersOfKey holders = HoldersOfKey.threshold(parties, 2, ActiveSetRule.ONE_SET_PER_KEY, SMUDGING);
        List<SealedKeyShare> sealed = KeyDealing.deal(
                holders.group,
                parties.generations.get(0).secretKeyShare(parties.publicKey),
                holders.signingKeys.get(0),
                parties.random);
        byte[] bytes = sealed.get(1).toBytes();
        assertThat(SealedKeyShare.parse(holders.group, bytes).toBytes()).isEqualTo(bytes);
        ShareBytesTest.mutations(
                bytes, changed -> SealedKeyShare.parse(holders.group, changed).toBytes());
    }

    @Test
    void deal_destroysTheSummand() {
        Parties parties = Parties.of(RING, 3, Set.of(), 67);
        HoldersOfKey holders = HoldersOfKey.threshold(parties, 2, ActiveSetRule.ONE_SET_PER_KEY, SMUDGING);
        SecretKeyShare summand = parties.generations.get(0).secretKeyShare(parties.publicKey);
        KeyDealing.deal(holders.group, summand, holders.signingKeys.get(0), parties.random);
        assertThat(summand.isDestroyed()).isTrue();
        assertThatThrownBy(() -> KeyDealing.deal(holders.group, summand, holders.signingKeys.get(0), parties.random))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the key share of party 1 was destroyed");
    }

    @Test
    void gather_ofDamagedOrForeignShares_isRefused() {
        Parties parties = Parties.of(RING, 3, Set.of(), 68);
        HpkePrivateKey sealingKey = HpkePrivateKey.generate(parties.random);
        HoldersOfKey holders = HoldersOfKey.threshold(parties, 2, ActiveSetRule.ONE_SET_PER_KEY, SMUDGING);
        List<GroupMember> members = new ArrayList<>(holders.group.members());
        members.set(1, new GroupMember(members.get(1).identity(), sealingKey.publicKey()));
        KeyGroup group = KeyGroup.thresholdOf(
                2, parties.ceremony, parties.publicKey, members, ActiveSetRule.ONE_SET_PER_KEY, SMUDGING);
        List<List<SealedKeyShare>> dealt = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            dealt.add(KeyDealing.deal(
                    group,
                    parties.generations.get(i).secretKeyShare(parties.publicKey),
                    holders.signingKeys.get(i),
                    parties.random));
        }
        List<SealedKeyShare> forTwo = dealt.stream().map(each -> each.get(1)).toList();
        assertThat(ThresholdKeyShare.gather(group, 2, sealingKey, forTwo).party())
                .isEqualTo(2);
        assertThatThrownBy(() -> ThresholdKeyShare.gather(group, 2, sealingKey, forTwo.subList(0, 2)))
                .isInstanceOf(MultipartyException.class)
                .hasMessageContaining("the share of party 3 of the threshold key of member 2 is missing");
        assertThatThrownBy(() -> ThresholdKeyShare.gather(
                        group,
                        2,
                        sealingKey,
                        List.of(forTwo.get(0), dealt.get(1).get(0))))
                .isInstanceOf(MultipartyException.class)
                .hasMessageContaining("given to member 2");
        byte[] damaged = forTwo.get(0).toBytes();
        damaged[damaged.length - 100] ^= 1;
        SealedKeyShare broken = SealedKeyShare.parse(group, damaged);
        assertThatThrownBy(() -> ThresholdKeyShare.gather(group, 2, sealingKey, List.of(broken)))
                .isInstanceOf(MultipartyException.class)
                .hasMessage("the share of dealer 1 for member 2 is not signed by the dealer");
        assertThatThrownBy(() -> ThresholdKeyShare.gather(holders.group, 2, sealingKey, forTwo))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the private key is not that of member 2");
    }
}
