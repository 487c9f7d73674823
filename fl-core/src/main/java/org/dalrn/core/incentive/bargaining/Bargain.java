package org.dalrn.core.incentive.bargaining;

import java.util.function.Function;

/** The outcome of a division: amounts, or the proof that no amounts can satisfy all claims. */
public sealed interface Bargain permits Allocation, Infeasible {

    /** Applies the function that belongs to the outcome. */
    <T> T match(
            Function<? super Allocation, ? extends T> allocation, Function<? super Infeasible, ? extends T> infeasible);
}
