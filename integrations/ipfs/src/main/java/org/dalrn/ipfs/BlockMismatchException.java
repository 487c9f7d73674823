package org.dalrn.ipfs;

/** What a store gave, or says it has, does not hash to the CID that was asked for: the store is damaged or lies. */
public final class BlockMismatchException extends IpfsException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param message who gave what, and what was expected
     */
    public BlockMismatchException(String message) {
        super(message);
    }
}
