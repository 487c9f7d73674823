package org.dalrn.integrations.seal;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ckks.CkksEngine;
import org.dalrn.fhe.ckks.CkksException;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.Decryption;
import org.dalrn.fhe.ckks.JavaCkksEngine;
import org.dalrn.fhe.ckks.OperandChecks;
import org.dalrn.fhe.ckks.Plaintext;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.seal.SealCompression;
import org.dalrn.fhe.seal.SealFormat;
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
    private final SealLibrary library;
    private final CkksParameters parameters;
    private final OperandChecks checks;
    /** Encodes coefficients, which SEAL's encoder cannot. */
    private final JavaCkksEngine javaEngine;

    private final SealFormat format;
    private final SealContext seal;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    /** Keys in SEAL's memory by the Java objects they came from. Guarded by itself. */
    private final Map<Object, NativeHandle> keys = new WeakHashMap<>();

    private boolean closed;

    private SealCkksEngine(SealLibrary library, CkksParameters parameters) {
        this.library = library;
        this.parameters = parameters;
        checks = OperandChecks.of(parameters);
        javaEngine = JavaCkksEngine.of(parameters, new SecureRandom());
        format = SealFormat.of(parameters);
        // CkksParameters has judged the security, by a table that is never above SEAL's.
        seal = SealContext.create(
                library, parameters.ringDegree(), format.sealParameters().moduli(), Security.NONE);
    }

    /**
     * An engine for those parameters.
     *
     * @throws SealException if SEAL refuses them
     */
    public static SealCkksEngine of(SealLibrary library, CkksParameters parameters) {
        Objects.requireNonNull(library, "library");
        Objects.requireNonNull(parameters, "parameters");
        return new SealCkksEngine(library, parameters);
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
        checks.requireSlots(real, imaginary, scale, level);
        return encoded(level, () -> seal.encode(real, imaginary, scale, level));
    }

    @Override
    public Plaintext encodeScalar(double value, double scale, int level) {
        checks.requireScalar(value, scale, level);
        return encoded(level, () -> seal.encodeScalar(value, scale, level));
    }

    private Plaintext encoded(int level, Supplier<NativeHandle> encode) {
        return locked(() -> {
            try (NativeHandle plaintext = encode.get()) {
                return format.readPlaintext(seal.save(SealKind.PLAINTEXT, plaintext, SealCompression.NONE));
            } catch (SealException e) {
                int bits = parameters.context().basis(level).product().bitLength();
                throw new IllegalArgumentException(
                        "an encoded coefficient does not fit the " + bits + "-bit modulus of level " + level
                                + "; take a smaller scale or a higher level",
                        e);
            }
        });
    }

    @Override
    public Plaintext encodeCoefficients(double[] values, double scale, int level) {
        return javaEngine.encodeCoefficients(values, scale, level);
    }

    @Override
    public Decryption decode(Plaintext plaintext) {
        checks.requireOperand(plaintext);
        return locked(() -> {
            try (NativeHandle in = load(plaintext, plaintext.scale())) {
                return slots(in);
            }
        });
    }

    @Override
    public Decryption decodeCoefficients(Plaintext plaintext) {
        return javaEngine.decodeCoefficients(plaintext);
    }

    @Override
    public Ciphertext encrypt(Plaintext plaintext, PublicKey key) {
        checks.requireEncryptable(plaintext, key);
        return locked(() -> {
            try (NativeHandle in = load(plaintext, plaintext.scale());
                    NativeHandle out = seal.encrypt(in, key(SealKind.PUBLIC_KEY, key, () -> format.write(key)))) {
                return ciphertext(out, key.id());
            }
        });
    }

    @Override
    public Ciphertext encryptSymmetric(Plaintext plaintext, SecretKey key) {
        checks.requireEncryptable(plaintext, key);
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
        return opened(ciphertext, key, this::slots);
    }

    private Decryption slots(NativeHandle plaintext) {
        double[] interleaved = seal.decode(plaintext);
        double[] real = new double[parameters.slots()];
        double[] imaginary = new double[parameters.slots()];
        for (int i = 0; i < real.length; i++) {
            real[i] = interleaved[2 * i];
            imaginary[i] = interleaved[2 * i + 1];
        }
        Arrays.fill(interleaved, 0);
        return Decryption.of(real, imaginary);
    }

    @Override
    public Decryption decryptCoefficients(Ciphertext ciphertext, SecretKey key) {
        return opened(ciphertext, key, plaintext -> {
            byte[] bytes = seal.save(SealKind.PLAINTEXT, plaintext, SealCompression.NONE);
            Plaintext read = format.readPlaintext(bytes);
            Arrays.fill(bytes, (byte) 0);
            Decryption decryption = javaEngine.decodeCoefficients(read);
            read.polynomial().destroy();
            return decryption;
        });
    }

    private Decryption opened(Ciphertext ciphertext, SecretKey key, Function<NativeHandle, Decryption> decode) {
        checks.requireOpenable(ciphertext, key);
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
        checks.requireSummands(a, b);
        return computed(a, () -> load(b, a.scale()), seal::add);
    }

    @Override
    public Ciphertext add(Ciphertext a, Plaintext b) {
        checks.requireSummands(a, b);
        return computed(a, () -> load(b, a.scale()), seal::addPlain);
    }

    @Override
    public Ciphertext subtract(Ciphertext a, Ciphertext b) {
        checks.requireSummands(a, b);
        return computed(a, () -> load(b, a.scale()), seal::subtract);
    }

    @Override
    public Ciphertext subtract(Ciphertext a, Plaintext b) {
        checks.requireSummands(a, b);
        return computed(a, () -> load(b, a.scale()), seal::subtractPlain);
    }

    @Override
    public Ciphertext negate(Ciphertext a) {
        checks.requireOperand(a);
        return computed(a, seal::negate);
    }

    @Override
    public Ciphertext multiply(Ciphertext a, Ciphertext b) {
        checks.requireFactors(a, b);
        return computed(a, () -> load(b, b.scale()), seal::multiply);
    }

    @Override
    public Ciphertext multiply(Ciphertext a, Plaintext b) {
        checks.requireFactors(a, b);
        return computed(a, () -> load(b, b.scale()), seal::multiplyPlain);
    }

    @Override
    public Ciphertext square(Ciphertext a) {
        checks.requireFactors(a, a);
        return computed(a, seal::square);
    }

    @Override
    public Ciphertext relinearize(Ciphertext a, RelinearizationKey key) {
        checks.requireRelinearizable(a, key);
        if (a.size() == 2) {
            return a;
        }
        return computed(a, in -> seal.relinearize(in, key(SealKind.SWITCH_KEYS, key, () -> format.write(key))));
    }

    @Override
    public Ciphertext rescale(Ciphertext a) {
        checks.requireRescalable(a);
        return computed(a, seal::rescale);
    }

    @Override
    public Ciphertext modSwitchTo(Ciphertext a, int level) {
        checks.requireSwitchable(a, level);
        return computed(a, in -> seal.modSwitchTo(in, level));
    }

    @Override
    public Ciphertext rotate(Ciphertext a, int steps, GaloisKeys keys) {
        // SEAL decomposes a rotation without a key in the same way.
        if (checks.requireRotatable(a, steps, keys).isEmpty()) {
            return a;
        }
        return computed(a, in -> seal.rotate(in, steps, galoisKeys(keys)));
    }

    @Override
    public Ciphertext conjugate(Ciphertext a, GaloisKeys keys) {
        checks.requireConjugable(a, keys);
        return computed(a, in -> seal.conjugate(in, galoisKeys(keys)));
    }

    private NativeHandle galoisKeys(GaloisKeys keys) {
        return key(SealKind.SWITCH_KEYS, keys, () -> format.write(keys));
    }

    // Between the two memories

    private Ciphertext computed(Ciphertext a, Function<NativeHandle, NativeHandle> operation) {
        return locked(() -> {
            try (NativeHandle in = load(a, a.scale());
                    NativeHandle out = operation.apply(in)) {
                return ciphertext(out, a.keyId());
            }
        });
    }

    /** With b loaded at a scale of the caller's, because SEAL demands that those of a sum are equal to the last bits. */
    private Ciphertext computed(Ciphertext a, Supplier<NativeHandle> b, BinaryOperator<NativeHandle> operation) {
        return locked(() -> {
            try (NativeHandle first = load(a, a.scale());
                    NativeHandle second = b.get();
                    NativeHandle out = refusingTransparency(operation, first, second)) {
                return ciphertext(out, a.keyId());
            }
        });
    }

    private static NativeHandle refusingTransparency(
            BinaryOperator<NativeHandle> operation, NativeHandle a, NativeHandle b) {
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
        return format.readCiphertext(seal.save(SealKind.CIPHERTEXT, out, SealCompression.NONE), id);
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
