package org.dalrn.integrations.seal;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.ByteByReference;
import com.sun.jna.ptr.DoubleByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.dalrn.fhe.seal.SealCompression;

/**
 * SEAL's context, encoder and evaluator for one set of CKKS parameters, with the operations on SEAL's own objects. Each call is
 * checked here first, because some C++ exceptions that SEAL's C functions do not catch would end the process.
 *
 * <p>Objects are given and returned as {@link NativeHandle}s, which the caller closes. Operations may run on several threads at
 * once; {@link #close} only when none runs, which the caller sees to.
 */
final class SealContext implements AutoCloseable {
    /** The security levels that SEAL's C functions take. */
    enum Security {
        /** Any parameters: for testing. */
        NONE(0),
        /** 128 bits by the Homomorphic Encryption Standard of 2018, classical attackers. */
        TC128(128);

        private final int code;

        Security(int code) {
            this.code = code;
        }
    }

    private static final byte CKKS = 2;
    private static final int HEADER_BYTES = 16;
    private static final int PARMS_ID_WORDS = 4;
    private static final int MAX_CIPHERTEXT_SIZE = 16;

    private final SealFunctions functions;
    private final int ringDegree;
    private final boolean canSwitchKeys;
    private final NativeHandle context;
    private final NativeHandle encoder;
    private final NativeHandle evaluator;
    /** {@code parmsIds[level]}, level 0 has one data prime. */
    private final long[][] parmsIds;

    private SealContext(
            SealFunctions functions,
            int ringDegree,
            boolean canSwitchKeys,
            NativeHandle context,
            NativeHandle encoder,
            NativeHandle evaluator,
            long[][] parmsIds) {
        this.functions = functions;
        this.ringDegree = ringDegree;
        this.canSwitchKeys = canSwitchKeys;
        this.context = context;
        this.encoder = encoder;
        this.evaluator = evaluator;
        this.parmsIds = parmsIds;
    }

    /**
     * The context of a ring degree and chain.
     *
     * @param ringDegree N, a power of two in [2, 131072]
     * @param primes the chain, each below 2^60, the last one special if there are two or more
     * @throws SealException if SEAL refuses the parameters
     */
    static SealContext create(SealLibrary library, int ringDegree, long[] primes, Security security) {
        if (ringDegree < 2 || ringDegree > 131_072 || Integer.bitCount(ringDegree) != 1) {
            throw new IllegalArgumentException(
                    "ring degree " + ringDegree + " is not a power of two in [2, 131072]; use 8192");
        }
        if (primes.length < 1 || primes.length > 64) {
            throw new IllegalArgumentException("a chain of " + primes.length + " primes; SEAL takes 1 to 64");
        }
        for (long prime : primes) {
            if (prime < 2 || prime >>> 61 != 0) {
                throw new IllegalArgumentException("prime " + prime + " is not in [2, 2^61)");
            }
        }
        SealFunctions f = library.functions();
        List<NativeHandle> owned = new ArrayList<>();
        try (NativeHandle parameters = parameters(f, ringDegree, primes)) {
            NativeHandle context = made(
                    "context",
                    out -> f.SEALContext_Create(parameters.pointer(), (byte) 1, security.code, out),
                    f::SEALContext_Destroy);
            owned.add(context);
            requireAccepted(f, context.pointer(), ringDegree, primes.length);
            NativeHandle encoder =
                    made("encoder", out -> f.CKKSEncoder_Create(context.pointer(), out), f::CKKSEncoder_Destroy);
            owned.add(encoder);
            NativeHandle evaluator =
                    made("evaluator", out -> f.Evaluator_Create(context.pointer(), out), f::Evaluator_Destroy);
            owned.add(evaluator);
            ByteByReference using = new ByteByReference();
            SealStatus.require(
                    f.SEALContext_UsingKeyswitching(context.pointer(), using), "tell whether it switches keys");
            long[][] parmsIds = parmsIds(f, context.pointer());
            owned.clear();
            return new SealContext(f, ringDegree, using.getValue() != 0, context, encoder, evaluator, parmsIds);
        } finally {
            owned.forEach(NativeHandle::close);
        }
    }

    private static NativeHandle parameters(SealFunctions f, int ringDegree, long[] primes) {
        NativeHandle parameters = made("parameters", out -> f.EncParams_Create1(CKKS, out), f::EncParams_Destroy);
        List<NativeHandle> moduli = new ArrayList<>();
        try {
            SealStatus.require(
                    f.EncParams_SetPolyModulusDegree(parameters.pointer(), ringDegree), "take degree " + ringDegree);
            Pointer[] pointers = new Pointer[primes.length];
            for (int i = 0; i < primes.length; i++) {
                long prime = primes[i];
                NativeHandle modulus = made("modulus", out -> f.Modulus_Create1(prime, out), f::Modulus_Destroy);
                moduli.add(modulus);
                pointers[i] = modulus.pointer();
            }
            SealStatus.require(
                    f.EncParams_SetCoeffModulus(parameters.pointer(), primes.length, pointers), "take the primes");
            return parameters;
        } catch (SealException e) {
            parameters.close();
            throw e;
        } finally {
            moduli.forEach(NativeHandle::close);
        }
    }

    private static void requireAccepted(SealFunctions f, Pointer context, int ringDegree, int primes) {
        ByteByReference set = new ByteByReference();
        SealStatus.require(f.SEALContext_ParametersSet(context, set), "tell whether the parameters are valid");
        if (set.getValue() == 0) {
            LongByReference length = new LongByReference();
            SealStatus.require(f.SEALContext_ParameterErrorMessage(context, null, length), "tell the error");
            byte[] message = new byte[(int) Math.min(length.getValue() + 1, 4096)];
            length.setValue(message.length);
            SealStatus.require(f.SEALContext_ParameterErrorMessage(context, message, length), "tell the error");
            String text = new String(message, StandardCharsets.UTF_8).replace("\0", "");
            throw new SealException("SEAL refuses ring degree " + ringDegree + " with " + primes + " primes: " + text);
        }
    }

    private static long[][] parmsIds(SealFunctions f, Pointer context) {
        List<long[]> fromTop = new ArrayList<>();
        PointerByReference data = new PointerByReference();
        SealStatus.require(f.SEALContext_FirstContextData(context, data), "tell its first level");
        // The context owns its levels: they are not freed here.
        while (data.getValue() != null) {
            Pointer level = data.getValue();
            try (NativeHandle parameters =
                    made("parameters", out -> f.ContextData_Parms(level, out), f::EncParams_Destroy)) {
                long[] parmsId = new long[PARMS_ID_WORDS];
                SealStatus.require(f.EncParams_GetParmsId(parameters.pointer(), parmsId), "name a level");
                fromTop.add(0, parmsId);
            }
            data = new PointerByReference();
            SealStatus.require(f.ContextData_NextContextData(level, data), "tell the next level");
        }
        return fromTop.toArray(new long[0][]);
    }

    private static NativeHandle made(
            String noun, ToIntFunction<PointerByReference> create, ToIntFunction<Pointer> destroy) {
        PointerByReference out = new PointerByReference();
        SealStatus.require(create.applyAsInt(out), "make a " + noun);
        return NativeHandle.own(noun, out.getValue(), destroy);
    }

    private NativeHandle made(SealKind kind, ToIntFunction<PointerByReference> create) {
        // The functions alone are captured: the cleaner must not keep the object or this context.
        SealFunctions f = functions;
        return made(kind.noun(), create, pointer -> kind.destroy().call(f, pointer));
    }

    private NativeHandle empty(SealKind kind) {
        return made(kind, out -> kind.create().call(functions, out));
    }

    /** Fills an empty object and gives it away, or frees it. */
    private NativeHandle filled(SealKind kind, String call, ToIntFunction<Pointer> fill) {
        NativeHandle out = empty(kind);
        try {
            SealStatus.require(fill.applyAsInt(out.pointer()), call);
            return out;
        } catch (RuntimeException e) {
            out.close();
            throw e;
        }
    }

    int ringDegree() {
        return ringDegree;
    }

    int maxLevel() {
        return parmsIds.length - 1;
    }

    boolean canSwitchKeys() {
        return canSwitchKeys;
    }

    /**
     * Reads an object in SEAL's format.
     *
     * @param bytes header and body, of a known source: SEAL 4.0 checks lengths less than 4.4 does
     * @throws SealException if the header is not SEAL's, or SEAL refuses the bytes
     */
    NativeHandle load(SealKind kind, byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != 0x5E || bytes[1] != (byte) 0xA1 || bytes[2] != HEADER_BYTES) {
            throw new SealException(
                    bytes.length + " bytes given for a " + kind.noun() + " do not begin with SEAL's header");
        }
        long declared = 0;
        for (int i = 15; i >= 8; i--) {
            declared = declared << 8 | (bytes[i] & 0xFF);
        }
        if (declared != bytes.length) {
            throw new SealException(
                    "the header of a " + kind.noun() + " tells " + declared + " bytes, there are " + bytes.length);
        }
        try (Memory in = new Memory(bytes.length)) {
            in.write(0, bytes, 0, bytes.length);
            LongByReference read = new LongByReference();
            try {
                return filled(
                        kind,
                        "read a " + kind.noun() + " of " + bytes.length + " bytes",
                        p -> kind.load().call(functions, p, context.pointer(), in, bytes.length, read));
            } finally {
                if (kind.secret()) {
                    in.clear();
                }
            }
        }
    }

    /** The bytes of an object in SEAL's format. Those of a secret key are the caller's to overwrite. */
    byte[] save(SealKind kind, NativeHandle object, SealCompression compression) {
        byte mode = (byte) compression.code();
        ByteByReference supported = new ByteByReference();
        SealStatus.require(functions.Serialization_IsSupportedComprMode(mode, supported), "tell its compressions");
        if (supported.getValue() == 0) {
            throw new SealException("this build of SEAL has no " + compression + "; use NONE");
        }
        LongByReference size = new LongByReference();
        SealStatus.require(kind.saveSize().call(functions, object.pointer(), mode, size), "size a " + kind.noun());
        if (size.getValue() > Integer.MAX_VALUE - 8) {
            throw new SealException(
                    "a " + kind.noun() + " of up to " + size.getValue() + " bytes does not fit an array");
        }
        try (Memory out = new Memory(size.getValue())) {
            LongByReference written = new LongByReference();
            try {
                SealStatus.require(
                        kind.save().call(functions, object.pointer(), out, size.getValue(), mode, written),
                        "save a " + kind.noun());
                return out.getByteArray(0, (int) written.getValue());
            } finally {
                if (kind.secret()) {
                    out.clear();
                }
            }
        }
    }

    /** A fresh secret key. */
    NativeHandle newSecretKey() {
        try (NativeHandle generator = made(
                "key generator",
                out -> functions.KeyGenerator_Create1(context.pointer(), out),
                functions::KeyGenerator_Destroy)) {
            return made(SealKind.SECRET_KEY, out -> functions.KeyGenerator_SecretKey(generator.pointer(), out));
        }
    }

    private NativeHandle generator(NativeHandle secretKey) {
        return made(
                "key generator",
                out -> functions.KeyGenerator_Create2(context.pointer(), secretKey.pointer(), out),
                functions::KeyGenerator_Destroy);
    }

    /**
     * A public key.
     *
     * @param seeded whether it keeps a seed for its second half: such a one can only be saved
     */
    NativeHandle newPublicKey(NativeHandle secretKey, boolean seeded) {
        try (NativeHandle generator = generator(secretKey)) {
            return made(
                    SealKind.PUBLIC_KEY,
                    out -> functions.KeyGenerator_CreatePublicKey(generator.pointer(), flag(seeded), out));
        }
    }

    /** Relinearization keys for products of two. */
    NativeHandle newRelinearizationKeys(NativeHandle secretKey, boolean seeded) {
        requireKeySwitching();
        try (NativeHandle generator = generator(secretKey)) {
            return made(
                    SealKind.SWITCH_KEYS,
                    out -> functions.KeyGenerator_CreateRelinKeys(generator.pointer(), flag(seeded), out));
        }
    }

    /**
     * Galois keys.
     *
     * @param steps each in {@code (-N/2, N/2)}; 0 is the conjugation
     */
    NativeHandle newGaloisKeys(NativeHandle secretKey, boolean seeded, int... steps) {
        requireKeySwitching();
        for (int step : steps) {
            requireStep(step);
        }
        try (NativeHandle generator = generator(secretKey)) {
            return made(
                    SealKind.SWITCH_KEYS,
                    out -> functions.KeyGenerator_CreateGaloisKeysFromSteps(
                            generator.pointer(), steps.length, steps, flag(seeded), out));
        }
    }

    /**
     * Encodes complex numbers, one a slot; the slots that are not given are zero.
     *
     * @param real at most N/2, finite
     * @param imaginary as many, finite
     */
    NativeHandle encode(double[] real, double[] imaginary, double scale, int level) {
        if (real.length != imaginary.length || real.length > ringDegree / 2) {
            throw new IllegalArgumentException(real.length + " real and " + imaginary.length
                    + " imaginary parts; give as many of each, at most " + ringDegree / 2);
        }
        // All slots are given, since SEAL takes no empty list.
        double[] interleaved = new double[ringDegree];
        for (int i = 0; i < real.length; i++) {
            interleaved[2 * i] = requireFinite(real[i]);
            interleaved[2 * i + 1] = requireFinite(imaginary[i]);
        }
        long[] parmsId = parmsId(level);
        requireScale(scale);
        return filled(
                SealKind.PLAINTEXT,
                "encode " + real.length + " numbers at scale " + scale + " on level " + level,
                out -> functions.CKKSEncoder_Encode2(
                        encoder.pointer(), ringDegree / 2L, interleaved, parmsId, scale, out, null));
    }

    /** Encodes one number into every slot. */
    NativeHandle encodeScalar(double value, double scale, int level) {
        requireFinite(value);
        requireScale(scale);
        long[] parmsId = parmsId(level);
        return filled(
                SealKind.PLAINTEXT,
                "encode one number at scale " + scale + " on level " + level,
                out -> functions.CKKSEncoder_Encode3(encoder.pointer(), value, parmsId, scale, out, null));
    }

    /** Real and imaginary parts alternating, {@code double[N]}. */
    double[] decode(NativeHandle plaintext) {
        double[] interleaved = new double[ringDegree];
        LongByReference count = new LongByReference();
        SealStatus.require(
                functions.CKKSEncoder_Decode2(encoder.pointer(), plaintext.pointer(), count, interleaved, null),
                "decode a plaintext");
        if (count.getValue() * 2 != ringDegree) {
            throw new IllegalStateException("bug: SEAL decoded " + count.getValue() + " slots of " + ringDegree / 2);
        }
        return interleaved;
    }

    /** Encrypts with a public key. */
    NativeHandle encrypt(NativeHandle plaintext, NativeHandle publicKey) {
        try (NativeHandle encryptor = made(
                "encryptor",
                out -> functions.Encryptor_Create(context.pointer(), publicKey.pointer(), null, out),
                functions::Encryptor_Destroy)) {
            return filled(
                    SealKind.CIPHERTEXT,
                    "encrypt",
                    out -> functions.Encryptor_Encrypt(encryptor.pointer(), plaintext.pointer(), out, null));
        }
    }

    /**
     * Encrypts with the secret key.
     *
     * @param seeded whether it keeps a seed for its second half: such a one can only be saved
     */
    NativeHandle encryptSymmetric(NativeHandle plaintext, NativeHandle secretKey, boolean seeded) {
        try (NativeHandle encryptor = made(
                "encryptor",
                out -> functions.Encryptor_Create(context.pointer(), null, secretKey.pointer(), out),
                functions::Encryptor_Destroy)) {
            return filled(
                    SealKind.CIPHERTEXT,
                    "encrypt with the secret key",
                    out -> functions.Encryptor_EncryptSymmetric(
                            encryptor.pointer(), plaintext.pointer(), flag(seeded), out, null));
        }
    }

    /** Decrypts into an encoded plaintext. */
    NativeHandle decrypt(NativeHandle ciphertext, NativeHandle secretKey) {
        try (NativeHandle decryptor = made(
                "decryptor",
                out -> functions.Decryptor_Create(context.pointer(), secretKey.pointer(), out),
                functions::Decryptor_Destroy)) {
            return filled(
                    SealKind.PLAINTEXT,
                    "decrypt",
                    out -> functions.Decryptor_Decrypt(decryptor.pointer(), ciphertext.pointer(), out));
        }
    }

    NativeHandle negate(NativeHandle a) {
        return result("negate", out -> functions.Evaluator_Negate(evaluator.pointer(), a.pointer(), out));
    }

    NativeHandle add(NativeHandle a, NativeHandle b) {
        return result("add", out -> functions.Evaluator_Add(evaluator.pointer(), a.pointer(), b.pointer(), out));
    }

    NativeHandle addPlain(NativeHandle a, NativeHandle plaintext) {
        return result(
                "add a plaintext",
                out -> functions.Evaluator_AddPlain(evaluator.pointer(), a.pointer(), plaintext.pointer(), out));
    }

    NativeHandle subtract(NativeHandle a, NativeHandle b) {
        return result("subtract", out -> functions.Evaluator_Sub(evaluator.pointer(), a.pointer(), b.pointer(), out));
    }

    NativeHandle subtractPlain(NativeHandle a, NativeHandle plaintext) {
        return result(
                "subtract a plaintext",
                out -> functions.Evaluator_SubPlain(evaluator.pointer(), a.pointer(), plaintext.pointer(), out));
    }

    NativeHandle multiply(NativeHandle a, NativeHandle b) {
        requireProduct(a, b);
        return result(
                "multiply",
                out -> functions.Evaluator_Multiply(evaluator.pointer(), a.pointer(), b.pointer(), out, null));
    }

    NativeHandle multiplyPlain(NativeHandle a, NativeHandle plaintext) {
        return result(
                "multiply by a plaintext (a product with zero would be no encryption any more)",
                out -> functions.Evaluator_MultiplyPlain(
                        evaluator.pointer(), a.pointer(), plaintext.pointer(), out, null));
    }

    NativeHandle square(NativeHandle a) {
        requireProduct(a, a);
        return result("square", out -> functions.Evaluator_Square(evaluator.pointer(), a.pointer(), out, null));
    }

    /** Back to two polynomials from three; the keys must be relinearization keys. */
    NativeHandle relinearize(NativeHandle a, NativeHandle keys) {
        requireKeySwitching();
        if (size(a) > 3) {
            throw new SealException("a ciphertext of " + size(a)
                    + " polynomials cannot be relinearized with keys for 3; relinearize after each product");
        }
        return result(
                "relinearize",
                out -> functions.Evaluator_Relinearize(evaluator.pointer(), a.pointer(), keys.pointer(), out, null));
    }

    NativeHandle rescale(NativeHandle a) {
        if (level(a) == 0) {
            throw new SealException("a ciphertext with one prime left cannot be rescaled; take a longer chain");
        }
        return result("rescale", out -> functions.Evaluator_RescaleToNext(evaluator.pointer(), a.pointer(), out, null));
    }

    /** Drops primes without changing the scale. */
    NativeHandle modSwitchTo(NativeHandle a, int level) {
        long[] parmsId = parmsId(level);
        if (level > level(a)) {
            throw new SealException("a ciphertext of level " + level(a) + " cannot be switched up to " + level);
        }
        return result(
                "switch the modulus",
                out -> functions.Evaluator_ModSwitchTo1(evaluator.pointer(), a.pointer(), parmsId, out, null));
    }

    /** Rotates the slots to the left; the keys must be Galois keys that hold that step, or its powers of two. */
    NativeHandle rotate(NativeHandle a, int steps, NativeHandle keys) {
        requireKeySwitching();
        requireStep(steps);
        requireTwoPolynomials(a);
        return result(
                "rotate by " + steps,
                out -> functions.Evaluator_RotateVector(
                        evaluator.pointer(), a.pointer(), steps, keys.pointer(), out, null));
    }

    /** Conjugates every slot; the keys must be Galois keys that hold the conjugation. */
    NativeHandle conjugate(NativeHandle a, NativeHandle keys) {
        requireKeySwitching();
        requireTwoPolynomials(a);
        return result(
                "conjugate",
                out -> functions.Evaluator_ComplexConjugate(
                        evaluator.pointer(), a.pointer(), keys.pointer(), out, null));
    }

    /** How many polynomials a ciphertext has. */
    long size(NativeHandle ciphertext) {
        LongByReference size = new LongByReference();
        SealStatus.require(functions.Ciphertext_Size(ciphertext.pointer(), size), "tell the size of a ciphertext");
        return size.getValue();
    }

    /** Data primes less one of a ciphertext. */
    int level(NativeHandle ciphertext) {
        LongByReference size = new LongByReference();
        SealStatus.require(
                functions.Ciphertext_CoeffModulusSize(ciphertext.pointer(), size), "tell the level of a ciphertext");
        return (int) size.getValue() - 1;
    }

    /** What the numbers of a ciphertext were multiplied by. */
    double scale(NativeHandle ciphertext) {
        DoubleByReference scale = new DoubleByReference();
        SealStatus.require(functions.Ciphertext_Scale(ciphertext.pointer(), scale), "tell the scale of a ciphertext");
        return scale.getValue();
    }

    private NativeHandle result(String call, ToIntFunction<Pointer> fill) {
        return filled(SealKind.CIPHERTEXT, call, fill);
    }

    private long[] parmsId(int level) {
        if (level < 0 || level > maxLevel()) {
            throw new IllegalArgumentException("level " + level + " is not in [0, " + maxLevel() + "]");
        }
        return parmsIds[level].clone();
    }

    private void requireKeySwitching() {
        if (!canSwitchKeys) {
            throw new IllegalStateException(
                    "a chain of one prime has none to spare for switching keys; take two or more primes");
        }
    }

    private void requireStep(int step) {
        if (step <= -ringDegree / 2 || step >= ringDegree / 2) {
            throw new IllegalArgumentException(
                    "rotation by " + step + " is not in (-" + ringDegree / 2 + ", " + ringDegree / 2 + ")");
        }
    }

    private void requireProduct(NativeHandle a, NativeHandle b) {
        long size = size(a) + size(b) - 1;
        if (size > MAX_CIPHERTEXT_SIZE) {
            throw new SealException(
                    "a product of " + size + " polynomials; at most " + MAX_CIPHERTEXT_SIZE + ", relinearize first");
        }
    }

    private void requireTwoPolynomials(NativeHandle a) {
        if (size(a) != 2) {
            throw new SealException("a ciphertext of " + size(a) + " polynomials cannot be rotated; relinearize first");
        }
    }

    private static double requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a number to encode is not finite");
        }
        return value;
    }

    private static void requireScale(double scale) {
        if (!(scale > 0) || Double.isInfinite(scale)) {
            throw new IllegalArgumentException(
                    "scale " + scale + " is not a positive number; use a power of two, as 2^40");
        }
    }

    private static byte flag(boolean value) {
        return (byte) (value ? 1 : 0);
    }

    @Override
    public void close() {
        evaluator.close();
        encoder.close();
        context.close();
    }
}
