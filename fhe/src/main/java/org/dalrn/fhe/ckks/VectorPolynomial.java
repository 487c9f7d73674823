package org.dalrn.fhe.ckks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation of a polynomial of degree d on a ciphertext in {@code ceil(log2(d + 1))} levels, one less where it is a power of two
 * with leading coefficient 1, with about {@code 2 sqrt(d)} products of ciphertexts.
 *
 * <p>Paterson and Stockmeyer (SIAM J. Comput. 2, 1973): low powers are computed once, and the rest is split at powers of two, {@code p =
 * q x^(2^k) + r}. Each piece is told the level and scale its result must have and hands them down, so that only the plaintext
 * coefficients absorb them (Bossuat and others, EUROCRYPT 2021). A product that would only be added is neither
 * relinearized nor rescaled on its own.
 *
 * <p>Confined to one thread: it caches powers.
 */
final class VectorPolynomial {
    private final VectorEvaluator evaluator;
    private final Map<Integer, Ciphertext> powers = new HashMap<>();
    private final int top;
    /** Whether powers get the scale of their level; a polynomial absorbs any in its coefficients and saves the factor. */
    private final boolean exactScales;

    private VectorPolynomial(VectorEvaluator evaluator, Ciphertext x, boolean exactScales) {
        this.evaluator = evaluator;
        this.exactScales = exactScales;
        this.top = x.level();
        powers.put(1, x);
    }

    /** {@code x^i}, in the fewest levels. */
    static Ciphertext power(VectorEvaluator evaluator, Ciphertext x, int i) {
        return new VectorPolynomial(evaluator, x, true).power(i);
    }

    /**
     * The polynomial without its constant, or null if nothing of it is left at the precision of the scale.
     *
     * @param coefficients from the constant upwards; degree at least 1
     */
    static @Nullable Ciphertext evaluate(VectorEvaluator evaluator, Ciphertext x, double[] coefficients) {
        return new VectorPolynomial(evaluator, x, false).evaluate(coefficients);
    }

    /** The levels a power takes: {@code ceil(log2 i)}. */
    static int depthOfPower(int i) {
        return 32 - Integer.numberOfLeadingZeros(i - 1);
    }

    static int degree(double[] coefficients) {
        int degree = coefficients.length - 1;
        while (degree > 0 && coefficients[degree] == 0) {
            degree--;
        }
        return degree;
    }

    /** The levels a polynomial takes, not counting its constant. */
    static int depth(double[] coefficients) {
        int degree = degree(coefficients);
        if (degree == 0) {
            return 0;
        }
        return isMonicPowerOfTwo(coefficients, degree) ? depthOfPower(degree) : depthOfPower(degree + 1);
    }

    private static boolean isMonicPowerOfTwo(double[] coefficients, int degree) {
        return Math.abs(coefficients[degree]) == 1 && Integer.bitCount(degree) == 1;
    }

    private Ciphertext power(int i) {
        Ciphertext known = powers.get(i);
        if (known == null) {
            int half = largestFactorPower(i);
            Ciphertext product = 2 * half == i ? evaluator.square(power(half)) : product(power(half), power(i - half));
            known = evaluator.finish(product);
            powers.put(i, known);
        }
        return known;
    }

    /** {@code x^i} is made of that power and the rest. */
    private static int largestFactorPower(int i) {
        return Integer.bitCount(i) == 1 ? i / 2 : Integer.highestOneBit(i);
    }

    /** Of powers where the first is the deeper one. */
    private Ciphertext product(Ciphertext deep, Ciphertext shallow) {
        return exactScales
                ? evaluator.product(deep, shallow)
                : evaluator.engine.multiply(deep, evaluator.engine.modSwitchTo(shallow, deep.level()));
    }

    private @Nullable Ciphertext evaluate(double[] coefficients) {
        double[] p = coefficients.clone();
        p[0] = 0;
        int degree = degree(p);
        int level = top - depth(p);
        if (!isMonicPowerOfTwo(p, degree)) {
            return evaluate(p, degree, level, evaluator.scale(level), lowPowerBits(p, degree, top - level));
        }
        Ciphertext leading = power(degree);
        if (p[degree] < 0) {
            leading = evaluator.engine.negate(leading);
        }
        p[degree] = 0;
        int rest = degree(p);
        Ciphertext lower =
                rest == 0 ? null : evaluate(p, rest, level, leading.scale(), lowPowerBits(p, rest, top - level));
        return VectorEvaluator.sumOrNull(evaluator.engine, leading, lower);
    }

    private @Nullable Ciphertext evaluate(double[] p, int degree, int level, double scale, int lowBits) {
        Ciphertext unrescaled = unrescaled(p, degree, level, scale, lowBits);
        return unrescaled == null ? null : evaluator.engine.rescale(evaluator.relinearize(unrescaled));
    }

    /** The value at {@code level + 1}, of the scale that one rescale brings to {@code scale}. */
    private @Nullable Ciphertext unrescaled(double[] p, int degree, int level, double scale, int lowBits) {
        if (isLeaf(p, degree, top - level, lowBits)) {
            return leaf(p, degree, level, scale);
        }
        CkksEngine engine = evaluator.engine;
        int split = Integer.highestOneBit(degree);
        Ciphertext power = engine.modSwitchTo(power(split), level + 1);
        double wanted = scale * evaluator.prime(level + 1);
        Ciphertext high = null;
        if (degree == split) {
            high = evaluator.productOrNull(power, engine.encodeScalar(p[split], wanted / power.scale(), level + 1));
        } else {
            double[] q = Arrays.copyOfRange(p, split, degree + 1);
            Ciphertext quotient = evaluate(q, degree - split, level + 1, wanted / power.scale(), lowBits);
            high = quotient == null ? null : engine.multiply(quotient, power);
        }
        double[] r = Arrays.copyOf(p, split);
        int rest = degree(r);
        Ciphertext low = rest == 0 ? null : unrescaled(r, rest, level, scale, lowBits);
        Ciphertext total = VectorEvaluator.sumOrNull(engine, high, low);
        return rest == 0 ? plusConstant(total, r[0], level, scale) : total;
    }

    private @Nullable Ciphertext leaf(double[] p, int degree, int level, double scale) {
        CkksEngine engine = evaluator.engine;
        double wanted = scale * evaluator.prime(level + 1);
        Ciphertext total = null;
        for (int i = 1; i <= degree; i++) {
            if (p[i] != 0) {
                Ciphertext power = engine.modSwitchTo(power(i), level + 1);
                Plaintext factor = engine.encodeScalar(p[i], wanted / power.scale(), level + 1);
                total = VectorEvaluator.sumOrNull(engine, total, evaluator.productOrNull(power, factor));
            }
        }
        return plusConstant(total, p[0], level, scale);
    }

    private @Nullable Ciphertext plusConstant(@Nullable Ciphertext total, double constant, int level, double scale) {
        if (constant == 0) {
            return total;
        }
        double wanted = scale * evaluator.prime(level + 1);
        Ciphertext sum = total == null ? evaluator.zero(level + 1, wanted) : total;
        return evaluator.engine.add(sum, evaluator.engine.encodeScalar(constant, sum.scale(), level + 1));
    }

    /** Whether all powers are low ones, and shallow enough to be multiplied by a coefficient within the levels. */
    private static boolean isLeaf(double[] p, int degree, int levels, int lowBits) {
        if (degree == 1) {
            return true;
        }
        if (degree >= 1 << lowBits) {
            return false;
        }
        for (int i = degree; i > 0; i--) {
            if (p[i] != 0 && depthOfPower(i) >= levels) {
                return false;
            }
        }
        return true;
    }

    /** The number of low powers, as its logarithm, that takes the fewest products. */
    private static int lowPowerBits(double[] p, int degree, int levels) {
        int best = 1;
        int fewest = Integer.MAX_VALUE;
        for (int bits = 1; bits <= depthOfPower(degree + 1); bits++) {
            Set<Integer> needed = new HashSet<>();
            int products = products(p, degree, levels, bits, needed) + needed.size();
            if (products < fewest) {
                fewest = products;
                best = bits;
            }
        }
        return best;
    }

    /** The products of a plan; the powers, with those they are made of, are collected aside. */
    private static int products(double[] p, int degree, int levels, int lowBits, Set<Integer> needed) {
        if (isLeaf(p, degree, levels, lowBits)) {
            for (int i = 2; i <= degree; i++) {
                if (p[i] != 0) {
                    need(i, needed);
                }
            }
            return 0;
        }
        int split = Integer.highestOneBit(degree);
        need(split, needed);
        int products = 0;
        if (degree > split) {
            double[] q = Arrays.copyOfRange(p, split, degree + 1);
            products = 1 + products(q, degree - split, levels - 1, lowBits, needed);
        }
        double[] r = Arrays.copyOf(p, split);
        int rest = degree(r);
        return rest == 0 ? products : products + products(r, rest, levels, lowBits, needed);
    }

    private static void need(int i, Set<Integer> needed) {
        if (i > 1 && needed.add(i)) {
            int half = largestFactorPower(i);
            need(half, needed);
            need(i - half, needed);
        }
    }
}
