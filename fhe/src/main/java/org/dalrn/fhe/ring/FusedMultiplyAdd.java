package org.dalrn.fhe.ring;

/**
 * Whether {@link Math#fma} is one instruction here. Where it is not, it computes with {@link java.math.BigDecimal}, hundreds
 * of times slower: too slow for a transform.
 */
final class FusedMultiplyAdd {
    /** Measured once: an instruction takes nanoseconds even when interpreted, the substitute at least half a microsecond. */
    static final boolean IN_HARDWARE = nanosPerCall() < 250;

    private FusedMultiplyAdd() {}

    private static double nanosPerCall() {
        double best = Double.MAX_VALUE;
        double x = 1.25;
        for (int batch = 0; batch < 8; batch++) {
            long start = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                x = Math.fma(x, 0.99, 0x1p-30);
            }
            best = Math.min(best, (System.nanoTime() - start) / 200.0);
        }
        return x == 0 ? Double.MAX_VALUE : best;
    }
}
