package org.dalrn.core.incentive.contribution;

/** How many standard errors the half width of a 95 % interval is, when the deviation was estimated from few samples. */
final class StudentT {
    /** The 0.975 quantile of Student's distribution with 1 to 30 degrees of freedom. */
    private static final double[] QUANTILES = {
        12.706204736, 4.302652730, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252, 2.306004135,
        2.262157163, 2.228138852, 2.200985160, 2.178812830, 2.160368656, 2.144786688, 2.131449546, 2.119905299,
        2.109815578, 2.100922040, 2.093024054, 2.085963447, 2.079613845, 2.073873068, 2.068657610, 2.063898562,
        2.059538553, 2.055529439, 2.051830516, 2.048407142, 2.045229642, 2.042272456
    };

    /** The 0.975 quantile of the normal distribution. */
    static final double NORMAL = 1.959963984540054;

    private StudentT() {}

    /**
     * The 0.975 quantile: from the table, beyond it by the expansion in powers of 1/degrees (Abramowitz and Stegun,
     * 26.7.5), with an error below 1e-6.
     */
    static double quantile975(long degrees) {
        if (degrees <= QUANTILES.length) {
            return QUANTILES[(int) degrees - 1];
        }
        double z = NORMAL;
        double z2 = z * z;
        double first = z * (z2 + 1) / 4;
        double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
        double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
        double fourth = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92_160;
        double v = degrees;
        return z + (first + (second + (third + fourth / v) / v) / v) / v;
    }
}
