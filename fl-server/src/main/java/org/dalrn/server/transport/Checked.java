package org.dalrn.server.transport;

import java.util.function.Function;
import org.dalrn.protocol.ErrorCode;

/**
 * What became of bytes from the network: the facts in them, or the reason why there are none.
 *
 * @param <T> the facts
 */
sealed interface Checked<T> {

    <R> R match(Function<? super T, ? extends R> passed, Function<? super Failed<T>, ? extends R> failed);

    static <T> Checked<T> passed(T facts) {
        return new Passed<>(facts);
    }

    static <T> Checked<T> failed(ErrorCode code, String detail) {
        return new Failed<>(code, detail);
    }

    record Passed<T>(T facts) implements Checked<T> {
        @Override
        public <R> R match(Function<? super T, ? extends R> passed, Function<? super Failed<T>, ? extends R> failed) {
            return passed.apply(facts);
        }
    }

    record Failed<T>(ErrorCode code, String detail) implements Checked<T> {
        @Override
        public <R> R match(Function<? super T, ? extends R> passed, Function<? super Failed<T>, ? extends R> failed) {
            return failed.apply(this);
        }
    }
}
