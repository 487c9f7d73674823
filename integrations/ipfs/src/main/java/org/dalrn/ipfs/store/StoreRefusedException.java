package org.dalrn.ipfs.store;

import org.dalrn.ipfs.IpfsException;

/** A node or gateway answered that it will not do what was asked, or answered something that is no answer to it. */
public final class StoreRefusedException extends IpfsException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message who was asked for what, and the answer
     */
    public StoreRefusedException(String message) {
        super(message);
    }

    /**
     * Creates it with a cause.
     *
     * @param message who was asked for what, and the answer
     * @param cause what it followed from
     */
    public StoreRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
