package org.dalrn.server.rounds;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.RunState;
import org.dalrn.server.combine.RoundSum;

/** What the conductor keeps of one run: its durable state and what was set going because of it. Owned by its thread. */
final class Desk {
    RunState state;
    /** What the nodes of {@link #openTasks} were asked. */
    Optional<TaskOrder> order = Optional.empty();
    /** Tasks that are wanted, by node. */
    final Map<NodeId, String> openTasks = new HashMap<>();

    Optional<RoundSum> sum = Optional.empty();
    int failedCombinations;
    /** The deadline that the timer waits for. */
    Optional<Instant> armed = Optional.empty();

    Runnable disarm = () -> {};

    Desk(RunState state) {
        this.state = state;
    }
}
