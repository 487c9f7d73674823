package org.dalrn.ipfs;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.dalrn.podp.Sha256Hash;

/**
 * The name of a block: the SHA-256 of its bytes and how to read them. Version 1.
 *
 * <p>A blob that has at most one chunk is one raw block, so {@code new Cid(Codec.RAW, hash)} is its CID if a receipt names it by
 * {@code hash}. Each CID has one spelling here: binary, or 59 characters of lower-case base 32 after a {@code b}. Other versions,
 * codecs, hashes and bases are refused.
 *
 * <p>Immutable and thread-safe.
 *
 * <p>Source: multiformats CID specification; multibase; RFC 4648 section 6.
 *
 * @param codec how to read the block
 * @param sha256 of the block's bytes
 */
public record Cid(Codec codec, Sha256Hash sha256) {
    /** Length of the binary form, in bytes. */
    public static final int SIZE_BYTES = 4 + Sha256Hash.SIZE_BYTES;

    /** Length of the text, in characters. */
    public static final int TEXT_LENGTH = 1 + (SIZE_BYTES * Byte.SIZE + 4) / 5;

    private static final int VERSION = 1;
    private static final int SHA2_256 = 0x12;
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    private static final String VERSION_0 =
            "is a CID of version 0; only version 1 is read: `ipfs cid base32 CID` converts it, `ipfs add --cid-version=1`"
                    + " makes no others";

    /** Checks that nothing is missing. */
    public Cid {
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(sha256, "sha256");
    }

    /** The name of a block of these bytes. */
    public static Cid of(Codec codec, byte[] bytes) {
        return new Cid(codec, Sha256Hash.of(bytes));
    }

    /**
     * Reads the text.
     *
     * @param text 59 characters: {@code b} and then lower-case base 32 without padding
     * @throws IpfsFormatException if {@code text} is anything else
     */
    public static Cid parse(String text) {
        if (text.length() == 46 && text.startsWith("Qm")) {
            throw new IpfsFormatException("'" + IpfsException.excerpt(text) + "' " + VERSION_0);
        }
        if (text.length() != TEXT_LENGTH || text.charAt(0) != 'b') {
            throw new IpfsFormatException("'" + IpfsException.excerpt(text) + "' is no CID; allowed are 'b' and then "
                    + (TEXT_LENGTH - 1) + " characters of [a-z2-7]");
        }
        byte[] bytes = new byte[SIZE_BYTES];
        int bits = 0;
        int pending = 0;
        int filled = 0;
        for (int i = 1; i < TEXT_LENGTH; i++) {
            int value = BASE32.indexOf(text.charAt(i));
            if (value < 0) {
                throw new IpfsFormatException("'" + IpfsException.excerpt(text) + "' is no CID: character " + (i + 1)
                        + " is not of [a-z2-7]");
            }
            pending = (pending << 5 | value) & 0xfff;
            bits += 5;
            if (bits >= Byte.SIZE) {
                bits -= Byte.SIZE;
                bytes[filled++] = (byte) (pending >>> bits);
            }
        }
        if ((pending & ((1 << bits) - 1)) != 0) {
            throw new IpfsFormatException(
                    "'" + text + "' is no CID: the spare bits of its last character are not zero");
        }
        return ofBytes(bytes);
    }

    /**
     * Reads the binary form.
     *
     * @param bytes 36 of them
     * @throws IpfsFormatException if they are anything else
     */
    public static Cid ofBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Cid cid = read(in);
        if (in.hasRemaining()) {
            throw new IpfsFormatException("a CID has " + SIZE_BYTES + " bytes; " + in.remaining() + " more follow");
        }
        return cid;
    }

    /**
     * Takes a CID in its binary form from the front of {@code in}.
     *
     * @throws IpfsFormatException if there is none
     */
    public static Cid read(ByteBuffer in) {
        long version = Varint.read(in);
        if (version == SHA2_256) {
            throw new IpfsFormatException("what begins with 0x12 " + VERSION_0);
        }
        if (version != VERSION) {
            throw new IpfsFormatException("CID version " + version + " is not known; only 1 is read");
        }
        Codec codec = codec(Varint.read(in));
        long hash = Varint.read(in);
        long length = Varint.read(in);
        if (hash != SHA2_256 || length != Sha256Hash.SIZE_BYTES) {
            throw new IpfsFormatException("hash function 0x" + Long.toHexString(hash) + " of " + length
                    + " bytes is not read; allowed is sha2-256 (0x12) of 32 bytes");
        }
        byte[] digest = new byte[Sha256Hash.SIZE_BYTES];
        try {
            in.get(digest);
        } catch (BufferUnderflowException cutOff) {
            throw new IpfsFormatException(
                    "a CID is cut off: " + in.remaining() + " of 32 bytes of its hash are there", cutOff);
        }
        return new Cid(codec, Sha256Hash.ofBytes(digest));
    }

    private static Codec codec(long code) {
        for (Codec codec : Codec.values()) {
            if (codec.code() == code) {
                return codec;
            }
        }
        throw new IpfsFormatException(
                "codec 0x" + Long.toHexString(code) + " is not read; allowed are raw (0x55) and dag-pb (0x70)");
    }

    /** The binary form. */
    public byte[] toByteArray() {
        byte[] bytes = new byte[SIZE_BYTES];
        bytes[0] = VERSION;
        bytes[1] = (byte) codec.code();
        bytes[2] = SHA2_256;
        bytes[3] = Sha256Hash.SIZE_BYTES;
        sha256.copyTo(bytes, 4);
        return bytes;
    }

    /** The text. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(TEXT_LENGTH).append('b');
        int bits = 0;
        int pending = 0;
        for (byte next : toByteArray()) {
            pending = (pending << Byte.SIZE | (next & 0xff)) & 0xfff;
            bits += Byte.SIZE;
            while (bits >= 5) {
                bits -= 5;
                text.append(BASE32.charAt(pending >>> bits & 0x1f));
            }
        }
        return text.append(BASE32.charAt(pending << (5 - bits) & 0x1f)).toString();
    }
}
