package org.dalrn.ipfs.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dalrn.ipfs.store.KuboNode;
import org.dalrn.ipfs.store.RequestPolicy;
import org.dalrn.ipfs.unixfs.FileDag;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dalrn ipfs add}. */
@Command(name = "add", description = "Print the CID of a file; with --api, store and pin it too.")
final class AddCommand extends IpfsCommand {
    private final RequestPolicy policy;

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Option(
            names = "--api",
            paramLabel = "URL",
            converter = AddressConverter.class,
            description = "Kubo's RPC API, for instance http://127.0.0.1:5001.")
    private @Nullable URI api;

    @Mixin
    private LayoutOption layout = new LayoutOption();

    AddCommand(RequestPolicy policy) {
        this.policy = policy;
    }

    @Override
    Result run() throws IOException {
        Optional<KuboNode> node = api == null ? Optional.empty() : Optional.of(node(api));
        FileDag dag;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            dag = node.isPresent()
                    ? node.get().add(in, layout.layout())
                    : FileDag.build(in, layout.layout(), block -> {});
        }
        return new Result(
                dag.root().toString(),
                document()
                        .put("cid", dag.root().toString())
                        .put("bytes", dag.sizeBytes())
                        .put("blocks", dag.blocks())
                        .put("pinned", node.isPresent()));
    }

    private KuboNode node(URI address) {
        try {
            return KuboNode.at(address, policy);
        } catch (IllegalArgumentException noAddress) {
            throw misused("--api: " + noAddress.getMessage());
        }
    }
}
