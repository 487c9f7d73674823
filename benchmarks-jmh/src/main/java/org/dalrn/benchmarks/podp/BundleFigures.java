package org.dalrn.benchmarks.podp;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.dalrn.benchmarks.Figure;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.Scalar;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.receipt.Artifact;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.BundleWriter;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;

/**
 * Bundles on one thread: a log of a million receipts of some 700 bytes, written and verified; and a small bundle of which every bit
 * is flipped, one at a time.
 *
 * <p>Rates are of one pass by the thread's processor time; what the heap needs is what it was started with.
 */
final class BundleFigures {
    private static final int RECEIPTS = 1_000_000;
    private static final String ORIGIN = "example.org/figures";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Ed25519KeyPair owner = Ed25519KeyPair.generate(new SecureRandom());

    private BundleFigures() {}

    /**
     * Measures and prints, once every bundle has turned out as it should.
     *
     * @throws IOException if the disk fails
     */
    static void print() throws IOException {
        Path target = Path.of("benchmarks-jmh", "target");
        Files.createDirectories(target);
        Path folder = Files.createTempDirectory(target, "bundle-figures");
        Path file = folder.resolve("bundle.tar");
        try {
            BundleFigures figures = new BundleFigures();
            figures.printRates(file);
            figures.printFlips(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static void print(String name, Map<String, Object> params, double value, String unit) {
        System.out.println(new Figure("podp", name, new TreeMap<>(params), value, unit).toJsonLine());
    }

    /** The same log each time it is asked for; a receipt needs the digest of the one before it. */
    private Iterator<Entry> log(long size) {
        Sha256Hash[] before = new Sha256Hash[1];
        return LongStream.range(0, size)
                .mapToObj(seq -> {
                    byte[] seed = ByteBuffer.allocate(Long.BYTES).putLong(seq).array();
                    Artifact artifact = new Artifact("update", Sha256Hash.of(seed));
                    Facts facts = new Facts(
                            "update-accepted/1",
                            List.of(artifact),
                            List.of(artifact),
                            new TreeMap<>(Map.of("round", Scalar.of(seq / 100), "weight", Scalar.of(1.5 * seq))));
                    Receipt receipt = new Receipt(
                            ORIGIN,
                            seq,
                            Optional.ofNullable(before[0]),
                            owner.publicKey().keyId(),
                            facts,
                            new TreeMap<>(Map.of("time", Scalar.of(1_790_000_000_000L + seq))));
                    before[0] = receipt.replayDigest();
                    return Entry.ofOwner(receipt);
                })
                .iterator();
    }

    private void write(Path file, long size) {
        Frontier frontier = Frontier.EMPTY;
        for (Iterator<Entry> log = log(size); log.hasNext(); ) {
            frontier = frontier.append(MerkleTree.leafHash(log.next().leafData()));
        }
        BundleWriter.of(new Checkpoint(ORIGIN, size, frontier.root()).sign(owner.signer(ORIGIN)))
                .write(file, log(size));
    }

    private void printRates(Path file) throws IOException {
        Verifier verifier = Verifier.trusting(owner.publicKey());
        // Warm up.
        write(file, RECEIPTS / 50);
        require(verifier.verify(file) instanceof Verification.Verified);
        write(file, RECEIPTS);
        double seconds = seconds(() -> verifier.verify(file) instanceof Verification.Verified);
        Map<String, Object> params = Map.of(
                "receipts",
                RECEIPTS,
                "bytes",
                Files.size(file),
                "heap_mib",
                Runtime.getRuntime().maxMemory() >> 20);
        print("bundle_verify_receipts_per_second", params, RECEIPTS / seconds, "1/s");
    }

    private double seconds(Supplier<Boolean> timed) {
        long before = threads.getCurrentThreadCpuTime();
        require(timed.get());
        return (threads.getCurrentThreadCpuTime() - before) / 1e9;
    }

    private static void require(boolean right) {
        if (!right) {
            throw new IllegalStateException("bug: a bundle was not verified as it should be");
        }
    }

    private void printFlips(Path file) throws IOException {
        write(file, 5);
        Verifier verifier = Verifier.trusting(owner.publicKey());
        require(verifier.verify(file) instanceof Verification.Verified);
        byte[] bytes = Files.readAllBytes(file);
        long found = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < bytes.length; i++) {
                for (int bit = 0; bit < Byte.SIZE; bit++) {
                    channel.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[i] ^ (1 << bit))}), i);
                    found += verifier.verify(file) instanceof Verification.Refuted ? 1 : 0;
                }
                channel.write(ByteBuffer.wrap(new byte[] {bytes[i]}), i);
            }
        }
        long flips = (long) Byte.SIZE * bytes.length;
        print("bundle_flipped_bits_found", Map.of("bits", flips), 100.0 * found / flips, "%");
    }
}
