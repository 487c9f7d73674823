package org.dalrn.server.rounds;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.RunState;

/** The desks of all runs in the order of their beginning, and which of them are due. Owned by the conductor's thread. */
final class Desks {
    private final Map<RunId, Desk> byRun = new LinkedHashMap<>();

    /** Runs that may have something to do, whatever the next batch brings. */
    final Set<RunId> due = new LinkedHashSet<>();

    Desk add(RunState state) {
        Desk desk = new Desk(state);
        byRun.put(state.run(), desk);
        return desk;
    }

    Optional<Desk> find(RunId run) {
        return Optional.ofNullable(byRun.get(run));
    }

    /** The desk of a run that exists. */
    Desk of(RunId run) {
        return requireNonNull(byRun.get(run));
    }

    Set<RunId> runs() {
        return byRun.keySet();
    }

    Collection<Desk> all() {
        return byRun.values();
    }

    List<RunState> states() {
        List<RunState> states = new ArrayList<>();
        byRun.values().forEach(desk -> states.add(desk.state));
        return states;
    }
}
