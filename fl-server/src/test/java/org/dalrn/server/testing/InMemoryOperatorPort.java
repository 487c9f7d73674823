package org.dalrn.server.testing;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.gateway.JoinFile;
import org.dalrn.server.gateway.LoggedEvent;
import org.dalrn.server.gateway.OperatorPort;
import org.dalrn.server.gateway.OperatorRefusedException;
import org.dalrn.server.settings.HostPort;

/** A coordinator without nodes and without a disk: it keeps what it is told, and tests append the events. Thread-safe. */
public final class InMemoryOperatorPort implements OperatorPort {

    public static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

    private final Map<ContentHash, byte[]> models = new HashMap<>();
    private final Map<RunId, List<RunEvent>> logs = new LinkedHashMap<>();
    private final TreeMap<NodeId, NodeSummary> nodes = new TreeMap<>();
    private final X509Certificate authority;
    private Optional<String> notReady = Optional.empty();
    private int followers;
    private final Map<Boolean, byte[]> receipts = new HashMap<>();
    private Traffic traffic = new Traffic(0, 0);
    private Optional<Witnessing> witnessing = Optional.empty();
    private List<NodeProgress> progress = List.of();

    public InMemoryOperatorPort(X509Certificate authority) {
        this.authority = authority;
    }

    public synchronized void append(RunId run, RunEvent event) {
        logs.get(run).add(event);
        notifyAll();
    }

    public synchronized void open(RunEvent.Opened event) {
        logs.put(event.run(), new ArrayList<>(List.of(event)));
    }

    public synchronized void put(NodeSummary node) {
        nodes.put(node.node(), node);
    }

    public synchronized void notReady(String reason) {
        notReady = Optional.of(reason);
    }

    /** Waits until so many threads wait for events. */
    public synchronized void awaitFollowers(int wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (followers != wanted) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError(followers + " followers wait, not " + wanted);
            }
            wait(left);
        }
    }

    @Override
    public synchronized ContentHash storeModel(InputStream bytes, long lengthBytes) throws IOException {
        byte[] content = bytes.readNBytes((int) lengthBytes);
        if (content.length < lengthBytes) {
            throw new EOFException("the model ended after " + content.length + " of " + lengthBytes + " bytes");
        }
        ContentHash hash = ContentHash.of(content);
        models.put(hash, content);
        return hash;
    }

    @Override
    public synchronized RunId submit(RunSpec spec, Optional<ContentHash> seed) {
        if (!models.containsKey(spec.initialModel())) {
            throw new OperatorRefusedException(
                    ErrorCode.BLOB_NOT_FOUND, "the store has no model " + spec.initialModel());
        }
        RunId run = new RunId(spec.name() + "-" + (logs.size() + 1));
        open(new RunEvent.Opened(run, spec, seed.orElse(ContentHash.of(new byte[] {1})), START));
        return run;
    }

    @Override
    public synchronized List<RunState> runs() {
        return logs.keySet().stream().map(run -> run(run).orElseThrow()).toList();
    }

    @Override
    public synchronized Optional<RunState> run(RunId run) {
        return Optional.ofNullable(logs.get(run)).map(log -> {
            RunState state = RunState.opened((RunEvent.Opened) log.get(0));
            for (RunEvent event : log.subList(1, log.size())) {
                state = state.apply(event);
            }
            return state;
        });
    }

    @Override
    public synchronized List<LoggedEvent> events(RunId run, long after, int limit, Duration wait)
            throws InterruptedException {
        List<RunEvent> log = logs.get(run);
        long deadline = System.nanoTime() + wait.toNanos();
        followers++;
        notifyAll();
        try {
            while (log.size() <= after && !run(run).orElseThrow().phase().isOver()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
        } finally {
            followers--;
            notifyAll();
        }
        List<LoggedEvent> result = new ArrayList<>();
        for (long seq = after + 1; seq <= log.size() && result.size() < limit; seq++) {
            result.add(new LoggedEvent(seq, log.get((int) seq - 1)));
        }
        return result;
    }

    @Override
    public synchronized RunState stop(RunId run, String reason) {
        append(run, new RunEvent.Stopped(reason, START.plusSeconds(60)));
        return run(run).orElseThrow();
    }

    @Override
    public synchronized Optional<ModelBytes> openModel(ContentHash model) {
        return Optional.ofNullable(models.get(model))
                .map(bytes -> new ModelBytes(bytes.length, new ByteArrayInputStream(bytes)));
    }

    @Override
    public synchronized ReceiptBytes openReceipts(RunId run, boolean withBlobs) {
        byte[] bundle = receipts.getOrDefault(withBlobs, new byte[0]);
        if (bundle.length == 0) {
            throw new OperatorRefusedException(ErrorCode.NO_CHECKPOINT_YET, "nothing is signed yet of run " + run);
        }
        return new ReceiptBytes(bundle.length, new ByteArrayInputStream(bundle));
    }

    public synchronized void signed(boolean withBlobs, byte[] bundle) {
        receipts.put(withBlobs, bundle.clone());
    }

    @Override
    public ReceiptsKey receiptsKey() {
        return new ReceiptsKey("example.org/heart", "ab".repeat(32), "cd".repeat(32));
    }

    public synchronized void moved(Traffic bytes, List<NodeProgress> nodesProgress) {
        traffic = bytes;
        progress = nodesProgress;
    }

    @Override
    public synchronized Traffic traffic(RunId run) {
        return traffic;
    }

    @Override
    public synchronized List<NodeProgress> progress(RunId run) {
        return progress;
    }

    public synchronized void witnessed(Witnessing said) {
        witnessing = Optional.of(said);
    }

    @Override
    public synchronized Optional<Witnessing> witnessing(RunId run) {
        return witnessing;
    }

    @Override
    public synchronized JoinFile enroll(NodeId node, Duration validity) {
        // A member stays what it is until it uses the file.
        nodes.putIfAbsent(node, new NodeSummary(node, NodeStatus.INVITED, false));
        return JoinFile.of(node, HostPort.parse("fl.example.org:9443"), new byte[32], START.plus(validity), authority);
    }

    @Override
    public synchronized List<NodeSummary> nodes() {
        return List.copyOf(nodes.values());
    }

    @Override
    public synchronized void revoke(NodeId node) {
        if (!nodes.containsKey(node)) {
            throw new OperatorRefusedException(ErrorCode.UNKNOWN_NODE, "there is no node " + node);
        }
        nodes.put(node, new NodeSummary(node, NodeStatus.REVOKED, false));
    }

    @Override
    public synchronized Optional<String> notReadyBecause() {
        return notReady;
    }
}
