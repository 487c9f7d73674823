package org.dalrn.ipfs.car;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.dalrn.ipfs.Block;
import org.dalrn.ipfs.BlockMissingException;
import org.dalrn.ipfs.BlockSource;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.IpfsFormatException;
import org.dalrn.ipfs.unixfs.FileDag;
import org.dalrn.ipfs.unixfs.FileLayout;

/**
 * An archive on disk, of which any block can be had. It need not be trusted: a block is verified when it is asked for.
 *
 * <p>Thread-safe. The file must not change while it is open.
 */
public final class CarArchive implements BlockSource, Closeable {
    /**
     * A block's place.
     *
     * @param from its first byte
     * @param bytes how many
     */
    private record Place(long from, int bytes) {}

    private final Path path;
    private final FileChannel file;
    private final List<Cid> roots;
    private final Map<Cid, Place> places;

    private CarArchive(Path path, FileChannel file, List<Cid> roots, Map<Cid, Place> places) {
        this.path = path;
        this.file = file;
        this.roots = roots;
        this.places = places;
    }

    /**
     * Reads where the blocks are.
     *
     * @param mostBlocks how many different ones are accepted: each takes about 200 bytes of memory
     * @throws IpfsFormatException if it is no archive, is cut off or has too many blocks
     * @throws IOException if the file cannot be read
     */
    public static CarArchive open(Path path, int mostBlocks) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            // Skipping what was not buffered moves the channel and reads nothing.
            InputStream in = new BufferedInputStream(Channels.newInputStream(file), 1 << 12);
            CarReader reader = CarReader.open(in);
            Map<Cid, Place> places = new HashMap<>();
            long size = file.size();
            for (Optional<Cid> cid = reader.nextCid(); cid.isPresent(); cid = reader.nextCid()) {
                places.putIfAbsent(cid.get(), new Place(reader.position(), reader.blockBytes()));
                if (reader.position() + reader.blockBytes() > size) {
                    throw new IpfsFormatException(
                            "the archive is cut off: it has " + size + " bytes, but its last block" + " would end at "
                                    + (reader.position() + reader.blockBytes()));
                }
                if (places.size() > mostBlocks) {
                    throw new IpfsFormatException(
                            "the archive has more than " + mostBlocks + " blocks, which are allowed here");
                }
                reader.passOver();
            }
            return new CarArchive(path, file, reader.roots(), places);
        } catch (IOException | RuntimeException failed) {
            file.close();
            throw failed;
        }
    }

    /**
     * Writes the archive of a file: the root first and each block once, in the order of a walk from the root. The bytes are the same that
     * {@code ipfs dag export} writes.
     *
     * <p>Reads the file twice. Needs memory for the inner nodes and the names of the chunks, about a thousandth of the file's size.
     *
     * @param out not closed here
     * @throws IOException if a file fails, or {@code path} changes meanwhile
     */
    public static FileDag write(Path path, FileLayout layout, OutputStream out) throws IOException {
        return FileDag.buildRootFirst(path, layout, root -> CarWriter.begin(out, List.of(root)));
    }

    /** The CIDs that the archive says it is about. */
    public List<Cid> roots() {
        return roots;
    }

    /** How many different blocks it says it has. */
    public int blocks() {
        return places.size();
    }

    @Override
    public Block get(Cid cid) throws IOException {
        Place place = places.get(Objects.requireNonNull(cid, "cid"));
        if (place == null) {
            throw new BlockMissingException("the archive " + path + " has no block " + cid);
        }
        ByteBuffer bytes = ByteBuffer.allocate(place.bytes());
        while (bytes.hasRemaining()) {
            if (file.read(bytes, place.from() + bytes.position()) < 0) {
                throw new IpfsFormatException("the archive " + path + " became shorter while it was open");
            }
        }
        return Block.verified(cid, bytes.array(), "the archive " + path);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
