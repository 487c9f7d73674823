package org.dalrn.ipfs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.dalrn.podp.Sha256Hash;

/** The contents of the vectors, as the head of {@code peers/vectors.py} says. */
public final class Contents {
    private static final byte[] TAG = "dalrn-ipfs-vector/1\n".getBytes(StandardCharsets.UTF_8);

    private Contents() {}

    public static byte[] of(String pattern, int size) {
        return switch (pattern) {
            case "zeros" -> new byte[size];
            case "counter" -> counter(size);
            default -> throw new IllegalArgumentException(pattern);
        };
    }

    public static byte[] counter(int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(size + Sha256Hash.SIZE_BYTES);
        MessageDigest digest = Sha256Hash.newDigest();
        for (long k = 0; out.size() < size; k++) {
            digest.update(TAG);
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(k).array());
            out.writeBytes(digest.digest());
        }
        return Arrays.copyOf(out.toByteArray(), size);
    }
}
