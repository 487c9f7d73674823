package org.dalrn.fhe.rlwe;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.NttScratch;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.ring.Samplers;

/**
 * The maker of secret keys and of the public keys that belong to them.
 *
 * <p>Secrets are uniform ternary, errors centred binomial with standard deviation 3.24, as in SEAL 4.x. Every key has streams of
 * its own, seeded from the given source. Immutable; thread-safe as far as the source is, and {@link SecureRandom} is.
 */
public final class KeyGenerator {
    private final RlweContext context;
    private final SecureRandom random;

    private KeyGenerator(RlweContext context, SecureRandom random) {
        this.context = Objects.requireNonNull(context, "context");
        this.random = Objects.requireNonNull(random, "random");
    }

    /**
     * A generator for that ring and chain.
     *
     * @param random where all randomness comes from
     */
    public static KeyGenerator of(RlweContext context, SecureRandom random) {
        return new KeyGenerator(context, random);
    }

    /** A fresh secret key with a fresh name. */
    public SecretKey secretKey() {
        int[] ternary = new int[context.ringDegree()];
        NttScratch scratch = NttScratch.of(context.ringDegree());
        try (AesCtrStream stream = AesCtrStream.secret(random, "secret key")) {
            Samplers.ternary(stream, ternary);
            CoefficientPolynomial coefficients = CoefficientPolynomial.of(context.keyBasis(), ternary);
            NttPolynomial secret = coefficients.toNtt(scratch);
            coefficients.destroy();
            return SecretKey.of(KeyId.random(random), context, secret, SecretKeyAccess.granted());
        } finally {
            Arrays.fill(ternary, 0);
            scratch.clear();
        }
    }

    /**
     * A public key of a secret key. Each call gives another one.
     *
     * @throws IllegalArgumentException if the key is for another ring or chain
     */
    public PublicKey publicKey(SecretKey key) {
        NttPolynomial secret = secret(key);
        try (Drawing drawing = new Drawing()) {
            NttPolynomial a = drawing.uniform();
            return PublicKey.of(key.id(), context, drawing.mask(a, secret), a);
        }
    }

    /**
     * The relinearization key of a secret key, for products of two ciphertexts.
     *
     * @throws IllegalArgumentException if the key is for another ring or chain
     * @throws IllegalStateException if the chain has no special prime
     */
    public RelinearizationKey relinearizationKey(SecretKey key) {
        NttPolynomial secret = secret(key);
        NttPolynomial square = secret.multiply(secret);
        try {
            return new RelinearizationKey(key.id(), context, keySwitchKey(square, key));
        } finally {
            square.destroy();
        }
    }

    /**
     * A key that switches from any small secret over the key's ring to a secret key.
     *
     * @param from over all primes
     * @param to the key that the switched ciphertext is under
     * @throws IllegalArgumentException if a key is for another ring or chain
     * @throws IllegalStateException if the chain has no special prime
     */
    public KeySwitchKey keySwitchKey(NttPolynomial from, SecretKey to) {
        context.requireKeySwitching();
        NttPolynomial secret = secret(to);
        RnsBasis basis = context.keyBasis();
        if (!from.basis().equals(basis)) {
            throw new IllegalArgumentException("a secret over " + from.basis() + " given for " + basis);
        }
        int digits = context.maxLevel() + 1;
        long special = context.specialPrime().value();
        List<NttPolynomial> b = new ArrayList<>();
        List<NttPolynomial> a = new ArrayList<>();
        try (Drawing drawing = new Drawing()) {
            for (int j = 0; j < digits; j++) {
                long[] factors = new long[basis.size()];
                factors[j] = special % basis.modulus(j).value();
                NttPolynomial message = from.multiply(factors);
                NttPolynomial uniform = drawing.uniform();
                NttPolynomial mask = drawing.mask(uniform, secret);
                b.add(mask.add(message));
                a.add(uniform);
                message.destroy();
            }
        }
        return KeySwitchKey.of(context, b, a);
    }

    /**
     * The keys of those Galois elements.
     *
     * @param elements odd numbers in {@code [1, 2N)}
     * @throws IllegalArgumentException if an element is another number, or the key is for another ring or chain
     * @throws IllegalStateException if the chain has no special prime
     */
    public GaloisKeys galoisKeys(SecretKey key, Collection<Integer> elements) {
        context.requireKeySwitching();
        NttPolynomial secret = secret(key);
        Map<Integer, KeySwitchKey> keys = new TreeMap<>();
        for (int element : new TreeSet<>(elements)) {
            NttPolynomial image = secret.automorphism(element);
            keys.put(element, keySwitchKey(image, key));
            image.destroy();
        }
        return GaloisKeys.of(key.id(), context, keys);
    }

    /**
     * The keys of those rotations, without the conjugation.
     *
     * @param steps to the left if positive, each in {@code (-N/2, N/2)}
     */
    public GaloisKeys rotationKeys(SecretKey key, int... steps) {
        return rotationKeys(key, Arrays.stream(steps).boxed().toList());
    }

    /**
     * {@link #rotationKeys(SecretKey, int...)} of steps that were gathered, such as those that operations on vectors need.
     *
     * @param steps to the left if positive, each in {@code (-N/2, N/2)}
     */
    public GaloisKeys rotationKeys(SecretKey key, Collection<Integer> steps) {
        TreeSet<Integer> elements = new TreeSet<>();
        for (int step : steps) {
            elements.add(GaloisKeys.elementOfRotation(step, context.ringDegree()));
        }
        return galoisKeys(key, elements);
    }

    /**
     * The keys of the rotations by powers of two in both directions and of the conjugation: enough for every rotation, in up to
     * {@code log2(N)/2} switches. It is the set that SEAL makes by default.
     */
    public GaloisKeys galoisKeys(SecretKey key) {
        TreeSet<Integer> elements = new TreeSet<>();
        for (int step = 1; step < context.ringDegree() / 2; step <<= 1) {
            elements.add(GaloisKeys.elementOfRotation(step, context.ringDegree()));
            elements.add(GaloisKeys.elementOfRotation(-step, context.ringDegree()));
        }
        elements.add(GaloisKeys.elementOfConjugation(context.ringDegree()));
        return galoisKeys(key, elements);
    }

    private NttPolynomial secret(SecretKey key) {
        if (!key.context().equals(context)) {
            throw new IllegalArgumentException("a secret key for " + key.context() + " given for " + context);
        }
        return key.polynomial(SecretKeyAccess.granted());
    }

    /** The streams and the working memory of one call. */
    private final class Drawing implements AutoCloseable {
        private final AesCtrStream errors = AesCtrStream.secret(random, "errors");
        private final AesCtrStream uniforms = AesCtrStream.secret(random, "uniform polynomials");
        private final NttScratch scratch = NttScratch.of(context.ringDegree());
        private final int[] error = new int[context.ringDegree()];

        NttPolynomial uniform() {
            return NttPolynomial.uniform(context.keyBasis(), uniforms);
        }

        /** {@code -(a s + e)}. */
        NttPolynomial mask(NttPolynomial a, NttPolynomial secret) {
            Samplers.centredBinomial(errors, error);
            CoefficientPolynomial e = CoefficientPolynomial.of(context.keyBasis(), error);
            NttPolynomial noise = e.toNtt(scratch);
            NttPolynomial sum = a.multiplyAdd(secret, noise);
            e.destroy();
            noise.destroy();
            return sum.negate();
        }

        @Override
        public void close() {
            errors.close();
            Arrays.fill(error, 0);
            scratch.clear();
        }
    }
}
