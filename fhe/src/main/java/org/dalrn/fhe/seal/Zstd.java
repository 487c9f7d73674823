package org.dalrn.fhe.seal;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The door to the optional Zstandard library: nothing else in the module names its classes. */
final class Zstd {
    /** The largest window accepted, 8 MiB: what RFC 8878 recommends; SEAL's own level needs 2 MiB. */
    private static final int LARGEST_WINDOW_LOG2 = 23;

    /** The level SEAL writes with. */
    private static final int LEVEL = 3;

    private static final String MISSING =
            "Zstandard is not available: add com.github.luben:zstd-jni to the class path or module path"
                    + " (module com.github.luben.zstd_jni), or save with compression none or zlib";

    private Zstd() {}

    /**
     * Opens a frame.
     *
     * @throws SealFormatException if the library is missing or the frame is damaged
     */
    static SealInput.Unpacker unpacker(String what, ByteBuffer body) {
        try {
            return new Frame(what, body);
        } catch (LinkageError e) {
            throw new SealFormatException("SEAL " + what + " is compressed with zstd. " + MISSING, e);
        }
    }

    /**
     * Opens a stream that packs into another one.
     *
     * @throws IllegalStateException if the library is missing
     */
    static OutputStream packer(OutputStream target) throws IOException {
        try {
            return Packer.open(target);
        } catch (LinkageError e) {
            throw new IllegalStateException(MISSING, e);
        }
    }

    /** A class of its own, so that checking the code of the outer one does not load the library. */
    private static final class Packer {
        static OutputStream open(OutputStream target) throws IOException {
            return new ZstdOutputStreamNoFinalizer(target, LEVEL);
        }
    }

    private static final class Frame implements SealInput.Unpacker {
        private final String what;
        private final ZstdInputStreamNoFinalizer stream;

        Frame(String what, ByteBuffer body) {
            this.what = what;
            try {
                stream = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(
                                body.array(), body.arrayOffset() + body.position(), body.remaining()))
                        .setLongMax(LARGEST_WINDOW_LOG2);
            } catch (IOException e) {
                throw damaged(e);
            }
        }

        @Override
        public int unpack(byte[] target, int offset, int length) {
            try {
                return stream.read(target, offset, length);
            } catch (IOException e) {
                throw damaged(e);
            }
        }

        @Override
        public void close() {
            try {
                stream.close();
            } catch (IOException e) {
                throw damaged(e);
            }
        }

        private SealFormatException damaged(IOException cause) {
            return new SealFormatException(
                    "SEAL " + what + ": its zstd frame is damaged, cut off or needs a window above 2^"
                            + LARGEST_WINDOW_LOG2 + " bytes",
                    cause);
        }
    }
}
