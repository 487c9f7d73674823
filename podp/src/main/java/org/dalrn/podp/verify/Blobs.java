package org.dalrn.podp.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;

/**
 * What steps read and wrote, by SHA-256.
 *
 * <p>What is read from here has the hash that was asked for: implementations compare it.
 */
public interface Blobs {

    /** Length of a blob, in bytes; empty if it is not there. */
    OptionalLong size(Sha256Hash hash);

    /**
     * Reads a blob as a stream, which throws {@link PodpException} at its end if the bytes have another hash.
     *
     * @throws BlobMissingException if it is not there
     */
    InputStream open(Sha256Hash hash);

    /**
     * Reads a whole blob.
     *
     * @param mostBytes what the caller can take; a larger blob is refused before memory is taken
     * @throws BlobMissingException if it is not there
     * @throws PodpException if it is too large, not readable or has another hash
     */
    default byte[] read(Sha256Hash hash, int mostBytes) {
        long size = size(hash).orElseThrow(() -> new BlobMissingException(hash));
        if (size > mostBytes) {
            throw new PodpException("blob " + hash + " has " + size + " bytes; at most " + mostBytes + " are wanted");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream((int) size);
        try (InputStream in = open(hash)) {
            in.transferTo(all);
        } catch (IOException e) {
            throw new PodpException("blob " + hash + " cannot be read", e);
        }
        return all.toByteArray();
    }
}
