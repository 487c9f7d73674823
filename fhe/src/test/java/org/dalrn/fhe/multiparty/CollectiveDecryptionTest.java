package org.dalrn.fhe.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.Decryption;
import org.dalrn.fhe.ckks.InsecureParameters;
import org.dalrn.fhe.ckks.JavaCkksEngine;
import org.dalrn.fhe.multiparty.Smudging.Scope;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyGenerator;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Decryption by all parties together, and computing under collective keys with the ordinary engine; against plain arithmetic,
 * against the decryption with the sum of the parties' secrets, and with noise against formulas.
 */
class CollectiveDecryptionTest {
    private static final int N = 1024;
    private static final int PARTIES = 3;
    private static final double SCALE = 0x1p50;
    private static final CkksParameters PARAMETERS = InsecureParameters.forTesting(N, 60, 50, 50, 60);
    private static final int ROTATION = GaloisKeys.elementOfRotation(5, N);
    private static final int CONJUGATION = GaloisKeys.elementOfConjugation(N);
    /** 13: the noise of the engine's public-key encryption, sqrt((1 + 2 n N / 3) / 12), see JavaCkksEngine. */
    private static final Smudging SMUDGING = new Smudging(40, Scope.EACH_COEFFICIENT, 14, 4, 4);

    private final Parties parties = Parties.of(PARAMETERS.context(), PARTIES, Set.of(ROTATION, CONJUGATION), 51);
    private final HoldersOfKey holders = HoldersOfKey.all(parties, SMUDGING);
    private final JavaCkksEngine engine = JavaCkksEngine.of(PARAMETERS, parties.random);

    private static double[] values(double factor) {
        return IntStream.range(0, N / 2).mapToDouble(i -> factor * Math.sin(i)).toArray();
    }

    private Ciphertext encrypt(double[] values) {
        return engine.encrypt(engine.encode(values, SCALE, PARAMETERS.maxLevel()), parties.publicKey);
    }

    /** c0 + c1 s + c2 s^2 with the key that no party knows. */
    private NttPolynomial phase(Ciphertext ciphertext) {
        NttPolynomial s = parties.secret().reduceTo(ciphertext.level() + 1);
        NttPolynomial phase = ciphertext.part(ciphertext.size() - 1);
        for (int i = ciphertext.size() - 2; i >= 0; i--) {
            phase = phase.multiply(s).add(ciphertext.part(i));
        }
        return phase;
    }

    private static double largestDifference(double[] a, double[] b) {
        return IntStream.range(0, b.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .max()
                .orElseThrow();
    }

    @Nested
    class Opening {
        @Test
        void decrypt_byAllParties_givesTheNumbers() {
            double[] values = values(1);
            Ciphertext ciphertext = encrypt(values);
            int bits = SMUDGING.fractionBits(N, PARTIES, PARTIES, SCALE);
            assertThat(bits).isEqualTo(12);
            Decryption opened =
                    holders.open(holders.everyone(), List.of(ciphertext), bits).decrypt(0, ciphertext, engine);
            // The stated precision holds for every slot but for 2^-128.
            assertThat(largestDifference(opened.insecureRawValues(), values)).isLessThan(Math.scalb(0.5, -bits));
        }

        @Test
        void decrypt_byAllParties_carriesTheNoiseOfThree() {
            Ciphertext ciphertext = encrypt(values(1));
            DecryptionCombiner combiner = holders.open(holders.everyone(), List.of(ciphertext), 10);
            NttPolynomial opened =
                    ciphertext.part(0).add(combiner.products().get(0).toNtt());
            double noise = Parties.deviation(opened.subtract(phase(ciphertext)));
            double formula = Math.sqrt(3) * Math.sqrt(12 * 16) * 0x1p20 * 14;
            // The deviation of 1024 draws is within 12 % of the true one by more than 5 of its own deviations (2.2 %
            // each).
            assertThat(noise).isCloseTo(formula, within(0.12 * formula));
        }

        @Test
        void answers_ofDifferentPartiesAndCiphertexts_haveIndependentNoise() {
            List<Ciphertext> two = List.of(encrypt(values(1)), encrypt(values(1)));
            DecryptionRequest request = DecryptionRequest.forCiphertexts(holders.group, holders.everyone(), two, 10);
            AgreedRequest agreed = holders.agree(request);
            double[][] noises = {
                noise(agreed, 1, 0, two), noise(agreed, 1, 1, two), noise(agreed, 2, 0, two), noise(agreed, 2, 1, two)
            };
            for (int i = 0; i < noises.length; i++) {
                for (int j = 0; j < i; j++) {
                    double sum = 0;
                    for (int k = 0; k < N; k++) {
                        sum += noises[i][k] * noises[j][k];
                    }
                    // A correlation coefficient of 1024 independent pairs has deviation 1/32; five of them.
                    double deviation = SMUDGING.stdDev(N, PARTIES, PARTIES);
                    assertThat(sum / N / deviation / deviation).isCloseTo(0, within(5.0 / 32));
                }
            }
        }

        /** What a party added to {@code c1 s_i}. */
        private double[] noise(AgreedRequest agreed, int party, int index, List<Ciphertext> ciphertexts) {
            NttPolynomial c1 = ciphertexts.get(index).part(1);
            NttPolynomial summand = parties.shares
                    .get(party - 1)
                    .polynomial()
                    .reduceTo(c1.basis().size());
            PartialDecryption answer = holders.party(party).answer(agreed, index, ciphertexts.get(index));
            return Arrays.stream(Parties.integers(answer.part(0).subtract(c1.multiply(summand))))
                    .mapToDouble(BigInteger::doubleValue)
                    .toArray();
        }

        @Test
        void endorse_forAnotherGroupWithTheSameShares_isRefusedForTheSameCiphertext() {
            Ciphertext ciphertext = encrypt(values(1));
            holders.party(1)
                    .endorse(DecryptionRequest.forCiphertexts(
                            holders.group, holders.everyone(), List.of(ciphertext), 10));
            Smudging quieter = new Smudging(40, Scope.EACH_COEFFICIENT, 1, 4, 4);
            KeyGroup other = KeyGroup.allOf(parties.ceremony, parties.publicKey, holders.group.members(), quieter);
            DecryptionParty party = DecryptionParty.of(
                    other, parties.shares.get(0), holders.signingKeys.get(0), holders.journals.get(0));
            DecryptionRequest request =
                    DecryptionRequest.forCiphertexts(other, holders.everyone(), List.of(ciphertext), 10);
            assertThatThrownBy(() -> party.endorse(request))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("party 1 is committed to another request for ciphertext 0");
            assertThatThrownBy(() -> holders.party(1).endorse(request))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("a request to KeyGroup[3 of 3");
        }

        @Test
        void secretOfTheSum_decrypting_agreesWithTheParties() {
            double[] values = values(2);
            Ciphertext ciphertext = encrypt(values);
            try (SecretKey sum = SecretKey.of(
                    parties.publicKey.id(), PARAMETERS.context(), parties.secret(), SecretKeyAccess.granted())) {
                double[] whole = engine.decrypt(ciphertext, sum).insecureRawValues();
                assertThat(largestDifference(whole, values)).isLessThan(0x1p-38);
                double[] together = holders.open(holders.everyone(), List.of(ciphertext), 10)
                        .decrypt(0, ciphertext, engine)
                        .insecureRawValues();
                assertThat(largestDifference(together, whole)).isLessThan(0x1p-13);
            }
        }

        @Test
        void integers_aboveTheGuardBits_areExact() {
            int guardBits = SMUDGING.guardBits(N, PARTIES, PARTIES);
            RnsBasis basis = PARAMETERS.context().basis(1);
            int[] message = IntStream.range(0, N)
                    .map(i -> i * i * (i % 2 == 0 ? 1 : -1))
                    .toArray();
            long[] shift = {0, 0};
            for (int j = 0; j < 2; j++) {
                shift[j] = basis.modulus(j).power(2, guardBits);
            }
            NttPolynomial m = CoefficientPolynomial.of(basis, message).toNtt().multiply(shift);
            Ciphertext zero = engine.modSwitchTo(encrypt(new double[1]), 1);
            NttPolynomial c0 = zero.part(0).add(m);
            BigInteger[] opened = holders.openIntegers(holders.everyone(), List.of(zero.part(1)), guardBits)
                    .integers(0, c0, guardBits);
            assertThat(opened)
                    .isEqualTo(
                            Arrays.stream(message).mapToObj(BigInteger::valueOf).toArray(BigInteger[]::new));
        }

        @Test
        void handedOver_toAReceiver_onlyTheReceiverReads() {
            double[] values = values(1);
            Ciphertext ciphertext = encrypt(values);
            KeyGenerator generator = KeyGenerator.of(PARAMETERS.context(), parties.random);
            SecretKey receiver = generator.secretKey();
            PublicKey publicKey = generator.publicKey(receiver);
            DecryptionRequest request = DecryptionRequest.forReceiver(
                    holders.group, holders.everyone(), List.of(ciphertext), 10, publicKey);
            AgreedRequest agreed = holders.agree(request);
            DecryptionCombiner combiner = DecryptionCombiner.of(request);
            for (int party = 1; party <= PARTIES; party++) {
                PartialDecryption answer = holders.party(party).answer(agreed, 0, ciphertext, publicKey);
                combiner.add(PartialDecryption.parse(request, answer.toBytes()));
            }
            Ciphertext handedOver = combiner.handedOver(0, ciphertext, publicKey);
            assertThat(handedOver.keyId()).isEqualTo(receiver.id());
            assertThat(largestDifference(engine.decrypt(handedOver, receiver).insecureRawValues(), values))
                    .isLessThan(0x1p-13);
            // Without the receiver's key the sum of the answers is no opening: it looks uniform, of the size of the
            // modulus.
            NttPolynomial firstParts = handedOver.part(0);
            assertThat(Parties.deviation(firstParts)).isGreaterThan(0x1p150);
            assertThatThrownBy(() -> combiner.decrypt(0, ciphertext, engine))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("hands its ciphertexts over to a receiver");
        }

        @Test
        void decrypt_withAnAnswerMissing_isRefused() {
            Ciphertext ciphertext = encrypt(values(1));
            DecryptionRequest request =
                    DecryptionRequest.forCiphertexts(holders.group, holders.everyone(), List.of(ciphertext), 10);
            AgreedRequest agreed = holders.agree(request);
            DecryptionCombiner combiner = DecryptionCombiner.of(request);
            combiner.add(holders.party(1).answer(agreed, 0, ciphertext));
            combiner.add(holders.party(3).answer(agreed, 0, ciphertext));
            assertThat(combiner.isComplete()).isFalse();
            assertThatThrownBy(() -> combiner.decrypt(0, ciphertext, engine))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("the answers of parties [2] for polynomial 0 are missing");
            // What the two have said is still masked by the third one's summand: of the size of the modulus.
            NttPolynomial two = ciphertext
                    .part(0)
                    .add(holders.party(1).answer(agreed, 0, ciphertext).part(0))
                    .add(holders.party(3).answer(agreed, 0, ciphertext).part(0));
            assertThat(Parties.deviation(two)).isGreaterThan(0x1p150);
        }

        @Test
        void forCiphertexts_atAScaleThatTheNoiseDrowns_isRefused() {
            Ciphertext small = engine.encrypt(engine.encode(values(1), 0x1p30, 2), parties.publicKey);
            assertThatThrownBy(() ->
                            DecryptionRequest.forCiphertexts(holders.group, holders.everyone(), List.of(small), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("leaves -8 bits after the binary point at scale 2^30.0, and 1 are wanted");
        }

        @Test
        void forCiphertexts_ofThreePolynomials_isRefused() {
            Ciphertext product = engine.square(encrypt(values(1)));
            assertThatThrownBy(() ->
                            DecryptionRequest.forCiphertexts(holders.group, holders.everyone(), List.of(product), 1))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("relinearize it first");
        }

        @Test
        void forCiphertexts_underAnotherKey_isRefused() {
            Parties others = Parties.of(PARAMETERS.context(), 2, Set.of(), 52);
            Ciphertext foreign = engine.encrypt(engine.encode(values(1), SCALE, 2), others.publicKey);
            assertThatThrownBy(() ->
                            DecryptionRequest.forCiphertexts(holders.group, holders.everyone(), List.of(foreign), 1))
                    .isInstanceOf(MultipartyException.class)
                    .hasMessageContaining("given to the holders of key");
        }
    }

    @Nested
    class Computing {
        /** One digit for each data prime, centred in it, times an error of that variance, over the special prime; rounding. */
        private double switchingNoise(double keyVariance) {
            double p = PARAMETERS.context().specialPrime().value();
            double squares = 0;
            for (int j = 0; j <= PARAMETERS.maxLevel(); j++) {
                squares += Math.pow(PARAMETERS.context().keyBasis().modulus(j).value() / p, 2);
            }
            return Math.sqrt(N / 12.0 * keyVariance * squares + (1 + 2.0 * PARTIES * N / 3) / 12);
        }

        @Test
        void product_relinearizedWithTheCollectiveKey_isRightWithTheNoiseOfTheFormula() {
            RelinearizationKey key = parties.relinearizationKey();
            double[] a = values(1);
            double[] b = values(0.5);
            Ciphertext product = engine.multiply(encrypt(a), encrypt(b));
            Ciphertext relinearized = engine.relinearize(product, key);
            double noise = Parties.deviation(phase(relinearized).subtract(phase(product)));
            double formula = switchingNoise(10.5 * PARTIES * (4.0 * PARTIES * N / 3 + 2));
            assertThat(noise).isCloseTo(formula, within(0.15 * formula));
            Ciphertext rescaled = engine.rescale(relinearized);
            double[] opened = holders.open(holders.everyone(), List.of(rescaled), 10)
                    .decrypt(0, rescaled, engine)
                    .roundedTo(10);
            for (int i = 0; i < opened.length; i++) {
                assertThat(opened[i]).isCloseTo(a[i] * b[i], within(0x1p-10));
            }
        }

        @Test
        void rotation_withTheCollectiveKey_isRightWithTheNoiseOfTheFormula() {
            GaloisKeys keys = parties.rotationKeys();
            double[] a = values(1);
            Ciphertext ciphertext = encrypt(a);
            Ciphertext rotated = engine.rotate(ciphertext, 5, keys);
            double noise =
                    Parties.deviation(phase(rotated).subtract(phase(ciphertext).automorphism(ROTATION)));
            double formula = switchingNoise(10.5 * PARTIES);
            assertThat(noise).isCloseTo(formula, within(0.15 * formula));
            double[] opened = holders.open(holders.everyone(), List.of(rotated), 10)
                    .decrypt(0, rotated, engine)
                    .roundedTo(10);
            for (int i = 0; i < opened.length; i++) {
                assertThat(opened[i]).isCloseTo(a[(i + 5) % a.length], within(0x1p-10));
            }
        }

        @Test
        void conjugate_withTheCollectiveKey_isRight() {
            GaloisKeys keys = parties.rotationKeys();
            double[] a = values(1);
            Ciphertext conjugated =
                    engine.conjugate(engine.encrypt(engine.encodeComplex(a, a, SCALE, 2), parties.publicKey), keys);
            double[] opened = holders.open(holders.everyone(), List.of(conjugated), 10)
                    .decrypt(0, conjugated, engine)
                    .imaginaryRoundedTo(10);
            for (int i = 0; i < opened.length; i++) {
                assertThat(opened[i]).isCloseTo(-a[i], within(0x1p-10));
            }
        }
    }
}
