package org.dalrn.fhe.aggregation;

import org.dalrn.fhe.FheException;

/**
 * Bytes from outside that are not a plan, an update or a sum, or are one of another plan, round or client, or not the one that was
 * agreed on.
 */
public final class SumFormatException extends FheException {
    private static final long serialVersionUID = 1L;

    SumFormatException(String message) {
        super(message);
    }
}
