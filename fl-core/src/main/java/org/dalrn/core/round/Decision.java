package org.dalrn.core.round;

import java.util.List;

/**
 * What a command leads to.
 *
 * @param events to be made durable, in this order, before the reply is given; may be empty
 * @param reply for whoever sent the command
 */
public record Decision(List<RunEvent> events, RunReply reply) {
    public Decision {
        events = List.copyOf(events);
    }
}
