package org.dalrn.fhe.ckks;

import org.dalrn.fhe.FheException;

/** Ciphertexts, plaintexts or keys that do not fit each other: of two keys, rings, levels or scales. */
public final class CkksException extends FheException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message what does not fit, the values, the fix
     */
    public CkksException(String message) {
        super(message);
    }
}
