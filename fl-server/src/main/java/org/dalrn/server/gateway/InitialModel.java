package org.dalrn.server.gateway;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dalrn.core.model.ContentHash;

/** The model that a run's first round starts from. */
public sealed interface InitialModel {

    /** Calls the function of this kind. */
    <R> R match(Supplier<R> zeros, Function<Path, R> file, Function<ContentHash, R> stored);

    /** Every element is zero. */
    record Zeros() implements InitialModel {
        @Override
        public <R> R match(Supplier<R> zeros, Function<Path, R> file, Function<ContentHash, R> stored) {
            return zeros.get();
        }
    }

    /** A file of flat little-endian float32 bytes. */
    record Bytes(Path path) implements InitialModel {
        public Bytes {
            requireNonNull(path, "path");
        }

        @Override
        public <R> R match(Supplier<R> zeros, Function<Path, R> file, Function<ContentHash, R> stored) {
            return file.apply(path);
        }
    }

    /** A model that the coordinator has already. */
    record Stored(ContentHash hash) implements InitialModel {
        public Stored {
            requireNonNull(hash, "hash");
        }

        @Override
        public <R> R match(Supplier<R> zeros, Function<Path, R> file, Function<ContentHash, R> stored) {
            return stored.apply(hash);
        }
    }
}
