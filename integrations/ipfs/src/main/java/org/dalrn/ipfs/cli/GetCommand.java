package org.dalrn.ipfs.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.dalrn.ipfs.BlockSource;
import org.dalrn.ipfs.Cid;
import org.dalrn.ipfs.Codec;
import org.dalrn.ipfs.car.CarArchive;
import org.dalrn.ipfs.store.KuboNode;
import org.dalrn.ipfs.store.RequestPolicy;
import org.dalrn.ipfs.store.TrustlessGateway;
import org.dalrn.ipfs.unixfs.FileDag;
import org.dalrn.ipfs.unixfs.ReadLimits;
import org.dalrn.podp.Sha256Hash;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dalrn ipfs get}. */
@Command(
        name = "get",
        description = "Fetch a file by its CID. Every block is verified, so the source need not be trusted.")
final class GetCommand extends IpfsCommand {
    private final RequestPolicy policy;

    @Parameters(
            paramLabel = "CID",
            converter = CidConverter.class,
            description = "The file's name by its content, version 1 in base 32: bafk... or bafy....")
    private Cid cid = new Cid(Codec.RAW, Sha256Hash.of());

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "Where to; replaced if it is there, but only by the whole file.")
    private Path target = Path.of("");

    @Option(
            names = "--max-bytes",
            paramLabel = "N",
            defaultValue = "4294967296",
            description = "The largest file that is accepted (default: ${DEFAULT-VALUE}).")
    private long maxBytes;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source = new Source();

    /** From where. */
    static final class Source {
        @Option(
                names = "--api",
                paramLabel = "URL",
                converter = AddressConverter.class,
                description = "Kubo's RPC API, for instance http://127.0.0.1:5001.")
        private @Nullable URI api;

        @Option(
                names = "--gateway",
                paramLabel = "URL",
                converter = AddressConverter.class,
                description = "A trustless gateway, for instance http://127.0.0.1:8080.")
        private @Nullable URI gateway;

        @Option(names = "--car", paramLabel = "FILE", description = "An archive, CAR version 1.")
        private @Nullable Path car;
    }

    GetCommand(RequestPolicy policy) {
        this.policy = policy;
    }

    @Override
    Result run() throws IOException {
        if (maxBytes < 0) {
            throw misused("--max-bytes " + maxBytes + " is negative");
        }
        ReadLimits limits = ReadLimits.ofFile(maxBytes);
        long bytes;
        if (source.car != null) {
            int mostBlocks = (int) Math.min(Integer.MAX_VALUE, limits.maxBlocks());
            try (CarArchive archive = CarArchive.open(source.car, mostBlocks)) {
                bytes = fetch(archive, limits);
            }
        } else {
            bytes = fetch(store(), limits);
        }
        return new Result(
                "saved " + cid + ", " + bytes + " bytes, to " + target,
                document().put("cid", cid.toString()).put("bytes", bytes).put("file", target.toString()));
    }

    private BlockSource store() {
        try {
            if (source.api != null) {
                return KuboNode.at(source.api, policy);
            }
            if (source.gateway != null) {
                return TrustlessGateway.at(source.gateway, policy);
            }
        } catch (IllegalArgumentException noAddress) {
            throw misused((source.api != null ? "--api: " : "--gateway: ") + noAddress.getMessage());
        }
        throw misused("--api, --gateway or --car is needed");
    }

    private long fetch(BlockSource from, ReadLimits limits) throws IOException {
        return WholeFile.write(target, out -> FileDag.read(cid, from, limits, out));
    }
}
