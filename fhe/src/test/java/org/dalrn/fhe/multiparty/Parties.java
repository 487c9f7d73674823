package org.dalrn.fhe.multiparty;

import java.math.BigInteger;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.RlweContext;

/** All parties of a ceremony in one process, and the secret key that none of them would ever know. */
final class Parties {
    final KeyCeremony ceremony;
    final List<PartyKeyGeneration> generations = new ArrayList<>();
    final PublicKey publicKey;
    final List<SecretKeyShare> shares = new ArrayList<>();
    final SecureRandom random;

    private Parties(KeyCeremony ceremony, SecureRandom random) {
        this.ceremony = ceremony;
        this.random = random;
        for (int party = 1; party <= ceremony.parties(); party++) {
            generations.add(ceremony.begin(party, random));
        }
        publicKey = ceremony.publicKey(
                generations.stream().map(PartyKeyGeneration::publicKeyShare).toList());
        for (PartyKeyGeneration generation : generations) {
            shares.add(generation.secretKeyShare(publicKey));
        }
    }

    static Parties of(RlweContext context, int parties, Collection<Integer> rotations, long seed) {
        SecureRandom random = random(seed);
        byte[] commonSeed = new byte[32];
        random.nextBytes(commonSeed);
        return new Parties(KeyCeremony.insecureForTesting(context, parties, commonSeed, rotations), random);
    }

    static RlweContext ring(int ringDegree, int... bits) {
        return RlweContext.of(ringDegree, NttPrimes.create(ringDegree, bits));
    }

    /** A SHA1PRNG that is seeded before its first use is a function of the seed. */
    static SecureRandom random(long seed) {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(seed);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    RelinearizationKey relinearizationKey() {
        List<RelinearizationRoundOne> first =
                generations.stream().map(PartyKeyGeneration::relinearization).toList();
        RelinearizationSum sum = RelinearizationSum.of(
                ceremony, first.stream().map(RelinearizationRoundOne::share).toList());
        return ceremony.relinearizationKey(
                publicKey, sum, first.stream().map(one -> one.roundTwo(sum)).toList());
    }

    GaloisKeys rotationKeys() {
        List<RotationKeyShare> all = new ArrayList<>();
        for (PartyKeyGeneration generation : generations) {
            ceremony.rotations().forEach(element -> all.add(generation.rotationKeyShare(element)));
        }
        return ceremony.rotationKeys(publicKey, all);
    }

    /** s over all primes: what only a test can know. */
    NttPolynomial secret() {
        return shares.stream()
                .map(KeyShare::polynomial)
                .reduce(NttPolynomial::add)
                .orElseThrow();
    }

    static BigInteger[] integers(NttPolynomial polynomial) {
        long[][] limbs = new long[polynomial.basis().size()][];
        for (int j = 0; j < limbs.length; j++) {
            limbs[j] = polynomial.toCoefficients().limb(j);
        }
        return polynomial.basis().compose(limbs);
    }

    /** The root of the mean square of the coefficients. */
    static double deviation(NttPolynomial polynomial) {
        double sum = 0;
        BigInteger[] integers = integers(polynomial);
        for (BigInteger integer : integers) {
            sum += integer.doubleValue() * integer.doubleValue();
        }
        return Math.sqrt(sum / integers.length);
    }
}
