package org.dalrn.fhe.committee;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The purposes for which bytes are hashed, signed or sealed; each has its own prefix, so bytes made for one purpose are
 * never valid for another.
 */
enum Domain {
    PLAN("plan"),
    MEMBER_OFFER("member offer"),
    SHARE("share"),
    SHARE_PAYLOAD("share payload"),
    DEALING("dealing"),
    DEALING_DIGEST("dealing digest"),
    SET("set"),
    ENDORSEMENT("endorsement"),
    ANSWER("answer"),
    ANSWER_PAYLOAD("answer payload"),
    ANSWER_SIGNATURE("answer signature"),
    ANSWER_SEAL("answer seal"),
    JOURNAL("journal");

    private final String label;

    Domain(String purpose) {
        label = "org.dalrn.fhe.committee/1 " + purpose;
    }

    /** The length of the label in one byte, then the label. */
    private byte[] prefix() {
        byte[] ascii = label.getBytes(StandardCharsets.US_ASCII);
        byte[] prefix = new byte[1 + ascii.length];
        prefix[0] = (byte) ascii.length;
        System.arraycopy(ascii, 0, prefix, 1, ascii.length);
        return prefix;
    }

    /** A number as a part of a message. */
    static byte[] int32(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    /** The prefix and the parts, one after the other; the caller's parts have lengths fixed by the plan. */
    byte[] message(byte[]... parts) {
        byte[] prefix = prefix();
        int length = prefix.length;
        for (byte[] part : parts) {
            length = Math.addExact(length, part.length);
        }
        byte[] message = new byte[length];
        System.arraycopy(prefix, 0, message, 0, prefix.length);
        int at = prefix.length;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, message, at, part.length);
            at += part.length;
        }
        return message;
    }

    /** SHA-256 of {@link #message}. */
    Digest digest(byte[]... parts) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(prefix());
            for (byte[] part : parts) {
                sha256.update(part);
            }
            return Digest.wrap(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }
}
