package org.dalrn.fhe.ckks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.RlweContext;
import org.dalrn.fhe.rlwe.SecretKey;

/**
 * The checks of operands that every {@link CkksEngine} makes before it computes.
 *
 * <p>Numbers, scales and levels of encodings are refused by an {@link IllegalArgumentException}, as is a level or rotation that
 * does not exist; operands that do not fit each other or the engine by a {@link CkksException}. Whether encoded numbers fit the
 * modulus, and whether a result is transparent, is for the engine to see. Immutable, thread-safe.
 */
public final class OperandChecks {
    private final CkksParameters parameters;

    private OperandChecks(CkksParameters parameters) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
    }

    /** The checks of an engine for those parameters. */
    public static OperandChecks of(CkksParameters parameters) {
        return new OperandChecks(parameters);
    }

    // Encoding

    /** Requires real numbers for slots: at most N/2, finite; and a scale and level to encode them at. */
    public void requireSlots(double[] values, double scale, int level) {
        requireCount(values, parameters.slots(), "slots");
        requireEncoding(scale, level);
        requireFinite(values);
    }

    /** Requires complex numbers for slots: at most N/2, as many parts of both kinds, finite; and a scale and level. */
    public void requireSlots(double[] real, double[] imaginary, double scale, int level) {
        if (imaginary.length != real.length) {
            throw new IllegalArgumentException(real.length + " real parts and " + imaginary.length
                    + " imaginary parts given; give as many of both");
        }
        requireSlots(real, scale, level);
        requireFinite(imaginary);
    }

    /** Requires a finite number, and a scale and level to encode it at. */
    public void requireScalar(double value, double scale, int level) {
        requireEncoding(scale, level);
        requireFinite(value);
    }

    /** Requires numbers for coefficients: at most N, finite; and a scale and level to encode them at. */
    public void requireCoefficients(double[] values, double scale, int level) {
        requireCount(values, parameters.ringDegree(), "coefficients");
        requireEncoding(scale, level);
        requireFinite(values);
    }

    private void requireEncoding(double scale, int level) {
        Scales.require(scale);
        if (level < 0 || level > parameters.maxLevel()) {
            throw new IllegalArgumentException(
                    "level " + level + " is not in [0, " + parameters.maxLevel() + "]; take " + parameters.maxLevel());
        }
        requireScale(scale, level, "take a smaller one", IllegalArgumentException::new);
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

    // Encryption and decryption

    /** Requires a plaintext and a public key of this ring and chain. */
    public void requireEncryptable(Plaintext plaintext, PublicKey key) {
        requireOperand(plaintext);
        requireContext(key.context(), "public key");
    }

    /** Requires a plaintext and a secret key of this ring and chain. */
    public void requireEncryptable(Plaintext plaintext, SecretKey key) {
        requireOperand(plaintext);
        requireContext(key.context(), "secret key");
    }

    /** Requires a ciphertext of this ring and chain and the secret key that opens it. */
    public void requireOpenable(Ciphertext ciphertext, SecretKey key) {
        requireKey(ciphertext, key.context(), key.id(), "secret key");
    }

    // Arithmetic

    /** Requires a ciphertext of this ring and chain. */
    public void requireOperand(Ciphertext a) {
        requireParameters(Objects.requireNonNull(a, "ciphertext").parameters(), "ciphertext");
    }

    /** Requires a plaintext of this ring and chain. */
    public void requireOperand(Plaintext a) {
        requireParameters(Objects.requireNonNull(a, "plaintext").parameters(), "plaintext");
    }

    /** Requires ciphertexts of one key, level and scale. */
    public void requireSummands(Ciphertext a, Ciphertext b) {
        requirePair(a, b);
        requireSameScale(a.scale(), b.scale());
    }

    /** Requires a ciphertext and a plaintext of one level and scale. */
    public void requireSummands(Ciphertext a, Plaintext b) {
        requirePair(a, b);
        requireSameScale(a.scale(), b.scale());
    }

    /** Requires ciphertexts of one key and level whose product has neither too many polynomials nor too large a scale. */
    public void requireFactors(Ciphertext a, Ciphertext b) {
        requirePair(a, b);
        if (a.size() + b.size() - 1 > Ciphertext.MAX_SIZE) {
            throw new CkksException("a product of " + a.size() + " and " + b.size() + " polynomials has more than "
                    + Ciphertext.MAX_SIZE + "; relinearize before multiplying on");
        }
        requireResultScale(a.scale() * b.scale(), a.level());
    }

    /** Requires a ciphertext and a plaintext, not zero, of one level whose product has not too large a scale. */
    public void requireFactors(Ciphertext a, Plaintext b) {
        requirePair(a, b);
        requireResultScale(a.scale() * b.scale(), a.level());
        if (b.polynomial().isZero()) {
            throw new CkksException("a product with a zero plaintext is zero for everyone to see, no encryption;"
                    + " encrypt zeros instead");
        }
    }

    /** Requires a ciphertext of two or three polynomials and the relinearization key that belongs to it. */
    public void requireRelinearizable(Ciphertext a, RelinearizationKey key) {
        requireKey(a, key.context(), key.id(), "relinearization key");
        if (a.size() > 3) {
            throw new CkksException("a ciphertext of " + a.size()
                    + " polynomials cannot be relinearized, only one of 3; relinearize after each product");
        }
    }

    /** Requires a ciphertext with a prime to divide by. */
    public void requireRescalable(Ciphertext a) {
        requireOperand(a);
        if (a.level() == 0) {
            throw new CkksException("a ciphertext of level 0 has no prime left to divide by; start from more primes or"
                    + " multiply less often");
        }
    }

    /** Requires a level of the ciphertext or below, with room for its scale. */
    public void requireSwitchable(Ciphertext a, int level) {
        requireOperand(a);
        if (level < 0 || level > a.level()) {
            throw new IllegalArgumentException("level " + level + " is not in [0, " + a.level()
                    + "], the present one; primes can be dropped, not added");
        }
        requireResultScale(a.scale(), level);
    }

    /**
     * Requires a ciphertext of two polynomials and the keys to rotate it.
     *
     * @param steps to the left if positive, in {@code (-N/2, N/2)}
     * @return the rotations that have a key and make up this one: none, itself, or its non-adjacent form, the fewest signed
     *     powers of two
     */
    public List<Integer> requireRotatable(Ciphertext a, int steps, GaloisKeys keys) {
        requireAutomorphism(a, keys);
        if (steps == 0 || hasRotation(steps, keys)) {
            return steps == 0 ? List.of() : List.of(steps);
        }
        List<Integer> parts = signedPowersOfTwo(steps, parameters.slots());
        TreeSet<Integer> missing = new TreeSet<>(parts);
        missing.removeIf(part -> hasRotation(part, keys));
        if (!missing.isEmpty()) {
            throw new CkksException("no key for a rotation by " + steps + ", nor for its parts by " + missing
                    + "; generate one of the two with KeyGenerator.rotationKeys");
        }
        return parts;
    }

    /** The non-adjacent form, the fewest signed powers of two; N/2 itself is no rotation at all. */
    static List<Integer> signedPowersOfTwo(int steps, int slots) {
        List<Integer> jumps = new ArrayList<>();
        int rest = steps;
        for (int power = 1; rest != 0; power <<= 1, rest /= 2) {
            if (rest % 2 != 0) {
                int digit = 2 - Math.floorMod(rest, 4);
                if (power < slots) {
                    jumps.add(digit * power);
                }
                rest -= digit;
            }
        }
        return jumps;
    }

    private boolean hasRotation(int steps, GaloisKeys keys) {
        return keys.keys().containsKey(GaloisKeys.elementOfRotation(steps, parameters.ringDegree()));
    }

    /** Requires a ciphertext of two polynomials and the key to conjugate it. */
    public void requireConjugable(Ciphertext a, GaloisKeys keys) {
        requireAutomorphism(a, keys);
        int element = GaloisKeys.elementOfConjugation(parameters.ringDegree());
        if (!keys.keys().containsKey(element)) {
            throw new CkksException("no key for the conjugation, Galois element " + element
                    + "; generate it with KeyGenerator.galoisKeys");
        }
    }

    private void requireAutomorphism(Ciphertext a, GaloisKeys keys) {
        requireKey(a, keys.context(), keys.id(), "Galois keys");
        if (a.size() != 2) {
            throw new CkksException("a ciphertext of " + a.size()
                    + " polynomials cannot be rotated, only one of 2; relinearize it first");
        }
    }

    // What they have in common

    private void requireParameters(CkksParameters given, String what) {
        if (!given.equals(parameters)) {
            throw new CkksException("a " + what + " of " + given + " given to an engine of " + parameters);
        }
    }

    private void requireContext(RlweContext context, String what) {
        if (!context.equals(parameters.context())) {
            throw new CkksException("a " + what + " for " + context + " given to an engine of " + parameters);
        }
    }

    private void requireKey(Ciphertext a, RlweContext context, KeyId id, String what) {
        requireOperand(a);
        requireContext(context, what);
        if (!a.keyId().equals(id)) {
            throw new CkksException("a ciphertext of key " + a.keyId() + " given with a " + what + " of key " + id
                    + "; use the keys that belong together");
        }
    }

    private void requirePair(Ciphertext a, Ciphertext b) {
        requireOperand(a);
        requireOperand(b);
        if (!a.keyId().equals(b.keyId())) {
            throw new CkksException("ciphertexts of two keys, " + a.keyId() + " and " + b.keyId()
                    + "; only those of one key can be combined");
        }
        requireSameLevel(a.level(), b.level());
    }

    private void requirePair(Ciphertext a, Plaintext b) {
        requireOperand(a);
        requireOperand(b);
        requireSameLevel(a.level(), b.level());
    }

    private static void requireSameLevel(int a, int b) {
        if (a != b) {
            throw new CkksException("operands of levels " + a + " and " + b
                    + "; bring the higher one down with modSwitchTo or encode at " + Math.min(a, b));
        }
    }

    private static void requireSameScale(double a, double b) {
        if (!Scales.same(a, b)) {
            throw new CkksException("operands of scales " + Scales.describe(a) + " and " + Scales.describe(b)
                    + "; a sum needs equal ones: rescale the larger or encode at its scale");
        }
    }

    private void requireResultScale(double scale, int level) {
        requireScale(scale, level, "rescale before, or start from a smaller scale or more primes", CkksException::new);
    }

    /** SEAL's bound: a scale has fewer bits than the modulus. */
    private void requireScale(double scale, int level, String fix, Function<String, RuntimeException> failure) {
        RnsBasis basis = parameters.context().basis(level);
        int bits = basis.product().bitLength();
        if (Double.isInfinite(scale) || Math.getExponent(scale) >= bits) {
            throw failure.apply("scale " + Scales.describe(scale) + " is not below the " + bits
                    + "-bit modulus of level " + level + "; " + fix);
        }
    }
}
