package org.dalrn.fhe.committee;

import java.util.Arrays;
import org.dalrn.fhe.ring.ResiduePacking;
import org.jspecify.annotations.Nullable;

/** Vectors of residues as bytes: b bits each, packed as {@link ResiduePacking} says. */
final class Residues {
    private Residues() {}

    /** Bytes of that many residues. */
    static int bytes(ShareField field, int length) {
        return ResiduePacking.bytes(length, field.bits());
    }

    static byte[] toBytes(ShareField field, int[] residues) {
        long[] words = new long[residues.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = residues[i];
        }
        int length = bytes(field, residues.length);
        byte[] spacious = new byte[length + ResiduePacking.SPARE_BYTES];
        ResiduePacking.pack(words, words.length, field.bits(), spacious, 0);
        byte[] bytes = Arrays.copyOf(spacious, length);
        Arrays.fill(words, 0);
        Arrays.fill(spacious, (byte) 0);
        return bytes;
    }

    /** The residues, or null if the length is another, a value is the prime or a bit after the last value is set. */
    static int @Nullable [] parse(ShareField field, byte[] bytes, int length) {
        if (bytes.length != bytes(field, length)) {
            return null;
        }
        byte[] spacious = Arrays.copyOf(bytes, bytes.length + ResiduePacking.SPARE_BYTES);
        long[] words = new long[length];
        boolean inField = ResiduePacking.add(spacious, 0, length, field.bits(), field.prime(), words) >= 0;
        int[] residues = new int[length];
        for (int i = 0; i < length; i++) {
            residues[i] = (int) words[i];
        }
        Arrays.fill(words, 0);
        Arrays.fill(spacious, (byte) 0);
        if (!inField) {
            Arrays.fill(residues, 0);
            return null;
        }
        return residues;
    }
}
