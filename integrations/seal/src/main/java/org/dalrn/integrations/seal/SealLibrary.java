package org.dalrn.integrations.seal;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.ptr.ByteByReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Microsoft SEAL's C library ({@code libsealc}, built with {@code SEAL_BUILD_SEAL_C}) as loaded from a file. It is not part of
 * DALRN. Immutable, thread-safe; it stays loaded for the life of the process.
 *
 * <p>A loaded library runs inside this process with all its rights: name only a file that you trust.
 */
public final class SealLibrary {
    /** The system property that names the file. */
    public static final String PATH_PROPERTY = "dalrn.seal.library";

    private final SealFunctions functions;
    private final String version;

    private SealLibrary(SealFunctions functions, String version) {
        this.functions = functions;
        this.version = version;
    }

    /**
     * The library that {@value #PATH_PROPERTY} names, or nothing if that is not set.
     *
     * @throws SealException if it is set but the file is not a library that can be used
     */
    public static Optional<SealLibrary> find() {
        String path = System.getProperty(PATH_PROPERTY, "");
        return path.isBlank() ? Optional.empty() : Optional.of(load(Path.of(path)));
    }

    /**
     * The library in a file.
     *
     * @param path the file, {@code libsealc.so} or {@code libsealc.dylib}
     * @throws SealException if it is no library, has not SEAL's C functions, or is not of version 4
     */
    public static SealLibrary load(Path path) {
        Path file = Objects.requireNonNull(path, "path").toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new SealException(file + " is not a file; set " + PATH_PROPERTY
                    + " to a libsealc, which integrations/seal/peers/install builds");
        }
        if (!Platform.is64Bit() || Platform.isWindows()) {
            throw new SealException("SEAL's C library is used on 64-bit Linux and macOS only, not on "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        }
        try {
            SealFunctions functions = Native.load(file.toString(), SealFunctions.class);
            ByteByReference major = new ByteByReference();
            ByteByReference minor = new ByteByReference();
            ByteByReference patch = new ByteByReference();
            SealStatus.require(functions.Version_Major(major), "tell its version");
            SealStatus.require(functions.Version_Minor(minor), "tell its version");
            SealStatus.require(functions.Version_Patch(patch), "tell its version");
            String version = major.getValue() + "." + minor.getValue() + "." + patch.getValue();
            if (major.getValue() != 4) {
                throw new SealException(
                        file + " is SEAL " + version + "; a version 4 is needed, whose format and functions are known");
            }
            return new SealLibrary(functions, version);
        } catch (UnsatisfiedLinkError e) {
            SealException failure =
                    new SealException(file + " is not a SEAL C library that this machine can load: " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    /** SEAL's version, three numbers with points. */
    public String version() {
        return version;
    }

    SealFunctions functions() {
        return functions;
    }

    @Override
    public String toString() {
        return "SEAL " + version;
    }
}
