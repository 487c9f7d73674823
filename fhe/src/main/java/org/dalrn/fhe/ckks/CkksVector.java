package org.dalrn.fhe.ckks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.SecretKey;

/**
 * An encrypted sequence of real numbers of any length, over as many ciphertexts as it takes, with the arithmetic of vectors.
 *
 * <p>A product takes one of the vector's levels ({@link #level}), sums take none. By default products are relinearized and rescaled at
 * once and operands brought to one level; {@link CkksVectors.Builder#automation} switches that off. Scales are then exact: all
 * vectors made here have one scale per level, to a part in 2^40. Vectors from elsewhere may differ from it: by less than a part in
 * 2^20 they are added as they are, with that relative error, otherwise both go down one level to meet.
 *
 * <p>Slots beyond the vector's numbers are zero unless {@link #padding} says otherwise; a short vector is not repeated over all slots
 * (TenSEAL does). A vector of size 1 fits every size: it is repeated ({@link #replicated}) when it meets a longer one.
 *
 * <p>Immutable, thread-safe.
 */
public final class CkksVector {
    private final CkksVectors vectors;
    private final List<Ciphertext> ciphertexts;
    private final int size;
    private final VectorPadding padding;

    CkksVector(CkksVectors vectors, List<Ciphertext> ciphertexts, int size, VectorPadding padding) {
        this.vectors = vectors;
        this.ciphertexts = List.copyOf(ciphertexts);
        this.size = size;
        this.padding = size % vectors.slots() == 0 ? VectorPadding.ZERO : padding;
    }

    /** How many numbers it holds. */
    public int size() {
        return size;
    }

    /** What the numbers are multiplied by inside. */
    public double scale() {
        return ciphertexts.get(0).scale();
    }

    /** How many products in a row it still allows. */
    public int level() {
        return ciphertexts.get(0).level();
    }

    /** What stands in the slots beyond its numbers; {@link VectorPadding#ZERO} too if there are none. */
    public VectorPadding padding() {
        return padding;
    }

    /** The name of the secret key that opens it. */
    public KeyId keyId() {
        return ciphertexts.get(0).keyId();
    }

    /** Where it came from. */
    public CkksVectors vectors() {
        return vectors;
    }

    /** The ciphertexts, all full but the last. */
    public List<Ciphertext> ciphertexts() {
        return ciphertexts;
    }

    /**
     * Opens it. The numbers leave the result by a named act only.
     *
     * @param key the secret key of that name
     * @return as many slots as the vector has numbers
     */
    public Decryption decrypt(SecretKey key) {
        Objects.requireNonNull(key, "key");
        VectorEvaluator.requireSameKey(keyId(), key.id());
        double[] real = new double[size];
        double[] imaginary = new double[size];
        int slots = vectors.slots();
        for (int c = 0; c < ciphertexts.size(); c++) {
            int length = used(c);
            try (Decryption chunk = evaluator().engine.decrypt(ciphertexts.get(c), key)) {
                double[] values = chunk.insecureRawValues();
                System.arraycopy(values, 0, real, c * slots, length);
                Arrays.fill(values, 0);
                values = chunk.insecureRawImaginaryValues();
                System.arraycopy(values, 0, imaginary, c * slots, length);
                Arrays.fill(values, 0);
            }
        }
        return Decryption.of(real, imaginary);
    }

    // Sums

    /** {@code -this}. */
    public CkksVector negate() {
        return map(evaluator().engine::negate, padding);
    }

    /**
     * {@code this + other}.
     *
     * @param other of the same size, or either of size 1
     */
    public CkksVector add(CkksVector other) {
        return sumWith(other, evaluator().engine::add);
    }

    /**
     * {@code this - other}.
     *
     * @param other of the same size, or either of size 1
     * @throws CkksException if it is this very vector: the difference is known to be zero, and would be no encryption
     */
    public CkksVector subtract(CkksVector other) {
        return sumWith(other, evaluator().engine::subtract);
    }

    private CkksVector sumWith(CkksVector other, BinaryOperator<Ciphertext> operation) {
        CkksVector left = fitted(other);
        CkksVector right = other.fitted(this);
        VectorPadding sum = left.padding == right.padding ? left.padding : VectorPadding.UNKNOWN;
        return left.zip(right, sum, (a, b) -> {
            List<Ciphertext> pair = evaluator().aligned(a, b, true);
            return operation.apply(pair.get(0), pair.get(1));
        });
    }

    /**
     * {@code this + other}.
     *
     * @param other of the same size, or this is of size 1; finite
     */
    public CkksVector add(double[] other) {
        CkksVector left = fitted(other);
        return left.mapIndexed(
                afterPlainSum(other), (a, c) -> evaluator().engine.add(a, encode(other, c, a)), other.length);
    }

    /**
     * {@code this - other}.
     *
     * @param other of the same size, or this is of size 1; finite
     */
    public CkksVector subtract(double[] other) {
        CkksVector left = fitted(other);
        return left.mapIndexed(
                afterPlainSum(other), (a, c) -> evaluator().engine.subtract(a, encode(other, c, a)), other.length);
    }

    /**
     * {@code other - this}.
     *
     * @param other of the same size, or this is of size 1; finite
     */
    public CkksVector subtractFrom(double[] other) {
        return negate().add(other);
    }

    private VectorPadding afterPlainSum(double[] other) {
        return padding == VectorPadding.ZERO && other.length == size ? VectorPadding.ZERO : VectorPadding.UNKNOWN;
    }

    /**
     * {@code this + other}, everywhere.
     *
     * @param other finite
     */
    public CkksVector add(double other) {
        CkksEngine engine = evaluator().engine;
        return mapIndexed(
                padding,
                (a, c) -> {
                    if (padding != VectorPadding.ZERO || used(c) == vectors.slots()) {
                        return engine.add(a, engine.encodeScalar(other, a.scale(), a.level()));
                    }
                    double[] constant = new double[used(c)];
                    Arrays.fill(constant, other);
                    return engine.add(a, engine.encode(constant, a.scale(), a.level()));
                },
                size);
    }

    /**
     * {@code this - other}, everywhere.
     *
     * @param other finite
     */
    public CkksVector subtract(double other) {
        return add(-other);
    }

    /**
     * {@code other - this}, everywhere.
     *
     * @param other finite
     */
    public CkksVector subtractFrom(double other) {
        return negate().add(other);
    }

    // Products

    /**
     * {@code this * other}, number by number; one level.
     *
     * @param other of the same size, or either of size 1
     */
    public CkksVector multiply(CkksVector other) {
        CkksVector left = fitted(other);
        CkksVector right = other.fitted(this);
        VectorPadding product = VectorPadding.UNKNOWN;
        if (left.padding == VectorPadding.ZERO || right.padding == VectorPadding.ZERO) {
            product = VectorPadding.ZERO;
        } else if (left.padding == VectorPadding.REPLICATED && right.padding == VectorPadding.REPLICATED) {
            product = VectorPadding.REPLICATED;
        }
        return left.zip(right, product, (a, b) -> evaluator().finish(evaluator().product(a, b)));
    }

    /**
     * {@code this * other}, number by number; one level.
     *
     * @param other of the same size, or this is of size 1; finite
     */
    public CkksVector multiply(double[] other) {
        CkksVector left = fitted(other);
        VectorEvaluator evaluator = evaluator();
        return left.mapIndexed(
                VectorPadding.ZERO,
                (a, c) -> evaluator.plainProduct(
                        a, evaluator.engine.encode(piece(other, c), evaluator.factorScale(a), a.level())),
                other.length);
    }

    /**
     * {@code this * other}, everywhere; one level.
     *
     * @param other finite
     */
    public CkksVector multiply(double other) {
        VectorEvaluator evaluator = evaluator();
        return map(
                a -> evaluator.plainProduct(
                        a, evaluator.engine.encodeScalar(other, evaluator.factorScale(a), a.level())),
                padding);
    }

    /** {@code this * this}, number by number; one level. */
    public CkksVector square() {
        return map(a -> evaluator().finish(evaluator().square(a)), padding);
    }

    /**
     * Each number to a power; {@code ceil(log2 k)} levels. The power 0 makes a fresh encryption of ones.
     *
     * @param exponent k, 0 or more
     */
    public CkksVector power(int exponent) {
        if (exponent < 0) {
            throw new IllegalArgumentException(
                    "exponent " + exponent + " is negative; approximate the inverse by a polynomial");
        }
        if (exponent == 0) {
            return fresh(1);
        }
        if (exponent > 1) {
            evaluator().requireAll("a power");
            evaluator().requireLevels(level(), VectorPolynomial.depthOfPower(exponent), "power " + exponent);
        }
        return map(a -> VectorPolynomial.power(evaluator(), a, exponent), padding);
    }

    /**
     * A polynomial of each number; {@code ceil(log2(d + 1))} levels for degree d, one less if d is a power of two and the leading
     * coefficient 1 or -1. About {@code 2 sqrt(d)} products. Coefficients of zero cost nothing.
     *
     * @param coefficients from the constant upwards, at least one, finite
     */
    public CkksVector polynomial(double... coefficients) {
        Objects.requireNonNull(coefficients, "coefficients");
        if (coefficients.length == 0) {
            throw new IllegalArgumentException("a polynomial of 0 coefficients; it has at least the constant");
        }
        for (int i = 0; i < coefficients.length; i++) {
            if (!Double.isFinite(coefficients[i])) {
                throw new IllegalArgumentException(
                        "coefficient " + i + " is " + coefficients[i] + "; use finite numbers");
            }
        }
        if (VectorPolynomial.degree(coefficients) == 0) {
            return fresh(coefficients[0]);
        }
        evaluator().requireAll("a polynomial");
        int depth = VectorPolynomial.depth(coefficients);
        evaluator().requireLevels(level(), depth, "a polynomial of degree " + VectorPolynomial.degree(coefficients));
        int level = level() - depth;
        CkksVector rest = map(
                a -> {
                    Ciphertext value = VectorPolynomial.evaluate(evaluator(), a, coefficients);
                    return value == null ? evaluator().zero(level, evaluator().scale(level)) : value;
                },
                padding);
        return coefficients[0] == 0 ? rest : rest.add(coefficients[0]);
    }

    /** A vector of the same size whose numbers are one constant. */
    private CkksVector fresh(double constant) {
        CkksVector zero = new CkksVector(
                vectors,
                ciphertexts.stream()
                        .map(a -> evaluator().zero(a.level(), a.scale()))
                        .toList(),
                size,
                VectorPadding.ZERO);
        return zero.add(constant);
    }

    // Sums over slots, matrices

    /**
     * The sum of all numbers, of size 1, in the first slot; no level. To use it with longer vectors {@link #sumReplicated} is better.
     *
     * @throws CkksException if Galois keys for {@link VectorSteps#sum} are missing
     */
    public CkksVector sum() {
        return sumOver(VectorSteps.sum(vectors.slots(), size));
    }

    /**
     * The sum of all numbers, of size 1, in every slot: {@link VectorPadding#REPLICATED}; no level. It then meets vectors of any size
     * for nothing.
     *
     * @throws CkksException if Galois keys for {@link VectorSteps#powersOfTwo} are missing
     */
    public CkksVector sumReplicated() {
        return sumOver(VectorSteps.powersOfTwo(vectors.slots()));
    }

    private CkksVector sumOver(SortedSet<Integer> steps) {
        if (size == 1) {
            return steps.isEmpty() ? this : replicated();
        }
        evaluator().requireRotations(steps, "a sum");
        CkksVector clean = clean();
        Ciphertext total = evaluator().rotateAndAdd(evaluator().sum(clean.ciphertexts), steps);
        boolean everywhere = steps.last() == vectors.slots() / 2;
        return new CkksVector(
                vectors, List.of(total), 1, everywhere ? VectorPadding.REPLICATED : VectorPadding.UNKNOWN);
    }

    /**
     * The inner product, of size 1, in the first slot; one level. Products over several ciphertexts are added before the one
     * relinearization.
     *
     * @param other of the same size
     * @throws CkksException if Galois keys for {@link VectorSteps#sum} are missing
     */
    public CkksVector dot(CkksVector other) {
        requireSameSize(other.size);
        VectorEvaluator.requireSameKey(keyId(), other.keyId());
        VectorEvaluator evaluator = evaluator();
        evaluator.requireRotations(VectorSteps.sum(vectors.slots(), size), "an inner product");
        CkksVector left = padding == VectorPadding.UNKNOWN && other.padding == VectorPadding.UNKNOWN ? clean() : this;
        List<Ciphertext> products = new ArrayList<>();
        for (int c = 0; c < ciphertexts.size(); c++) {
            products.add(evaluator.product(left.ciphertexts.get(c), other.ciphertexts.get(c)));
        }
        return summed(evaluator.finish(evaluator.sum(products)));
    }

    /**
     * The inner product, of size 1, in the first slot; one level.
     *
     * @param other of the same size, finite
     * @throws CkksException if Galois keys for {@link VectorSteps#sum} are missing
     */
    public CkksVector dot(double[] other) {
        requireSameSize(Objects.requireNonNull(other, "other").length);
        VectorEvaluator evaluator = evaluator();
        evaluator.requireRotations(VectorSteps.sum(vectors.slots(), size), "an inner product");
        Ciphertext total = null;
        for (int c = 0; c < ciphertexts.size(); c++) {
            Ciphertext product = evaluator.productOrNull(ciphertexts.get(c), piece(other, c));
            total = VectorEvaluator.sumOrNull(evaluator.engine, total, product);
        }
        return summed(total == null ? evaluator.zeroProduct(ciphertexts.get(0)) : evaluator.rescaleIfAutomatic(total));
    }

    /** The first slot collects what its neighbours hold, as many as a ciphertext of this vector has numbers. */
    private CkksVector summed(Ciphertext products) {
        if (size == 1) {
            return new CkksVector(vectors, List.of(products), 1, VectorPadding.UNKNOWN);
        }
        return new CkksVector(vectors, List.of(products), Math.min(size, vectors.slots()), VectorPadding.ZERO).sum();
    }

    /**
     * This vector, read as a row, times a matrix; one level. For {@code min(rows, columns)} up to the slots, that many products with
     * plain diagonals (rounded up to a power of two) and about twice its root rotations.
     *
     * @param matrix {@code [size][columns]}, finite
     * @return of size {@code columns}
     * @throws CkksException if Galois keys for {@link VectorSteps#matrixProduct} are missing
     */
    public CkksVector multiplyMatrix(double[][] matrix) {
        int columns = VectorWindows.requireRectangle(matrix, "matrix");
        if (matrix.length != size) {
            throw new IllegalArgumentException("a vector of size " + size + " times a matrix of " + matrix.length
                    + " x " + columns + "; the matrix needs " + size + " rows");
        }
        return new VectorMatrixProduct(this, matrix).compute();
    }

    // Layout, levels

    /** The first number in every slot, for a vector of size 1; no level, or one if its padding is unknown. */
    public CkksVector replicated() {
        if (size != 1) {
            throw new IllegalStateException(
                    "a vector of size " + size + " cannot be replicated; only one of size 1, as a sum, can");
        }
        if (padding == VectorPadding.REPLICATED) {
            return this;
        }
        SortedSet<Integer> steps = VectorSteps.powersOfTwo(vectors.slots());
        evaluator().requireRotations(steps, "replicating a number");
        Ciphertext everywhere = evaluator().rotateAndAdd(clean().ciphertexts.get(0), steps);
        return new CkksVector(vectors, List.of(everywhere), 1, VectorPadding.REPLICATED);
    }

    /** This with zeros in the slots beyond its numbers; one level. */
    public CkksVector masked() {
        VectorEvaluator evaluator = evaluator();
        return mapIndexed(
                VectorPadding.ZERO,
                (a, c) -> {
                    double scale = evaluator.factorScale(a);
                    if (used(c) == vectors.slots()) {
                        return evaluator.plainProduct(a, evaluator.engine.encodeScalar(1, scale, a.level()));
                    }
                    double[] ones = new double[used(c)];
                    Arrays.fill(ones, 1);
                    return evaluator.plainProduct(a, evaluator.engine.encode(ones, scale, a.level()));
                },
                size);
    }

    /** Two polynomials a ciphertext, from three: after products, where that is not automatic. */
    public CkksVector relinearize() {
        return map(evaluator()::relinearize, padding);
    }

    /** One level down, the scale divided by its prime: after products, where that is not automatic. */
    public CkksVector rescale() {
        evaluator().requireLevels(level(), 1, "rescaling");
        return map(evaluator().engine::rescale, padding);
    }

    /**
     * This at a lower level, with the same scale.
     *
     * @param level 0 to the present one
     */
    public CkksVector modSwitchTo(int level) {
        if (level < 0 || level > level()) {
            throw new IllegalArgumentException(
                    "level " + level + " is not in [0, " + level() + "]; levels only go down");
        }
        return map(a -> evaluator().engine.modSwitchTo(a, level), padding);
    }

    /** This, or this masked if its padding is unknown. */
    CkksVector clean() {
        return padding == VectorPadding.UNKNOWN ? masked() : this;
    }

    VectorEvaluator evaluator() {
        return vectors.evaluator();
    }

    /** How many numbers a ciphertext of this vector holds. */
    int used(int ciphertext) {
        return Math.min(vectors.slots(), size - ciphertext * vectors.slots());
    }

    // Shapes

    private void requireSameSize(int other) {
        if (other != size) {
            throw new IllegalArgumentException(
                    "vectors of " + size + " and " + other + " numbers; both need the same size");
        }
    }

    /** This, repeated if it has size 1 and the other has more. */
    private CkksVector fitted(CkksVector other) {
        Objects.requireNonNull(other, "other");
        VectorEvaluator.requireSameKey(keyId(), other.keyId());
        if (size != other.size && size != 1 && other.size != 1) {
            throw new IllegalArgumentException("vectors of " + size + " and " + other.size
                    + " numbers; both need the same size, or one of them size 1");
        }
        return size == 1 && other.size > 1 ? replicated() : this;
    }

    private CkksVector fitted(double[] other) {
        int length = Objects.requireNonNull(other, "other").length;
        if (size == 1 && length > 1) {
            return replicated();
        }
        requireSameSize(length);
        return this;
    }

    private double[] piece(double[] values, int c) {
        int slots = vectors.slots();
        return Arrays.copyOfRange(values, c * slots, Math.min(values.length, (c + 1) * slots));
    }

    private Plaintext encode(double[] values, int c, Ciphertext like) {
        return evaluator().engine.encode(piece(values, c), like.scale(), like.level());
    }

    private CkksVector map(UnaryOperator<Ciphertext> operation, VectorPadding result) {
        return new CkksVector(vectors, ciphertexts.stream().map(operation).toList(), size, result);
    }

    private interface Indexed {
        Ciphertext apply(Ciphertext a, int index);
    }

    /** Applies to every ciphertext; the one of a replicated number serves all. */
    private CkksVector mapIndexed(VectorPadding result, Indexed operation, int resultSize) {
        int count = (resultSize - 1) / vectors.slots() + 1;
        List<Ciphertext> results = new ArrayList<>(count);
        for (int c = 0; c < count; c++) {
            results.add(operation.apply(ciphertexts.get(Math.min(c, ciphertexts.size() - 1)), c));
        }
        return new CkksVector(vectors, results, resultSize, result);
    }

    private CkksVector zip(CkksVector other, VectorPadding result, BinaryOperator<Ciphertext> operation) {
        CkksVector longer = size >= other.size ? this : other;
        return longer.mapIndexed(
                result,
                (ignored, c) -> operation.apply(
                        ciphertexts.get(Math.min(c, ciphertexts.size() - 1)),
                        other.ciphertexts.get(Math.min(c, other.ciphertexts.size() - 1))),
                longer.size);
    }

    @Override
    public String toString() {
        return "CkksVector[" + size + " numbers, " + ciphertexts.size() + " ciphertexts, level " + level()
                + ", padding " + padding + ", key " + keyId() + "]";
    }
}
