package org.dalrn.ipfs.cli;

import org.dalrn.ipfs.unixfs.FileLayout;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a file is cut, to be mixed in. */
final class LayoutOption {
    @Option(
            names = "--layout",
            paramLabel = "NAME",
            defaultValue = "kubo",
            converter = Converter.class,
            description =
                    "kubo: as `ipfs add --cid-version=1` cuts files (the default); unixfs-v1-2025: as Kubo's profile of"
                            + " that name. Another layout is another CID.")
    private FileLayout layout = FileLayout.KUBO_DEFAULT;

    FileLayout layout() {
        return layout;
    }

    /** Reads a layout's name. */
    static final class Converter implements ITypeConverter<FileLayout> {
        @Override
        public FileLayout convert(String text) {
            return switch (text) {
                case "kubo" -> FileLayout.KUBO_DEFAULT;
                case "unixfs-v1-2025" -> FileLayout.UNIXFS_V1_2025;
                default ->
                    throw new TypeConversionException(
                            "'" + text + "' is no layout; allowed are kubo and" + " unixfs-v1-2025");
            };
        }
    }
}
