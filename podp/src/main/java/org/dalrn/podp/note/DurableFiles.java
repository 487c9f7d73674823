package org.dalrn.podp.note;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a new or renamed file needs to survive a power cut. */
final class DurableFiles {

    private DurableFiles() {}

    /** Makes the names in a folder durable, where the operating system opens folders for that (Windows does not). */
    static void syncFolder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
