package org.dalrn.fhe.ckks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link CkksVector} on single ciphertexts: which scale a plaintext gets, when to rescale, how operands meet. Immutable,
 * thread-safe.
 *
 * <p>Each level has one scale: the given one at the top, then {@code scale(l - 1) = scale(l)^2 / q_l}, which is what squaring makes of
 * it. Plaintext factors are encoded so that a product falls on that scale, and a ciphertext of a higher level is brought to it by
 * a factor of one encoded at the missing ratio (as Kim, Papadimitriou and Polyakov, ePrint 2020/1118). So scales of one level
 * agree to the last bits of a double although the primes are no powers of two. Where the scale does not suit the primes at all,
 * every level has the given scale: plain products keep it, squares do not.
 */
final class VectorEvaluator {
    /** Scales nearer than this are the same: rounding of doubles over a few hundred operations. */
    private static final double SAME_SCALE = 0x1p-40;
    /** What the engine still adds: for vectors from elsewhere whose level has no scale of ours. */
    private static final double ENGINE_SCALE = 0x1p-20;
    /** Bits that scales may drift; beyond, a level has the first scale, and squares miss it. */
    private static final double MOST_DRIFT = 5;
    /** A rescaled scale below this part of the wanted one means that scale and primes do not belong together. */
    private static final double LEAST_SCALE_LEFT = 0x1p-10;

    final CkksEngine engine;
    final @Nullable PublicKey publicKey;
    final @Nullable RelinearizationKey relinearizationKey;
    final @Nullable GaloisKeys galoisKeys;
    final Set<VectorAutomation> automation;
    private final double[] scales;

    VectorEvaluator(
            CkksEngine engine,
            @Nullable PublicKey publicKey,
            @Nullable RelinearizationKey relinearizationKey,
            @Nullable GaloisKeys galoisKeys,
            double scale,
            EnumSet<VectorAutomation> automation) {
        this.engine = engine;
        this.publicKey = publicKey;
        this.relinearizationKey = relinearizationKey;
        this.galoisKeys = galoisKeys;
        this.automation = Collections.unmodifiableSet(automation.clone());
        scales = new double[engine.parameters().maxLevel() + 1];
        scales[scales.length - 1] = scale;
        for (int level = scales.length - 1; level > 0; level--) {
            double squared = scales[level] * scales[level] / prime(level);
            scales[level - 1] = Math.abs(log2(squared / scale)) < MOST_DRIFT ? squared : scale;
        }
    }

    int slots() {
        return engine.parameters().slots();
    }

    int maxLevel() {
        return scales.length - 1;
    }

    /** The scale of vectors at that level. */
    double scale(int level) {
        return scales[level];
    }

    /** The prime that a rescale at that level divides by. */
    double prime(int level) {
        return engine.parameters().context().basis(level).modulus(level).value();
    }

    boolean does(VectorAutomation act) {
        return automation.contains(act);
    }

    void requireAll(String operation) {
        if (automation.size() < VectorAutomation.values().length) {
            throw new IllegalStateException(operation + " chooses levels and scales itself and needs automatic "
                    + EnumSet.allOf(VectorAutomation.class) + ", but only " + automation
                    + " is on; switch them on, or multiply step by step");
        }
    }

    /** Refuses what cannot be computed with the primes left. */
    void requireLevels(int level, int needed, String operation) {
        if (level < needed) {
            throw new CkksException(
                    operation + " takes " + needed + (needed == 1 ? " level" : " levels") + ", the vector is at level "
                            + level + ": " + (needed - level) + " more " + (needed - level == 1 ? "prime" : "primes")
                            + " of about "
                            + Math.round(log2(scales[scales.length - 1]))
                            + " bits would be needed before the special prime, or a fresh"
                            + " encryption here");
        }
    }

    // Scales and levels

    /** A product's scale is divided by the last prime. */
    Ciphertext rescale(Ciphertext a) {
        if (a.level() == 0) {
            requireLevels(0, 1, "rescaling");
        }
        double left = a.scale() / prime(a.level());
        if (left < scales[scales.length - 1] * LEAST_SCALE_LEFT) {
            throw new CkksException("rescaling 2^" + round(log2(a.scale())) + " by the prime of "
                    + engine.parameters()
                            .context()
                            .basis(a.level())
                            .modulus(a.level())
                            .bitLength() + " bits at level " + a.level()
                    + " leaves a scale of 2^" + round(log2(left))
                    + ", and with it no precision; take a scale near the primes"
                    + " between the first and the special one");
        }
        return engine.rescale(a);
    }

    Ciphertext rescaleIfAutomatic(Ciphertext a) {
        return does(VectorAutomation.RESCALE) ? rescale(a) : a;
    }

    Ciphertext relinearize(Ciphertext a) {
        if (a.size() == 2) {
            return a;
        }
        if (relinearizationKey == null) {
            throw new CkksException("a product of encrypted vectors has " + a.size()
                    + " polynomials and needs a relinearization key; give it to CkksVectors.builder()");
        }
        return engine.relinearize(a, relinearizationKey);
    }

    /** Relinearizes and rescales, as far as that is automatic. */
    Ciphertext finish(Ciphertext product) {
        Ciphertext a = does(VectorAutomation.RELINEARIZE) ? relinearize(product) : product;
        return rescaleIfAutomatic(a);
    }

    /** Brings a ciphertext down to a level, and there to a scale. */
    Ciphertext lower(Ciphertext a, int level, double scale) {
        if (a.level() == level) {
            return a;
        }
        if (near(a.scale(), scale, SAME_SCALE) || !does(VectorAutomation.RESCALE)) {
            return engine.modSwitchTo(a, level);
        }
        double factor = scale * prime(level + 1) / a.scale();
        if (factor < 0x1p20) {
            throw new CkksException("a vector of scale 2^" + round(log2(a.scale())) + " cannot be brought to 2^"
                    + round(log2(scale)) + " at level " + level + " without losing precision; rescale it first");
        }
        Ciphertext above = engine.modSwitchTo(a, level + 1);
        return engine.rescale(engine.multiply(above, engine.encodeScalar(1, factor, level + 1)));
    }

    /** Two ciphertexts at one level, and at one scale if they are to be added. */
    List<Ciphertext> aligned(Ciphertext a, Ciphertext b, boolean scaleMatters) {
        if (a.level() == b.level()) {
            boolean apart = scaleMatters && !near(a.scale(), b.scale(), ENGINE_SCALE);
            if (!apart || a.level() == 0 || automation.size() < VectorAutomation.values().length) {
                return List.of(a, b);
            }
            int level = a.level() - 1;
            return List.of(lower(a, level, scale(level)), lower(b, level, scale(level)));
        }
        if (!does(VectorAutomation.MOD_SWITCH)) {
            return List.of(a, b);
        }
        return a.level() > b.level()
                ? List.of(lower(a, b.level(), b.scale()), b)
                : List.of(a, lower(b, a.level(), a.scale()));
    }

    /** The scale for a plaintext factor, such that the rescaled product has the scale of its level. */
    double factorScale(Ciphertext a) {
        int level = a.level();
        if (!does(VectorAutomation.RESCALE)) {
            return scales[scales.length - 1];
        }
        requireLevels(level, 1, "a product");
        double wanted = scales[level - 1] * prime(level) / a.scale();
        return wanted > 0x1p15 && wanted < prime(level) * 32 ? wanted : scales[level];
    }

    // Products

    Ciphertext product(Ciphertext a, Ciphertext b) {
        if (does(VectorAutomation.RESCALE)) {
            requireLevels(Math.min(a.level(), b.level()), 1, "a product");
        }
        List<Ciphertext> pair = aligned(a, b, false);
        return engine.multiply(pair.get(0), pair.get(1));
    }

    Ciphertext square(Ciphertext a) {
        if (does(VectorAutomation.RESCALE)) {
            requireLevels(a.level(), 1, "a square");
        }
        return engine.square(a);
    }

    /** The product before rescaling, or null if the factor is zero at that scale. */
    @Nullable
    Ciphertext productOrNull(Ciphertext a, double[] values) {
        return productOrNull(a, engine.encode(values, factorScale(a), a.level()));
    }

    @Nullable
    Ciphertext productOrNull(Ciphertext a, Plaintext factor) {
        return isZero(factor) ? null : engine.multiply(a, factor);
    }

    /** The rescaled product. A zero factor would leave a transparent ciphertext: it gives a fresh encryption of zero. */
    Ciphertext plainProduct(Ciphertext a, Plaintext factor) {
        Ciphertext product = productOrNull(a, factor);
        return product == null ? zeroProduct(a) : rescaleIfAutomatic(product);
    }

    /** An encryption of zero where a product with zero would stand, at the level and scale of a product. */
    Ciphertext zeroProduct(Ciphertext a) {
        boolean rescaled = does(VectorAutomation.RESCALE);
        int level = rescaled ? a.level() - 1 : a.level();
        return zero(level, rescaled ? a.scale() * factorScale(a) / prime(a.level()) : a.scale() * factorScale(a));
    }

    Ciphertext zero(int level, double scale) {
        if (publicKey == null) {
            throw new CkksException(
                    "a product with zeros only would be no encryption any more, and a fresh encryption of zero needs"
                            + " the public key; give it to CkksVectors.builder()");
        }
        return engine.encrypt(engine.encodeScalar(0, scale, level), publicKey);
    }

    static boolean isZero(Plaintext plaintext) {
        NttPolynomial polynomial = plaintext.polynomial();
        int n = polynomial.basis().ringDegree();
        for (int limb = 0; limb < polynomial.basis().size(); limb++) {
            for (int i = 0; i < n; i++) {
                if (polynomial.residue(limb, i) != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    static @Nullable Ciphertext sumOrNull(CkksEngine engine, @Nullable Ciphertext a, @Nullable Ciphertext b) {
        if (a == null) {
            return b;
        }
        return b == null ? a : engine.add(a, b);
    }

    Ciphertext sum(List<Ciphertext> terms) {
        Ciphertext total = terms.get(0);
        for (int i = 1; i < terms.size(); i++) {
            total = engine.add(total, terms.get(i));
        }
        return total;
    }

    // Rotations

    /** Refuses an operation that lacks rotations, naming all of them. */
    void requireRotations(SortedSet<Integer> steps, String operation) {
        SortedSet<Integer> missing = new TreeSet<>();
        for (int step : steps) {
            if (rotations(step).isEmpty()) {
                missing.add(step);
            }
        }
        if (!missing.isEmpty()) {
            throw new CkksException(operation + " rotates by " + steps + " slots, and the Galois keys "
                    + (galoisKeys == null ? "are not there" : "lack " + missing)
                    + "; generate keys for these steps (see VectorSteps), or for the powers of two, of which any is composed, and"
                    + " give them to CkksVectors.builder()");
        }
    }

    /** To the left, by keys as they are there. */
    Ciphertext rotate(Ciphertext a, int steps) {
        if (steps == 0) {
            return a;
        }
        List<Integer> rotations = rotations(steps);
        if (rotations.isEmpty() || galoisKeys == null) {
            requireRotations(VectorSteps.doublings(steps, steps + 1), "the rotation");
            throw new IllegalStateException("bug: rotation by " + steps);
        }
        if (a.size() != 2) {
            throw new CkksException(
                    "a product of " + a.size() + " polynomials cannot be rotated; call relinearize() first, or leave"
                            + " automatic relinearization on");
        }
        Ciphertext rotated = a;
        for (int step : rotations) {
            int inRange = Math.floorMod(step, slots());
            if (inRange != 0) {
                rotated = engine.rotate(rotated, inRange, galoisKeys);
            }
        }
        return rotated;
    }

    /** {@code a + rot(a, s_1)}, that plus it rotated by s_2, and so on: each doubles what a slot has collected. */
    Ciphertext rotateAndAdd(Ciphertext a, SortedSet<Integer> steps) {
        Ciphertext total = a;
        for (int step : steps) {
            total = engine.add(total, rotate(total, step));
        }
        return total;
    }

    /** The rotations that make up one by {@code steps} in [1, slots): itself, or signed powers of two; empty if keys are missing. */
    private List<Integer> rotations(int steps) {
        if (hasRotation(steps)) {
            return List.of(steps);
        }
        List<Integer> left = signedPowers(steps);
        List<Integer> right = signedPowers(steps - slots());
        boolean leftWorks = left.stream().allMatch(this::hasRotation);
        boolean rightWorks = right.stream().allMatch(this::hasRotation);
        if (leftWorks && (!rightWorks || left.size() <= right.size())) {
            return left;
        }
        if (rightWorks) {
            return right;
        }
        List<Integer> powers = new ArrayList<>();
        for (int power : VectorSteps.powersOfTwo(slots())) {
            if ((steps & power) != 0) {
                powers.add(power);
            }
        }
        return powers.stream().allMatch(this::hasRotation) ? powers : List.of();
    }

    /** The non-adjacent form: the fewest signed powers of two. */
    private static List<Integer> signedPowers(int steps) {
        List<Integer> powers = new ArrayList<>();
        int rest = steps;
        for (int power = 1; rest != 0; power *= 2) {
            if ((rest & 1) != 0) {
                int digit = 2 - (rest & 3);
                powers.add(digit * power);
                rest -= digit;
            }
            rest /= 2;
        }
        return powers;
    }

    private boolean hasRotation(int steps) {
        int inRange = Math.floorMod(steps, slots());
        if (inRange == 0) {
            return true;
        }
        int element = GaloisKeys.elementOfRotation(inRange, engine.parameters().ringDegree());
        return galoisKeys != null && galoisKeys.keys().containsKey(element);
    }

    static void requireSameKey(KeyId a, KeyId b) {
        if (!a.equals(b)) {
            throw new CkksException(
                    "vectors of the keys " + a + " and " + b + "; only what one secret key opens can be combined");
        }
    }

    static boolean near(double a, double b, double tolerance) {
        return Math.abs(a / b - 1) < tolerance;
    }

    static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    private static double round(double x) {
        return Math.rint(10 * x) / 10;
    }
}
