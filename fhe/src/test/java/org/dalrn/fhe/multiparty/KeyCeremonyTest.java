package org.dalrn.fhe.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.RlweContext;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Collective keys against their definition: the test adds up the parties' secrets, which nobody else can, and checks each key's
 * equation, with the noise against the variances of ePrint 2020/304.
 */
class KeyCeremonyTest {
    private static final int N = 256;
    private static final int ROTATION = GaloisKeys.elementOfRotation(1, N);
    private static final int CONJUGATION = GaloisKeys.elementOfConjugation(N);
    private static final RlweContext RING = Parties.ring(N, 45, 40, 50);

    private static Parties parties(int count, long seed) {
        return Parties.of(RING, count, Set.of(ROTATION, CONJUGATION), seed);
    }

    @Nested
    class PublicKeys {
        @ParameterizedTest
        @ValueSource(ints = {2, 3, 7})
        void publicKey_fromAllShares_encryptsZeroUnderTheSumOfTheSecrets(int count) {
            Parties parties = parties(count, 11);
            PublicKey key = parties.publicKey;
            NttPolynomial noise = key.b().add(key.a().multiply(parties.secret()));
            // 256 coefficients: the estimate is within 25 % by more than 5 of its own deviations (4.4 % each).
            assertThat(Parties.deviation(noise))
                    .isCloseTo(Math.sqrt(10.5 * count), within(0.25 * Math.sqrt(10.5 * count)));
        }

        @Test
        void secretShares_added_areSmall() {
            BigInteger[] s = Parties.integers(parties(3, 12).secret());
            assertThat(s).allMatch(x -> x.abs().intValueExact() <= 3);
            // Variance 2n/3 of a sum of ternary secrets.
            double mean = Arrays.stream(s)
                    .mapToDouble(x -> x.doubleValue() * x.doubleValue())
                    .average()
                    .orElseThrow();
            assertThat(mean).isCloseTo(2, within(0.7));
        }

        @Test
        void publicKey_withAShareMissing_isRefused() {
            Parties parties = parties(3, 13);
            List<PublicKeyShare> two = parties.generations.subList(0, 2).stream()
                    .map(PartyKeyGeneration::publicKeyShare)
                    .toList();
            assertThatThrownBy(() -> parties.ceremony.publicKey(two))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessage("the share of party 3 of the public key is missing; all 3 are needed");
        }

        @Test
        void publicKey_withAShareTwice_isRefused() {
            Parties parties = parties(2, 14);
            PublicKeyShare share = parties.generations.get(0).publicKeyShare();
            assertThatThrownBy(() -> parties.ceremony.publicKey(List.of(share, share)))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessage("two shares of party 1 of the public key; give one of each");
        }

        @Test
        void publicKey_withAShareOfAnotherCeremony_isRefused() {
            PublicKeyShare foreign = parties(2, 15).generations.get(0).publicKeyShare();
            assertThatThrownBy(() -> parties(2, 16).ceremony.publicKey(List.of(foreign)))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("is of another ceremony");
        }

        @Test
        void publicKeyShare_askedTwice_isTheSame() {
            PartyKeyGeneration one = parties(2, 17).generations.get(0);
            assertThat(one.publicKeyShare().toBytes())
                    .isEqualTo(one.publicKeyShare().toBytes());
        }
    }

    @Nested
    class SwitchingKeys {
        @ParameterizedTest
        @ValueSource(ints = {2, 5})
        void relinearizationKey_fromTwoRounds_holdsTheSquareOfTheSecret(int count) {
            Parties parties = parties(count, 21);
            RelinearizationKey key = parties.relinearizationKey();
            NttPolynomial s = parties.secret();
            NttPolynomial square = s.multiply(s);
            double expected = Math.sqrt(10.5 * count * (4.0 * count * N / 3 + 2));
            for (int j = 0; j < key.key().digits(); j++) {
                NttPolynomial noise = key.key()
                        .b(j)
                        .add(key.key().a(j).multiply(s))
                        .subtract(square.multiply(parties.ceremony.gadget(j)));
                assertThat(Parties.deviation(noise)).isCloseTo(expected, within(0.3 * expected));
            }
        }

        @Test
        void rotationKeys_fromOneRound_holdTheImagesOfTheSecret() {
            Parties parties = parties(3, 22);
            GaloisKeys keys = parties.rotationKeys();
            NttPolynomial s = parties.secret();
            assertThat(keys.keys().keySet()).containsExactlyInAnyOrder(ROTATION, CONJUGATION);
            keys.keys().forEach((element, key) -> {
                NttPolynomial image = s.automorphism(element);
                for (int j = 0; j < key.digits(); j++) {
                    NttPolynomial noise =
                            key.b(j).add(key.a(j).multiply(s)).subtract(image.multiply(parties.ceremony.gadget(j)));
                    assertThat(Parties.deviation(noise)).isCloseTo(Math.sqrt(31.5), within(0.3 * Math.sqrt(31.5)));
                }
            });
        }

        @Test
        void uniformPolynomials_ofDifferentKeys_differ() {
            Parties parties = parties(2, 23);
            List<NttPolynomial> all = new ArrayList<>(parties.ceremony.uniformDigits("relinearization"));
            all.add(parties.ceremony.uniform("public key"));
            all.addAll(parties.ceremony.uniformDigits("rotation " + ROTATION));
            all.addAll(parties.ceremony.uniformDigits("rotation " + CONJUGATION));
            assertThat(all.stream().map(a -> Arrays.toString(a.limb(0))).distinct())
                    .hasSize(7);
        }

        @Test
        void roundTwo_calledTwice_isRefused() {
            Parties parties = parties(2, 24);
            List<RelinearizationRoundOne> first = parties.generations.stream()
                    .map(PartyKeyGeneration::relinearization)
                    .toList();
            RelinearizationSum sum = sum(parties, first);
            first.get(0).roundTwo(sum);
            assertThat(first.get(0).isDestroyed()).isTrue();
            assertThatThrownBy(() -> first.get(0).roundTwo(sum))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("party 1 has answered a first round of this relinearization key before;"
                            + " begin a new ceremony");
        }

        @Test
        void relinearization_begunTwice_isRefused() {
            PartyKeyGeneration one = parties(2, 25).generations.get(0);
            one.relinearization();
            assertThatThrownBy(one::relinearization)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has begun the relinearization key of this ceremony before");
        }

        @Test
        void roundTwo_ofASumWithAnotherOwnMessage_isRefused() {
            Parties parties = parties(2, 26);
            List<RelinearizationRoundOne> first = parties.generations.stream()
                    .map(PartyKeyGeneration::relinearization)
                    .toList();
            RelinearizationFirstShare own = first.get(0).share();
            RelinearizationFirstShare changed = new RelinearizationFirstShare(parties.ceremony, 1, own.h1(), own.h0());
            RelinearizationSum sum = RelinearizationSum.of(
                    parties.ceremony, List.of(changed, first.get(1).share()));
            assertThatThrownBy(() -> first.get(0).roundTwo(sum))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("holds another message of party 1 than it sent");
        }

        @Test
        void relinearizationKey_ofTwoFirstRounds_isRefused() {
            Parties parties = parties(2, 27);
            List<RelinearizationRoundOne> first = parties.generations.stream()
                    .map(PartyKeyGeneration::relinearization)
                    .toList();
            RelinearizationSum sum = sum(parties, first);
            RelinearizationFirstShare second = first.get(1).share();
            RelinearizationSum other = RelinearizationSum.of(
                    parties.ceremony,
                    List.of(
                            first.get(0).share(),
                            new RelinearizationFirstShare(parties.ceremony, 2, second.h1(), second.h0())));
            List<RelinearizationSecondShare> answers =
                    List.of(first.get(0).roundTwo(other), first.get(1).roundTwo(sum));
            assertThatThrownBy(() -> parties.ceremony.relinearizationKey(parties.publicKey, sum, answers))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("party 1 answered another first round");
        }

        private RelinearizationSum sum(Parties parties, List<RelinearizationRoundOne> first) {
            return RelinearizationSum.of(
                    parties.ceremony,
                    first.stream().map(RelinearizationRoundOne::share).toList());
        }
    }

    @Nested
    class Facts {
        @Test
        void ceremony_aboveTheStandardsModulus_isRefused() {
            assertThatThrownBy(() -> KeyCeremony.of(
                            Parties.ring(1024, 30, 30), SecurityStandard.HES_2018_CLASSICAL, 3, new byte[32], Set.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("below 128-bit security");
        }

        @Test
        void ceremony_withOneParty_isRefused() {
            assertThatThrownBy(() -> KeyCeremony.insecureForTesting(RING, 1, new byte[32], Set.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a ceremony of 1 parties; it has 2 to 1024");
        }

        @Test
        void digest_ofEachFact_differs() {
            byte[] seed = new byte[32];
            byte[] other = new byte[32];
            other[31] = 1;
            assertThat(java.util.stream.Stream.of(
                                    KeyCeremony.insecureForTesting(RING, 3, seed, Set.of()),
                                    KeyCeremony.insecureForTesting(RING, 4, seed, Set.of()),
                                    KeyCeremony.insecureForTesting(RING, 3, other, Set.of()),
                                    KeyCeremony.insecureForTesting(RING, 3, seed, Set.of(3)),
                                    KeyCeremony.insecureForTesting(Parties.ring(N, 45, 50), 3, seed, Set.of()))
                            .distinct())
                    .hasSize(5);
        }

        @Test
        void commonSeed_withAnotherContribution_differs() {
            byte[] zeros = new byte[32];
            byte[] one = new byte[32];
            one[0] = 1;
            assertThat(KeyCeremony.commonSeed(List.of(zeros, one)))
                    .isNotEqualTo(KeyCeremony.commonSeed(List.of(one, zeros)));
        }

        @Test
        void keyGeneration_destroyed_isRefused() {
            PartyKeyGeneration one = parties(2, 31).generations.get(0);
            one.destroy();
            assertThatThrownBy(one::publicKeyShare)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was destroyed");
        }

        @Test
        void secretTypes_printed_showNoValue() {
            Parties parties = parties(2, 32);
            assertThat(parties.shares.get(0).toString())
                    .isEqualTo("SecretKeyShare[party 1, key " + parties.publicKey.id() + ", 3 primes, N=256]");
            assertThat(parties.generations.get(0).toString())
                    .startsWith("PartyKeyGeneration[party 1, KeyCeremony[2 parties");
        }
    }
}
