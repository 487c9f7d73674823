package org.dalrn.client.node;

import java.time.Duration;
import org.dalrn.protocol.ErrorCode;

/**
 * Hears what happens to a node.
 *
 * <p>Calls come one at a time, in order, on threads of the client: return soon, and do not close the client in one. An
 * exception is logged and changes nothing.
 */
public interface NodeListener {

    /** The session is up. */
    default void connected(String coordinatorSoftware) {}

    /** The session is down; the client tries again after the given time. */
    default void disconnected(String reason, Duration nextTry) {}

    /** The client gave up, see the status's code. */
    default void stopped(NodeStatus status) {}

    /** A task begins: its model is fetched now. */
    default void taskStarted(NodeTask task) {}

    /** The coordinator has the task's result and it counts. */
    default void taskFinished(NodeTask task, Duration elapsed) {}

    /** This node does not do the task: policy, trainer or model. */
    default void taskDeclined(NodeTask task, String reason, String detail) {}

    /** The task's result is not wanted any more, or came to nothing. */
    default void taskCancelled(NodeTask task, String reason) {}

    /** The coordinator accepted an update with this weight, durably. */
    default void updateAccepted(NodeTask task, long grantedWeight) {}

    /** The coordinator refused something. */
    default void refused(ErrorCode code, String detail) {}
}
