package org.dalrn.examples.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dalrn.core.model.RunId;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.verify.Summary;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.server.gateway.OperatorPort;
import org.dalrn.server.gateway.OperatorPort.ReceiptBytes;
import org.dalrn.server.receipts.RunReplayer;

/**
 * Runs whose receipts were exported, verified with the coordinator's public key, and computed again from the blobs to the
 * same hashes.
 *
 * @param folder holds a bundle of each run and the key
 * @param runs which
 * @param rounds how many models were computed again
 * @param receipts how many steps were run again
 * @param allocations how many divisions of a budget were computed again, to the same units
 * @param seconds how long verification and replay took
 */
public record ReplayedReceipts(
        Path folder, List<RunId> runs, long rounds, long receipts, long allocations, double seconds) {

    private static final String KEY_FILE = "coordinator.key";

    /** Copies. */
    public ReplayedReceipts {
        runs = List.copyOf(runs);
    }

    /**
     * Exports, verifies and replays.
     *
     * @throws IOException if a bundle cannot be written, or is refuted
     */
    static ReplayedReceipts of(OperatorPort operations, List<RunId> runs, Path folder) throws IOException {
        Files.createDirectories(folder);
        OperatorPort.ReceiptsKey key = operations.receiptsKey();
        Files.writeString(folder.resolve(KEY_FILE), key.publicKey() + "\n");
        long rounds = 0;
        long receipts = 0;
        long allocations = 0;
        long nanos = 0;
        for (RunId run : runs) {
            Path file = folder.resolve(run + ".tar");
            try (ReceiptBytes bundle = operations.openReceipts(run, true);
                    InputStream in = bundle.bytes()) {
                Files.copy(in, file);
            }
            long begun = System.nanoTime();
            Summary summary = Verifier.trusting(Ed25519PublicKey.parse(key.publicKey()))
                    .ofLog(key.origin() + "/" + run)
                    .requiringBlobs()
                    .requiringReplay()
                    .verify(file, List.of(new RunReplayer()))
                    .match(verified -> verified.summary(), refuted -> {
                        throw new IllegalStateException("the receipts of run " + run + " are refuted: "
                                + refuted.findings().get(0));
                    });
            nanos += System.nanoTime() - begun;
            receipts += summary.replay().orElseThrow().replayed();
            allocations += summary.types().getOrDefault("dalrn.run.allocated/1", 0L);
            rounds += summary.types().getOrDefault("dalrn.run.model-published/1", 0L);
        }
        return new ReplayedReceipts(folder, runs, rounds, receipts, allocations, nanos / 1e9);
    }

    /**
     * Tells people.
     *
     * @param runSeconds how long the runs themselves took
     * @param kept whether the folder stays
     */
    public void print(PrintStream people, double runSeconds, boolean kept) {
        people.printf(
                Locale.ROOT,
                "Receipts: %d %s, %d rounds, %d receipts replayed from the blobs to the same hashes in %.1f s%n"
                        + "(the %s took %.1f s).%n",
                runs.size(),
                runs.size() == 1 ? "run" : "runs",
                rounds,
                receipts,
                seconds,
                runs.size() == 1 ? "run" : "runs",
                runSeconds);
        if (kept) {
            people.println("Check them yourself: dalrn receipts verify " + folder.resolve(runs.get(0) + ".tar")
                    + " --key-file " + folder.resolve(KEY_FILE) + " --replay --explain");
        }
    }

    /** The same for JSON documents. */
    public Map<String, Object> tree(double runSeconds) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("runs", runs.size());
        tree.put("rounds", rounds);
        tree.put("receipts", receipts);
        tree.put("allocations", allocations);
        tree.put("replaySeconds", seconds);
        tree.put("runSeconds", runSeconds);
        return tree;
    }
}
