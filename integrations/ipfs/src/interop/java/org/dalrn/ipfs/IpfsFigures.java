package org.dalrn.ipfs;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.dalrn.ipfs.car.CarArchive;
import org.dalrn.ipfs.store.KuboNode;
import org.dalrn.ipfs.store.RequestPolicy;
import org.dalrn.ipfs.store.TrustlessGateway;
import org.dalrn.ipfs.unixfs.FileDag;
import org.dalrn.ipfs.unixfs.FileLayout;
import org.dalrn.ipfs.unixfs.ReadLimits;

/** Prints how fast a file of 256 MiB is named, archived, stored and fetched; the fastest of three times, but for storing. Run its {@code main}. */
final class IpfsFigures {
    private static final int MIB = 256;

    private IpfsFigures() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("dalrn-ipfs-figures");
        try (KuboDaemon daemon = KuboDaemon.start(Files.createDirectory(folder.resolve("store")))) {
            Path file = Files.write(folder.resolve("file"), Contents.counter(MIB << 20));
            Path archive = folder.resolve("file.car");
            Cid root = build(file, block -> {}).root();
            print("name a file", () -> build(file, block -> {}));
            print("write its archive", () -> {
                try (OutputStream out = Files.newOutputStream(archive)) {
                    return CarArchive.write(file, FileLayout.KUBO_DEFAULT, out);
                }
            });
            print("read it out of its archive", () -> {
                try (CarArchive opened = CarArchive.open(archive, 10_000)) {
                    return read(root, opened);
                }
            });
            KuboNode node = KuboNode.at(daemon.api(), RequestPolicy.PATIENT);
            // Once: the second time a node has the blocks already.
            print("store and pin it on a node", 1, () -> {
                try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                    return node.add(in, FileLayout.KUBO_DEFAULT);
                }
            });
            byte[] others = Files.readAllBytes(file);
            for (int i = 0; i < others.length; i += 1 << 10) {
                others[i]++;
            }
            Path other = Files.write(folder.resolve("other"), others);
            print(
                    "another by Kubo's own command",
                    1,
                    () -> daemon.ipfs(new byte[0], "add", "-Q", "--cid-version=1", other.toString()));
            print("fetch it from a node", () -> read(root, node));
            print(
                    "fetch it from a gateway",
                    () -> read(root, TrustlessGateway.at(daemon.gateway(), RequestPolicy.PATIENT)));
            print("the same by Kubo's own command", () -> daemon.ipfs(new byte[0], "cat", root.toString()));
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
                for (Path path : all) {
                    Files.delete(path);
                }
            }
        }
    }

    private static FileDag build(Path file, BlockSink sink) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return FileDag.build(in, FileLayout.KUBO_DEFAULT, sink);
        }
    }

    private static long read(Cid root, BlockSource source) throws IOException {
        return FileDag.read(root, source, ReadLimits.ofFile((long) MIB << 20), OutputStream.nullOutputStream());
    }

    private static void print(String what, Callable<?> work) throws Exception {
        print(what, 3, work);
    }

    private static void print(String what, int times, Callable<?> work) throws Exception {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            long begun = System.nanoTime();
            work.call();
            best = Math.min(best, (System.nanoTime() - begun) / 1e9);
        }
        System.out.printf(Locale.ROOT, "%-32s %6.0f MiB/s%n", what, MIB / best);
    }
}
