package org.dalrn.ipfs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * At most 2 MiB of bytes and the CID that they hash to.
 *
 * <p>There is no way to make one whose bytes do not hash to its CID. Immutable and thread-safe.
 */
public final class Block {
    /** The most bytes that a block may have: nodes do not exchange larger ones. */
    public static final int MAX_SIZE_BYTES = 2 << 20;

    private final Cid cid;
    private final byte[] bytes;

    private Block(Cid cid, byte[] bytes) {
        this.cid = cid;
        this.bytes = bytes;
    }

    /**
     * The block of these bytes, which are copied.
     *
     * @throws IllegalArgumentException if there are more than {@link #MAX_SIZE_BYTES}
     */
    public static Block of(Codec codec, byte[] bytes) {
        Objects.requireNonNull(codec, "codec");
        if (bytes.length > MAX_SIZE_BYTES) {
            throw new IllegalArgumentException("a block has at most " + MAX_SIZE_BYTES + " bytes, not " + bytes.length);
        }
        byte[] copy = bytes.clone();
        return new Block(Cid.of(codec, copy), copy);
    }

    /**
     * The block of that name, if these bytes are it. They are copied.
     *
     * @param bytes from a store that need not be trusted
     * @param store who gave them, for the message
     * @throws BlockMismatchException if they are another block
     * @throws IpfsFormatException if they are too many
     */
    public static Block verified(Cid cid, byte[] bytes, String store) {
        if (bytes.length > MAX_SIZE_BYTES) {
            throw new IpfsFormatException(
                    store + " gave " + bytes.length + " bytes for " + cid + "; a block has at most " + MAX_SIZE_BYTES);
        }
        Block block = of(cid.codec(), bytes);
        if (!block.cid.equals(cid)) {
            throw new BlockMismatchException(store + " gave " + bytes.length + " bytes for " + cid
                    + " that are not that block: they are " + block.cid + "; ask another store");
        }
        return block;
    }

    /** Its name. */
    public Cid cid() {
        return cid;
    }

    /** How many bytes it has. */
    public int sizeBytes() {
        return bytes.length;
    }

    /** A read-only view of the bytes. */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** Writes the bytes to a stream. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Block that && cid.equals(that.cid);
    }

    @Override
    public int hashCode() {
        return cid.hashCode();
    }

    /** CID and size; never the content. */
    @Override
    public String toString() {
        return "Block[" + cid + ", " + bytes.length + " bytes]";
    }
}
