package org.dalrn.fhe.multiparty;

import java.util.HashMap;
import java.util.Map;
import org.dalrn.fhe.committee.AnswerJournal;
import org.dalrn.fhe.committee.RoundName;

/** A journal that lasts as long as the test; a new one is a party that has forgotten everything. */
final class MemoryJournal implements AnswerJournal {
    private final Map<RoundName, Commitment> commitments = new HashMap<>();

    @Override
    public synchronized Commitment commit(Commitment wanted, Step step) {
        Commitment before = commitments.putIfAbsent(wanted.round(), wanted);
        return before == null ? wanted : before;
    }
}
