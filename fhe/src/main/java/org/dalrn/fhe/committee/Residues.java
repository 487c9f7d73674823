package org.dalrn.fhe.committee;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Vectors of residues as bytes: four each, big-endian, below the prime. */
final class Residues {
    private Residues() {}

    static byte[] toBytes(int[] residues) {
        byte[] bytes = new byte[Integer.BYTES * residues.length];
        ByteBuffer.wrap(bytes).asIntBuffer().put(residues);
        return bytes;
    }

    /** The residues, or null if the length is not four times {@code length} or a value is outside the field. */
    static int @Nullable [] parse(byte[] bytes, int length) {
        if (bytes.length != Integer.BYTES * length) {
            return null;
        }
        int[] residues = new int[length];
        ByteBuffer.wrap(bytes).asIntBuffer().get(residues);
        boolean inField = true;
        for (int residue : residues) {
            // As unsigned numbers, negative words are the large ones.
            inField &= Integer.compareUnsigned(residue, ShareField.PRIME) < 0;
        }
        return inField ? residues : null;
    }
}
