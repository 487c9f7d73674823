package org.dalrn.fhe.committee;

class MemoryAnswerJournalTest extends AnswerJournalContract {
    @Override
    AnswerJournal journal() {
        return new MemoryAnswerJournal();
    }
}
