package org.dalrn.core.incentive.bargaining;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Claims from a seed: small numbers, in which everything coincides, or large ones, in which everything overflows. */
record RandomClaims(long budget, List<Claim> claims) {

    static RandomClaims small(SplittableRandom random) {
        int n = random.nextInt(0, 7);
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            long reservation = random.nextInt(0, 4);
            long cap = random.nextInt(3) == 0 ? Claim.UNCAPPED : reservation + random.nextInt(0, 9);
            claims.add(new Claim("c" + i, random.nextInt(0, 6), reservation, cap));
        }
        return new RandomClaims(random.nextInt(0, 50), claims);
    }

    static RandomClaims large(SplittableRandom random) {
        int n = random.nextInt(1, 6);
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            long weight = random.nextInt(4) == 0 ? random.nextInt(0, 3) : random.nextLong(Long.MAX_VALUE / n);
            long reservation = random.nextBoolean() ? 0 : random.nextLong(Long.MAX_VALUE / n);
            long cap = random.nextInt(3) == 0
                    ? Claim.UNCAPPED
                    : reservation + random.nextLong(Long.MAX_VALUE - reservation);
            claims.add(new Claim("c" + i, weight, reservation, cap));
        }
        return new RandomClaims(
                random.nextInt(3) == 0 ? Long.MAX_VALUE : random.nextLong(Long.MAX_VALUE / 2, Long.MAX_VALUE), claims);
    }

    @Override
    public String toString() {
        return budget + " for " + claims;
    }
}
