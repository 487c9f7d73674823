package org.dalrn.benchmarks.podp;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dalrn.benchmarks.Figure;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.log.TileLog;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteSigner;

/**
 * The log on the disk of {@code benchmarks-jmh/target}, on one thread: durable appends of 200-byte entries in batches of 256, each batch
 * forced before the next; inclusion proofs of random entries in a log of 10 million, built from its files and checked.
 *
 * <p>Appends are the median of 10 parts of 131,072 entries, in each of which the journal is replaced twice. A proof's time is the median of 15
 * rounds of 10,000; the log checks a proof itself before it hands it out, which is part of building it.
 */
final class LogFigures {
    private static final int BATCH = 256;
    private static final int ENTRY_BYTES = 200;
    private static final int PART = 131_072;
    private static final int PARTS = 10;
    private static final int LEAVES = 10_000_000;
    private static final int BUILD_BATCH = 16_384;
    private static final int ROUNDS = 15;
    private static final int PROOFS = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final NoteSigner signer =
            Ed25519KeyPair.generate(new SecureRandom()).signer("example.org/figures");

    private LogFigures() {}

    /**
     * Measures and prints, once the proofs have turned out right.
     *
     * @throws IOException if the disk fails
     */
    static void print() throws IOException {
        LogFigures figures = new LogFigures();
        Path target = Path.of("benchmarks-jmh", "target");
        Files.createDirectories(target);
        Path folder = Files.createTempDirectory(target, "log-figures");
        try {
            figures.printAppends(folder.resolve("appended"));
            figures.printProofs(folder.resolve("large"));
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static List<byte[]> entries(long from, int count, int bytes) {
        List<byte[]> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(ByteBuffer.allocate(bytes).putLong(from + i).array());
        }
        return entries;
    }

    private void printAppends(Path folder) {
        double[] rates = new double[PARTS];
        double[] cpu = new double[PARTS];
        try (TileLog log = TileLog.open(folder, signer)) {
            // The first part warms up.
            for (int part = -1; part < PARTS; part++) {
                long cpuBefore = threads.getCurrentThreadCpuTime();
                long before = System.nanoTime();
                for (int i = 0; i < PART; i += BATCH) {
                    log.append(entries(log.size(), BATCH, ENTRY_BYTES));
                }
                rates[Math.max(0, part)] = PART * 1e9 / (System.nanoTime() - before);
                cpu[Math.max(0, part)] = (threads.getCurrentThreadCpuTime() - cpuBefore) / 1e3 / PART;
            }
        }
        Arrays.sort(rates);
        Arrays.sort(cpu);
        print(
                "appends_per_second_durable",
                Map.of(
                        "batch",
                        BATCH,
                        "entry_bytes",
                        ENTRY_BYTES,
                        "worst",
                        Math.round(rates[0]),
                        "best",
                        Math.round(rates[PARTS - 1]),
                        "cpu_us",
                        Math.round(cpu[PARTS / 2] * 100) / 100.0),
                rates[PARTS / 2],
                "1/s");
    }

    private void printProofs(Path folder) {
        try (TileLog log = TileLog.open(folder, signer)) {
            long before = System.nanoTime();
            while (log.size() < LEAVES) {
                int count = (int) Math.min(BUILD_BATCH, LEAVES - log.size());
                log.append(entries(log.size(), count, Long.BYTES));
            }
            double seconds = (System.nanoTime() - before) / 1e9;
            print("append_rate_10m", Map.of("batch", BUILD_BATCH, "entry_bytes", Long.BYTES), LEAVES / seconds, "1/s");
            Sha256Hash root = log.root();
            double[] build = new double[ROUNDS];
            double[] verify = new double[ROUNDS];
            long allocated = 0;
            SplittableRandom random = new SplittableRandom(1);
            // The first two rounds warm up.
            for (int round = -2; round < ROUNDS; round++) {
                long[] indices = random.longs(PROOFS, 0, LEAVES).toArray();
                List<InclusionProof> proofs = new ArrayList<>(PROOFS);
                long bytesBefore = threads.getCurrentThreadAllocatedBytes();
                long start = System.nanoTime();
                for (long index : indices) {
                    proofs.add(log.inclusionProof(index, LEAVES));
                }
                build[Math.max(0, round)] = (System.nanoTime() - start) / 1e3 / PROOFS;
                allocated = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
                List<Sha256Hash> leaves = new ArrayList<>(PROOFS);
                for (long index : indices) {
                    leaves.add(MerkleTree.leafHash(entries(index, 1, Long.BYTES).get(0)));
                }
                start = System.nanoTime();
                for (int i = 0; i < PROOFS; i++) {
                    if (!proofs.get(i).proves(leaves.get(i), root)) {
                        throw new IllegalStateException("the proof of entry " + indices[i] + " does not hold");
                    }
                }
                verify[Math.max(0, round)] = (System.nanoTime() - start) / 1e3 / PROOFS;
            }
            Arrays.sort(build);
            Arrays.sort(verify);
            print("inclusion_proof_10m_build", spread(build), build[ROUNDS / 2], "us");
            print("inclusion_proof_10m_verify", spread(verify), verify[ROUNDS / 2], "us");
            print("inclusion_proof_10m_allocated", Map.of("leaves", LEAVES), (double) allocated / PROOFS, "B");
        }
        printMemory(folder);
    }

    private static Map<String, Object> spread(double[] sorted) {
        return Map.of(
                "leaves",
                LEAVES,
                "best",
                Math.round(sorted[0] * 100) / 100.0,
                "worst",
                Math.round(sorted[ROUNDS - 1] * 100) / 100.0);
    }

    /** What stays on the heap while a log of 10 million entries is open, and how long opening it takes. */
    private void printMemory(Path folder) {
        long without = liveBytes();
        long before = System.nanoTime();
        try (TileLog log = TileLog.open(folder, signer)) {
            print("log_10m_open", Map.of("leaves", LEAVES), (System.nanoTime() - before) / 1e6, "ms");
            long with = liveBytes();
            print("log_10m_heap", Map.of("leaves", log.size()), Math.max(0, with - without) / 1024.0, "KiB");
        }
    }

    private static long liveBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @SuppressWarnings("SystemOut") // The figures are the output of this program.
    private static void print(String name, Map<String, Object> params, double value, String unit) {
        double rounded = Math.round(value * 100) / 100.0;
        System.out.println(new Figure("podp", name, new TreeMap<>(params), rounded, unit).toJsonLine());
    }
}
