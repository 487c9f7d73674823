package org.dalrn.ipfs;

/** A store says that it has no block of the CID that was asked for. */
public final class BlockMissingException extends IpfsException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message which store lacks which CID
     */
    public BlockMissingException(String message) {
        super(message);
    }
}
