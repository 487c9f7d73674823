package org.dalrn.server.transport;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.jspecify.annotations.Nullable;

/**
 * The uploads that have shown their manifest: one at a time for the same update.
 *
 * <p>A newer upload takes the place of an older one, whose line is most likely dead: a node that comes back after a broken
 * connection must not wait until the coordinator notices. Thread-safe.
 */
final class ActiveUploads {
    private final ConcurrentMap<Key, Turn> last = new ConcurrentHashMap<>();

    /** What a spool is kept by. */
    record Key(NodeId node, RunId run, int round, ContentHash update) {
        static Key of(UpdateFacts facts) {
            return new Key(facts.node(), facts.run(), facts.round(), facts.update());
        }
    }

    /**
     * Queues up behind earlier uploads of the same update.
     *
     * @param give run, on any thread, when a newer upload wants the place; must not block
     * @param mine run once, on any thread, when the earlier ones are gone; must not block
     */
    Turn enter(Key key, Runnable give, Runnable mine) {
        Turn turn = new Turn(key, give);
        Turn older = last.put(key, turn);
        if (older == null) {
            turn.begin(CompletableFuture.completedFuture(null), mine);
        } else {
            turn.begin(older.over, mine);
            older.give.run();
        }
        return turn;
    }

    /** One upload's place in the queue. */
    final class Turn {
        private final Key key;
        private final Runnable give;
        private final CompletableFuture<@Nullable Void> left = new CompletableFuture<>();
        /** Completed when this upload has left and all before it have. */
        private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

        private Turn(Key key, Runnable give) {
            this.key = key;
            this.give = give;
        }

        private void begin(CompletableFuture<@Nullable Void> before, Runnable mine) {
            CompletableFuture<?> unused = before.thenRun(mine);
            unused = CompletableFuture.allOf(before, left).thenRun(() -> {
                over.complete(null);
                last.remove(key, this);
            });
        }

        /** Leaves the place to the next; a second time does nothing. */
        void leave() {
            left.complete(null);
        }
    }
}
