package org.dalrn.ipfs.car;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockSink;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Varint;

/** An archive in the making. Each block is written as it comes, repeated ones again. Confined to one thread. */
public final class CarWriter implements BlockSink {
    private final OutputStream out;

    private CarWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Begins an archive with its header.
     *
     * @param out neither flushed nor closed here
     * @param roots the CIDs that the archive is about, at most 1,000
     * @throws IOException if {@code out} fails
     */
    public static CarWriter begin(OutputStream out, List<Cid> roots) throws IOException {
        CarWriter writer = new CarWriter(Objects.requireNonNull(out, "out"));
        byte[] header = new CarHeader(roots).encode();
        writer.length(header.length);
        out.write(header);
        return writer;
    }

    @Override
    public void put(Block block) throws IOException {
        length(Cid.SIZE_BYTES + block.sizeBytes());
        out.write(block.cid().toByteArray());
        block.writeTo(out);
    }

    private void length(int bytes) throws IOException {
        ByteArrayOutputStream varint = new ByteArrayOutputStream(Varint.LONGEST_BYTES);
        Varint.write(varint, bytes);
        varint.writeTo(out);
    }
}
