package org.dalrn.ipfs.car;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.IpfsFormatException;
import org.dalrn.ipfs.Varint;

/**
 * The blocks of an archive, one after the other. The archive need not be trusted: a block is verified before it is given. Needs
 * memory for one block. Confined to one thread.
 */
public final class CarReader {
    /** Longest section: a CID and the largest block. */
    static final int MAX_SECTION_BYTES = Cid.SIZE_BYTES + Block.MAX_SIZE_BYTES;

    private final InputStream in;
    private final List<Cid> roots;
    private long position;
    private long sectionAt;

    private CarReader(InputStream in) throws IOException {
        this.in = in;
        long length = length(CarHeader.MAX_BYTES, "header");
        if (length < 0) {
            throw new IpfsFormatException("the archive is empty; it begins with a header");
        }
        this.roots = CarHeader.decode(exactly((int) length)).roots();
    }

    /**
     * Reads the header.
     *
     * @param in best buffered; not closed here
     * @throws IpfsFormatException if it is none of version 1
     * @throws IOException if {@code in} fails
     */
    public static CarReader open(InputStream in) throws IOException {
        return new CarReader(Objects.requireNonNull(in, "in"));
    }

    /** The CIDs that the archive says it is about. */
    public List<Cid> roots() {
        return roots;
    }

    /**
     * The next block; empty at the end.
     *
     * @throws IpfsFormatException if the archive is cut off or malformed
     * @throws org.dalrn.ipfs.BlockMismatchException if a block's bytes are not those of its CID
     * @throws IOException if the stream fails
     */
    public Optional<Block> next() throws IOException {
        Optional<Cid> cid = nextCid();
        if (cid.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = exactly((int) (sectionAt - position));
        return Optional.of(Block.verified(cid.get(), bytes, "the archive"));
    }

    /** The name of the next block, whose bytes are then at {@link #position()}; they must be taken or passed over. */
    Optional<Cid> nextCid() throws IOException {
        long length = length(MAX_SECTION_BYTES, "block");
        if (length < 0) {
            return Optional.empty();
        }
        if (length < Cid.SIZE_BYTES) {
            throw new IpfsFormatException("a section of " + length + " bytes before byte " + position
                    + " of the archive holds no CID of " + Cid.SIZE_BYTES);
        }
        sectionAt = position + length;
        ByteBuffer name = ByteBuffer.wrap(exactly(Cid.SIZE_BYTES));
        return Optional.of(Cid.read(name));
    }

    /** How many bytes the block has whose name was just read. */
    int blockBytes() {
        return (int) (sectionAt - position);
    }

    /** How much of the archive was read, in bytes. */
    long position() {
        return position;
    }

    /** Goes to the section after the name that was just read. */
    void passOver() throws IOException {
        int bytes = blockBytes();
        in.skipNBytes(bytes);
        position += bytes;
    }

    /** A length of at most {@code most}; -1 at the end of the archive. */
    private long length(int most, String of) throws IOException {
        byte[] varint = new byte[Varint.LONGEST_BYTES];
        for (int i = 0; i < varint.length; i++) {
            int next = in.read();
            if (next < 0) {
                if (i == 0) {
                    return -1;
                }
                throw cutOff();
            }
            position++;
            varint[i] = (byte) next;
            if (next < 0x80) {
                long length = Varint.read(ByteBuffer.wrap(varint, 0, i + 1));
                if (length > most) {
                    throw new IpfsFormatException("a " + of + " of " + length + " bytes before byte " + position
                            + " of the archive; at most " + most + " are allowed");
                }
                return length;
            }
        }
        throw new IpfsFormatException("a length before byte " + position + " of the archive has more than 9 bytes");
    }

    private byte[] exactly(int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        position += read.length;
        if (read.length < bytes) {
            throw cutOff();
        }
        return read;
    }

    private IpfsFormatException cutOff() {
        return new IpfsFormatException("the archive is cut off after " + position + " bytes");
    }
}
