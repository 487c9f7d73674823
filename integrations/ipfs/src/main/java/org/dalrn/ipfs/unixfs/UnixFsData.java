package org.dalrn.ipfs.unixfs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import org.dalrn.ipfs.IpfsFormatException;
import org.dalrn.ipfs.Varint;

/**
 * What the data of a node says of the file, or part of a file, below it: its size and those of the parts. Immutable.
 *
 * <p>The size is always that of the node's own content and of all parts together. Has one form: type, content if there is any, size,
 * sizes of the parts, nothing else. Directories, links, modes and times are refused.
 *
 * <p>Source: UnixFS specification, the protocol buffer {@code Data}.
 */
final class UnixFsData {
    private static final int TYPE = 1;
    private static final int CONTENT = 2;
    private static final int SIZE = 3;
    private static final int BLOCK_SIZES = 4;

    private static final int FILE = 2;
    private static final String[] TYPES = {"raw", "directory", "file", "metadata", "symlink", "sharded directory"};

    private final byte[] content;
    private final long[] blockSizes;
    private final long size;

    private UnixFsData(byte[] content, long[] blockSizes, long size) {
        this.content = content;
        this.blockSizes = blockSizes;
        this.size = size;
    }

    /**
     * Of a node that has parts and no content of its own.
     *
     * @param blockSizes of the parts, in bytes
     */
    static UnixFsData ofParts(long[] blockSizes) {
        long sum = sum(0, blockSizes).orElseThrow(() -> new IllegalArgumentException("sizes of parts overflow"));
        return new UnixFsData(new byte[0], blockSizes.clone(), sum);
    }

    private static OptionalLong sum(int content, long[] blockSizes) {
        long sum = content;
        for (long size : blockSizes) {
            sum += size;
            if (size < 0 || sum < 0) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(sum);
    }

    /**
     * Reads it.
     *
     * @throws IpfsFormatException if the bytes are no file in the form above
     */
    static UnixFsData decode(ByteBuffer bytes) {
        ProtobufReader in = new ProtobufReader("UnixFS node", bytes);
        in.expectTag(TYPE, ProtobufReader.VARINT);
        long type = in.number();
        if (type != FILE) {
            throw in.malformed("the type "
                    + (type < TYPES.length ? TYPES[(int) type] : Long.toString(type))
                    + "; only files are read");
        }
        byte[] content = new byte[0];
        if (in.peekTag() == ProtobufReader.tagOf(CONTENT, ProtobufReader.BYTES)) {
            in.tag();
            ByteBuffer field = in.bytes();
            if (!field.hasRemaining()) {
                throw in.malformed("content of no bytes; leave it out");
            }
            content = new byte[field.remaining()];
            field.get(content);
        }
        in.expectTag(SIZE, ProtobufReader.VARINT);
        long size = in.number();
        long[] blockSizes = new long[16];
        int parts = 0;
        while (in.peekTag() == ProtobufReader.tagOf(BLOCK_SIZES, ProtobufReader.VARINT)) {
            if (parts == FileLayout.MOST_LINKS) {
                throw in.malformed("more than " + FileLayout.MOST_LINKS + " parts");
            }
            in.tag();
            if (parts == blockSizes.length) {
                blockSizes = Arrays.copyOf(blockSizes, 2 * parts);
            }
            blockSizes[parts++] = in.number();
        }
        if (!in.atEnd()) {
            throw in.malformed(
                    "tag " + in.tag() + " where only the sizes of parts (32) may come; mode and time are not read");
        }
        blockSizes = Arrays.copyOf(blockSizes, parts);
        OptionalLong sum = sum(content.length, blockSizes);
        if (sum.isEmpty() || sum.getAsLong() != size) {
            throw in.malformed("the size " + size + ", but its content and parts have "
                    + (sum.isEmpty() ? "more than 2^63" : Long.toString(sum.getAsLong())) + " bytes");
        }
        return new UnixFsData(content, blockSizes, size);
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 11 * blockSizes.length + 16);
        number(out, TYPE, FILE);
        if (content.length > 0) {
            Varint.write(out, ProtobufReader.tagOf(CONTENT, ProtobufReader.BYTES));
            Varint.write(out, content.length);
            out.writeBytes(content);
        }
        number(out, SIZE, size);
        for (long blockSize : blockSizes) {
            number(out, BLOCK_SIZES, blockSize);
        }
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        Varint.write(out, ProtobufReader.tagOf(field, ProtobufReader.VARINT));
        Varint.write(out, value);
    }

    /** Of the node's own content and all parts together, in bytes. */
    long size() {
        return size;
    }

    int parts() {
        return blockSizes.length;
    }

    /** Size of the part at an index, in bytes. */
    long blockSize(int index) {
        return blockSizes[index];
    }

    /** A copy of the node's own content. */
    byte[] content() {
        return content.clone();
    }
}
