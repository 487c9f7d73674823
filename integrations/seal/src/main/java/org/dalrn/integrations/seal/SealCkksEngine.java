package org.dalrn.integrations.seal;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ckks.CkksEngine;
import org.dalrn.fhe.ckks.CkksException;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.Decryption;
import org.dalrn.fhe.ckks.Plaintext;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.RlweContext;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.seal.SealFormat;
import org.dalrn.integrations.seal.SealContext.Compression;
import org.dalrn.integrations.seal.SealContext.Security;

/**
 * CKKS computed by Microsoft SEAL. Its plaintexts, ciphertexts and keys are those of the engine in Java, so operations of the two
 * can be mixed.
 *
 * <p>Every operand is copied into SEAL's memory and every result out of it, in SEAL's format; public, relinearization and Galois
 * keys stay there as long as their Java objects live. So it is for checking and for what SEAL is accelerated for, not for many small
 * steps. SEAL draws its own randomness from the operating system. The coefficient encoding, which SEAL lacks, is done in Java.
 *
 * <p>A secret key is copied into SEAL's memory for one operation and overwritten after it; a decrypted plaintext in SEAL's memory
 * is freed but not overwritten.
 *
 * <p>Thread-safe. {@link #close} waits for operations under way; afterwards every one fails. What is not closed is freed when it is
 * garbage.
 */
public final class SealCkksEngine implements CkksEngine, AutoCloseable {
    /** Two scales are the same up to this relative difference, as {@link CkksEngine} says. */
    private static final double SAME_SCALE = 0x1p-20;

    private final SealLibrary library;
    private final CkksParameters parameters;
    private final SealFormat format;
    private final SealContext seal;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    /** Keys in SEAL's memory by the Java objects they came from. Guarded by itself. */
    private final Map<Object, NativeHandle> keys = new WeakHashMap<>();

    private boolean closed;

    private SealCkksEngine(SealLibrary library, CkksParameters parameters, SealContext seal) {
        this.library = library;
        this.parameters = parameters;
        this.seal = seal;
        format = SealFormat.of(parameters);
    }

    /**
     * An engine for those parameters.
     *
     * @throws SealException if SEAL refuses them
     */
    public static SealCkksEngine of(SealLibrary library, CkksParameters parameters) {
        Objects.requireNonNull(library, "library");
        Objects.requireNonNull(parameters, "parameters");
        long[] primes = parameters.context().keyBasis().moduli().stream()
                .mapToLong(Modulus::value)
                .toArray();
        // CkksParameters has judged the security, by a table that is never above SEAL's.
        SealContext seal = SealContext.create(library, parameters.ringDegree(), primes, Security.NONE);
        return new SealCkksEngine(library, parameters, seal);
    }

    @Override
    public CkksParameters parameters() {
        return parameters;
    }

    @Override
    public Plaintext encode(double[] values, double scale, int level) {
        return encodeComplex(values, new double[values.length], scale, level);
    }

    @Override
    public Plaintext encodeComplex(double[] real, double[] imaginary, double scale, int level) {
        requireCount(real, parameters.slots(), "slots");
        if (imaginary.length != real.length) {
            throw new IllegalArgumentException(real.length + " real parts and " + imaginary.length
                    + " imaginary parts given; give as many of both");
        }
        requireFinite(real);
        requireFinite(imaginary);
        return encoded(scale, level, () -> seal.encode(real, imaginary, scale, level));
    }

    @Override
    public Plaintext encodeScalar(double value, double scale, int level) {
        requireFinite(value);
        return encoded(scale, level, () -> seal.encodeScalar(value, scale, level));
    }

    private Plaintext encoded(double scale, int level, Supplier<NativeHandle> encode) {
        requireEncodable(scale, level);
        return locked(() -> {
            try (NativeHandle plaintext = encode.get()) {
                return format.readPlaintext(seal.save(SealKind.PLAINTEXT, plaintext, Compression.NONE));
            } catch (SealException e) {
                throw new IllegalArgumentException(doesNotFit(level), e);
            }
        });
    }

    /** In Java: SEAL's encoder knows slots only. */
    @Override
    public Plaintext encodeCoefficients(double[] values, double scale, int level) {
        int n = parameters.ringDegree();
        requireCount(values, n, "coefficients");
        requireFinite(values);
        requireEncodable(scale, level);
        RnsBasis basis = parameters.context().basis(level);
        double limit = Math.scalb(1.0, basis.product().bitLength() - 2);
        double[] rounded = new double[n];
        for (int i = 0; i < values.length; i++) {
            double magnitude = Math.abs(values[i] * scale);
            if (magnitude >= limit) {
                throw new IllegalArgumentException(doesNotFit(level));
            }
            // Half away from zero, as SEAL rounds; magnitude + 0.5 would round twice.
            double nearest = Math.rint(magnitude);
            rounded[i] = Math.copySign(magnitude - nearest == 0.5 ? nearest + 1 : nearest, values[i]);
        }
        return Plaintext.of(
                parameters, CoefficientPolynomial.ofIntegers(basis, rounded).toNtt(), scale);
    }

    private void requireEncodable(double scale, int level) {
        if (!(scale > 0) || Double.isInfinite(scale)) {
            throw new IllegalArgumentException(
                    "scale " + scale + " is not a positive number; use a power of two, as 2^40");
        }
        if (level < 0 || level > parameters.maxLevel()) {
            throw new IllegalArgumentException(
                    "level " + level + " is not in [0, " + parameters.maxLevel() + "]; take " + parameters.maxLevel());
        }
        requireScale(scale, level, IllegalArgumentException::new);
    }

    private String doesNotFit(int level) {
        return "an encoded coefficient does not fit the " + modulusBits(level) + "-bit modulus of level " + level
                + "; take a smaller scale or a higher level";
    }

    private static void requireCount(double[] values, int most, String places) {
        if (values.length > most) {
            throw new IllegalArgumentException(values.length + " values given for " + most + " " + places
                    + "; split them over several plaintexts");
        }
    }

    private static void requireFinite(double... values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "value " + i + " is infinite or not a number; only finite ones are encoded");
            }
        }
    }

    @Override
    public Ciphertext encrypt(Plaintext plaintext, PublicKey key) {
        require(plaintext);
        requireContext(key.context(), "public key");
        return locked(() -> {
            try (NativeHandle in = load(plaintext, plaintext.scale());
                    NativeHandle out = seal.encrypt(in, key(SealKind.PUBLIC_KEY, key, () -> format.write(key)))) {
                return ciphertext(out, key.id());
            }
        });
    }

    @Override
    public Ciphertext encryptSymmetric(Plaintext plaintext, SecretKey key) {
        require(plaintext);
        requireContext(key.context(), "secret key");
        return locked(() -> {
            try (NativeHandle in = load(plaintext, plaintext.scale());
                    NativeHandle secret = load(key);
                    NativeHandle out = seal.encryptSymmetric(in, secret, false)) {
                return ciphertext(out, key.id());
            }
        });
    }

    @Override
    public Decryption decrypt(Ciphertext ciphertext, SecretKey key) {
        return opened(ciphertext, key, plaintext -> {
            double[] interleaved = seal.decode(plaintext);
            double[] real = new double[parameters.slots()];
            double[] imaginary = new double[parameters.slots()];
            for (int i = 0; i < real.length; i++) {
                real[i] = interleaved[2 * i];
                imaginary[i] = interleaved[2 * i + 1];
            }
            Arrays.fill(interleaved, 0);
            return Decryption.of(real, imaginary);
        });
    }

    @Override
    public Decryption decryptCoefficients(Ciphertext ciphertext, SecretKey key) {
        return opened(ciphertext, key, plaintext -> {
            byte[] bytes = seal.save(SealKind.PLAINTEXT, plaintext, Compression.NONE);
            Plaintext read = format.readPlaintext(bytes);
            Arrays.fill(bytes, (byte) 0);
            CoefficientPolynomial coefficients = read.polynomial().toCoefficients();
            double[] values = coefficients.toDoubles();
            coefficients.destroy();
            read.polynomial().destroy();
            for (int i = 0; i < values.length; i++) {
                values[i] /= ciphertext.scale();
            }
            return Decryption.of(values, new double[values.length]);
        });
    }

    private Decryption opened(Ciphertext ciphertext, SecretKey key, Function<NativeHandle, Decryption> decode) {
        require(ciphertext);
        requireContext(key.context(), "secret key");
        requireKey(ciphertext, key.id(), "secret key");
        return locked(() -> {
            try (NativeHandle in = load(ciphertext, ciphertext.scale());
                    NativeHandle secret = load(key);
                    NativeHandle plaintext = seal.decrypt(in, secret)) {
                return decode.apply(plaintext);
            }
        });
    }

    @Override
    public Ciphertext add(Ciphertext a, Ciphertext b) {
        requirePair(a, b);
        requireSameScale(a.scale(), b.scale());
        return computed(a, b, a.scale(), seal::add);
    }

    @Override
    public Ciphertext add(Ciphertext a, Plaintext b) {
        requirePair(a, b);
        requireSameScale(a.scale(), b.scale());
        return computed(a, b, a.scale(), seal::addPlain);
    }

    @Override
    public Ciphertext subtract(Ciphertext a, Ciphertext b) {
        requirePair(a, b);
        requireSameScale(a.scale(), b.scale());
        return computed(a, b, a.scale(), seal::subtract);
    }

    @Override
    public Ciphertext subtract(Ciphertext a, Plaintext b) {
        requirePair(a, b);
        requireSameScale(a.scale(), b.scale());
        return computed(a, b, a.scale(), seal::subtractPlain);
    }

    @Override
    public Ciphertext negate(Ciphertext a) {
        require(a);
        return computed(a, seal::negate);
    }

    @Override
    public Ciphertext multiply(Ciphertext a, Ciphertext b) {
        requirePair(a, b);
        if (a.size() + b.size() - 1 > Ciphertext.MAX_SIZE) {
            throw new CkksException("a product of " + a.size() + " and " + b.size() + " polynomials has more than "
                    + Ciphertext.MAX_SIZE + "; relinearize before multiplying on");
        }
        requireScale(a.scale() * b.scale(), a.level(), CkksException::new);
        return computed(a, b, b.scale(), seal::multiply);
    }

    @Override
    public Ciphertext multiply(Ciphertext a, Plaintext b) {
        requirePair(a, b);
        if (b.polynomial().isZero()) {
            throw new CkksException("a product with a zero plaintext is zero for everyone to see, no encryption;"
                    + " encrypt zeros instead");
        }
        requireScale(a.scale() * b.scale(), a.level(), CkksException::new);
        return computed(a, b, b.scale(), seal::multiplyPlain);
    }

    @Override
    public Ciphertext square(Ciphertext a) {
        require(a);
        if (2 * a.size() - 1 > Ciphertext.MAX_SIZE) {
            throw new CkksException("a square of " + a.size() + " polynomials has more than " + Ciphertext.MAX_SIZE
                    + "; relinearize before multiplying on");
        }
        requireScale(a.scale() * a.scale(), a.level(), CkksException::new);
        return computed(a, seal::square);
    }

    @Override
    public Ciphertext relinearize(Ciphertext a, RelinearizationKey key) {
        require(a);
        requireContext(key.context(), "relinearization key");
        requireKey(a, key.id(), "relinearization key");
        if (a.size() == 2) {
            return a;
        }
        if (a.size() != 3) {
            throw new CkksException("a ciphertext of " + a.size()
                    + " polynomials cannot be relinearized, only one of 3; relinearize after each product");
        }
        parameters.context().requireKeySwitching();
        return computed(a, in -> seal.relinearize(in, key(SealKind.SWITCH_KEYS, key, () -> format.write(key))));
    }

    @Override
    public Ciphertext rescale(Ciphertext a) {
        require(a);
        if (a.level() == 0) {
            throw new CkksException("a ciphertext of level 0 has no prime left to divide by; start from more primes or"
                    + " multiply less often");
        }
        return computed(a, seal::rescale);
    }

    @Override
    public Ciphertext modSwitchTo(Ciphertext a, int level) {
        require(a);
        if (level < 0 || level > a.level()) {
            throw new IllegalArgumentException("level " + level + " is not in [0, " + a.level()
                    + "], the present one; primes can be dropped, not added");
        }
        requireScale(a.scale(), level, CkksException::new);
        return computed(a, in -> seal.modSwitchTo(in, level));
    }

    @Override
    public Ciphertext rotate(Ciphertext a, int steps, GaloisKeys keys) {
        requireRotatable(a, keys);
        if (GaloisKeys.elementOfRotation(steps, parameters.ringDegree()) == 1) {
            return a;
        }
        requireRotation(steps, keys);
        return computed(a, in -> seal.rotate(in, steps, galoisKeys(keys)));
    }

    /** SEAL takes the key of the rotation or those of its non-adjacent form, the fewest signed powers of two. */
    private void requireRotation(int steps, GaloisKeys keys) {
        int n = parameters.ringDegree();
        if (keys.keys().containsKey(GaloisKeys.elementOfRotation(steps, n))) {
            return;
        }
        TreeSet<Integer> missing = new TreeSet<>();
        for (int power = 1, rest = steps; rest != 0; power *= 2) {
            int digit = rest % 2 == 0 ? 0 : 2 - Math.floorMod(rest, 4);
            // A rotation by all slots is none.
            if (digit != 0
                    && power < parameters.slots()
                    && !keys.keys().containsKey(GaloisKeys.elementOfRotation(digit * power, n))) {
                missing.add(digit * power);
            }
            rest = (rest - digit) / 2;
        }
        if (!missing.isEmpty()) {
            throw new CkksException("no key for a rotation by " + steps + ", nor for its parts by " + missing
                    + "; generate one of the two with KeyGenerator.rotationKeys");
        }
    }

    @Override
    public Ciphertext conjugate(Ciphertext a, GaloisKeys keys) {
        requireRotatable(a, keys);
        int element = GaloisKeys.elementOfConjugation(parameters.ringDegree());
        if (!keys.keys().containsKey(element)) {
            throw new CkksException("no key for the conjugation, Galois element " + element + "; generate it");
        }
        return computed(a, in -> seal.conjugate(in, galoisKeys(keys)));
    }

    private void requireRotatable(Ciphertext a, GaloisKeys keys) {
        require(a);
        requireContext(keys.context(), "Galois keys");
        requireKey(a, keys.id(), "Galois keys");
        if (a.size() != 2) {
            throw new CkksException("a ciphertext of " + a.size()
                    + " polynomials cannot be rotated, only one of 2; relinearize it first");
        }
        parameters.context().requireKeySwitching();
    }

    private NativeHandle galoisKeys(GaloisKeys keys) {
        return key(SealKind.SWITCH_KEYS, keys, () -> format.write(keys));
    }

    // Between the two memories

    private interface Binary {
        NativeHandle apply(NativeHandle a, NativeHandle b);
    }

    private Ciphertext computed(Ciphertext a, Function<NativeHandle, NativeHandle> operation) {
        return locked(() -> {
            try (NativeHandle in = load(a, a.scale());
                    NativeHandle out = operation.apply(in)) {
                return ciphertext(out, a.keyId());
            }
        });
    }

    /** With b read at a scale of its own, because SEAL demands that those of a sum are equal to the last bits. */
    private Ciphertext computed(Ciphertext a, Ciphertext b, double scaleOfB, Binary operation) {
        return locked(() -> {
            try (NativeHandle first = load(a, a.scale());
                    NativeHandle second = load(b, scaleOfB);
                    NativeHandle out = refusingTransparency(operation, first, second)) {
                return ciphertext(out, a.keyId());
            }
        });
    }

    private Ciphertext computed(Ciphertext a, Plaintext b, double scaleOfB, Binary operation) {
        return locked(() -> {
            try (NativeHandle first = load(a, a.scale());
                    NativeHandle second = load(b, scaleOfB);
                    NativeHandle out = refusingTransparency(operation, first, second)) {
                return ciphertext(out, a.keyId());
            }
        });
    }

    private static NativeHandle refusingTransparency(Binary operation, NativeHandle a, NativeHandle b) {
        try {
            return operation.apply(a, b);
        } catch (SealException e) {
            CkksException failure = new CkksException(e.getMessage() + "; after the checks before the call that is so"
                    + " when the result is transparent: its second polynomial is zero, as when a ciphertext is subtracted"
                    + " from itself, and everyone could read it; encrypt the known result afresh");
            failure.initCause(e);
            throw failure;
        }
    }

    private NativeHandle load(Ciphertext a, double scale) {
        Ciphertext scaled = scale == a.scale() ? a : Ciphertext.of(parameters, a.keyId(), a.parts(), scale);
        return seal.load(SealKind.CIPHERTEXT, format.write(scaled));
    }

    private NativeHandle load(Plaintext a, double scale) {
        Plaintext scaled = scale == a.scale() ? a : Plaintext.of(parameters, a.polynomial(), scale);
        return seal.load(SealKind.PLAINTEXT, format.write(scaled));
    }

    private NativeHandle load(SecretKey key) {
        byte[] bytes = format.exportUnprotected(key, SecretKeyAccess.granted());
        try {
            return seal.load(SealKind.SECRET_KEY, bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private Ciphertext ciphertext(NativeHandle out, KeyId id) {
        return format.readCiphertext(seal.save(SealKind.CIPHERTEXT, out, Compression.NONE), id);
    }

    /** A key in SEAL's memory, which stays there as long as the Java object lives. */
    private NativeHandle key(SealKind kind, Object owner, Supplier<byte[]> bytes) {
        synchronized (keys) {
            return keys.computeIfAbsent(owner, absent -> seal.load(kind, bytes.get()));
        }
    }

    private <T> T locked(Supplier<T> operation) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the engine was closed; make another");
            }
            return operation.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    // What the engine in Java refuses too

    private void require(Ciphertext a) {
        if (!Objects.requireNonNull(a, "ciphertext").parameters().equals(parameters)) {
            throw new CkksException("a ciphertext of " + a.parameters() + " given to an engine of " + parameters);
        }
    }

    private void require(Plaintext a) {
        if (!Objects.requireNonNull(a, "plaintext").parameters().equals(parameters)) {
            throw new CkksException("a plaintext of " + a.parameters() + " given to an engine of " + parameters);
        }
    }

    private void requireContext(RlweContext context, String what) {
        if (!context.equals(parameters.context())) {
            throw new CkksException("a " + what + " for " + context + " given to an engine of " + parameters);
        }
    }

    private static void requireKey(Ciphertext a, KeyId id, String what) {
        if (!a.keyId().equals(id)) {
            throw new CkksException("a ciphertext of key " + a.keyId() + " given with a " + what + " of key " + id
                    + "; use the keys that belong together");
        }
    }

    private void requirePair(Ciphertext a, Ciphertext b) {
        require(a);
        require(b);
        if (!a.keyId().equals(b.keyId())) {
            throw new CkksException("ciphertexts of two keys, " + a.keyId() + " and " + b.keyId()
                    + "; only those of one key can be combined");
        }
        requireLevels(a.level(), b.level());
    }

    private void requirePair(Ciphertext a, Plaintext b) {
        require(a);
        require(b);
        requireLevels(a.level(), b.level());
    }

    private static void requireLevels(int a, int b) {
        if (a != b) {
            throw new CkksException("operands of levels " + a + " and " + b
                    + "; bring the higher one down with modSwitchTo or encode at " + Math.min(a, b));
        }
    }

    private static void requireSameScale(double a, double b) {
        if (Math.abs(a - b) > SAME_SCALE * Math.max(a, b)) {
            throw new CkksException("operands of scales " + describe(a) + " and " + describe(b)
                    + "; a sum needs equal ones: rescale the larger or encode at its scale");
        }
    }

    private <E extends RuntimeException> void requireScale(double scale, int level, Function<String, E> failure)
            throws E {
        int bits = modulusBits(level);
        if (Double.isInfinite(scale) || Math.getExponent(scale) >= bits) {
            throw failure.apply("scale " + describe(scale) + " is not below the " + bits + "-bit modulus of level "
                    + level + "; rescale before, or start from a smaller scale or more primes");
        }
    }

    private int modulusBits(int level) {
        return parameters.context().basis(level).product().bitLength();
    }

    private static String describe(double scale) {
        double log = Math.log(scale) / Math.log(2);
        return "2^" + (log == Math.rint(log) ? Long.toString((long) log) : Double.toString(log));
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            synchronized (keys) {
                keys.values().forEach(NativeHandle::close);
                keys.clear();
            }
            seal.close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public String toString() {
        return "SealCkksEngine[" + library + ", " + parameters + "]";
    }
}
