package org.dalrn.fhe.committee;

import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** What came of putting answers together. Immutable. */
public sealed interface Combination {
    /**
     * Calls the function of the case at hand.
     *
     * @param <T> what the functions give
     * @param opened if the sum is open
     * @param tooFew if more answers are needed
     * @param refused if the answers do not give a sum
     * @return what the function gave
     */
    <T> T match(
            Function<? super Opened, ? extends T> opened,
            Function<? super TooFew, ? extends T> tooFew,
            Function<? super Refused, ? extends T> refused);

    /**
     * The sum is open: all answers used agree, and every coordinate is within what the dealers could have dealt.
     *
     * @param sum the sum
     * @param liars members whose answers were wrong and left out
     */
    record Opened(AgreedSum sum, SortedSet<Integer> liars) implements Combination {
        /** Copies the set. */
        public Opened {
            Objects.requireNonNull(sum, "sum");
            liars = new TreeSet<>(liars);
        }

        @Override
        public <T> T match(
                Function<? super Opened, ? extends T> opened,
                Function<? super TooFew, ? extends T> tooFew,
                Function<? super Refused, ? extends T> refused) {
            return opened.apply(this);
        }
    }

    /**
     * Fewer usable answers than the threshold: ask further members.
     *
     * @param usable number of usable answers
     * @param needed the plan's threshold
     * @param liars members whose answers were unusable
     */
    record TooFew(int usable, int needed, SortedSet<Integer> liars) implements Combination {
        /** Copies the set. */
        public TooFew {
            liars = new TreeSet<>(liars);
        }

        @Override
        public <T> T match(
                Function<? super Opened, ? extends T> opened,
                Function<? super TooFew, ? extends T> tooFew,
                Function<? super Refused, ? extends T> refused) {
            return tooFew.apply(this);
        }
    }

    /**
     * The answers contradict each other or give a sum that honest dealers cannot have dealt. Answers of further members
     * may help: e liars among t + 2e answers are found. If all have answered, the round is lost; the secrets stay
     * closed.
     *
     * @param why what is wrong with the answers
     */
    record Refused(String why) implements Combination {
        /** Checks for null. */
        public Refused {
            Objects.requireNonNull(why, "why");
        }

        @Override
        public <T> T match(
                Function<? super Opened, ? extends T> opened,
                Function<? super TooFew, ? extends T> tooFew,
                Function<? super Refused, ? extends T> refused) {
            return refused.apply(this);
        }
    }
}
