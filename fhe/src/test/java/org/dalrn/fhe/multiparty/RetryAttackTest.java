package org.dalrn.fhe.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.dalrn.fhe.committee.FileAnswerJournal;
import org.dalrn.fhe.multiparty.Smudging.Scope;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.RlweContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why a party answers once, shown by recovering its share from the answers of a party that forgets, and that a party with a memory
 * does not let itself be asked so.
 *
 * <p>The attack is a construction of this test: differences of answers to one ciphertext, with fresh noise and the Lagrange
 * coefficients of different sets, give the noise away. ePrint 2025/409 is why the test exists, not where the attack is from.
 */
class RetryAttackTest {
    private static final int N = 16;
    private static final RlweContext RING = Parties.ring(N, 55, 50, 55);
    private static final int PARTIES = 18;
    private static final int THRESHOLD = 4;
    private static final Smudging SMUDGING =
            new Smudging(40, Scope.EACH_COEFFICIENT, Smudging.freshNoiseStdDev(PARTIES, N, 1), 3, 2);

    private static final HoldersOfKey EACH_CIPHERTEXT = holders(PARTIES, ActiveSetRule.ONE_SET_PER_CIPHERTEXT);

    private HoldersOfKey holders = EACH_CIPHERTEXT;
    private final int guardBits = SMUDGING.guardBits(N, THRESHOLD, PARTIES);

    @BeforeEach
    void forget() {
        holders.journals.replaceAll(journal -> new MemoryJournal());
    }

    private static HoldersOfKey holders(int parties, ActiveSetRule rule) {
        return HoldersOfKey.threshold(Parties.of(RING, parties, Set.of(), 71), THRESHOLD, rule, SMUDGING);
    }

    private NttPolynomial c1() {
        return ThresholdTest.encrypt(holders.parties, new int[N], guardBits)[1];
    }

    private DecryptionRequest request(List<Integer> active, NttPolynomial... c1) {
        return DecryptionRequest.forIntegers(holders.group, active, List.of(c1), guardBits);
    }

    /** Agrees with parties that forget. */
    private AgreedRequest agreeForgetting(DecryptionRequest request) {
        return AgreedRequest.of(
                request,
                request.activeSet().stream()
                        .map(number ->
                                holders.party(number, new MemoryJournal()).endorse(request))
                        .toList());
    }

    @Nested
    class Attack {
        /**
         * Each retry with another set gives {@code R h - P h' = R e - P e'} for the noises e, e', where P / R is the ratio of the two
         * Lagrange coefficients in lowest terms: small numbers, so the right side is known without wrapping around, and with it e
         * modulo P. The Chinese remainder theorem puts the moduli together until they exceed the noise. Then
         * {@code h - e = c1 w s_1}, and dividing by what is public gives the share.
         */
        @Test
        void answersOfAForgetfulParty_toSeveralSets_giveItsShareAway() {
            NttPolynomial c1 = c1();
            RnsBasis basis = RING.keyBasis();
            BigInteger q = basis.product();
            List<List<Integer>> sets = ThresholdTest.subsets(PARTIES, THRESHOLD).stream()
                    .filter(set -> set.contains(1))
                    .toList();
            List<Integer> base = List.of(1, 2, 3, 5);
            BigInteger[] h = answer(base, c1);
            BigInteger[] noise = new BigInteger[N];
            Arrays.fill(noise, BigInteger.ZERO);
            BigInteger known = BigInteger.ONE;
            // 13.3 deviations to either side.
            BigInteger enough = BigInteger.valueOf((long) (2 * 13.3 * SMUDGING.stdDev(N, THRESHOLD, PARTIES)));
            int answers = 1;
            while (known.compareTo(enough) <= 0) {
                BigInteger before = known;
                List<Integer> set = sets.stream()
                        .max(Comparator.comparing(candidate -> {
                            BigInteger p = ratio(base, candidate)[0];
                            return p.divide(p.gcd(before));
                        }))
                        .orElseThrow();
                BigInteger p = ratio(base, set)[0];
                BigInteger r = ratio(base, set)[1];
                BigInteger common = p.gcd(known);
                BigInteger fresh = p.divide(common);
                assertThat(fresh).as("no set tells more").isGreaterThan(BigInteger.ONE);
                BigInteger[] other = answer(set, c1);
                answers++;
                for (int i = 0; i < N; i++) {
                    BigInteger difference = centred(r.multiply(h[i]).subtract(p.multiply(other[i])), q);
                    BigInteger e = difference.multiply(r.modInverse(p)).mod(p);
                    BigInteger[] step = e.subtract(noise[i]).divideAndRemainder(common);
                    assertThat(step[1]).as("two answers contradict each other").isZero();
                    BigInteger steps = step[0].multiply(known.divide(common).modInverse(fresh))
                            .mod(fresh);
                    noise[i] = noise[i].add(steps.multiply(known));
                }
                known = known.multiply(fresh);
            }
            assertThat(answers).isEqualTo(5);
            assertThat(share(base, c1, h, noise, known))
                    .isEqualTo(residues(holders.shares.get(0).polynomial()));
        }

        /** {@code (h - e) / (c1 w)}, value by value. */
        private long[][] share(
                List<Integer> base, NttPolynomial c1, BigInteger[] h, BigInteger[] noise, BigInteger known) {
            RnsBasis basis = c1.basis();
            long[][] product = new long[basis.size()][N];
            for (int j = 0; j < product.length; j++) {
                for (int i = 0; i < N; i++) {
                    BigInteger exact = h[i].subtract(centred(noise[i], known));
                    product[j][i] = exact.mod(
                                    BigInteger.valueOf(basis.modulus(j).value()))
                            .longValueExact();
                }
            }
            long[][] share = residues(CoefficientPolynomial.wrap(basis, product).toNtt());
            long[] weights = holders.group.weights(basis, 1, request(base, c1).activeSet());
            for (int j = 0; j < share.length; j++) {
                for (int i = 0; i < N; i++) {
                    long factor = basis.modulus(j).multiply(weights[j], c1.residue(j, i));
                    share[j][i] = basis.modulus(j)
                            .multiply(share[j][i], basis.modulus(j).inverse(factor));
                }
            }
            return share;
        }

        private long[][] residues(NttPolynomial polynomial) {
            long[][] residues = new long[polynomial.basis().size()][];
            for (int j = 0; j < residues.length; j++) {
                residues[j] = polynomial.limb(j);
            }
            return residues;
        }

        /** The coefficients of the first party's answer, centred. */
        private BigInteger[] answer(List<Integer> set, NttPolynomial c1) {
            AgreedRequest agreed = agreeForgetting(request(set, c1));
            return Parties.integers(
                    holders.party(1, new MemoryJournal()).answer(agreed, 0, c1).part(0));
        }

        /** Of the two Lagrange coefficients of party 1 at zero, in lowest terms. */
        private BigInteger[] ratio(List<Integer> base, List<Integer> set) {
            long[] first = lagrange(base);
            long[] second = lagrange(set);
            BigInteger numerator = BigInteger.valueOf(first[0] * second[1]);
            BigInteger denominator = BigInteger.valueOf(first[1] * second[0]);
            BigInteger common = numerator.gcd(denominator);
            return new BigInteger[] {numerator.divide(common), denominator.divide(common)};
        }

        private long[] lagrange(List<Integer> set) {
            long numerator = 1;
            long denominator = 1;
            for (int k : set) {
                if (k != 1) {
                    numerator *= k;
                    denominator *= k - 1;
                }
            }
            return new long[] {numerator, denominator};
        }

        private static BigInteger centred(BigInteger x, BigInteger q) {
            BigInteger r = x.mod(q);
            return r.compareTo(q.shiftRight(1)) > 0 ? r.subtract(q) : r;
        }
    }

    @Nested
    class Refusal {
        private NttPolynomial c1;

        @BeforeEach
        void agreeOnce() {
            c1 = c1();
        }

        private void refuses(int party, DecryptionRequest request, String because) {
            assertThatThrownBy(() -> holders.party(party).endorse(request))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining(because);
        }

        @Test
        void endorse_ofAnotherSetForTheSameCiphertext_isRefusedForEver() {
            AgreedRequest agreed = holders.agree(request(List.of(1, 2, 3, 5), c1));
            holders.party(1).answer(agreed, 0, c1);
            refuses(1, request(List.of(1, 2, 3, 6), c1), "party 1 is committed to another request for ciphertext 0");
            refuses(5, request(List.of(5, 6, 7, 8), c1), "party 5 is committed to another request for ciphertext 0");
            assertThat(holders.party(6)
                            .endorse(request(List.of(6, 7, 8, 9), c1))
                            .party())
                    .isEqualTo(6);
        }

        @Test
        void endorse_ofAnotherSetBeforeAnyAnswer_isRefusedToo() {
            holders.party(1).endorse(request(List.of(1, 2, 3, 5), c1));
            refuses(1, request(List.of(1, 2, 3, 6), c1), "answers no second one; encrypt anew under a new key");
        }

        @Test
        void answer_withoutAllEndorsements_cannotBeAskedFor() {
            DecryptionRequest request = request(List.of(1, 2, 3, 5), c1);
            List<RequestEndorsement> three = List.of(1, 2, 3).stream()
                    .map(number -> holders.party(number).endorse(request))
                    .toList();
            assertThatThrownBy(() -> AgreedRequest.of(request, three))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("the endorsements of parties [5] are missing");
            List<RequestEndorsement> twice = new ArrayList<>(three);
            twice.add(three.get(0));
            assertThatThrownBy(() -> AgreedRequest.of(request, twice))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("two endorsements of party 1");
        }

        @Test
        void agreedRequest_withAForgedEndorsement_isRefused() {
            DecryptionRequest request = request(List.of(1, 2, 3, 5), c1);
            byte[] bytes = holders.party(1).endorse(request).toBytes();
            byte[] asTwo = bytes.clone();
            asTwo[34] = 2;
            assertThatThrownBy(() -> AgreedRequest.of(request, List.of(RequestEndorsement.parse(asTwo))))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessage("the endorsement of party 2 is not signed by it");
            DecryptionRequest other = request(List.of(1, 2, 3, 6), c1);
            assertThatThrownBy(() -> AgreedRequest.of(other, List.of(RequestEndorsement.parse(bytes))))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("is of another request");
            assertThatThrownBy(() -> RequestEndorsement.parse(Arrays.copyOf(bytes, 98)))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("98 bytes given as an endorsement");
        }

        @Test
        void answer_askedAgain_hasTheSameBytes() {
            AgreedRequest agreed = holders.agree(request(List.of(1, 2, 3, 5), c1));
            byte[] first = holders.party(1).answer(agreed, 0, c1).toBytes();
            assertThat(holders.party(1).answer(agreed, 0, c1).toBytes()).isEqualTo(first);
            // Even by a party that has lost its memory: the noise follows from share and request.
            assertThat(holders.party(1, new MemoryJournal())
                            .answer(agreed, 0, c1)
                            .toBytes())
                    .isEqualTo(first);
        }

        @Test
        void endorse_ofAMultipleOfTheCiphertext_isRefused() {
            holders.party(1).endorse(request(List.of(1, 2, 3, 5), c1));
            long[] factors = new long[c1.basis().size()];
            Arrays.fill(factors, 1L << 20);
            refuses(1, request(List.of(1, 2, 3, 6), c1.multiply(factors)), "or a multiple of it");
            refuses(1, request(List.of(1, 2, 3, 5), c1.negate()), "or a multiple of it");
        }

        @Test
        void endorse_ofTheCiphertextAtAnotherLevel_isRefused() {
            holders.party(1).endorse(request(List.of(1, 2, 3, 5), c1));
            refuses(1, request(List.of(1, 2, 3, 6), c1.reduceTo(2)), "is committed to another request");
        }

        @Test
        void request_holdingACiphertextTwice_isRefused() {
            assertThatThrownBy(() -> request(List.of(1, 2, 3, 5), c1, c1.negate()))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessage("the request holds a ciphertext twice, or a multiple of it; ask once for each");
        }

        @Test
        void answer_forAnotherPolynomialThanAgreed_isRefused() {
            AgreedRequest agreed = holders.agree(request(List.of(1, 2, 3, 5), c1));
            NttPolynomial other = c1();
            assertThatThrownBy(() -> holders.party(1).answer(agreed, 0, other))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessage("the polynomial given is not number 0 of the request");
        }

        @Test
        void endorse_byAPartyOutsideTheSet_isRefused() {
            refuses(9, request(List.of(1, 2, 3, 5), c1), "party 9 is not in the active set [1, 2, 3, 5]");
        }

        @Test
        void endorse_beyondTheRequestsOfTheSmudging_findsTheKeySpent() {
            for (int i = 0; i < 3; i++) {
                holders.party(1).endorse(request(List.of(1, 2, 3, 5), c1()));
            }
            refuses(1, request(List.of(1, 2, 3, 5), c1()), "is spent: party 1 has endorsed 3 requests");
        }

        @Test
        void request_ofMorePolynomialsThanTheSmudgingCountsOn_isRefused() {
            assertThatThrownBy(() -> request(List.of(1, 2, 3, 5), c1, c1(), c1()))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("a request for 3 polynomials; the group answers 1 to 2 at once");
        }

        @Test
        void endorse_withOneSetForTheKey_refusesOtherSetsForOtherCiphertexts() {
            holders = holders(6, ActiveSetRule.ONE_SET_PER_KEY);
            holders.party(1).endorse(request(List.of(1, 2, 3, 5), c1()));
            holders.party(1).endorse(request(List.of(1, 2, 3, 5), c1()));
            refuses(1, request(List.of(1, 2, 3, 6), c1()), "has answered with another active set than [1, 2, 3, 6]");
        }

        @Test
        void endorse_afterARestart_remembers(@TempDir Path folder) {
            Path file = folder.resolve("answers");
            try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
                holders.party(1, journal).endorse(request(List.of(1, 2, 3, 5), c1));
                holders.party(1, journal).endorse(request(List.of(1, 2, 3, 5), c1()));
            }
            try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
                DecryptionParty restarted = holders.party(1, journal);
                assertThatThrownBy(() -> restarted.endorse(request(List.of(1, 2, 3, 6), c1)))
                        .isInstanceOf(MultipartyException.class)
                        .hasMessageContaining("is committed to another request");
                restarted.endorse(request(List.of(1, 2, 3, 5), c1));
                restarted.endorse(request(List.of(1, 2, 3, 5), c1()));
                assertThatThrownBy(() -> restarted.endorse(request(List.of(1, 2, 3, 5), c1())))
                        .isInstanceOf(MultipartyException.class)
                        .hasMessageContaining("is spent");
            }
        }

        @Test
        void request_inBytes_isTheSame() {
            DecryptionRequest request = request(List.of(2, 3, 5, 11), c1, c1());
            byte[] bytes = request.toBytes();
            assertThat(DecryptionRequest.parse(holders.group, bytes)).isEqualTo(request);
            ShareBytesTest.mutations(
                    bytes,
                    changed -> DecryptionRequest.parse(holders.group, changed).toBytes());
        }

        @Test
        void answer_inBytes_isTheSame() {
            AgreedRequest agreed = holders.agree(request(List.of(1, 2, 3, 5), c1));
            byte[] bytes = holders.party(1).answer(agreed, 0, c1).toBytes();
            ShareBytesTest.mutations(
                    bytes,
                    changed ->
                            PartialDecryption.parse(agreed.request(), changed).toBytes());
        }

        @Test
        void party_withTheWrongKindOfShare_isRefused() {
            assertThatThrownBy(() -> DecryptionParty.of(
                            holders.group,
                            holders.parties.shares.get(0),
                            holders.signingKeys.get(0),
                            new MemoryJournal()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("where all parties are needed, they use their summands");
            assertThatThrownBy(() -> DecryptionParty.of(
                            holders.group, holders.shares.get(0), holders.signingKeys.get(1), new MemoryJournal()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the signing key is not the identity of party 1");
        }
    }
}
