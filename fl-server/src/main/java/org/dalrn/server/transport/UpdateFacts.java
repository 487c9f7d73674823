package org.dalrn.server.transport;

import java.util.SortedMap;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;

/**
 * What a signed manifest says of an update.
 *
 * @param update hash of its bytes
 * @param updateBytes its length
 * @param layoutDigest the shape that the node believes in
 * @param baseModel what the training started from
 * @param claimedExamples the weight that the node claims
 */
public record UpdateFacts(
        NodeId node,
        RunId run,
        int round,
        String taskId,
        ContentHash update,
        long updateBytes,
        ContentHash layoutDigest,
        ContentHash baseModel,
        long claimedExamples,
        SortedMap<String, Double> metrics) {}
