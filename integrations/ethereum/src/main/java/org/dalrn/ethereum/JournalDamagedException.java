package org.dalrn.ethereum;

import org.dalrn.podp.PodpException;

/** The journal of transactions is not what this program wrote: nothing is sent until somebody has looked. */
public final class JournalDamagedException extends PodpException {
    private static final long serialVersionUID = 1L;

    JournalDamagedException(String message) {
        super(message);
    }
}
