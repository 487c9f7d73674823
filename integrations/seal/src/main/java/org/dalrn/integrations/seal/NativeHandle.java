package org.dalrn.integrations.seal;

import com.sun.jna.Pointer;
import java.lang.ref.Cleaner;
import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * The owner of one object in SEAL's memory: freed by {@link #close}, or when the owner is garbage. Confined to one thread, or
 * guarded by whoever shares it; users keep it reachable until their call is over.
 */
final class NativeHandle implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final String noun;
    private final Pointer pointer;
    private final Cleaner.Cleanable cleanable;
    private volatile boolean closed;

    private NativeHandle(String noun, Pointer pointer, ToIntFunction<Pointer> destroy) {
        this.noun = noun;
        this.pointer = pointer;
        cleanable = CLEANER.register(this, () -> {
            int status = destroy.applyAsInt(pointer);
            assert status == 0 : "SEAL did not free a " + noun;
        });
    }

    /**
     * The owner of an object that SEAL just made.
     *
     * @param noun what it is, for messages
     * @param destroy SEAL's function that frees it, not bound to the object
     */
    static NativeHandle own(String noun, Pointer pointer, ToIntFunction<Pointer> destroy) {
        return new NativeHandle(noun, Objects.requireNonNull(pointer, noun), destroy);
    }

    /**
     * The object's address.
     *
     * @throws IllegalStateException if it was freed
     */
    Pointer pointer() {
        if (closed) {
            throw new IllegalStateException("the " + noun + " was closed; make another");
        }
        return pointer;
    }

    @Override
    public void close() {
        closed = true;
        cleanable.clean();
    }

    @Override
    public String toString() {
        return "NativeHandle[" + noun + (closed ? ", closed]" : "]");
    }
}
