package org.dalrn.server.gateway;

import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/** A stream of so many bytes that are all zero. Confined to one thread. */
final class ZeroBytes extends InputStream {

    private long left;

    ZeroBytes(long length) {
        this.left = length;
    }

    @Override
    public int read() {
        if (left == 0) {
            return -1;
        }
        left--;
        return 0;
    }

    @Override
    public int read(byte[] target, int from, int length) {
        Objects.checkFromIndexSize(from, length, target.length);
        if (left == 0 && length > 0) {
            return -1;
        }
        int count = (int) Math.min(left, length);
        Arrays.fill(target, from, from + count, (byte) 0);
        left -= count;
        return count;
    }
}
