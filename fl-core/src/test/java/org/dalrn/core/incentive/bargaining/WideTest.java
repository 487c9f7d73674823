package org.dalrn.core.incentive.bargaining;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against BigInteger. */
class WideTest {

    private static final long[] EDGES = {0, 1, 2, (1L << 32) - 1, 1L << 32, (1L << 32) + 1, 1L << 62, Long.MAX_VALUE};

    @Test
    void quotientAndComparison_edgesAndRandomNumbers_areThoseOfBigInteger() {
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 200_000; trial++) {
            long a = number(random);
            long b = number(random);
            long c = number(random);
            long d = Math.max(1, number(random));
            BigInteger product = BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
            assertThat(Wide.compareProducts(a, b, c, d))
                    .as("%s * %s to %s * %s", a, b, c, d)
                    .isEqualTo(product.compareTo(BigInteger.valueOf(c).multiply(BigInteger.valueOf(d))));
            BigInteger[] exact = product.divideAndRemainder(BigInteger.valueOf(d));
            boolean fits = exact[0].bitLength() <= 63;
            assertThat(Wide.quotientFits(a, b, d)).as("%s * %s / %s", a, b, d).isEqualTo(fits);
            if (fits) {
                long quotient = Wide.quotient(a, b, d);
                assertThat(quotient).as("%s * %s / %s", a, b, d).isEqualTo(exact[0].longValueExact());
                assertThat(Wide.remainder(a, b, d, quotient)).isEqualTo(exact[1].longValueExact());
            }
        }
    }

    private static long number(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> EDGES[random.nextInt(EDGES.length)];
            case 1 -> random.nextLong() >>> random.nextInt(1, 64);
            default -> random.nextLong() >>> 1;
        };
    }
}
