package org.dalrn.podp;

import java.util.Arrays;

/** Bytes of the fuzzer's choice laid over a genuine message: chance alone finds no digest, key or length. */
public final class GenuineBytes {
    private GenuineBytes() {}

    /** The exclusive or of both, so that zeros leave the message as it is; as long as the longer one. */
    public static byte[] changed(byte[] genuine, byte[] change) {
        byte[] bytes = Arrays.copyOf(genuine, Math.max(genuine.length, change.length));
        for (int i = 0; i < change.length; i++) {
            bytes[i] ^= change[i];
        }
        return bytes;
    }
}
