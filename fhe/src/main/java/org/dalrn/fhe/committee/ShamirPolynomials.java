package org.dalrn.fhe.committee;

import java.util.Arrays;

/**
 * Shamir's sharing of a vector, one random polynomial of degree t - 1 per coordinate over a {@link ShareField};
 * member {@code id} holds the values at the point {@code id}, the secret is the value at 0 (Shamir, "How to share a
 * secret", CACM 22(11), 1979).
 */
final class ShamirPolynomials {
    private ShamirPolynomials() {}

    /**
     * The shares of a vector.
     *
     * @param secret residues
     * @param threshold t, the degree plus one
     * @param members m, below 256
     * @param random its field is that of the shares
     * @return {@code int[m][secret.length]}, residues; row i belongs to member i + 1
     */
    static int[][] share(int[] secret, int threshold, int members, UniformResidues random) {
        int[][] coefficients = new int[threshold - 1][secret.length];
        for (int[] row : coefficients) {
            random.fill(row);
        }
        int[][] shares = evaluate(random.field(), secret, coefficients, members);
        for (int[] row : coefficients) {
            Arrays.fill(row, 0);
        }
        return shares;
    }

    /**
     * The values at 1 to m.
     *
     * @param secret the constant coefficients
     * @param coefficients row k - 1 is that of the k-th powers; at least one
     */
    static int[][] evaluate(ShareField field, int[] secret, int[][] coefficients, int members) {
        int bits = field.bits();
        long prime = field.prime();
        int length = secret.length;
        int[][] shares = new int[members][length];
        long[] value = new long[length];
        for (int id = 1; id <= members; id++) {
            Arrays.fill(value, 0);
            for (int k = coefficients.length - 1; k >= 0; k--) {
                step(value, id, coefficients[k], bits, prime);
            }
            step(value, id, secret, bits, prime);
            int[] share = shares[id - 1];
            for (int i = 0; i < length; i++) {
                share[i] = ShareField.reduce(value[i], bits, prime);
            }
        }
        Arrays.fill(value, 0);
        return shares;
    }

    /** One step of Horner's rule; values below 2^(b+1) before and after, as point < 2^8, coefficients < 2^b, b > 9. */
    private static void step(long[] value, int point, int[] coefficient, int bits, long prime) {
        for (int i = 0; i < value.length; i++) {
            long next = value[i] * point + coefficient[i];
            value[i] = (next & prime) + (next >>> bits);
        }
    }

    /** Lagrange's weights: the value at {@code point} of the polynomial through these ids is the weighted sum. */
    static int[] weightsAt(ShareField field, int point, int[] ids) {
        int[] weights = new int[ids.length];
        for (int j = 0; j < ids.length; j++) {
            int numerator = 1;
            int denominator = 1;
            for (int k = 0; k < ids.length; k++) {
                if (k != j) {
                    numerator = field.multiply(numerator, field.subtract(point, ids[k]));
                    denominator = field.multiply(denominator, field.subtract(ids[j], ids[k]));
                }
            }
            weights[j] = field.multiply(numerator, field.inverse(denominator));
        }
        return weights;
    }

    /** The values at {@code point}, one per coordinate, of the polynomials through {@code rows} at {@code ids}. */
    static int[] interpolate(ShareField field, int point, int[] ids, int[][] rows) {
        int[] weights = weightsAt(field, point, ids);
        int[] values = new int[rows[0].length];
        int bits = field.bits();
        long prime = field.prime();
        for (int j = 0; j < ids.length; j++) {
            int[] row = rows[j];
            int weight = weights[j];
            for (int i = 0; i < values.length; i++) {
                values[i] = ShareField.reduce((long) weight * row[i] + values[i], bits, prime);
            }
        }
        return values;
    }
}
