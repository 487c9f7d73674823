package org.dalrn.server.transport;

import java.util.function.Function;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.protocol.ErrorCode;

/** The answer to an announced update, before any byte of it is taken. */
public sealed interface Announcement {

    <R> R match(Function<Expected, R> expected, Function<Known, R> known, Function<Refused, R> refused);

    /**
     * The update may come.
     *
     * @param layout its shape; the update has exactly {@code layout.byteLength()} bytes
     * @param maxAbsoluteValue the largest |value| of an element
     */
    record Expected(ParameterLayout layout, double maxAbsoluteValue) implements Announcement {
        @Override
        public <R> R match(Function<Expected, R> expected, Function<Known, R> known, Function<Refused, R> refused) {
            return expected.apply(this);
        }
    }

    /** The same bytes were accepted before. */
    record Known(long grantedWeight) implements Announcement {
        @Override
        public <R> R match(Function<Expected, R> expected, Function<Known, R> known, Function<Refused, R> refused) {
            return known.apply(this);
        }
    }

    /** The update would not count. */
    record Refused(ErrorCode code, String detail) implements Announcement {
        @Override
        public <R> R match(Function<Expected, R> expected, Function<Known, R> known, Function<Refused, R> refused) {
            return refused.apply(this);
        }
    }
}
