package org.dalrn.podp.log;

import org.dalrn.podp.PodpException;

/** The disk beneath a log failed, or somebody else has the log open. */
public final class LogStorageException extends PodpException {
    private static final long serialVersionUID = 1L;

    LogStorageException(String message) {
        super(message);
    }

    LogStorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
