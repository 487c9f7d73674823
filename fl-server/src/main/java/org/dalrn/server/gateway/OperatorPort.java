package org.dalrn.server.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;

/**
 * What operators ask of the coordinator. Every caller is authenticated already. Thread-safe; a method may block for the
 * disk, and only {@link #events} waits.
 */
public interface OperatorPort {

    /**
     * Takes a model's bytes into the blob store, durably; the same bytes again change nothing.
     *
     * @param bytes flat little-endian float32; read to the end, not closed
     * @param lengthBytes how many bytes will come
     * @return their hash
     * @throws IOException if the stream ends early or the disk refuses; nothing is left behind
     */
    ContentHash storeModel(InputStream bytes, long lengthBytes) throws IOException;

    /**
     * Opens a run.
     *
     * @param seed from which cohorts are drawn; empty: drawn from a {@link java.security.SecureRandom}
     * @return once the run is durable
     * @throws OperatorRefusedException if the initial model is not in the store or has another length than the layout
     */
    RunId submit(RunSpec spec, Optional<ContentHash> seed);

    /** Every run, the oldest first. */
    List<RunState> runs();

    /** The run of that name. */
    Optional<RunState> run(RunId run);

    /**
     * The next events of a run, in order.
     *
     * @param after events up to this place are left out; 0 leaves out none
     * @param limit the largest number that is returned, at least 1
     * @param wait how long to wait for the first one if there is none; zero never waits
     * @return empty if none came in time, or the run is over
     * @throws OperatorRefusedException if there is no such run
     */
    List<LoggedEvent> events(RunId run, long after, int limit, Duration wait) throws InterruptedException;

    /**
     * Ends a run; one that is over stays as it is.
     *
     * @return the state afterwards
     * @throws OperatorRefusedException if there is no such run
     */
    RunState stop(RunId run, String reason);

    /**
     * A model that is being read.
     *
     * @param bytes exactly {@code lengthBytes} bytes, flat little-endian float32
     */
    record ModelBytes(long lengthBytes, InputStream bytes) implements Closeable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /** The bytes of a model of any run; to be closed. */
    Optional<ModelBytes> openModel(ContentHash model) throws IOException;

    /**
     * A bundle of receipts that is being read; to be closed.
     *
     * @param bytes exactly {@code lengthBytes} bytes
     */
    record ReceiptBytes(long lengthBytes, InputStream bytes) implements Closeable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /**
     * What a run left behind up to its newest checkpoint, as one file that others can verify; see docs/receipts.md.
     *
     * @param withBlobs false leaves updates and models out
     * @throws OperatorRefusedException if there is no such run, or nothing was signed of it yet
     * @throws IOException if the disk refuses
     */
    ReceiptBytes openReceipts(RunId run, boolean withBlobs) throws IOException;

    /**
     * By what others verify receipts; to be handed to them on another way than the receipts.
     *
     * @param origin the federation's name
     * @param publicKey Ed25519, 64 hexadecimal digits
     * @param keyId SHA-256 of the public key
     */
    record ReceiptsKey(String origin, String publicKey, String keyId) {}

    /** The key that signs checkpoints of runs. */
    ReceiptsKey receiptsKey();

    /**
     * What a run moved since this start of the coordinator, with what was sent twice because a transfer broke and with updates
     * that were refused.
     *
     * @param receivedBytes of updates
     * @param sentBytes of models
     */
    record Traffic(long receivedBytes, long sentBytes) {}

    /** The traffic of a run; zero for one that there is not. */
    Traffic traffic(RunId run);

    /**
     * How far a node is with its task, as it says itself.
     *
     * @param fraction 0 to 1
     * @param stage a word for people; {@code asked} until the node has said anything
     */
    record NodeProgress(NodeId node, double fraction, String stage) {}

    /** The nodes whose answers a run waits for, by name; empty for one that waits for none. */
    List<NodeProgress> progress(RunId run);

    /**
     * What witnesses say to a run's newest checkpoint.
     *
     * @param cosigned how many of them cosigned it
     * @param of how many are asked
     * @param size of the checkpoint; 0 if nothing is signed yet
     * @param trouble of witnesses that refuse it or do not answer, in words
     */
    record Witnessing(int cosigned, int of, long size, List<String> trouble) {
        public Witnessing {
            trouble = List.copyOf(trouble);
        }
    }

    /** What witnesses say to a run; empty if none are asked. */
    Optional<Witnessing> witnessing(RunId run);

    /**
     * Makes a join secret for a node. An older secret of the same node that was not used is worth nothing from then on.
     *
     * <p>The node may be enrolled or revoked already: when the join file is used, its key and certificate take the place of those
     * before, and a revoked node is a member again. Until then nothing changes. There is no other way back for a revoked node.
     */
    JoinFile enroll(NodeId node, Duration validity);

    /** A node as the operator sees it. */
    record NodeSummary(NodeId node, NodeStatus status, boolean connected) {}

    /** How far a node has come. */
    enum NodeStatus {
        /** It has a join file that it has not used. */
        INVITED,
        /** It has a certificate. */
        ENROLLED,
        /** It may not take part any more. */
        REVOKED
    }

    /** Every node, sorted by name. */
    List<NodeSummary> nodes();

    /**
     * Shuts a node out until it uses a join file that is made afterwards, ends its session and drops it from the rounds under way;
     * one that is revoked stays so.
     *
     * @throws OperatorRefusedException if there is no such node
     */
    void revoke(NodeId node);

    /** Why the coordinator cannot work now, for instance that its store is not writable; empty if it can. */
    Optional<String> notReadyBecause();
}
