package org.dalrn.server.rounds;

import org.dalrn.core.model.NodeId;

/**
 * How far a node is with a task, as it says itself.
 *
 * @param fraction 0 to 1
 * @param stage a word for people
 */
public record TaskProgress(NodeId node, String taskId, double fraction, String stage) {}
