package org.dalrn.fhe;

import javax.security.auth.Destroyable;

/**
 * A secret whose words can be overwritten: what every key, share and raw decryption of this module is.
 *
 * <p>After {@link #destroy} its words are zeros and its uses fail. Destroying it during a use makes that use worthless; otherwise a
 * subclass says whether it is thread-safe. A garbage collector may have copied the words before.
 */
public abstract class ErasableSecret implements Destroyable, AutoCloseable {
    private volatile boolean destroyed;

    /** A living secret. */
    protected ErasableSecret() {}

    /** Overwrites the words with zeros; may be called again. */
    protected abstract void erase();

    @Override
    public final void destroy() {
        destroyed = true;
        erase();
    }

    @Override
    public final boolean isDestroyed() {
        return destroyed;
    }

    /** {@link #destroy}. */
    @Override
    public final void close() {
        destroy();
    }
}
