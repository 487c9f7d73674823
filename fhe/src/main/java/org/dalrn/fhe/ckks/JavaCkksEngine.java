package org.dalrn.fhe.ckks;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttFactor;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.NttScratch;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.ring.Samplers;
import org.dalrn.fhe.ring.TernaryMask;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeySwitchKey;
import org.dalrn.fhe.rlwe.KeySwitcher;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.rlwe.UniformExpansion;
import org.jspecify.annotations.Nullable;

/**
 * CKKS in Java alone. Its keys, ciphertexts and results are interchangeable with SEAL 4.x's.
 *
 * <p>Errors of a fresh encryption, standard deviation in each coefficient: 3.24 symmetric, {@code sqrt((1 + 2N/3) / 12)} with a
 * public key (the rounding of the division by one more prime), {@code 3.24 sqrt(4N/3 + 1)} with a public key and a chain of
 * one prime. In a slot it is {@code sqrt(N/2)} of that over the scale.
 *
 * <p>Immutable, thread-safe; every operation allocates its result and its working memory. Source: Cheon, Kim, Kim and Song 2017
 * (ePrint 2016/421), in residues as Cheon, Han, Kim, Kim and Song 2018 (ePrint 2018/931).
 */
public final class JavaCkksEngine implements CkksEngine {
    private final CkksParameters parameters;
    private final OperandChecks checks;
    private final CkksEncoder encoder;
    private final SecureRandom random;
    private final @Nullable KeySwitcher switcher;

    private JavaCkksEngine(CkksParameters parameters, SecureRandom random) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.random = Objects.requireNonNull(random, "random");
        checks = OperandChecks.of(parameters);
        encoder = new CkksEncoder(parameters);
        switcher = parameters.context().canSwitchKeys() ? KeySwitcher.of(parameters.context()) : null;
    }

    /**
     * An engine for those parameters.
     *
     * @param random where the randomness of encryptions comes from
     */
    public static JavaCkksEngine of(CkksParameters parameters, SecureRandom random) {
        return new JavaCkksEngine(parameters, random);
    }

    @Override
    public CkksParameters parameters() {
        return parameters;
    }

    @Override
    public Plaintext encode(double[] values, double scale, int level) {
        return encoder.encode(values, scale, level);
    }

    @Override
    public Plaintext encodeComplex(double[] real, double[] imaginary, double scale, int level) {
        return encoder.encode(real, imaginary, scale, level);
    }

    @Override
    public Plaintext encodeScalar(double value, double scale, int level) {
        return encoder.encodeScalar(value, scale, level);
    }

    @Override
    public Plaintext encodeCoefficients(double[] values, double scale, int level) {
        return encoder.encodeCoefficients(values, scale, level);
    }

    @Override
    public Decryption decode(Plaintext plaintext) {
        checks.requireOperand(plaintext);
        return decoded(plaintext.polynomial(), polynomial -> encoder.decode(polynomial, plaintext.scale()));
    }

    @Override
    public Decryption decodeCoefficients(Plaintext plaintext) {
        checks.requireOperand(plaintext);
        return decoded(
                plaintext.polynomial(), polynomial -> CkksEncoder.decodeCoefficients(polynomial, plaintext.scale()));
    }

    private static Decryption decoded(NttPolynomial values, Function<CoefficientPolynomial, Decryption> decode) {
        NttScratch scratch = NttScratch.of(values.basis().ringDegree());
        CoefficientPolynomial polynomial = values.toCoefficients(scratch);
        try {
            return decode.apply(polynomial);
        } finally {
            polynomial.destroy();
            scratch.clear();
        }
    }

    @Override
    public Ciphertext encrypt(Plaintext plaintext, PublicKey key) {
        checks.requireEncryptable(plaintext, key);
        int size = plaintext.level() + 1;
        int[] draws = new int[parameters.ringDegree()];
        NttScratch scratch = NttScratch.of(draws.length);
        try (AesCtrStream stream = AesCtrStream.secret(random, "ckks encryption")) {
            Samplers.ternary(stream, draws);
            // One more prime than the plaintext has, if there is one, to divide the noise by.
            List<NttPolynomial> parts = key.context().keyBasis().size() > size
                    ? dividedMasks(plaintext, key, draws, stream, scratch)
                    : masks(plaintext, key, draws, stream, scratch);
            CoefficientPolynomial encoded = plaintext.coefficientsIfAny();
            NttPolynomial c0 = encoded == null ? parts.get(0).add(plaintext.polynomial()) : parts.get(0);
            return Ciphertext.of(parameters, key.id(), List.of(c0, parts.get(1)), plaintext.scale());
        } finally {
            Arrays.fill(draws, 0);
            scratch.clear();
        }
    }

    /** {@code round((u b + e_0) / q) + m} and {@code round((u a + e_1) / q)}; m only if its coefficients are at hand. */
    private static List<NttPolynomial> dividedMasks(
            Plaintext plaintext, PublicKey key, int[] draws, AesCtrStream stream, NttScratch scratch) {
        int size = plaintext.level() + 2;
        TernaryMask u = TernaryMask.of(key.context().keyBasis().prefix(size), draws, scratch);
        try {
            Samplers.centredBinomial(stream, draws);
            NttPolynomial c0 = u.apply(key.masked().reduceTo(size), draws, plaintext.coefficientsIfAny(), scratch);
            Samplers.centredBinomial(stream, draws);
            return List.of(c0, u.apply(key.uniform().reduceTo(size), draws, null, scratch));
        } finally {
            u.destroy();
        }
    }

    /** {@code u b + e_0 + m} and {@code u a + e_1}; m only if its coefficients are at hand. */
    private static List<NttPolynomial> masks(
            Plaintext plaintext, PublicKey key, int[] draws, AesCtrStream stream, NttScratch scratch) {
        RnsBasis basis = key.context().keyBasis();
        NttPolynomial u = CoefficientPolynomial.of(basis, draws).toNttInPlace(scratch);
        Samplers.centredBinomial(stream, draws);
        NttPolynomial e0 = noisy(plaintext.coefficientsIfAny(), basis, draws).toNttInPlace(scratch);
        Samplers.centredBinomial(stream, draws);
        NttPolynomial e1 = noisy(null, basis, draws).toNttInPlace(scratch);
        NttPolynomial c0 = key.masked().multiply(u).add(e0);
        NttPolynomial c1 = key.uniform().multiply(u).add(e1);
        u.destroy();
        e0.destroy();
        e1.destroy();
        return List.of(c0, c1);
    }

    private static CoefficientPolynomial noisy(@Nullable CoefficientPolynomial message, RnsBasis basis, int[] error) {
        return message == null ? CoefficientPolynomial.of(basis, error) : message.addSmall(error);
    }

    @Override
    public Ciphertext encryptSymmetric(Plaintext plaintext, SecretKey key) {
        return encryptSeeded(plaintext, key).expand();
    }

    /**
     * Encrypts with the secret key into half the space, the other half expanded from a fresh seed by AES-128-CTR.
     *
     * @param plaintext of this ring and chain
     * @param key of this ring and chain
     */
    public SeededCiphertext encryptSeeded(Plaintext plaintext, SecretKey key) {
        return encryptSeeded(plaintext, key, UniformExpansion.AES_CTR);
    }

    /**
     * As {@link #encryptSeeded(Plaintext, SecretKey)} with another expansion, for formats that have their own.
     *
     * @param expansion how the uniform polynomial comes from the fresh seed
     */
    public SeededCiphertext encryptSeeded(Plaintext plaintext, SecretKey key, UniformExpansion expansion) {
        checks.requireEncryptable(plaintext, key);
        byte[] seed = new byte[expansion.seedBytes()];
        random.nextBytes(seed);
        RnsBasis basis = parameters.context().basis(plaintext.level());
        NttPolynomial c1 = expansion.expand(basis, seed.clone());
        NttPolynomial c0 = symmetric(plaintext, key, c1);
        return SeededCiphertext.of(parameters, key.id(), c0, seed, expansion, plaintext.scale());
    }

    /** {@code m + e - c_1 s}. */
    private NttPolynomial symmetric(Plaintext plaintext, SecretKey key, NttPolynomial c1) {
        int n = parameters.ringDegree();
        NttPolynomial secret = key.polynomial(SecretKeyAccess.granted()).reduceTo(plaintext.level() + 1);
        int[] error = new int[n];
        NttScratch scratch = NttScratch.of(n);
        try (AesCtrStream stream = AesCtrStream.secret(random, "ckks encryption")) {
            Samplers.centredBinomial(stream, error);
            CoefficientPolynomial coefficients = plaintext.coefficientsIfAny();
            NttPolynomial message = noisy(coefficients, c1.basis(), error).toNttInPlace(scratch);
            NttPolynomial c0 = message.subtract(c1.multiply(secret));
            message.destroy();
            return coefficients == null ? c0.add(plaintext.polynomial()) : c0;
        } finally {
            Arrays.fill(error, 0);
            scratch.clear();
        }
    }

    @Override
    public Decryption decrypt(Ciphertext ciphertext, SecretKey key) {
        return opened(ciphertext, key, polynomial -> encoder.decode(polynomial, ciphertext.scale()));
    }

    @Override
    public Decryption decryptCoefficients(Ciphertext ciphertext, SecretKey key) {
        return opened(ciphertext, key, polynomial -> CkksEncoder.decodeCoefficients(polynomial, ciphertext.scale()));
    }

    /** Decodes {@code sum c_i s^i}, by Horner's rule. */
    private Decryption opened(
            Ciphertext ciphertext, SecretKey key, Function<CoefficientPolynomial, Decryption> decode) {
        checks.requireOpenable(ciphertext, key);
        NttPolynomial secret = key.polynomial(SecretKeyAccess.granted()).reduceTo(ciphertext.level() + 1);
        NttPolynomial sum = ciphertext.part(ciphertext.size() - 1);
        for (int i = ciphertext.size() - 2; i >= 0; i--) {
            sum = sum.multiplyAdd(secret, ciphertext.part(i));
        }
        try {
            return decoded(sum, decode);
        } finally {
            sum.destroy();
        }
    }

    @Override
    public Ciphertext add(Ciphertext a, Ciphertext b) {
        checks.requireSummands(a, b);
        int size = Math.max(a.size(), b.size());
        List<NttPolynomial> parts = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            if (i >= b.size()) {
                parts.add(a.part(i));
            } else {
                parts.add(i >= a.size() ? b.part(i) : a.part(i).add(b.part(i)));
            }
        }
        return result(a, parts, a.scale());
    }

    @Override
    public Ciphertext add(Ciphertext a, Plaintext b) {
        checks.requireSummands(a, b);
        return withFirst(a, a.part(0).add(b.polynomial()));
    }

    @Override
    public Ciphertext subtract(Ciphertext a, Ciphertext b) {
        checks.requireSummands(a, b);
        int size = Math.max(a.size(), b.size());
        List<NttPolynomial> parts = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            if (i >= b.size()) {
                parts.add(a.part(i));
            } else {
                parts.add(i >= a.size() ? b.part(i).negate() : a.part(i).subtract(b.part(i)));
            }
        }
        return result(a, parts, a.scale());
    }

    @Override
    public Ciphertext subtract(Ciphertext a, Plaintext b) {
        checks.requireSummands(a, b);
        return withFirst(a, a.part(0).subtract(b.polynomial()));
    }

    private Ciphertext withFirst(Ciphertext a, NttPolynomial first) {
        List<NttPolynomial> parts = new ArrayList<>(a.parts());
        parts.set(0, first);
        return result(a, parts, a.scale());
    }

    @Override
    public Ciphertext negate(Ciphertext a) {
        checks.requireOperand(a);
        return result(a, a.parts().stream().map(NttPolynomial::negate).toList(), a.scale());
    }

    @Override
    public Ciphertext multiply(Ciphertext a, Ciphertext b) {
        checks.requireFactors(a, b);
        int size = a.size() + b.size() - 1;
        List<NttFactor> factors = b.parts().stream().map(NttFactor::of).toList();
        List<NttPolynomial> parts = new ArrayList<>(size);
        for (int k = 0; k < size; k++) {
            int from = Math.max(0, k - b.size() + 1);
            int to = Math.min(k + 1, a.size());
            List<NttFactor> reversed = new ArrayList<>(factors.subList(k - to + 1, k - from + 1));
            Collections.reverse(reversed);
            parts.add(NttFactor.sumOfProducts(a.parts().subList(from, to), reversed));
        }
        return result(a, parts, a.scale() * b.scale());
    }

    @Override
    public Ciphertext multiply(Ciphertext a, Plaintext b) {
        checks.requireFactors(a, b);
        NttFactor factor = NttFactor.of(b.polynomial());
        return result(a, a.parts().stream().map(factor::multiply).toList(), a.scale() * b.scale());
    }

    @Override
    public Ciphertext square(Ciphertext a) {
        return multiply(a, a);
    }

    @Override
    public Ciphertext relinearize(Ciphertext a, RelinearizationKey key) {
        checks.requireRelinearizable(a, key);
        if (a.size() == 2) {
            return a;
        }
        NttScratch scratch = NttScratch.of(parameters.ringDegree());
        List<NttPolynomial> switched = switcher().apply(a.part(2), key.key(), scratch);
        return result(a, List.of(a.part(0).add(switched.get(0)), a.part(1).add(switched.get(1))), a.scale());
    }

    @Override
    public Ciphertext rescale(Ciphertext a) {
        checks.requireRescalable(a);
        NttScratch scratch = NttScratch.of(parameters.ringDegree());
        Modulus last = parameters.context().basis(a.level()).modulus(a.level());
        List<NttPolynomial> parts = new ArrayList<>(a.size());
        for (NttPolynomial part : a.parts()) {
            parts.add(part.divideByLast(scratch));
        }
        return result(a, parts, a.scale() / last.value());
    }

    @Override
    public Ciphertext modSwitchTo(Ciphertext a, int level) {
        checks.requireSwitchable(a, level);
        return result(
                a, a.parts().stream().map(part -> part.reduceTo(level + 1)).toList(), a.scale());
    }

    @Override
    public Ciphertext rotate(Ciphertext a, int steps, GaloisKeys keys) {
        Ciphertext rotated = a;
        for (int part : checks.requireRotatable(a, steps, keys)) {
            rotated = automorphism(rotated, GaloisKeys.elementOfRotation(part, parameters.ringDegree()), keys);
        }
        return rotated;
    }

    @Override
    public Ciphertext conjugate(Ciphertext a, GaloisKeys keys) {
        checks.requireConjugable(a, keys);
        return automorphism(a, GaloisKeys.elementOfConjugation(parameters.ringDegree()), keys);
    }

    private Ciphertext automorphism(Ciphertext a, int element, GaloisKeys keys) {
        KeySwitchKey key = Objects.requireNonNull(keys.keys().get(element));
        NttScratch scratch = NttScratch.of(parameters.ringDegree());
        List<NttPolynomial> switched = switcher().apply(a.part(1).automorphism(element), key, scratch);
        return result(a, List.of(a.part(0).automorphism(element).add(switched.get(0)), switched.get(1)), a.scale());
    }

    private KeySwitcher switcher() {
        parameters.context().requireKeySwitching();
        return Objects.requireNonNull(switcher);
    }

    /** A result, unless everything but its first polynomial is zero: then the plaintext is there for all to read. */
    private Ciphertext result(Ciphertext of, List<NttPolynomial> parts, double scale) {
        for (NttPolynomial part : parts.subList(1, parts.size())) {
            if (!part.isZero()) {
                return Ciphertext.of(parameters, of.keyId(), parts, scale);
            }
        }
        throw new CkksException("the result is transparent: its second polynomial is zero, as when a ciphertext is"
                + " subtracted from itself, and everyone could read it; encrypt the known result afresh");
    }
}
