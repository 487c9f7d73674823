package org.dalrn.podp.receipt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.canonical.CanonicalJson;

/**
 * One line of a log: a receipt and, if its actor is not the owner of the log, the actor's signature.
 *
 * <p>Whether the signature is right is for a verifier to say. Immutable and thread-safe. Source: docs/receipts.md, section 2.
 */
public final class Entry {

    /** The longest line, in bytes: that of the longest canonical text. A log on disk in tiles takes shorter ones only. */
    public static final int MAX_LINE_BYTES = CanonicalJson.MAX_BYTES;

    /** Length of an Ed25519 signature, in bytes. */
    public static final int SIGNATURE_BYTES = 64;

    private static final byte[] LEAF_DOMAIN = "dalrn/receipt/v1\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE_DOMAIN = "dalrn/receipt-signature/v1\n".getBytes(StandardCharsets.US_ASCII);

    private final Receipt receipt;
    private final byte[] line;
    private final int textLength;

    private Entry(Receipt receipt, byte[] line, int textLength) {
        this.receipt = receipt;
        this.line = line;
        this.textLength = textLength;
    }

    /**
     * The entry of a receipt whose actor is the owner of the log.
     *
     * @throws IllegalArgumentException if the line would be longer than {@link #MAX_LINE_BYTES}
     */
    public static Entry ofOwner(Receipt receipt) {
        byte[] text = receipt.canonicalText();
        checkLength(text.length);
        return new Entry(receipt, text, text.length);
    }

    /**
     * The entry of a receipt that another actor than the owner of the log signed.
     *
     * @param receipt what was signed
     * @param signature 64 bytes: the actor's Ed25519 signature over {@link #signedMessage}
     * @throws IllegalArgumentException if the signature has another length, or the line would be longer than
     *     {@link #MAX_LINE_BYTES}
     */
    public static Entry signed(Receipt receipt, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            throw new IllegalArgumentException("an Ed25519 signature of " + signature.length + " bytes; it has 64");
        }
        byte[] text = receipt.canonicalText();
        byte[] tail = ("\t" + HexFormat.of().formatHex(signature)).getBytes(StandardCharsets.US_ASCII);
        checkLength(text.length + tail.length);
        byte[] line = Arrays.copyOf(text, text.length + tail.length);
        System.arraycopy(tail, 0, line, text.length, tail.length);
        return new Entry(receipt, line, text.length);
    }

    private static void checkLength(int bytes) {
        if (bytes > MAX_LINE_BYTES) {
            throw new IllegalArgumentException("an entry of " + bytes + " bytes; a log takes at most " + MAX_LINE_BYTES
                    + ": put long lists into a blob and name the blob");
        }
    }

    /**
     * Reads a line.
     *
     * @param line without a line feed at its end
     * @throws MalformedException if the line is too long, its receipt not canonical or not a receipt, or what follows is no
     *     signature in lower-case hexadecimal
     */
    public static Entry parse(byte[] line) {
        if (line.length > MAX_LINE_BYTES) {
            throw new MalformedException(
                    "an entry of " + line.length + " bytes; allowed are at most " + MAX_LINE_BYTES);
        }
        int textLength = textLength(line);
        return new Entry(Receipt.parse(Arrays.copyOf(line, textLength)), line.clone(), textLength);
    }

    /**
     * The length of the canonical text at the start of a line.
     *
     * @throws MalformedException if a TAB is there, and what follows is no signature
     */
    static int textLength(byte[] line) {
        // A canonical text holds no raw TAB, so the first one ends it.
        int tab = 0;
        while (tab < line.length && line[tab] != '\t') {
            tab++;
        }
        if (tab == line.length) {
            return tab;
        }
        boolean signature = line.length - tab == 1 + 2 * SIGNATURE_BYTES;
        for (int i = tab + 1; i < line.length && signature; i++) {
            signature = (line[i] >= '0' && line[i] <= '9') || (line[i] >= 'a' && line[i] <= 'f');
        }
        if (!signature) {
            throw new MalformedException("after byte " + tab + " of an entry of " + line.length
                    + " bytes: expected a TAB and 128 characters of [0-9a-f]");
        }
        return tab;
    }

    /**
     * What an actor signs.
     *
     * @return {@code "dalrn/receipt-signature/v1\n"} and the canonical text
     * @throws IllegalArgumentException if the text would have more than 16 MiB
     */
    public static byte[] signedMessage(Receipt receipt) {
        return concatenated(SIGNATURE_DOMAIN, receipt.canonicalText());
    }

    /** The receipt. */
    public Receipt receipt() {
        return receipt;
    }

    /** The 64 bytes of the actor's signature, if there is one. */
    public Optional<byte[]> signature() {
        if (textLength == line.length) {
            return Optional.empty();
        }
        String hex = new String(line, textLength + 1, line.length - textLength - 1, StandardCharsets.US_ASCII);
        return Optional.of(HexFormat.of().parseHex(hex));
    }

    /** The line without a line feed at its end: canonical text and, after a TAB, the signature if there is one. */
    public byte[] line() {
        return line.clone();
    }

    /** What the log hashes and stores: {@code "dalrn/receipt/v1\n"} and the line. */
    public byte[] leafData() {
        return concatenated(LEAF_DOMAIN, line);
    }

    /**
     * What the log would hash and store for a line, whether or not it is an entry.
     *
     * @param line any bytes
     */
    public static byte[] leafData(byte[] line) {
        return concatenated(LEAF_DOMAIN, line);
    }

    private static byte[] concatenated(byte[] domain, byte[] rest) {
        byte[] both = Arrays.copyOf(domain, domain.length + rest.length);
        System.arraycopy(rest, 0, both, domain.length, rest.length);
        return both;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Entry that && Arrays.equals(line, that.line);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(line));
    }

    /** The line as text. */
    @Override
    public String toString() {
        return new String(line, StandardCharsets.UTF_8);
    }
}
