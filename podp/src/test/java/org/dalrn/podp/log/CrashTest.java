package org.dalrn.podp.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.log.CrashingFiles.Left;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The machine stops in the middle of every single operation on the disk, and every time the log opens with all it acknowledged. */
class CrashTest {
    /** So few that journals are replaced between and inside of tiles. */
    private static final long FULL_ENTRIES = 300;

    /** A positive number appends so many entries, 0 publishes, -1 closes and opens again. */
    private static final int[] SCRIPT = {3, 0, 250, 10, 0, 300, -1, 2, 0, 290, 7};

    private static final int LARGEST = 1000;

    private static final List<Sha256Hash> ROOTS = new ArrayList<>();

    @BeforeAll
    static void computeRoots() {
        Frontier frontier = Frontier.EMPTY;
        for (int i = 0; i <= LARGEST; i++) {
            ROOTS.add(frontier.root());
            frontier = frontier.append(MerkleTree.leafHash(SampleLog.entry(i)));
        }
    }

    private static TileLog open(LogFiles files) throws IOException {
        return TileLog.open(files, FULL_ENTRIES, SampleLog.signer(), List.of(), List.of());
    }

    /** What had returned before the machine stopped, and what was under way. */
    private static final class Owner {
        /** Opens a log that was not closed and does a little more; false if the machine stopped. */
        boolean goOn(LogFiles files) throws IOException {
            // A batch that was under way may be in the log or not.
            try (TileLog log = open(files)) {
                acknowledged = log.size();
                attempted = acknowledged + 20;
                log.append(SampleLog.entries(acknowledged, attempted));
                acknowledged = attempted;
                log.publish();
                published = acknowledged;
                return true;
            } catch (CrashingFiles.Stopped | LogStorageException stopped) {
                return false;
            }
        }

        private long acknowledged;
        private long published = -1;
        private long attempted;

        /** Runs the script; false if the machine stopped. */
        boolean run(LogFiles files) throws IOException {
            TileLog log = null;
            try {
                log = open(files);
                for (int step : SCRIPT) {
                    if (step > 0) {
                        attempted = acknowledged + step;
                        log.append(SampleLog.entries(acknowledged, attempted));
                        acknowledged = attempted;
                    } else if (step == 0) {
                        log.publish();
                        published = acknowledged;
                    } else {
                        log.close();
                        log = open(files);
                    }
                }
                log.close();
                return true;
            } catch (CrashingFiles.Stopped | LogStorageException stopped) {
                return false;
            }
        }
    }

    private static long sizeOf(TileLog log) {
        return log.published().map(note -> Checkpoint.parse(note.text()).size()).orElse(-1L);
    }

    private static void requireAllAcknowledged(Owner owner, CrashingFiles files, String when) throws IOException {
        long size;
        try (TileLog log = open(files)) {
            size = log.size();
            assertThat(size).as(when).isBetween(owner.acknowledged, owner.attempted);
            assertThat(size == owner.acknowledged || size == owner.attempted)
                    .as(when + ": a batch is in the log as a whole or not at all")
                    .isTrue();
            assertThat(log.root()).as(when).isEqualTo(ROOTS.get((int) size));
            assertThat(sizeOf(log)).as(when).isGreaterThanOrEqualTo(owner.published);
            if (log.recovery().cutBytes() > 0) {
                assertThat(log.recovery().toString()).contains("healed to size " + size, "cut off");
            }
            for (long i = 0; i < size; i += 13) {
                assertThat(log.entry(i)).isEqualTo(SampleLog.entry(i));
            }
            // Readers find all that the checkpoint promises.
            if (log.published().isPresent()) {
                Checkpoint checkpoint = Checkpoint.parse(log.published().get().text());
                assertThat(files.read("checkpoint", 10_000))
                        .as(when)
                        .hasValueSatisfying(bytes -> assertThat(bytes)
                                .isEqualTo(log.published().get().toByteArray()));
                assertThat(LogCheck.run(new FileTiles(files), checkpoint))
                        .as(when)
                        .isEqualTo(new LogCheck(checkpoint.size(), List.of()));
            }
            log.append(SampleLog.entries(size, size + 20));
            log.publish();
        }
        try (TileLog log = open(files)) {
            assertThat(log.recovery().clean()).as(when).isTrue();
            assertThat(log.root()).isEqualTo(ROOTS.get((int) size + 20));
        }
    }

    @Test
    void open_afterTheMachineStoppedAtAnyOperation_hasAllThatWasAcknowledged() throws IOException {
        CrashingFiles whole = new CrashingFiles();
        assertThat(new Owner().run(whole)).isTrue();
        long operations = whole.operations();
        assertThat(operations).isGreaterThan(100);
        for (long stop = 1; stop <= operations; stop++) {
            CrashingFiles files = new CrashingFiles();
            files.stopAt(stop);
            Owner owner = new Owner();
            assertThat(owner.run(files)).isFalse();
            requireAllAcknowledged(owner, files.afterCrash(Left.NOTHING, 0), "stopped at " + stop + ", nothing left");
            requireAllAcknowledged(
                    owner, files.afterCrash(Left.EVERYTHING, 0), "stopped at " + stop + ", everything left");
            for (long seed = 1; seed <= 2; seed++) {
                requireAllAcknowledged(
                        owner, files.afterCrash(Left.ANYTHING, seed), "stopped at " + stop + ", seed " + seed);
            }
        }
    }

    /** First only the process ends, so that what it wrote is there but not on the disk; then, while the next one mends and goes on, the machine. */
    @Test
    void open_afterTheMachineStoppedWhileMending_hasAllThatWasAcknowledged() throws IOException {
        CrashingFiles whole = new CrashingFiles();
        new Owner().run(whole);
        for (long stop = 5; stop <= whole.operations(); stop += 41) {
            boolean stopped = true;
            for (long again = 1; stopped; again++) {
                CrashingFiles files = new CrashingFiles();
                files.stopAt(stop);
                Owner owner = new Owner();
                owner.run(files);
                files.startAnotherProcess();
                files.stopAt(again);
                stopped = !owner.goOn(files);
                requireAllAcknowledged(
                        owner,
                        files.afterCrash(Left.ANYTHING, again),
                        "process ended at " + stop + ", machine stopped at " + again + " of the next");
            }
        }
    }
}
