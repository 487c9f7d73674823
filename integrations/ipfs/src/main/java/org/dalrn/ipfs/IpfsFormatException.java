package org.dalrn.ipfs;

/** Bytes or text from outside are no CID, block, file or archive of the forms that docs/ipfs.md lists, or exceed a limit. */
public final class IpfsFormatException extends IpfsException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message what was found, where, and what is allowed
     */
    public IpfsFormatException(String message) {
        super(message);
    }

    /**
     * Creates it with a cause.
     *
     * @param message what was found, where, and what is allowed
     * @param cause what it followed from
     */
    public IpfsFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
