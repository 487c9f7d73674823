package org.dalrn.integrations.seal;

import org.dalrn.fhe.FheException;

/** Microsoft SEAL's library is not there, is of a version that is not known to work, or refused a call. */
public final class SealException extends FheException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message what was refused, the status, the fix
     */
    public SealException(String message) {
        super(message);
    }
}
