package org.dalrn.ethereum;

/** The chain's node did not answer, or not with anything that can be used: the same question may be answered later. */
public final class ChainUnavailableException extends ChainException {
    private static final long serialVersionUID = 1L;

    ChainUnavailableException(String message) {
        super(message);
    }

    ChainUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
