package org.dalrn.fhe.committee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dalrn.fhe.committee.AnswerJournal.Step;
import org.dalrn.fhe.committee.CommitteeException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAnswerJournalTest extends AnswerJournalContract {
    private static final int HEAD_BYTES = 8;
    private static final int RECORD_BYTES = 105;

    @TempDir
    Path folder;

    private final List<FileAnswerJournal> open = new ArrayList<>();

    @Override
    AnswerJournal journal() {
        return open(folder.resolve("journal"));
    }

    private FileAnswerJournal open(Path file) {
        FileAnswerJournal journal = FileAnswerJournal.open(file);
        open.add(journal);
        return journal;
    }

    @AfterEach
    void closeAll() {
        open.forEach(FileAnswerJournal::close);
    }

    @Test
    void open_afterARestart_honoursEveryCommitment() {
        Path file = folder.resolve("journal");
        try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
            journal.commit(commitment(1, 2, 3), Step.ENDORSED);
            journal.commit(commitment(1, 2, 3), Step.ANSWERED);
            journal.commit(commitment(4, 5, 6), Step.ENDORSED);
        }

        AnswerJournal again = open(file);

        assertThat(again.commit(commitment(1, 2, 7), Step.ENDORSED)).isEqualTo(commitment(1, 2, 3));
        assertThat(again.commit(commitment(4, 8, 6), Step.ANSWERED)).isEqualTo(commitment(4, 5, 6));
        assertThat(again.commit(commitment(9, 5, 6), Step.ANSWERED)).isEqualTo(commitment(9, 5, 6));
    }

    @Test
    void commit_ofAStepRecordedBefore_writesNothing() throws IOException {
        Path file = folder.resolve("journal");
        AnswerJournal journal = open(file);
        journal.commit(commitment(1, 2, 3), Step.ENDORSED);
        journal.commit(commitment(1, 2, 3), Step.ANSWERED);

        journal.commit(commitment(1, 2, 3), Step.ENDORSED);
        journal.commit(commitment(1, 2, 3), Step.ANSWERED);
        journal.commit(commitment(1, 2, 4), Step.ANSWERED);

        assertThat(file).hasSize(HEAD_BYTES + 2 * RECORD_BYTES);
    }

    /** A loss of power at every byte: what was acknowledged before the cut holds, the rest never happened. */
    @Test
    void open_afterACutAtAnyByte_keepsExactlyTheWholeRecords() throws IOException {
        byte[] whole = twoRounds();
        Path file = folder.resolve("cut");
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            int kept = length < HEAD_BYTES ? 0 : (length - HEAD_BYTES) / RECORD_BYTES;
            try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
                assertKept(journal, kept, "cut to " + length);
            }
            // What was asked for after the cut is durable in its turn.
            try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
                for (int round = 0; round < 2 && round <= kept; round++) {
                    assertThat(journal.commit(commitment(round, 50, 80), Step.ANSWERED))
                            .as("cut to %d, round %d", length, round)
                            .isEqualTo(commitment(round, 50, round < kept ? 60 : 70));
                }
            }
        }
    }

    /** Sectors that were allotted but not written read as zero. */
    @Test
    void open_afterAWriteOfWhichTheEndIsZero_dropsTheLastRecordOnly() throws IOException {
        byte[] whole = twoRounds();
        Path file = folder.resolve("zero");
        for (int written = 0; written <= RECORD_BYTES - 8; written++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, HEAD_BYTES + RECORD_BYTES + written, whole.length, (byte) 0);
            Files.write(file, torn);
            try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
                assertKept(journal, 1, "written " + written);
            }
        }
    }

    @Test
    void open_afterDamageOfAnyByte_isRefusedAndNeverForgets() throws IOException {
        byte[] whole = twoRounds();
        Path file = folder.resolve("damaged");
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] = (byte) (damaged[at] ^ 1 << (at % 8));
            Files.write(file, damaged);
            assertThatThrownBy(() -> FileAnswerJournal.open(file).close())
                    .as("byte %d", at)
                    .isInstanceOfSatisfying(
                            CommitteeException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.JOURNAL))
                    .hasMessageMatching("(?s).*(is damaged at byte|does not begin as).*");
            assertThat(file).hasBinaryContent(damaged);
        }
    }

    @Test
    void open_twice_isRefused() {
        Path file = folder.resolve("journal");
        open(file);

        assertThatThrownBy(() -> FileAnswerJournal.open(file))
                .isInstanceOf(CommitteeException.class)
                .hasMessageContaining("is open elsewhere");
    }

    @Test
    void open_ofAnotherFile_isRefusedAndLeavesItAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("letter"), "Dear Sir or Madam");

        assertThatThrownBy(() -> FileAnswerJournal.open(file))
                .isInstanceOf(CommitteeException.class)
                .hasMessageContaining("give the right file");
        assertThat(file).hasContent("Dear Sir or Madam");
    }

    @Test
    void open_ofAnImpossiblePlace_isRefused() {
        assertThatThrownBy(() -> FileAnswerJournal.open(folder.resolve("no").resolve("folder")))
                .isInstanceOf(CommitteeException.class)
                .hasMessageContaining("cannot be opened");
    }

    @Test
    void commit_afterClose_isRefused() {
        FileAnswerJournal journal = open(folder.resolve("journal"));
        journal.close();

        assertThatThrownBy(() -> journal.commit(commitment(1, 2, 3), Step.ENDORSED))
                .isInstanceOfSatisfying(
                        CommitteeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.JOURNAL))
                .hasMessageContaining("closed");
    }

    /** An interrupt closes the channel under a write: nothing may be promised from then on. */
    @Test
    void commit_afterAWriteFailed_isRefusedUntilOpenedAgain() {
        Path file = folder.resolve("journal");
        try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> journal.commit(commitment(1, 2, 3), Step.ENDORSED))
                    .isInstanceOf(CommitteeException.class)
                    .hasMessageContaining("cannot be written");
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(() -> journal.commit(commitment(1, 2, 3), Step.ENDORSED))
                    .isInstanceOf(CommitteeException.class)
                    .hasMessageContaining("open it again");
        }

        assertThat(open(file).commit(commitment(1, 2, 4), Step.ENDORSED)).isEqualTo(commitment(1, 2, 4));
    }

    /** The first rounds are committed to set 60; the next one is not, and gets set 70. */
    private static void assertKept(AnswerJournal journal, int kept, String when) {
        for (int round = 0; round < 2 && round <= kept; round++) {
            assertThat(journal.commit(commitment(round, 50, 70), Step.ENDORSED))
                    .as("%s, round %d", when, round)
                    .isEqualTo(commitment(round, 50, round < kept ? 60 : 70));
        }
    }

    /** The bytes of a journal of the rounds 0 and 1, each committed to plan 50 and set 60. */
    private byte[] twoRounds() throws IOException {
        Path file = folder.resolve("two");
        try (FileAnswerJournal journal = FileAnswerJournal.open(file)) {
            for (int round = 0; round < 2; round++) {
                journal.commit(commitment(round, 50, 60), Step.ENDORSED);
            }
        }
        byte[] whole = Files.readAllBytes(file);
        assertThat(whole).hasSize(HEAD_BYTES + 2 * RECORD_BYTES);
        return whole;
    }
}
