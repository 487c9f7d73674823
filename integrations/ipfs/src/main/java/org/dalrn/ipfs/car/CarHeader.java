package org.dalrn.ipfs.car;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.IpfsException;
import org.dalrn.ipfs.IpfsFormatException;

/**
 * What an archive begins with: in DAG-CBOR the map of {@code roots} and {@code version}, in this order, which is the only one.
 *
 * @param roots the CIDs that the archive is about, at most 1,000
 */
record CarHeader(List<Cid> roots) {
    static final int MOST_ROOTS = 1000;

    /** More than 1,000 roots take. */
    static final int MAX_BYTES = 64 << 10;

    private static final byte[] MAP_AND_ROOTS = {(byte) 0xa2, 0x65, 'r', 'o', 'o', 't', 's'};
    private static final byte[] VERSION_1 = {0x67, 'v', 'e', 'r', 's', 'i', 'o', 'n', 0x01};
    /** Alone in a map: what version 2 begins with. */
    private static final byte[] VERSION_2 = {(byte) 0xa1, 0x67, 'v', 'e', 'r', 's', 'i', 'o', 'n', 0x02};
    /** Tag 42, then 37 bytes, the first of which is zero: a CID. */
    private static final byte[] BEFORE_CID = {(byte) 0xd8, 0x2a, 0x58, Cid.SIZE_BYTES + 1, 0x00};

    private static final int ARRAY = 0x80;

    CarHeader {
        roots = List.copyOf(roots);
        if (roots.size() > MOST_ROOTS) {
            throw new IllegalArgumentException("an archive has at most " + MOST_ROOTS + " roots, not " + roots.size());
        }
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAP_AND_ROOTS);
        int count = roots.size();
        if (count < 24) {
            out.write(ARRAY | count);
        } else if (count < 256) {
            out.write(ARRAY | 24);
            out.write(count);
        } else {
            out.write(ARRAY | 25);
            out.write(count >>> 8);
            out.write(count);
        }
        for (Cid root : roots) {
            out.writeBytes(BEFORE_CID);
            out.writeBytes(root.toByteArray());
        }
        out.writeBytes(VERSION_1);
        return out.toByteArray();
    }

    static CarHeader decode(byte[] bytes) {
        if (Arrays.equals(bytes, VERSION_2)) {
            throw new IpfsFormatException(
                    "the archive is a CAR of version 2; only version 1 is read, which `ipfs dag export` writes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        expect(in, MAP_AND_ROOTS);
        int count = count(in);
        if (count > MOST_ROOTS) {
            throw new IpfsFormatException("the archive has " + count + " roots; at most " + MOST_ROOTS + " are read");
        }
        List<Cid> roots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            expect(in, BEFORE_CID);
            roots.add(Cid.read(in));
        }
        expect(in, VERSION_1);
        if (in.hasRemaining()) {
            throw malformed(in, "the end");
        }
        return new CarHeader(roots);
    }

    /** The length of an array, in its shortest form. */
    private static int count(ByteBuffer in) {
        int head = in.hasRemaining() ? in.get() & 0xff : 0;
        int count = head & 0x1f;
        if ((head & 0xe0) != ARRAY || count > 25 || in.remaining() < count - 23) {
            throw malformed(in, "the length of an array of at most 65,535");
        }
        if (count < 24) {
            return count;
        }
        int value = count == 24 ? in.get() & 0xff : in.getShort() & 0xffff;
        if (value < (count == 24 ? 24 : 256)) {
            throw malformed(in, "a length in its shortest form");
        }
        return value;
    }

    private static void expect(ByteBuffer in, byte[] expected) {
        ByteBuffer rest = in.slice();
        if (rest.remaining() < expected.length || !rest.limit(expected.length).equals(ByteBuffer.wrap(expected))) {
            throw malformed(in, "'" + IpfsException.excerpt(new String(expected, StandardCharsets.ISO_8859_1)) + "'");
        }
        in.position(in.position() + expected.length);
    }

    private static IpfsFormatException malformed(ByteBuffer in, String expected) {
        return new IpfsFormatException("the header of the archive is no {roots, version} of CAR version 1: at byte "
                + in.position() + " of " + in.limit() + ", " + expected + " is expected");
    }
}
