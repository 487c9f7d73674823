package org.dalrn.client.node;

import java.util.Optional;
import org.dalrn.protocol.ErrorCode;

/**
 * Where a client stands. Immutable.
 *
 * @param detail for people: why, and what comes next
 * @param code why it stopped, where there is a code for it
 */
public record NodeStatus(State state, String detail, Optional<ErrorCode> code) {

    /** The states, in the order of a client's life. */
    public enum State {
        /** Not started. */
        NEW,
        /** A connection is being made, or the node is being enrolled. */
        CONNECTING,
        /** The session is up: tasks can come. */
        CONNECTED,
        /** The session is down; the client comes back by itself. */
        WAITING,
        /** The client gave up: coming back would not help. See the code. */
        STOPPED,
        /** The application closed the client. */
        CLOSED
    }

    /** True if nothing more will happen. */
    public boolean over() {
        return state == State.STOPPED || state == State.CLOSED;
    }
}
