package org.dalrn.core.incentive.game;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What became of a linear program.
 *
 * @param <S> kind of optimum
 */
sealed interface LinearProgramOutcome<S> {

    /** What the function of the case makes of it. */
    <T> T match(
            Function<? super S, ? extends T> optimal,
            Supplier<? extends T> infeasible,
            Supplier<? extends T> unbounded,
            Function<? super Undecided<S>, ? extends T> undecided);

    /** The best solution. */
    record Optimal<S>(S optimum) implements LinearProgramOutcome<S> {
        @Override
        public <T> T match(
                Function<? super S, ? extends T> optimal,
                Supplier<? extends T> infeasible,
                Supplier<? extends T> unbounded,
                Function<? super Undecided<S>, ? extends T> undecided) {
            return optimal.apply(optimum);
        }
    }

    /** No point meets all constraints. */
    record Infeasible<S>() implements LinearProgramOutcome<S> {
        @Override
        public <T> T match(
                Function<? super S, ? extends T> optimal,
                Supplier<? extends T> infeasible,
                Supplier<? extends T> unbounded,
                Function<? super Undecided<S>, ? extends T> undecided) {
            return infeasible.get();
        }
    }

    /** The objective grows without bound. */
    record Unbounded<S>() implements LinearProgramOutcome<S> {
        @Override
        public <T> T match(
                Function<? super S, ? extends T> optimal,
                Supplier<? extends T> infeasible,
                Supplier<? extends T> unbounded,
                Function<? super Undecided<S>, ? extends T> undecided) {
            return unbounded.get();
        }
    }

    /**
     * Neither was found: a bound on pivots or on work was reached, or, in doubles, rounding errors spoilt the result.
     *
     * @param pivots pivots that were made
     * @param mostPivots pivots that were allowed
     */
    record Undecided<S>(long pivots, long mostPivots) implements LinearProgramOutcome<S> {
        @Override
        public <T> T match(
                Function<? super S, ? extends T> optimal,
                Supplier<? extends T> infeasible,
                Supplier<? extends T> unbounded,
                Function<? super Undecided<S>, ? extends T> undecided) {
            return undecided.apply(this);
        }
    }
}
