package org.dalrn.podp.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.MalformedException;

/** The bytes of entries side by side, each after its length as 16-bit big-endian: C2SP tlog-tiles. */
final class EntryBundle {
    private EntryBundle() {}

    /**
     * Reads entries.
     *
     * @param count how many there must be
     * @param most no more than so many are read, whatever the count says
     * @throws MalformedException if the bytes are not exactly so many entries
     */
    static List<byte[]> parse(byte[] bytes, int count, int most) {
        if (count < 0 || count > most || 2L * count > bytes.length) {
            throw new MalformedException(bytes.length + " bytes cannot be " + count + " entries; at most " + most
                    + " are allowed, each with 2 bytes for its length");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        List<byte[]> entries = new ArrayList<>(count);
        while (entries.size() < count) {
            int at = in.position();
            if (in.remaining() < 2) {
                throw new MalformedException("entry " + entries.size() + " of " + count + " is missing at byte " + at);
            }
            int length = Short.toUnsignedInt(in.getShort());
            if (length > in.remaining()) {
                throw new MalformedException("entry " + entries.size() + " at byte " + at + " has " + length
                        + " bytes, but only " + in.remaining() + " are left");
            }
            byte[] entry = new byte[length];
            in.get(entry);
            entries.add(entry);
        }
        if (in.hasRemaining()) {
            throw new MalformedException(
                    in.remaining() + " bytes are left behind entry " + (count - 1) + ", the last of " + count);
        }
        return entries;
    }

    /** The bytes of entries that are not longer than an entry may be. */
    static ByteBuffer format(List<byte[]> entries) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(Journal.payloadBytes(entries)));
        for (byte[] entry : entries) {
            out.putShort((short) entry.length).put(entry);
        }
        return out.flip();
    }
}
