package org.dalrn.core.incentive.bargaining;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Function;

/**
 * No division: the reservations together exceed the budget, and paying somebody less than its reservation is not an
 * allocation.
 *
 * @param budget what was to be divided
 * @param shortfall what is missing, 1 or more
 * @param claimants whose reservations are above 0, in the order of the claims
 */
public record Infeasible(long budget, BigInteger shortfall, List<String> claimants) implements Bargain {

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if nothing is missing
     */
    public Infeasible {
        requireNonNull(shortfall, "shortfall");
        claimants = List.copyOf(claimants);
        if (shortfall.signum() <= 0) {
            throw new IllegalArgumentException("a shortfall of " + shortfall + " is none");
        }
    }

    @Override
    public <T> T match(
            Function<? super Allocation, ? extends T> allocation,
            Function<? super Infeasible, ? extends T> infeasible) {
        return infeasible.apply(this);
    }
}
