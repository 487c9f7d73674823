package org.dalrn.fhe.ring;

/**
 * The inner loops in fused multiply-add. Each is a small static method over different arrays at the same index, which is what
 * C2 vectorises; see {@link RowNtt} for the ranges.
 */
final class RowKernels {
    private RowKernels() {}

    static void butterfly(double[] x, double[] y, double w, double wOverQ, double q) {
        for (int j = 0; j < x.length; j++) {
            double a = x[j];
            double b = y[j];
            double h = b * w;
            double c = Math.rint(b * wOverQ);
            double v = Math.fma(-c, q, h) + Math.fma(b, w, -h);
            x[j] = a + v;
            y[j] = a - v;
        }
    }

    static void butterfly(double[] x, double[] y, double[] w, double[] wOverQ, double q) {
        for (int j = 0; j < x.length; j++) {
            double a = x[j];
            double b = y[j];
            double f = w[j];
            double h = b * f;
            double c = Math.rint(b * wOverQ[j]);
            double v = Math.fma(-c, q, h) + Math.fma(b, f, -h);
            x[j] = a + v;
            y[j] = a - v;
        }
    }

    static void multiply(double[] x, double[] w, double[] wOverQ, double q, double[] out) {
        for (int j = 0; j < x.length; j++) {
            double a = x[j];
            double f = w[j];
            double h = a * f;
            double c = Math.rint(a * wOverQ[j]);
            out[j] = Math.fma(-c, q, h) + Math.fma(a, f, -h);
        }
    }

    static void multiplyAdd(double[] x, double w, double wOverQ, double q, double[] y, double[] out) {
        for (int j = 0; j < x.length; j++) {
            double a = x[j];
            double h = a * w;
            double c = Math.rint(a * wOverQ);
            out[j] = Math.fma(-c, q, h) + Math.fma(a, w, -h) + y[j];
        }
    }

    static void centre(double[] x, double inverseQ, double q) {
        for (int j = 0; j < x.length; j++) {
            double a = x[j];
            a = Math.fma(-Math.rint(a * inverseQ), q, a);
            x[j] = a - q * Math.rint(a * inverseQ);
        }
    }
}
