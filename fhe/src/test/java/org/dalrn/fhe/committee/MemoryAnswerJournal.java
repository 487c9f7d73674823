package org.dalrn.fhe.committee;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A journal that lives as long as its process: the reference for the contract. */
final class MemoryAnswerJournal implements AnswerJournal {
    final List<Step> steps = new ArrayList<>();
    private final Map<RoundName, Commitment> rounds = new HashMap<>();

    @Override
    public synchronized Commitment commit(Commitment wanted, Step step) {
        Commitment inForce = rounds.computeIfAbsent(wanted.round(), round -> wanted);
        if (inForce.equals(wanted)) {
            steps.add(step);
        }
        return inForce;
    }
}
