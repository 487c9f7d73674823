package org.dalrn.fhe.seal;

import java.util.Objects;

/**
 * How an object is written: the version its header names and its compression.
 *
 * @param version the release named as writer
 * @param compression how the body is packed
 */
public record SealEncoding(SealVersion version, SealCompression compression) {
    /** Checks that nothing is missing. */
    public SealEncoding {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(compression, "compression");
    }

    /**
     * The writing that every SEAL since 3.7 reads, whatever it was built with: version 3.7, uncompressed.
     *
     * <p>Read by node-seal 5.1.7 (SEAL 4.1.2) and TenSEAL 0.3.18 (SEAL 4.3) alike, neither of which reads the other's version.
     *
     * @return the encoding
     */
    public static SealEncoding portable() {
        return new SealEncoding(SealVersion.V3_7, SealCompression.NONE);
    }

    /**
     * This encoding with another compression.
     *
     * @param other how to pack the body
     * @return the changed encoding
     */
    public SealEncoding withCompression(SealCompression other) {
        return new SealEncoding(version, other);
    }
}
