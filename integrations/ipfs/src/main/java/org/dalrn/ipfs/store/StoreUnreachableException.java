package org.dalrn.ipfs.store;

import org.dalrn.ipfs.IpfsException;

/** A node or gateway did not answer in time, not completely, or that it is overloaded. The same request may succeed later. */
public final class StoreUnreachableException extends IpfsException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message who was asked for what, how often, and what came instead
     */
    public StoreUnreachableException(String message) {
        super(message);
    }

    /**
     * Creates it with a cause.
     *
     * @param message who was asked for what, how often, and what came instead
     * @param cause what it followed from
     */
    public StoreUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
