package org.dalrn.podp.verify;

import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;

/** A blob that a step needs is not at hand: nothing is wrong with what is there, but the step cannot run again. */
public final class BlobMissingException extends PodpException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates it.
     *
     * @param hash SHA-256 of the blob
     */
    public BlobMissingException(Sha256Hash hash) {
        super("blob " + hash + " is not there; without it the step cannot run again");
    }
}
