package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;

/**
 * The 16 bytes before every object: magic, own size, version, compression, a reserved zero and the total size.
 *
 * @param version the release that wrote the object
 * @param compression how the body is packed
 * @param totalBytes bytes of header and body as they stand in the file
 */
record SealHeader(SealVersion version, SealCompression compression, long totalBytes) {
    /** Bytes of a header. */
    static final int BYTES = 16;

    private static final short MAGIC = (short) 0xa15e;

    /**
     * Takes a header from a little-endian buffer that holds at least its 16 bytes.
     *
     * @throws SealFormatException if it is none or one that is not known here
     */
    static SealHeader read(ByteBuffer in) {
        short magic = in.getShort();
        if (magic != MAGIC) {
            throw new SealFormatException(String.format(
                    "magic number 0x%04x; a SEAL object of version 3.6 or later begins with 0xa15e", magic & 0xffff));
        }
        int size = in.get() & 0xff;
        if (size != BYTES) {
            throw new SealFormatException("SEAL header size " + size + "; it is " + BYTES);
        }
        SealVersion version = SealVersion.ofHeader(in.get() & 0xff, in.get() & 0xff);
        SealCompression compression = SealCompression.ofCode(in.get() & 0xff);
        int reserved = in.getShort() & 0xffff;
        if (reserved != 0) {
            throw new SealFormatException("reserved field of a SEAL header is " + reserved + "; it is 0");
        }
        long total = in.getLong();
        if (total < BYTES) {
            throw new SealFormatException(
                    "SEAL header announces " + Long.toUnsignedString(total) + " bytes in all; the least is " + BYTES);
        }
        return new SealHeader(version, compression, total);
    }

    /** Puts the header into a little-endian buffer with room for its 16 bytes. */
    void write(ByteBuffer out) {
        out.putShort(MAGIC)
                .put((byte) BYTES)
                .put((byte) version.major())
                .put((byte) version.minor())
                .put((byte) compression.code())
                .putShort((short) 0)
                .putLong(totalBytes);
    }
}
