package org.dalrn.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.gateway.JoinFile;
import org.dalrn.server.gateway.LoggedEvent;
import org.dalrn.server.gateway.OperatorPort;
import org.dalrn.server.gateway.OperatorRefusedException;
import org.dalrn.server.receipts.Cosigning;
import org.dalrn.server.receipts.LogKey;
import org.dalrn.server.receipts.ReceiptExport;
import org.dalrn.server.receipts.ReceiptLog;
import org.dalrn.server.rounds.RunConductor;
import org.dalrn.server.settings.HostPort;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.BlobStream;
import org.dalrn.server.store.NodeRegistry;
import org.dalrn.server.store.StoreException;
import org.dalrn.server.transport.NodeServer;

/** What operators ask, answered by rounds, stores and sessions together. Thread-safe. */
record Operations(
        RunConductor conductor,
        BlobStore blobs,
        ReceiptLog receipts,
        Cosigning cosigning,
        Path exports,
        NodeRegistry registry,
        NodeServer sessions,
        X509Certificate authority,
        HostPort joinAddress,
        SecureRandom random)
        implements OperatorPort {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int LONGEST_STEM = 48;
    private static final String EXPORT_PREFIX = "export-";

    @Override
    public ContentHash storeModel(InputStream bytes, long lengthBytes) throws IOException {
        return blobs.put(sink -> {
            byte[] block = new byte[(int) Math.max(1, Math.min(BLOCK_BYTES, lengthBytes))];
            for (long left = lengthBytes; left > 0; ) {
                int count = bytes.read(block, 0, (int) Math.min(block.length, left));
                if (count < 0) {
                    throw new EOFException("the model ends " + left + " bytes early, of " + lengthBytes);
                }
                sink.write(block, 0, count);
                left -= count;
            }
        });
    }

    @Override
    public RunId submit(RunSpec spec, Optional<ContentHash> seed) {
        byte[] drawn = new byte[ContentHash.SIZE_BYTES];
        random.nextBytes(drawn);
        RunId run = newId(spec.name());
        await(conductor.open(run, spec, seed.orElseGet(() -> ContentHash.ofBytes(drawn))), ErrorCode.RUN_FILE_INVALID);
        return run;
    }

    /** The run's name as far as an id may hold it, and 32 random bits. */
    private RunId newId(String name) {
        String stem =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String start = stem.isEmpty() ? "run" : stem.substring(0, Math.min(LONGEST_STEM, stem.length()));
        return new RunId(start + "-" + HexFormat.of().toHexDigits(random.nextInt()));
    }

    private static <T> T await(CompletionStage<T> stage, ErrorCode ifRefused) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof StoreException store) {
                throw new OperatorRefusedException(store.code(), String.valueOf(store.getMessage()));
            }
            if (failure.getCause() instanceof IllegalArgumentException refused) {
                throw new OperatorRefusedException(ifRefused, String.valueOf(refused.getMessage()));
            }
            throw failure;
        }
    }

    @Override
    public List<RunState> runs() {
        return conductor.states();
    }

    @Override
    public Optional<RunState> run(RunId run) {
        return conductor.state(run);
    }

    @Override
    public List<LoggedEvent> events(RunId run, long after, int limit, Duration wait) throws InterruptedException {
        requireRun(run);
        return conductor.events(run, after, limit, wait).stream()
                .map(stored -> new LoggedEvent(stored.seq(), EventText.parse(stored.text())))
                .toList();
    }

    private void requireRun(RunId run) {
        if (conductor.state(run).isEmpty()) {
            throw new OperatorRefusedException(
                    ErrorCode.RUN_NOT_FOUND, "run " + run + " is unknown; `dalrn run list` shows the runs there are");
        }
    }

    @Override
    public RunState stop(RunId run, String reason) {
        requireRun(run);
        return await(conductor.stop(run, reason), ErrorCode.RUN_NOT_FOUND);
    }

    @Override
    public Optional<ModelBytes> openModel(ContentHash model) throws IOException {
        return blobs.open(model).map(blob -> new ModelBytes(blob.length(), new BlobStream(blob)));
    }

    @Override
    public ReceiptBytes openReceipts(RunId run, boolean withBlobs) throws IOException {
        requireRun(run);
        Path file = Files.createTempFile(exports, EXPORT_PREFIX, ".tar");
        try {
            new ReceiptExport(receipts, blobs).write(run, withBlobs, file);
            // Gone as soon as it is read, or when the coordinator ends before.
            return new ReceiptBytes(Files.size(file), Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE));
        } catch (StoreException refused) {
            Files.deleteIfExists(file);
            if (refused.code() == ErrorCode.NO_CHECKPOINT_YET) {
                throw new OperatorRefusedException(refused.code(), String.valueOf(refused.getMessage()));
            }
            throw refused;
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    /** Makes the folder for exports, and deletes those that a crash left. */
    static Path exportFolder(Path receipts) throws IOException {
        Files.createDirectories(receipts);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(receipts, EXPORT_PREFIX + "*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
        return receipts;
    }

    @Override
    public ReceiptsKey receiptsKey() {
        LogKey key = receipts.key();
        return new ReceiptsKey(
                key.origin(),
                HexFormat.of().formatHex(key.publicKey().toByteArray()),
                key.publicKey().keyId().toString());
    }

    @Override
    public Traffic traffic(RunId run) {
        org.dalrn.server.transport.Traffic.Bytes bytes = sessions.traffic(run);
        return new Traffic(bytes.received(), bytes.sent());
    }

    @Override
    public List<NodeProgress> progress(RunId run) {
        return conductor.progress(run).stream()
                .map(task -> new NodeProgress(task.node(), task.fraction(), task.stage()))
                .toList();
    }

    @Override
    public Optional<Witnessing> witnessing(RunId run) {
        return cosigning
                .state(run)
                .map(state -> new Witnessing(state.cosigned(), state.of(), state.size(), state.trouble()));
    }

    @Override
    public JoinFile enroll(NodeId node, Duration validity) {
        NodeRegistry.JoinSecret secret = registry.createJoinSecret(node, validity);
        return JoinFile.of(node, joinAddress, secret.toByteArray(), secret.expires(), authority);
    }

    @Override
    public List<NodeSummary> nodes() {
        Set<NodeId> connected = sessions.connected();
        SortedMap<NodeId, NodeSummary> nodes = new TreeMap<>();
        registry.invited().forEach(node -> nodes.put(node, new NodeSummary(node, NodeStatus.INVITED, false)));
        registry.list().forEach(entry -> {
            NodeStatus status = entry.revokedAt().isPresent() ? NodeStatus.REVOKED : NodeStatus.ENROLLED;
            nodes.put(entry.node(), new NodeSummary(entry.node(), status, connected.contains(entry.node())));
        });
        return List.copyOf(nodes.values());
    }

    @Override
    public void revoke(NodeId node) {
        if (!registry.revoke(node)) {
            throw new OperatorRefusedException(
                    ErrorCode.UNKNOWN_NODE,
                    "node " + node + " is unknown; `dalrn node list` shows the nodes there are");
        }
        conductor.revoked(node);
        // False: it had no session to end.
        boolean unused = sessions.disconnect(node, ErrorCode.NODE_REVOKED, "the node was revoked");
    }

    @Override
    public Optional<String> notReadyBecause() {
        return conductor.trouble();
    }
}
