package org.dalrn.server.rounds;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.dalrn.core.round.RunReply;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What waits to be decided. The owner's thread takes all that has gathered there at a time. Thread-safe. */
final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int MOST_INPUTS_IN_BATCH = 1024;

    /** An input; whoever waits for its reply sends it again if it fails, others are repeated here if they are to be. */
    record Input(Consumer<Batch> work, Optional<CompletableFuture<RunReply>> reply, boolean repeated) {}

    private final Executor owner;
    private final Consumer<List<Input>> decide;
    private final ConcurrentLinkedQueue<Input> inputs = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean turnIsDue = new AtomicBoolean();
    private volatile boolean closing;

    Inbox(Executor owner, Consumer<List<Input>> decide) {
        this.owner = owner;
        this.decide = decide;
    }

    CompletableFuture<RunReply> ask(Consumer<Batch> work) {
        CompletableFuture<RunReply> reply = new CompletableFuture<>();
        put(new Input(work, Optional.of(reply), false));
        return reply;
    }

    /** Tells of something that is decided sooner or later. */
    void tell(Consumer<Batch> work) {
        put(new Input(work, Optional.empty(), true));
    }

    /** Tells of something that is true now and would not be when repeated. */
    void tellOnce(Consumer<Batch> work) {
        put(new Input(work, Optional.empty(), false));
    }

    private void put(Input input) {
        if (closing) {
            input.reply().ifPresent(future -> future.completeExceptionally(stopping()));
            return;
        }
        inputs.add(input);
        wake();
    }

    private static StoreException stopping() {
        return new StoreException(
                ErrorCode.STORE_UNAVAILABLE, "the coordinator is stopping; try again when it is back", null);
    }

    /** Puts back what could not be decided, and wakes the owner in any case. */
    void putBack(List<Input> again) {
        if (!closing) {
            inputs.addAll(again);
            wake();
        }
    }

    /** Takes nothing any more; what is in it is still decided. */
    void close() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    private void wake() {
        if (turnIsDue.compareAndSet(false, true)) {
            owner.execute(this::turn);
        }
    }

    private void turn() {
        turnIsDue.set(false);
        try {
            decide.accept(take());
        } catch (RuntimeException defect) {
            LOG.error("bug: a batch ended with an exception", defect);
        }
        if (!inputs.isEmpty()) {
            wake();
        }
    }

    private List<Input> take() {
        List<Input> taken = new ArrayList<>();
        for (Input input = inputs.poll(); input != null; input = inputs.poll()) {
            taken.add(input);
            if (taken.size() == MOST_INPUTS_IN_BATCH) {
                break;
            }
        }
        return taken;
    }
}
