package org.dalrn.fhe.aggregation;

import org.dalrn.fhe.FheException;

/**
 * An opened sum that is not one of honest updates under that key: its noise, a field or the weights lie outside what can
 * occur.
 *
 * <p>The key belongs to other updates, or an update was malformed. Drop the key and the round: trying again with another set
 * of answers gives away keys.
 */
public final class SumDecodingException extends FheException {
    private static final long serialVersionUID = 1L;

    SumDecodingException(String what) {
        super(what + "; drop this round and its keys, never retry with other answers, and start a fresh round");
    }
}
