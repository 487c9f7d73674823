package org.dalrn.fhe.ckks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Where {@link CkksVector}s come from: an engine, the public keys of one secret key, a scale, and what is automatic. It never holds a
 * secret key.
 *
 * <p>Only the public key or the secret key is needed to encrypt; the relinearization key for products of encrypted vectors; Galois keys
 * for sums, matrix products and concatenation ({@link VectorSteps} says which).
 *
 * <p>Immutable, thread-safe.
 */
public final class CkksVectors {
    private final VectorEvaluator evaluator;
    private final @Nullable KeyId keyId;

    private CkksVectors(VectorEvaluator evaluator, @Nullable KeyId keyId) {
        this.evaluator = evaluator;
        this.keyId = keyId;
    }

    /**
     * Starts with an engine.
     *
     * @param engine what computes
     */
    public static Builder builder(CkksEngine engine) {
        return new Builder(engine);
    }

    /** The ring and chain. */
    public CkksParameters parameters() {
        return evaluator.engine.parameters();
    }

    /** How many numbers a ciphertext holds, N/2. */
    public int slots() {
        return evaluator.slots();
    }

    /** The scale of fresh vectors. */
    public double scale() {
        return evaluator.scale(evaluator.maxLevel());
    }

    /** What is automatic. */
    public Set<VectorAutomation> automation() {
        return evaluator.automation;
    }

    /**
     * Encrypts numbers with the public key, at the highest level.
     *
     * @param values one or more, finite; any number of them: each ciphertext holds {@link #slots}
     * @throws CkksException if there is no public key
     */
    public CkksVector encrypt(double... values) {
        PublicKey key = evaluator.publicKey;
        if (key == null) {
            throw new CkksException(
                    "no public key to encrypt with; give it to CkksVectors.builder(), or use encryptSymmetric");
        }
        return encrypt(values, plaintext -> evaluator.engine.encrypt(plaintext, key));
    }

    /**
     * Encrypts numbers with the secret key: less noise than with the public one.
     *
     * @param values one or more, finite; any number of them
     * @param key of the same name as the other keys
     */
    public CkksVector encryptSymmetric(double[] values, SecretKey key) {
        requireKey(Objects.requireNonNull(key, "key").id());
        return encrypt(values, plaintext -> evaluator.engine.encryptSymmetric(plaintext, key));
    }

    private CkksVector encrypt(double[] values, Function<Plaintext, Ciphertext> encryption) {
        Objects.requireNonNull(values, "values");
        if (values.length == 0) {
            throw new IllegalArgumentException("a vector of 0 numbers; it has at least one");
        }
        List<Ciphertext> ciphertexts = new ArrayList<>();
        for (int from = 0; from < values.length; from += slots()) {
            double[] piece = Arrays.copyOfRange(values, from, Math.min(values.length, from + slots()));
            ciphertexts.add(encryption.apply(evaluator.engine.encode(piece, scale(), evaluator.maxLevel())));
        }
        return new CkksVector(this, ciphertexts, values.length, VectorPadding.ZERO);
    }

    /**
     * A vector from ciphertexts that are there.
     *
     * @param ciphertexts of one key, level and scale; all but the last one full
     * @param size how many numbers they hold
     * @param padding what stands in the slots beyond them; {@link VectorPadding#UNKNOWN} is always right
     * @throws CkksException if they do not fit each other or these keys
     * @throws IllegalArgumentException if there are too many or too few for the size
     */
    public CkksVector of(List<Ciphertext> ciphertexts, int size, VectorPadding padding) {
        Objects.requireNonNull(padding, "padding");
        List<Ciphertext> copy = List.copyOf(ciphertexts);
        if (size < 1 || copy.size() != (size - 1) / slots() + 1) {
            throw new IllegalArgumentException(copy.size() + " ciphertexts of " + slots() + " slots for " + size
                    + " numbers; a vector has at least one number and no more ciphertexts than it takes");
        }
        if (padding == VectorPadding.REPLICATED && size != 1) {
            throw new IllegalArgumentException(
                    "only a vector of size 1 is REPLICATED, this has " + size + " numbers; say UNKNOWN");
        }
        Ciphertext first = copy.get(0);
        requireKey(first.keyId());
        for (Ciphertext each : copy) {
            if (!each.parameters().equals(parameters())) {
                throw new CkksException("a ciphertext of " + each.parameters() + " given for " + parameters());
            }
            VectorEvaluator.requireSameKey(first.keyId(), each.keyId());
            if (each.level() != first.level() || each.scale() != first.scale() || each.size() != first.size()) {
                throw new CkksException("ciphertexts of one vector differ: " + first + " and " + each);
            }
        }
        return new CkksVector(this, copy, size, padding);
    }

    /**
     * One vector after the other, in one: vectors that fit one ciphertext together take only one. A vector that comes to lie across the
     * border of two ciphertexts costs all of them a level.
     *
     * @param vectors one or more
     */
    public CkksVector concatenate(List<CkksVector> vectors) {
        return VectorConcatenation.of(this, List.copyOf(vectors));
    }

    /**
     * Encrypts a matrix with the public key, to be multiplied by plain vectors or by another encrypted matrix.
     *
     * @param matrix {@code [rows][columns]}
     */
    public CkksVectorMatrix encryptMatrix(double[][] matrix) {
        return CkksVectorMatrix.encrypt(this, matrix);
    }

    /**
     * Encrypts a matrix with the public key, its columns at a given distance.
     *
     * @param matrix {@code [rows][columns]}
     * @param stride slots from one column to the next, a power of two, at least the rows
     */
    public CkksVectorMatrix encryptMatrix(double[][] matrix, int stride) {
        return CkksVectorMatrix.encrypt(this, matrix, stride);
    }

    /**
     * Encrypts the windows of an image with the public key, for convolutions with plain kernels of that shape.
     *
     * @param image {@code [height][width]}
     * @param kernelRows height of the kernel, 1 to the image's
     * @param kernelColumns width of the kernel, 1 to the image's
     * @param stride how far the kernel moves, at least 1
     */
    public CkksVectorMatrix encryptWindows(double[][] image, int kernelRows, int kernelColumns, int stride) {
        return encryptMatrix(VectorWindows.of(image, kernelRows, kernelColumns, stride));
    }

    VectorEvaluator evaluator() {
        return evaluator;
    }

    void requireKey(KeyId id) {
        if (keyId != null && !keyId.equals(id)) {
            throw new CkksException("a key or ciphertext of " + id + " given to vectors of the key " + keyId
                    + "; only what one secret key opens can be combined");
        }
    }

    @Override
    public String toString() {
        return "CkksVectors[" + parameters() + ", automatic " + evaluator.automation + "]";
    }

    /** Collects keys and settings. Confined to one thread. */
    public static final class Builder {
        private final CkksEngine engine;
        private double scale;
        private @Nullable PublicKey publicKey;
        private @Nullable RelinearizationKey relinearizationKey;
        private @Nullable GaloisKeys galoisKeys;
        private EnumSet<VectorAutomation> automation = EnumSet.allOf(VectorAutomation.class);

        private Builder(CkksEngine engine) {
            this.engine = Objects.requireNonNull(engine, "engine");
        }

        /**
         * What numbers are multiplied by before they are rounded; required. Near the primes between the first and the special one: 2^40
         * for 60, 40, 40, 60.
         *
         * @param scale positive
         */
        public Builder scale(double scale) {
            this.scale = Scales.require(scale);
            return this;
        }

        /** The key to encrypt with. */
        public Builder publicKey(PublicKey key) {
            publicKey = Objects.requireNonNull(key, "key");
            return this;
        }

        /** The key for products of encrypted vectors. */
        public Builder relinearizationKey(RelinearizationKey key) {
            relinearizationKey = Objects.requireNonNull(key, "key");
            return this;
        }

        /** The keys for sums, matrix products and concatenation. */
        public Builder galoisKeys(GaloisKeys keys) {
            galoisKeys = Objects.requireNonNull(keys, "keys");
            return this;
        }

        /**
         * What is automatic; all of it unless said here. An empty collection switches everything off.
         *
         * @param acts those to keep on
         */
        public Builder automation(Collection<VectorAutomation> acts) {
            EnumSet<VectorAutomation> kept = EnumSet.noneOf(VectorAutomation.class);
            kept.addAll(acts);
            automation = kept;
            return this;
        }

        /**
         * Finishes.
         *
         * @throws IllegalStateException if the scale is missing
         * @throws CkksException if the keys are of different secret keys or of another ring
         */
        public CkksVectors build() {
            if (scale == 0) {
                throw new IllegalStateException(
                        "no scale; set one near the primes between the first and the special one, as 2^40 for 60, 40, 40, 60");
            }
            KeyId id = null;
            if (publicKey != null) {
                id = require(id, publicKey.id(), publicKey.context(), "public key");
            }
            if (relinearizationKey != null) {
                id = require(id, relinearizationKey.id(), relinearizationKey.context(), "relinearization key");
            }
            if (galoisKeys != null) {
                id = require(id, galoisKeys.id(), galoisKeys.context(), "Galois keys");
            }
            return new CkksVectors(
                    new VectorEvaluator(engine, publicKey, relinearizationKey, galoisKeys, scale, automation), id);
        }

        private KeyId require(@Nullable KeyId known, KeyId id, org.dalrn.fhe.rlwe.RlweContext context, String what) {
            if (known != null && !known.equals(id)) {
                throw new CkksException("the " + what + " belongs to the secret key " + id + ", another to " + known
                        + "; take keys of one secret key");
            }
            if (!context.equals(engine.parameters().context())) {
                throw new CkksException(
                        "the " + what + " is for " + context + ", the engine for " + engine.parameters());
            }
            return id;
        }
    }
}
