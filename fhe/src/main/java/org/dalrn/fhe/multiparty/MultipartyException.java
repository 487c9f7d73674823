package org.dalrn.fhe.multiparty;

import org.dalrn.fhe.FheException;

/** Shares, requests or bytes of other parties that do not fit the ceremony, the group or each other. */
public final class MultipartyException extends FheException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message what does not fit, the values, the fix
     */
    public MultipartyException(String message) {
        super(message);
    }

    /**
     * Creates it with a cause.
     *
     * @param message what does not fit, the values, the fix
     * @param cause what it followed from
     */
    public MultipartyException(String message, Throwable cause) {
        super(message, cause);
    }
}
