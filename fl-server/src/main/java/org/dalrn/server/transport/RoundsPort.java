package org.dalrn.server.transport;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.DropReason;
import org.dalrn.protocol.ErrorCode;

/**
 * What the nodes' side asks of the rounds and tells them. Every caller is authenticated already. Thread-safe; no method
 * blocks.
 */
public interface RoundsPort {

    /** Whether an announced update may come: run, round, cohort, layout, length, base model, weight, metrics. */
    Announcement announce(UpdateFacts update);

    /**
     * An announced update is in the blob store, whole, durable, with the announced hash, finite and in range.
     *
     * @return completed once the decision is durable
     */
    CompletionStage<Verdict> submit(UpdateFacts update, double l2Norm, double maxAbsoluteValue);

    /** An update of an enrolled node was refused by the transport; the run's log shall say so where there is such a run. */
    void refused(NodeId node, RunId run, int round, ErrorCode code, String detail);

    /** A node's measurement of a round's models; completed once the decision is durable. */
    CompletionStage<Verdict> evaluation(NodeId node, RunId run, int round, Evaluated evaluated);

    /** A node does not do a task. */
    void declined(NodeId node, RunId run, int round, String taskId, DropReason reason, String detail);

    /** A node tells how far it is; for people only. */
    void progressed(NodeId node, String taskId, double fraction, String stage);

    /** A node's session is up: tasks that are wanted of it are pushed now. */
    void connected(NodeId node, List<String> openTaskIds);

    /** A node's session is down; it may come back. */
    void disconnected(NodeId node);

    /** True if there is such a run, and a task of it names the model to this node. */
    boolean mayDownload(NodeId node, RunId run, ContentHash model);
}
