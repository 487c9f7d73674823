package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dalrn.fhe.committee.AnswerJournal.Commitment;
import org.dalrn.fhe.committee.AnswerJournal.Step;
import org.junit.jupiter.api.Test;

/** What every journal does while it is open. */
abstract class AnswerJournalContract {
    abstract AnswerJournal journal();

    static Commitment commitment(int round, int plan, int set) {
        return new Commitment(TestRound.roundName(round), TestRound.digest(plan), TestRound.digest(set));
    }

    @Test
    void commit_firstOfARound_isInForce() {
        assertThat(journal().commit(commitment(1, 2, 3), Step.ENDORSED)).isEqualTo(commitment(1, 2, 3));
    }

    @Test
    void commit_theSameAgain_staysInForceForBothSteps() {
        AnswerJournal journal = journal();
        journal.commit(commitment(1, 2, 3), Step.ENDORSED);

        assertThat(journal.commit(commitment(1, 2, 3), Step.ENDORSED)).isEqualTo(commitment(1, 2, 3));
        assertThat(journal.commit(commitment(1, 2, 3), Step.ANSWERED)).isEqualTo(commitment(1, 2, 3));
        assertThat(journal.commit(commitment(1, 2, 3), Step.ANSWERED)).isEqualTo(commitment(1, 2, 3));
    }

    @Test
    void commit_anotherSetOrPlanOfTheRound_givesTheFirst() {
        AnswerJournal journal = journal();
        journal.commit(commitment(1, 2, 3), Step.ENDORSED);

        assertThat(journal.commit(commitment(1, 2, 4), Step.ENDORSED)).isEqualTo(commitment(1, 2, 3));
        assertThat(journal.commit(commitment(1, 5, 3), Step.ANSWERED)).isEqualTo(commitment(1, 2, 3));
        assertThat(journal.commit(commitment(1, 2, 3), Step.ANSWERED)).isEqualTo(commitment(1, 2, 3));
    }

    @Test
    void commit_ofAnotherRound_isIndependent() {
        AnswerJournal journal = journal();
        journal.commit(commitment(1, 2, 3), Step.ENDORSED);

        assertThat(journal.commit(commitment(9, 2, 4), Step.ENDORSED)).isEqualTo(commitment(9, 2, 4));
    }

    @Test
    void commit_ofTwoSetsAtOnce_letsOneWin() throws Exception {
        AnswerJournal journal = journal();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 20; round++) {
                List<Future<Commitment>> outcomes = new ArrayList<>();
                for (int set = 0; set < 4; set++) {
                    Commitment wanted = commitment(round, 2, set);
                    outcomes.add(threads.submit(() -> journal.commit(wanted, Step.ENDORSED)));
                }
                Set<Commitment> inForce = new HashSet<>();
                for (Future<Commitment> outcome : outcomes) {
                    inForce.add(outcome.get());
                }
                assertThat(inForce).as("round %d", round).hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
