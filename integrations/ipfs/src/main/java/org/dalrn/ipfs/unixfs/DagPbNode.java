package org.dalrn.ipfs.unixfs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.IpfsFormatException;
import org.dalrn.ipfs.Varint;

/**
 * A block that points to others: at most 8,192 links, and data. Immutable.
 *
 * <p>Has one form: links before data, each with CID, name and size in this order, nothing else. This is how Kubo writes it.
 *
 * <p>Source: IPLD dag-pb specification.
 */
final class DagPbNode {
    private static final int DATA = 1;
    private static final int LINKS = 2;

    private static final int LINK_HASH = 1;
    private static final int LINK_NAME = 2;
    private static final int LINK_SIZE = 3;

    private final List<DagPbLink> links;
    private final byte[] data;

    private DagPbNode(List<DagPbLink> links, byte[] data) {
        this.links = links;
        this.data = data;
    }

    static DagPbNode of(List<DagPbLink> links, byte[] data) {
        if (links.size() > FileLayout.MOST_LINKS) {
            throw new IllegalArgumentException(
                    "a node has at most " + FileLayout.MOST_LINKS + " links, not " + links.size());
        }
        return new DagPbNode(List.copyOf(links), data.clone());
    }

    /**
     * Reads a node.
     *
     * @throws IpfsFormatException if the bytes are no node in the form above
     */
    static DagPbNode decode(ByteBuffer bytes) {
        ProtobufReader in = new ProtobufReader("dag-pb node", bytes);
        List<DagPbLink> links = new ArrayList<>();
        while (in.peekTag() == ProtobufReader.tagOf(LINKS, ProtobufReader.BYTES)) {
            if (links.size() == FileLayout.MOST_LINKS) {
                throw in.malformed("more than " + FileLayout.MOST_LINKS + " links");
            }
            in.tag();
            links.add(link(in.bytes()));
        }
        in.expectTag(DATA, ProtobufReader.BYTES);
        ByteBuffer data = in.bytes();
        if (!in.atEnd()) {
            throw in.malformed("something after its data; only links, which come first, and data are allowed");
        }
        byte[] copy = new byte[data.remaining()];
        data.get(copy);
        return new DagPbNode(List.copyOf(links), copy);
    }

    private static DagPbLink link(ByteBuffer bytes) {
        ProtobufReader in = new ProtobufReader("dag-pb link", bytes);
        in.expectTag(LINK_HASH, ProtobufReader.BYTES);
        ByteBuffer hash = in.bytes();
        Cid cid = Cid.read(hash);
        if (hash.hasRemaining()) {
            throw in.malformed(hash.remaining() + " bytes after its CID");
        }
        in.expectTag(LINK_NAME, ProtobufReader.BYTES);
        String name;
        try {
            name = StandardCharsets.UTF_8.newDecoder().decode(in.bytes()).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new IpfsFormatException("a dag-pb link has a name that is not UTF-8", notUtf8);
        }
        in.expectTag(LINK_SIZE, ProtobufReader.VARINT);
        long size = in.number();
        if (!in.atEnd()) {
            throw in.malformed("something after its size");
        }
        return new DagPbLink(cid, name, size);
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + 64 * links.size() + 16);
        ByteArrayOutputStream body = new ByteArrayOutputStream(64);
        for (DagPbLink link : links) {
            body.reset();
            field(body, LINK_HASH, link.cid().toByteArray());
            field(body, LINK_NAME, link.name().getBytes(StandardCharsets.UTF_8));
            Varint.write(body, ProtobufReader.tagOf(LINK_SIZE, ProtobufReader.VARINT));
            Varint.write(body, link.cumulativeBytes());
            field(out, LINKS, body.toByteArray());
        }
        field(out, DATA, data);
        return out.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, int field, byte[] bytes) {
        Varint.write(out, ProtobufReader.tagOf(field, ProtobufReader.BYTES));
        Varint.write(out, bytes.length);
        out.writeBytes(bytes);
    }

    List<DagPbLink> links() {
        return links;
    }

    /** A read-only view. */
    ByteBuffer data() {
        return ByteBuffer.wrap(data).asReadOnlyBuffer();
    }
}
