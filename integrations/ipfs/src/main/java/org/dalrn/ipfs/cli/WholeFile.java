package org.dalrn.ipfs.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that is there when it is complete and not before. */
final class WholeFile {
    /** Writes the content. */
    @FunctionalInterface
    interface Content<T> {
        T writeTo(OutputStream out) throws IOException;
    }

    private WholeFile() {}

    static <T> T write(Path target, Content<T> content) throws IOException {
        Path file = target.toAbsolutePath();
        if (file.getFileName() == null || Files.isDirectory(file)) {
            throw new FileSystemException(target.toString(), null, "is a folder; name a file in it");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            T result;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
                result = content.writeTo(out);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            return result;
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
