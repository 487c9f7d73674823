package org.dalrn.fhe.seal;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A growing array that can be zeroed: it may have held a secret key. */
final class WipeableOutput extends ByteArrayOutputStream {
    void wipe() {
        Arrays.fill(buf, (byte) 0);
    }
}
