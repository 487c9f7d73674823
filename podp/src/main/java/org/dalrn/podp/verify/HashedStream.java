package org.dalrn.podp.verify;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;

/** A stream that at its end has had the right hash, or fails. */
final class HashedStream extends FilterInputStream {
    private final MessageDigest digest = Sha256Hash.newDigest();
    private final Sha256Hash expected;
    private boolean ended;

    HashedStream(InputStream in, Sha256Hash expected) {
        super(in);
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        if (read > 0) {
            digest.update(target, offset, read);
        } else if (read < 0 && !ended) {
            ended = true;
            Sha256Hash found = Sha256Hash.finish(digest);
            if (!found.equals(expected)) {
                throw new PodpException("blob " + expected + " has the hash " + found);
            }
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] skipped = new byte[(int) Math.min(Math.max(0, count), 4096)];
        return Math.max(0, read(skipped, 0, skipped.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
