package org.dalrn.fhe.ring;

/**
 * The loops of {@link RowKernels} without fused multiply-add: the quotient c is the same double, and {@code x w - c q} is small,
 * so products that wrap modulo 2^64 give it exactly.
 */
final class WordKernels {
    private WordKernels() {}

    private static double product(double x, double w, double wOverQ, long q) {
        long quotient = (long) Math.rint(x * wOverQ);
        return ((long) x) * ((long) w) - quotient * q;
    }

    static void butterfly(double[] x, double[] y, double w, double wOverQ, long q) {
        for (int j = 0; j < x.length; j++) {
            double a = x[j];
            double v = product(y[j], w, wOverQ, q);
            x[j] = a + v;
            y[j] = a - v;
        }
    }

    static void butterfly(double[] x, double[] y, double[] w, double[] wOverQ, long q) {
        for (int j = 0; j < x.length; j++) {
            double a = x[j];
            double v = product(y[j], w[j], wOverQ[j], q);
            x[j] = a + v;
            y[j] = a - v;
        }
    }

    static void multiply(double[] x, double[] w, double[] wOverQ, long q, double[] out) {
        for (int j = 0; j < x.length; j++) {
            out[j] = product(x[j], w[j], wOverQ[j], q);
        }
    }

    static void multiplyAdd(double[] x, double w, double wOverQ, long q, double[] y, double[] out) {
        for (int j = 0; j < x.length; j++) {
            out[j] = product(x[j], w, wOverQ, q) + y[j];
        }
    }

    static void centre(double[] x, double inverseQ, long q) {
        for (int j = 0; j < x.length; j++) {
            long quotient = (long) Math.rint(x[j] * inverseQ);
            double a = ((long) x[j]) - quotient * q;
            x[j] = a - q * Math.rint(a * inverseQ);
        }
    }
}
