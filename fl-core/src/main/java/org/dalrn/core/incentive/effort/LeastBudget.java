package org.dalrn.core.incentive.effort;

import java.util.List;
import java.util.function.Function;

/** The answer to the question which budget keeps some nodes in a contest. */
public sealed interface LeastBudget {

    /** Applies the function that belongs to the answer. */
    <T> T match(Function<? super Found, ? extends T> found, Function<? super Impossible, ? extends T> impossible);

    /**
     * A budget of this size, or any larger one, keeps all of them in.
     *
     * @param budget the smallest that does, 0 if nobody has an outside option
     * @param lastToStay the node that any smaller budget would lose first
     */
    record Found(double budget, int lastToStay) implements LeastBudget {
        @Override
        public <T> T match(
                Function<? super Found, ? extends T> found, Function<? super Impossible, ? extends T> impossible) {
            return found.apply(this);
        }
    }

    /**
     * No budget does: next to the others, each unit costs these nodes so much that they contribute nothing at any budget, or have
     * their outside option only at one above {@link TullockContest#LARGEST_AMOUNT}.
     *
     * @param nodes who, in ascending order
     */
    record Impossible(List<Integer> nodes) implements LeastBudget {

        /** Copies. */
        public Impossible {
            nodes = List.copyOf(nodes);
        }

        @Override
        public <T> T match(
                Function<? super Found, ? extends T> found, Function<? super Impossible, ? extends T> impossible) {
            return impossible.apply(this);
        }
    }
}
