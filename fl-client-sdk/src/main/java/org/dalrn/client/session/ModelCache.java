package org.dalrn.client.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;

/**
 * The models that were used last: a round's evaluation and the next round's training need the same one. Keeps the newest,
 * and older ones while all together are small. Confined to one thread at a time.
 */
final class ModelCache {

    private static final long SMALL_BYTES = 8 << 20;
    private static final int MOST = 8;

    /** A model under the hash of its bytes. */
    private record Cached(ContentHash hash, Parameters model) {}

    private final Deque<Cached> newestFirst = new ArrayDeque<>();

    Optional<Parameters> find(ContentHash hash, ParameterLayout layout) {
        return newestFirst.stream()
                .filter(cached ->
                        cached.hash().equals(hash) && cached.model().layout().equals(layout))
                .findFirst()
                .map(Cached::model);
    }

    void add(ContentHash hash, Parameters model) {
        newestFirst.addFirst(new Cached(hash, model));
        while (newestFirst.size() > 1 && (newestFirst.size() > MOST || bytes() > SMALL_BYTES)) {
            newestFirst.removeLast();
        }
    }

    /** Before a large model is fetched: what will not stay anyway makes room first. */
    void makeRoom(long bytes) {
        while (!newestFirst.isEmpty() && bytes() + bytes > SMALL_BYTES) {
            newestFirst.removeLast();
        }
    }

    private long bytes() {
        return newestFirst.stream()
                .mapToLong(cached -> cached.model().layout().byteLength())
                .sum();
    }
}
