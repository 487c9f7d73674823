package org.dalrn.examples.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.cli.CliException;
import org.jspecify.annotations.Nullable;

/** Where a demo puts everything: a temporary folder that goes when it is closed, or one that the user keeps. */
public final class DemoFolder implements AutoCloseable {

    private final Path path;
    private final boolean kept;

    private DemoFolder(Path path, boolean kept) {
        this.path = path;
        this.kept = kept;
    }

    /**
     * A folder, to which this process logs from now on: the terminal belongs to the demo. To be called before anything logs.
     *
     * @param keep new or empty; null for a temporary one
     * @throws CliException if it holds anything
     */
    public static DemoFolder open(@Nullable Path keep) throws IOException {
        DemoFolder folder = keep == null
                ? new DemoFolder(Files.createTempDirectory("dalrn-demo-"), false)
                : new DemoFolder(empty(keep.toAbsolutePath()), true);
        System.setProperty("logback.configurationFile", "logback-file.xml");
        System.setProperty(
                "dalrn.log.file", folder.path.resolve("coordinator.log").toString());
        return folder;
    }

    private static Path empty(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new CliException(
                        ErrorCode.REQUEST_INVALID, "--keep " + folder + " is not empty; name a new or empty folder");
            }
        }
        return folder;
    }

    public Path path() {
        return path;
    }

    /** True if it stays. */
    public boolean isKept() {
        return kept;
    }

    @Override
    public void close() throws IOException {
        if (kept) {
            return;
        }
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
