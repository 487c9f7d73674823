package org.dalrn.ethereum;

import org.dalrn.podp.PodpException;

/** A chain or its node did not do what it was asked. */
public sealed class ChainException extends PodpException permits ChainUnavailableException, ChainRefusalException {
    private static final long serialVersionUID = 1L;

    ChainException(String message) {
        super(message);
    }

    ChainException(String message, Throwable cause) {
        super(message, cause);
    }
}
