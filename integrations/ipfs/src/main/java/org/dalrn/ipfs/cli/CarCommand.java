package org.dalrn.ipfs.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.dalrn.ipfs.car.CarArchive;
import org.dalrn.ipfs.unixfs.FileDag;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dalrn ipfs car}. */
@Command(
        name = "car",
        description = "Write the archive of a file that any IPFS node imports, and print the file's CID.")
final class CarCommand extends IpfsCommand {
    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT.car",
            description = "Where to; replaced if it is there.")
    private Path target = Path.of("");

    @Mixin
    private LayoutOption layout = new LayoutOption();

    @Override
    Result run() throws IOException {
        FileDag dag = WholeFile.write(target, out -> CarArchive.write(file, layout.layout(), out));
        return new Result(
                dag.root().toString(),
                document()
                        .put("cid", dag.root().toString())
                        .put("bytes", dag.sizeBytes())
                        .put("blocks", dag.blocks())
                        .put("file", target.toString()));
    }
}
