package org.dalrn.fhe.seal;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.Plaintext;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.CoefficientPolynomial;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.ring.Samplers;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.KeySwitchKey;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.RlweContext;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.rlwe.SecurityStandard;

/**
 * The translation between the CKKS types of this module and the bytes of SEAL, for one set of parameters.
 *
 * <p>Words map one to one: primes, roots and the order of values are SEAL's. What SEAL's bytes do not say is the name of the key;
 * whoever reads an object passes the {@link KeyId} under which it knows the key. Reading takes every version and compression;
 * writing is {@linkplain SealEncoding#portable() portable} unless {@link #withEncoding} says otherwise.
 *
 * <pre>{@code
 * SealFormat format = SealFormat.of(parameters);
 * byte[] toPeer = format.write(ciphertext);
 * Ciphertext fromPeer = format.readCiphertext(bytes, keyId);
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class SealFormat {
    private final CkksParameters parameters;
    private final SealParameters sealParameters;
    private final SealEncoding encoding;

    private SealFormat(CkksParameters parameters, SealParameters sealParameters, SealEncoding encoding) {
        this.parameters = parameters;
        this.sealParameters = sealParameters;
        this.encoding = encoding;
    }

    /**
     * The format for parameters.
     *
     * @param parameters the ring and chain of everything read and written
     * @return the portable format
     */
    public static SealFormat of(CkksParameters parameters) {
        return new SealFormat(parameters, toSeal(parameters), SealEncoding.portable());
    }

    /**
     * This format with another way of writing.
     *
     * @param other version and compression
     * @return the changed format
     */
    public SealFormat withEncoding(SealEncoding other) {
        return new SealFormat(parameters, sealParameters, Objects.requireNonNull(other, "other"));
    }

    /**
     * How this format writes.
     *
     * @return version and compression
     */
    public SealEncoding encoding() {
        return encoding;
    }

    /**
     * The parameters.
     *
     * @return the ring and chain of everything read and written
     */
    public CkksParameters parameters() {
        return parameters;
    }

    /**
     * The parameters as SEAL stores them: what the classes of bytes are read with.
     *
     * @return degree and primes
     */
    public SealParameters sealParameters() {
        return sealParameters;
    }

    // Parameters

    /**
     * Reads parameters that are at least 128-bit secure.
     *
     * @param bytes what SEAL calls EncryptionParameters
     * @param standard the table that must allow them
     * @return the parameters
     * @throws SealFormatException if the bytes are no parameters of CKKS or the table does not allow them
     */
    public static CkksParameters readParameters(byte[] bytes, SecurityStandard standard) {
        return fromSeal(SealParameters.read(bytes), standard);
    }

    /**
     * Translates parameters that are at least 128-bit secure.
     *
     * @param from degree and primes
     * @param standard the table that must allow them
     * @return the parameters
     * @throws SealFormatException if the table does not allow them
     */
    public static CkksParameters fromSeal(SealParameters from, SecurityStandard standard) {
        Objects.requireNonNull(standard, "standard");
        try {
            return CkksParameters.of(from.degree(), standard, chain(from));
        } catch (IllegalArgumentException e) {
            throw new SealFormatException("parameters of a peer are refused: " + e.getMessage(), e);
        }
    }

    /**
     * The primes as moduli, for parameters of tests that no table allows.
     *
     * @param from degree and primes
     * @return the chain
     * @throws IllegalArgumentException if a prime is too small for this module's arithmetic
     */
    public static List<Modulus> chain(SealParameters from) {
        return Arrays.stream(from.moduli()).mapToObj(Modulus::of).toList();
    }

    /**
     * Translates parameters.
     *
     * @param from the ring and chain
     * @return degree and primes
     */
    public static SealParameters toSeal(CkksParameters from) {
        return toSeal(from.context());
    }

    private static SealParameters toSeal(RlweContext context) {
        return SealParameters.of(
                context.ringDegree(),
                context.keyBasis().moduli().stream().mapToLong(Modulus::value).toArray());
    }

    /**
     * Writes the parameters.
     *
     * @return what SEAL calls EncryptionParameters
     */
    public byte[] writeParameters() {
        return sealParameters.toBytes(encoding);
    }

    // Plaintexts and ciphertexts

    /**
     * Reads a plaintext.
     *
     * @param bytes what SEAL calls Plaintext
     * @return the plaintext
     * @throws SealFormatException if the bytes are no plaintext of these parameters
     */
    public Plaintext readPlaintext(byte[] bytes) {
        return fromSeal(SealPlaintext.read(bytes, sealParameters));
    }

    /**
     * Translates a plaintext.
     *
     * @param from residues, level and scale
     * @return the plaintext
     */
    public Plaintext fromSeal(SealPlaintext from) {
        requireSame(from.parameters());
        RnsBasis basis = parameters.context().basis(from.primes() - 1);
        return Plaintext.of(parameters, polynomial(basis, from.sharedWords(), 0), from.scale());
    }

    /**
     * Translates a plaintext.
     *
     * @param from of these parameters
     * @return residues, level and scale
     */
    public SealPlaintext toSeal(Plaintext from) {
        requireSame(from.parameters().context());
        return SealPlaintext.wrap(
                sealParameters,
                from.level() + 1,
                from.scale(),
                words(from.polynomial().basis(), from.polynomial()));
    }

    /**
     * Writes a plaintext.
     *
     * @param plaintext of these parameters
     * @return what SEAL calls Plaintext
     */
    public byte[] write(Plaintext plaintext) {
        return toSeal(plaintext).toBytes(encoding);
    }

    /**
     * Reads a ciphertext, seeded or not.
     *
     * @param bytes what SEAL calls Ciphertext
     * @param key the name under which the caller knows the secret key that opens it
     * @return the ciphertext
     * @throws SealFormatException if the bytes are no ciphertext of these parameters
     */
    public Ciphertext readCiphertext(byte[] bytes, KeyId key) {
        return fromSeal(SealCiphertext.read(bytes, sealParameters), key);
    }

    /**
     * Translates a ciphertext.
     *
     * @param from polynomials, level and scale
     * @param key the name under which the caller knows the secret key that opens it
     * @return the ciphertext
     */
    public Ciphertext fromSeal(SealCiphertext from, KeyId key) {
        requireSame(from.parameters());
        RnsBasis basis = parameters.context().basis(from.primes() - 1);
        List<NttPolynomial> parts = new ArrayList<>(from.size());
        for (int part = 0; part < from.size(); part++) {
            parts.add(polynomial(basis, from.sharedWords(), part));
        }
        return Ciphertext.of(parameters, key, parts, from.scale());
    }

    /**
     * Translates a ciphertext.
     *
     * @param from of these parameters
     * @return polynomials, level and scale
     */
    public SealCiphertext toSeal(Ciphertext from) {
        requireSame(from.parameters().context());
        RnsBasis basis = parameters.context().basis(from.level());
        return SealCiphertext.wrap(
                sealParameters,
                from.size(),
                from.level() + 1,
                from.scale(),
                words(basis, from.parts().toArray(NttPolynomial[]::new)));
    }

    /**
     * Writes a ciphertext.
     *
     * @param ciphertext of these parameters
     * @return what SEAL calls Ciphertext
     */
    public byte[] write(Ciphertext ciphertext) {
        return toSeal(ciphertext).toBytes(encoding);
    }

    /**
     * Encrypts so that the second polynomial is expanded from a fresh seed of SEAL: half the bytes of {@link #write(Ciphertext)}.
     *
     * <p>SEAL and TenSEAL read it as any other ciphertext. The first polynomial is {@code -(a s + e) + m}, e centred binomial.
     *
     * @param plaintext of these parameters
     * @param key the secret key
     * @param access the caller's consent
     * @param random the source of the seed and of the error
     * @return the ciphertext; {@link SealCiphertext#toBytes} writes it, {@link #fromSeal(SealCiphertext, KeyId)} computes with it
     */
    public SealCiphertext encryptSeeded(
            Plaintext plaintext, SecretKey key, SecretKeyAccess access, SecureRandom random) {
        requireSame(plaintext.parameters().context());
        requireSame(key.context());
        RnsBasis basis = plaintext.polynomial().basis();
        int primes = basis.size();
        SealSeed seed = SealSeed.random(random);
        NttPolynomial a = polynomial(basis, seed.expand(sealParameters, primes), 0);
        int[] errors = new int[basis.ringDegree()];
        try (AesCtrStream stream = AesCtrStream.secret(random, "seal seeded encryption")) {
            Samplers.centredBinomial(stream, errors);
        }
        CoefficientPolynomial error = CoefficientPolynomial.of(basis, errors);
        Arrays.fill(errors, 0);
        NttPolynomial masked = error.toNtt();
        error.destroy();
        NttPolynomial product = a.multiply(key.polynomial(access).reduceTo(primes));
        NttPolynomial first = plaintext.polynomial().subtract(product).subtract(masked);
        product.destroy();
        masked.destroy();
        return SealCiphertext.seeded(sealParameters, primes, plaintext.scale(), words(basis, first), seed);
    }

    // Keys

    /**
     * Reads a secret key.
     *
     * @param bytes what SEAL calls SecretKey; wipe it afterwards
     * @param name the name under which the caller knows the key
     * @param access the caller's consent
     * @return the key
     * @throws SealFormatException if the bytes are no secret key of these parameters
     */
    public SecretKey readSecretKey(byte[] bytes, KeyId name, SecretKeyAccess access) {
        SealSecretKey read = SealSecretKey.read(bytes, sealParameters);
        try {
            return fromSeal(read, name, access);
        } finally {
            read.destroy();
        }
    }

    /**
     * Translates a secret key.
     *
     * @param from residues over all primes; it stays as it is
     * @param name the name under which the caller knows the key
     * @param access the caller's consent
     * @return the key
     * @throws SealFormatException if it is not one small polynomial over all primes
     */
    public SecretKey fromSeal(SealSecretKey from, KeyId name, SecretKeyAccess access) {
        requireSame(from.parameters());
        NttPolynomial polynomial = polynomial(parameters.context().keyBasis(), from.sharedWords(), 0);
        if (!isSmall(polynomial)) {
            polynomial.destroy();
            throw new SealFormatException("SEAL secret key: its coefficients are not in [-" + Samplers.BINOMIAL_BOUND
                    + ", " + Samplers.BINOMIAL_BOUND + "] and the same modulo every prime; read a secret key");
        }
        return SecretKey.of(name, parameters.context(), polynomial, access);
    }

    /** Whether all residues stand for the same small integers; no branch depends on them. */
    private static boolean isSmall(NttPolynomial polynomial) {
        CoefficientPolynomial coefficients = polynomial.toCoefficients();
        RnsBasis basis = polynomial.basis();
        long wrong = 0;
        for (int i = 0; i < basis.ringDegree(); i++) {
            long first = 0;
            for (int limb = 0; limb < basis.size(); limb++) {
                long q = basis.modulus(limb).value();
                long residue = coefficients.residue(limb, i);
                long centred = residue - ((q / 2 - residue) >> 63 & q);
                wrong |= Samplers.BINOMIAL_BOUND - centred | centred + Samplers.BINOMIAL_BOUND;
                if (limb == 0) {
                    first = centred;
                }
                // Negative unless the two are equal.
                wrong |= first - centred | centred - first;
            }
        }
        coefficients.destroy();
        return wrong >= 0;
    }

    /**
     * Translates a secret key.
     *
     * @param from of these parameters
     * @param access the caller's consent
     * @return residues over all primes; destroy it after use
     */
    public SealSecretKey toSeal(SecretKey from, SecretKeyAccess access) {
        requireSame(from.context());
        long[] words = words(parameters.context().keyBasis(), from.polynomial(access));
        try {
            return SealSecretKey.of(sealParameters, words);
        } finally {
            Arrays.fill(words, 0);
        }
    }

    /**
     * Writes a secret key in the clear.
     *
     * @param key of these parameters
     * @param access the caller's consent
     * @return what SEAL calls SecretKey, which is the secret: wipe it after use
     */
    public byte[] exportUnprotected(SecretKey key, SecretKeyAccess access) {
        SealSecretKey words = toSeal(key, access);
        try {
            return words.exportUnprotected(encoding, access);
        } finally {
            words.destroy();
        }
    }

    /**
     * Reads a public key, seeded or not.
     *
     * @param bytes what SEAL calls PublicKey
     * @param name the name under which the caller knows the secret key
     * @return the key
     * @throws SealFormatException if the bytes are no public key of these parameters
     */
    public PublicKey readPublicKey(byte[] bytes, KeyId name) {
        return fromSeal(SealPublicKey.read(bytes, sealParameters), name);
    }

    /**
     * Translates a public key.
     *
     * @param from an encryption of zero over all primes
     * @param name the name under which the caller knows the secret key
     * @return the key
     */
    public PublicKey fromSeal(SealPublicKey from, KeyId name) {
        requireSame(from.parameters());
        return PublicKey.of(name, parameters.context(), keyPolynomial(from, 0), keyPolynomial(from, 1));
    }

    /**
     * Translates a public key.
     *
     * @param from of these parameters
     * @return an encryption of zero over all primes
     */
    public SealPublicKey toSeal(PublicKey from) {
        requireSame(from.context());
        return sealKey(from.b(), from.a());
    }

    /**
     * Writes a public key.
     *
     * @param key of these parameters
     * @return what SEAL calls PublicKey
     */
    public byte[] write(PublicKey key) {
        return toSeal(key).toBytes(encoding);
    }

    /**
     * Reads a relinearization key, seeded or not.
     *
     * @param bytes what SEAL calls RelinKeys; of several powers only that of the square is kept
     * @param name the name under which the caller knows the secret key
     * @return the key
     * @throws SealFormatException if the bytes are no relinearization keys of these parameters
     */
    public RelinearizationKey readRelinearizationKey(byte[] bytes, KeyId name) {
        return fromSeal(SealRelinearizationKeys.read(bytes, sealParameters), name);
    }

    /**
     * Translates a relinearization key.
     *
     * @param from the keys; of several powers only that of the square is kept
     * @param name the name under which the caller knows the secret key
     * @return the key
     */
    public RelinearizationKey fromSeal(SealRelinearizationKeys from, KeyId name) {
        requireSame(from.parameters());
        return new RelinearizationKey(
                name, parameters.context(), keySwitchKey(from.powers().get(0)));
    }

    /**
     * Translates a relinearization key.
     *
     * @param from of these parameters
     * @return the key of the square
     */
    public SealRelinearizationKeys toSeal(RelinearizationKey from) {
        requireSame(from.context());
        return SealRelinearizationKeys.of(sealParameters, List.of(parts(from.key())));
    }

    /**
     * Writes a relinearization key.
     *
     * @param key of these parameters
     * @return what SEAL calls RelinKeys
     */
    public byte[] write(RelinearizationKey key) {
        return toSeal(key).toBytes(encoding);
    }

    /**
     * Reads Galois keys, seeded or not, at most {@value SealGaloisKeys#DEFAULT_MOST_KEYS} of them.
     *
     * @param bytes what SEAL calls GaloisKeys
     * @param name the name under which the caller knows the secret key
     * @return the keys
     * @throws SealFormatException if the bytes are no Galois keys of these parameters
     */
    public GaloisKeys readGaloisKeys(byte[] bytes, KeyId name) {
        return fromSeal(SealGaloisKeys.read(bytes, sealParameters), name);
    }

    /**
     * Translates Galois keys.
     *
     * @param from the keys
     * @param name the name under which the caller knows the secret key
     * @return the keys
     */
    public GaloisKeys fromSeal(SealGaloisKeys from, KeyId name) {
        requireSame(from.parameters());
        SortedMap<Integer, KeySwitchKey> keys = new TreeMap<>();
        from.elements().forEach((element, parts) -> keys.put(element, keySwitchKey(parts)));
        return new GaloisKeys(name, parameters.context(), keys);
    }

    /**
     * Translates Galois keys.
     *
     * @param from of these parameters, at least one key
     * @return the keys
     */
    public SealGaloisKeys toSeal(GaloisKeys from) {
        requireSame(from.context());
        SortedMap<Integer, List<SealPublicKey>> keys = new TreeMap<>();
        from.keys().forEach((element, key) -> keys.put(element, parts(key)));
        return SealGaloisKeys.of(sealParameters, keys);
    }

    /**
     * Writes Galois keys.
     *
     * @param keys of these parameters, at least one
     * @return what SEAL calls GaloisKeys
     */
    public byte[] write(GaloisKeys keys) {
        return toSeal(keys).toBytes(encoding);
    }

    private KeySwitchKey keySwitchKey(List<SealPublicKey> parts) {
        return KeySwitchKey.of(
                parameters.context(),
                parts.stream().map(part -> keyPolynomial(part, 0)).toList(),
                parts.stream().map(part -> keyPolynomial(part, 1)).toList());
    }

    private List<SealPublicKey> parts(KeySwitchKey key) {
        List<SealPublicKey> parts = new ArrayList<>(key.digits());
        for (int digit = 0; digit < key.digits(); digit++) {
            parts.add(sealKey(key.b(digit), key.a(digit)));
        }
        return parts;
    }

    private SealPublicKey sealKey(NttPolynomial b, NttPolynomial a) {
        return SealPublicKey.wrap(sealParameters, words(parameters.context().keyBasis(), b, a));
    }

    private NttPolynomial keyPolynomial(SealPublicKey key, int index) {
        return polynomial(parameters.context().keyBasis(), key.sharedWords(), index);
    }

    /** One of the polynomials in a row of words. */
    private static NttPolynomial polynomial(RnsBasis basis, long[] words, int index) {
        int degree = basis.ringDegree();
        long[][] limbs = new long[basis.size()][];
        for (int limb = 0; limb < limbs.length; limb++) {
            int start = (index * limbs.length + limb) * degree;
            limbs[limb] = Arrays.copyOfRange(words, start, start + degree);
        }
        return NttPolynomial.wrap(basis, limbs);
    }

    private static long[] words(RnsBasis basis, NttPolynomial... polynomials) {
        int degree = basis.ringDegree();
        long[] words = new long[polynomials.length * basis.size() * degree];
        int at = 0;
        for (NttPolynomial polynomial : polynomials) {
            for (int limb = 0; limb < basis.size(); limb++) {
                polynomial.copyLimb(limb, words, at);
                at += degree;
            }
        }
        return words;
    }

    private void requireSame(SealParameters other) {
        if (!sealParameters.equals(other)) {
            throw new IllegalArgumentException(
                    "an object of other parameters: " + other + " and not " + sealParameters);
        }
    }

    private void requireSame(RlweContext other) {
        if (!parameters.context().equals(other)) {
            throw new IllegalArgumentException(
                    "an object of another ring: " + other + " and not " + parameters.context());
        }
    }

    @Override
    public String toString() {
        return "SealFormat[" + sealParameters + ", " + encoding + "]";
    }
}
