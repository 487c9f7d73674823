package org.dalrn.fhe.ckks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.KeySwitchKey;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.RlweContext;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;

/**
 * An engine that encrypts nothing: it keeps what the slots would hold, scale included, beside a polynomial that only has the right
 * shape. It is exact to a double, follows the rules of {@link CkksEngine} on keys, levels, scales and sizes to the letter, and
 * counts; so errors of the vectors' own arithmetic, and of their book-keeping of scales, show as they are.
 */
final class PlainCkksEngine implements CkksEngine {
    private final CkksParameters parameters;
    /** By identity of the first polynomial: the slots times the scale. */
    private final Map<NttPolynomial, double[]> scaled = Collections.synchronizedMap(new WeakHashMap<>());

    final AtomicInteger products = new AtomicInteger();
    final AtomicInteger plainProducts = new AtomicInteger();
    final AtomicInteger rotations = new AtomicInteger();
    final AtomicInteger relinearizations = new AtomicInteger();

    PlainCkksEngine(CkksParameters parameters) {
        this.parameters = parameters;
    }

    void resetCounts() {
        products.set(0);
        plainProducts.set(0);
        rotations.set(0);
        relinearizations.set(0);
    }

    // Keys of the right shape

    static SecretKey secretKey(CkksParameters parameters, KeyId id) {
        RlweContext context = parameters.context();
        return SecretKey.of(id, context, NttPolynomial.zero(context.keyBasis()), SecretKeyAccess.granted());
    }

    static PublicKey publicKey(CkksParameters parameters, KeyId id) {
        RlweContext context = parameters.context();
        return PublicKey.of(
                id, context, NttPolynomial.zero(context.keyBasis()), NttPolynomial.zero(context.keyBasis()));
    }

    static RelinearizationKey relinearizationKey(CkksParameters parameters, KeyId id) {
        return new RelinearizationKey(id, parameters.context(), switchKey(parameters.context()));
    }

    static GaloisKeys galoisKeys(CkksParameters parameters, KeyId id, Collection<Integer> steps) {
        Map<Integer, KeySwitchKey> keys = new TreeMap<>();
        KeySwitchKey key = switchKey(parameters.context());
        for (int step : steps) {
            keys.put(GaloisKeys.elementOfRotation(step, parameters.ringDegree()), key);
        }
        return GaloisKeys.of(id, parameters.context(), keys);
    }

    private static KeySwitchKey switchKey(RlweContext context) {
        NttPolynomial zero = NttPolynomial.zero(context.keyBasis());
        List<NttPolynomial> digits = Collections.nCopies(context.maxLevel() + 1, zero);
        return KeySwitchKey.of(context, digits, digits);
    }

    // Shapes

    private static NttPolynomial shape(RnsBasis basis, boolean zero) {
        long[][] limbs = new long[basis.size()][basis.ringDegree()];
        limbs[0][0] = zero ? 0 : 1;
        return NttPolynomial.wrap(basis, limbs);
    }

    private Ciphertext ciphertext(KeyId id, double[] values, double scale, int level, int size) {
        RnsBasis basis = parameters.context().basis(level);
        if (scale >= basis.product().doubleValue()) {
            throw new CkksException("scale " + scale + " does not fit the modulus at level " + level);
        }
        List<NttPolynomial> parts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            parts.add(shape(basis, false));
        }
        scaled.put(parts.get(0), values);
        return Ciphertext.of(parameters, id, parts, scale);
    }

    private double[] of(Ciphertext a) {
        return scaled.get(a.part(0));
    }

    private double[] of(Plaintext a) {
        return scaled.get(a.polynomial());
    }

    private static void requireSame(KeyId a, KeyId b) {
        if (!a.equals(b)) {
            throw new CkksException("keys " + a + " and " + b);
        }
    }

    private static void requireSameLevel(int a, int b) {
        if (a != b) {
            throw new CkksException("levels " + a + " and " + b);
        }
    }

    private static void requireSameScale(double a, double b) {
        if (Math.abs(a / b - 1) >= 0x1p-20) {
            throw new CkksException("scales " + a + " and " + b);
        }
    }

    @Override
    public CkksParameters parameters() {
        return parameters;
    }

    private Plaintext plaintext(double[] values, double scale, int level) {
        double[] raw = new double[parameters.slots()];
        boolean zero = true;
        double limit = parameters.context().basis(level).product().doubleValue() / 2;
        for (int i = 0; i < values.length; i++) {
            raw[i] = values[i] * scale;
            if (!(Math.abs(raw[i]) < limit)) {
                throw new IllegalArgumentException("value " + values[i] + " at scale " + scale + " does not fit");
            }
            zero &= Math.abs(raw[i]) < 0.5;
        }
        NttPolynomial polynomial = shape(parameters.context().basis(level), zero);
        scaled.put(polynomial, raw);
        return Plaintext.of(parameters, polynomial, scale);
    }

    @Override
    public Plaintext encode(double[] values, double scale, int level) {
        if (values.length > parameters.slots()) {
            throw new IllegalArgumentException(values.length + " values");
        }
        return plaintext(values, scale, level);
    }

    @Override
    public Plaintext encodeScalar(double value, double scale, int level) {
        double[] values = new double[parameters.slots()];
        Arrays.fill(values, value);
        return plaintext(values, scale, level);
    }

    @Override
    public Plaintext encodeComplex(double[] real, double[] imaginary, double scale, int level) {
        throw new UnsupportedOperationException("vectors are real");
    }

    @Override
    public Plaintext encodeCoefficients(double[] values, double scale, int level) {
        throw new UnsupportedOperationException("vectors use slots");
    }

    @Override
    public Decryption decode(Plaintext plaintext) {
        throw new UnsupportedOperationException("vectors are only decrypted");
    }

    @Override
    public Decryption decodeCoefficients(Plaintext plaintext) {
        throw new UnsupportedOperationException("vectors use slots");
    }

    @Override
    public Ciphertext encrypt(Plaintext plaintext, PublicKey key) {
        return ciphertext(key.id(), of(plaintext), plaintext.scale(), plaintext.level(), 2);
    }

    @Override
    public Ciphertext encryptSymmetric(Plaintext plaintext, SecretKey key) {
        return ciphertext(key.id(), of(plaintext), plaintext.scale(), plaintext.level(), 2);
    }

    @Override
    public Decryption decrypt(Ciphertext ciphertext, SecretKey key) {
        requireSame(ciphertext.keyId(), key.id());
        double[] values = of(ciphertext).clone();
        for (int i = 0; i < values.length; i++) {
            values[i] /= ciphertext.scale();
        }
        return Decryption.of(values, new double[values.length]);
    }

    @Override
    public Decryption decryptCoefficients(Ciphertext ciphertext, SecretKey key) {
        throw new UnsupportedOperationException("vectors use slots");
    }

    private Ciphertext linear(Ciphertext a, double[] b, double sign, int size) {
        double[] values = of(a).clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += sign * b[i];
        }
        return ciphertext(a.keyId(), values, a.scale(), a.level(), Math.max(a.size(), size));
    }

    private Ciphertext linear(Ciphertext a, Ciphertext b, double sign) {
        requireSame(a.keyId(), b.keyId());
        requireSameLevel(a.level(), b.level());
        requireSameScale(a.scale(), b.scale());
        return linear(a, of(b), sign, b.size());
    }

    private Ciphertext linear(Ciphertext a, Plaintext b, double sign) {
        requireSameLevel(a.level(), b.level());
        requireSameScale(a.scale(), b.scale());
        return linear(a, of(b), sign, a.size());
    }

    @Override
    public Ciphertext add(Ciphertext a, Ciphertext b) {
        return linear(a, b, 1);
    }

    @Override
    public Ciphertext add(Ciphertext a, Plaintext b) {
        return linear(a, b, 1);
    }

    @Override
    public Ciphertext subtract(Ciphertext a, Ciphertext b) {
        return linear(a, b, -1);
    }

    @Override
    public Ciphertext subtract(Ciphertext a, Plaintext b) {
        return linear(a, b, -1);
    }

    @Override
    public Ciphertext negate(Ciphertext a) {
        return linear(a, of(a), -2, a.size());
    }

    private static double[] times(double[] a, double[] b) {
        double[] values = a.clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= b[i];
        }
        return values;
    }

    @Override
    public Ciphertext multiply(Ciphertext a, Ciphertext b) {
        requireSame(a.keyId(), b.keyId());
        requireSameLevel(a.level(), b.level());
        products.incrementAndGet();
        return ciphertext(a.keyId(), times(of(a), of(b)), a.scale() * b.scale(), a.level(), a.size() + b.size() - 1);
    }

    @Override
    public Ciphertext multiply(Ciphertext a, Plaintext b) {
        requireSameLevel(a.level(), b.level());
        if (b.polynomial().residue(0, 0) == 0) {
            throw new CkksException("a zero plaintext");
        }
        plainProducts.incrementAndGet();
        return ciphertext(a.keyId(), times(of(a), of(b)), a.scale() * b.scale(), a.level(), a.size());
    }

    @Override
    public Ciphertext square(Ciphertext a) {
        return multiply(a, a);
    }

    @Override
    public Ciphertext relinearize(Ciphertext a, RelinearizationKey key) {
        requireSame(a.keyId(), key.id());
        if (a.size() != 3) {
            throw new CkksException(a.size() + " polynomials");
        }
        relinearizations.incrementAndGet();
        return ciphertext(a.keyId(), of(a), a.scale(), a.level(), 2);
    }

    @Override
    public Ciphertext rescale(Ciphertext a) {
        if (a.level() == 0) {
            throw new CkksException("level 0");
        }
        double prime = parameters.context().basis(a.level()).modulus(a.level()).value();
        double[] values = of(a).clone();
        for (int i = 0; i < values.length; i++) {
            values[i] /= prime;
        }
        return ciphertext(a.keyId(), values, a.scale() / prime, a.level() - 1, a.size());
    }

    @Override
    public Ciphertext modSwitchTo(Ciphertext a, int level) {
        if (level < 0 || level > a.level()) {
            throw new CkksException("level " + level);
        }
        return level == a.level() ? a : ciphertext(a.keyId(), of(a), a.scale(), level, a.size());
    }

    @Override
    public Ciphertext rotate(Ciphertext a, int steps, GaloisKeys keys) {
        requireSame(a.keyId(), keys.id());
        if (a.size() != 2 || !keys.keys().containsKey(GaloisKeys.elementOfRotation(steps, parameters.ringDegree()))) {
            throw new CkksException("rotation by " + steps + " of " + a);
        }
        rotations.incrementAndGet();
        double[] from = of(a);
        double[] values = new double[from.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = from[Math.floorMod(i + steps, from.length)];
        }
        return ciphertext(a.keyId(), values, a.scale(), a.level(), 2);
    }

    @Override
    public Ciphertext conjugate(Ciphertext a, GaloisKeys keys) {
        return a;
    }
}
