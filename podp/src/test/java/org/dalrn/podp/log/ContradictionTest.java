package org.dalrn.podp.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dalrn.podp.log.CrashingFiles.Left;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.junit.jupiter.api.Test;

/** What no crash explains: the log does not open, and says what is wrong, where, what is expected and what was found. */
class ContradictionTest {
    private static final long FULL_ENTRIES = 256;
    private static final int MOST = 1 << 20;

    /** Entries 0 to 255 are below the journal's start, the others only in it; checkpoints were published at sizes 200 and 263. */
    private static CrashingFiles closedLog() throws IOException {
        CrashingFiles files = new CrashingFiles();
        try (TileLog log = open(files)) {
            log.append(SampleLog.entries(0, 200));
            log.publish();
            log.append(SampleLog.entries(200, 258));
            log.append(SampleLog.entries(258, 263));
            log.publish();
        }
        return files.afterCrash(Left.EVERYTHING, 0);
    }

    private static TileLog open(LogFiles files) throws IOException {
        return open(files, List.of());
    }

    private static TileLog open(LogFiles files, Collection<Checkpoint> retained) throws IOException {
        return TileLog.open(files, FULL_ENTRIES, SampleLog.signer(), List.of(), retained);
    }

    private static byte[] read(LogFiles files, String name) throws IOException {
        return files.read(name, MOST).orElseThrow();
    }

    private static void write(LogFiles files, String name, byte[] bytes) throws IOException {
        files.write(name, ByteBuffer.wrap(bytes));
    }

    private static LogCorruptException refusal(LogFiles files, Checkpoint... retained) {
        return catchThrowableOfType(LogCorruptException.class, () -> open(files, List.of(retained)));
    }

    @Test
    void open_withAnOlderCheckpointInItsFile_isRefused() throws IOException {
        CrashingFiles files = closedLog();
        byte[] old = new Checkpoint(SampleLog.ORIGIN, 200, SampleLog.root(200))
                .sign(SampleLog.signer())
                .toByteArray();
        write(files, "checkpoint", old);
        LogCorruptException refusal = refusal(files);
        assertThat(refusal).hasMessageContaining("the checkpoint was rolled back");
        assertThat(refusal.where()).isEqualTo("checkpoint");
        assertThat(refusal.expected()).contains("of size 263");
        assertThat(refusal.found()).contains("of size 200");
    }

    @Test
    void open_withoutTheCheckpointsFile_isRefused() throws IOException {
        CrashingFiles files = closedLog();
        files.delete("checkpoint");
        assertThat(refusal(files)).hasMessageContaining("the checkpoint is missing");
    }

    @Test
    void open_withTheJournalOfBefore_isRefused() throws IOException {
        CrashingFiles files = new CrashingFiles();
        try (TileLog log = open(files)) {
            log.append(SampleLog.entries(0, 5));
            log.publish();
        }
        byte[] journal = read(files, "state/journal");
        try (TileLog log = open(files)) {
            log.append(SampleLog.entries(5, 9));
            log.publish();
        }
        write(files, "state/journal", journal);
        LogCorruptException refusal = refusal(files);
        assertThat(refusal).hasMessageContaining("the journal was rolled back behind the checkpoint");
        assertThat(refusal.where()).startsWith("state/journal");
        assertThat(refusal.expected()).isEqualTo("9");
        assertThat(refusal.found()).isEqualTo("5");
    }

    @Test
    void open_withoutTheJournal_isRefused() throws IOException {
        CrashingFiles files = closedLog();
        files.delete("state/journal");
        assertThat(refusal(files)).hasMessageContaining("the journal of the log is missing");
    }

    @Test
    void open_anotherStateOfTheWholeFolder_isRefusedByARetainedCheckpoint() throws IOException {
        CrashingFiles files = new CrashingFiles();
        try (TileLog log = open(files)) {
            log.append(SampleLog.entries(0, 5));
            log.publish();
        }
        Checkpoint later = new Checkpoint(SampleLog.ORIGIN, 9, SampleLog.root(9));
        LogCorruptException shorter = refusal(files, later);
        assertThat(shorter).hasMessageContaining("the log is shorter than its checkpoint");
        assertThat(shorter.where()).contains("the retained checkpoint");
        assertThat(shorter.found()).isEqualTo("5");
        Checkpoint fork = new Checkpoint(SampleLog.ORIGIN, 4, MerkleTree.emptyRoot());
        LogCorruptException other = refusal(files, fork);
        assertThat(other).hasMessageContaining("not the one that its checkpoint was signed for");
        assertThat(other.expected()).isEqualTo(MerkleTree.emptyRoot().toString());
        assertThat(other.found()).isEqualTo(SampleLog.root(4).toString());
        assertThat(refusal(files, new Checkpoint("example.org/other", 4, SampleLog.root(4))))
                .hasMessageContaining("that of another log")
                .hasMessageContaining("example.org/other");
        open(files, List.of(new Checkpoint(SampleLog.ORIGIN, 4, SampleLog.root(4))))
                .close();
    }

    @Test
    void open_withACheckpointOfAnotherKeyOrOrigin_isRefused() throws IOException {
        CrashingFiles files = closedLog();
        Ed25519KeyPair other = Ed25519KeyPair.generate(new SecureRandom());
        Checkpoint same = new Checkpoint(SampleLog.ORIGIN, 263, SampleLog.root(263));
        write(files, "checkpoint", same.sign(other.signer(SampleLog.ORIGIN)).toByteArray());
        assertThat(refusal(files)).hasMessageContaining("not signed by the log's owner");
        Checkpoint elsewhere = new Checkpoint("example.org/other", 263, SampleLog.root(263));
        write(
                files,
                "checkpoint",
                elsewhere.sign(other.signer("example.org/other")).toByteArray());
        assertThat(refusal(files))
                .hasMessageContaining("that of another log")
                .hasMessageContaining("example.org/other");
        Checkpoint fork = new Checkpoint(SampleLog.ORIGIN, 263, SampleLog.root(262));
        write(files, "checkpoint", fork.sign(SampleLog.signer()).toByteArray());
        assertThat(refusal(files))
                .hasMessageContaining("not the one that its checkpoint was signed for")
                .hasMessageContaining("size 263");
    }

    @Test
    void open_byAnotherOwner_isRefusedUnlessTheFormerKeyIsTrusted() throws IOException {
        CrashingFiles files = closedLog();
        Ed25519KeyPair next = Ed25519KeyPair.generate(new SecureRandom());
        assertThatThrownBy(() -> TileLog.open(files, 256, next.signer("example.org/other"), List.of(), List.of()))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining("this is another log")
                .hasMessageContaining("example.org/other")
                .hasMessageContaining(SampleLog.ORIGIN);
        assertThatThrownBy(() -> TileLog.open(files, 256, next.signer(SampleLog.ORIGIN), List.of(), List.of()))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining("not signed by the log's owner");
        List<NoteVerifier> former = List.of(SampleLog.verifier());
        try (TileLog log = TileLog.open(files, 256, next.signer(SampleLog.ORIGIN), former, List.of())) {
            SignedNote signedAnew = log.publish();
            assertThat(Checkpoint.parse(signedAnew.text()).size()).isEqualTo(263);
            assertThat(signedAnew.check(former).accepted()).isFalse();
            log.append(SampleLog.entries(263, 264));
            assertThat(log.publish().check(former).accepted()).isFalse();
        }
        TileLog.open(files, 256, next.signer(SampleLog.ORIGIN), List.of(), List.of())
                .close();
    }

    @Test
    void open_withAnAlteredEntryOrTile_namesIt() throws IOException {
        for (String name : List.of("tile/entries/000", "tile/0/000")) {
            CrashingFiles files = closedLog();
            byte[] bytes = read(files, name);
            bytes[40] ^= 1;
            write(files, name, bytes);
            assertThat(refusal(files))
                    .as(name)
                    .hasMessageContaining("the log contradicts itself")
                    .hasMessageContaining(name.contains("entries") ? "entry 0 in bundle 0" : "tile/0/000, its root,");
        }
    }

    @Test
    void open_aLargeLogWithAnAlteredRightEdge_isRefused() throws IOException {
        CrashingFiles files = new CrashingFiles();
        long size = TileLog.CHECKED_WHOLE + 2000;
        try (TileLog log = open(files)) {
            for (long from = 0; from < size; from += 20_000) {
                log.append(SampleLog.entries(from, Math.min(from + 20_000, size)));
            }
        }
        // 67,536 entries: 263 full tiles on level 0, of which 256 fill one of level 1.
        for (String name : List.of("tile/entries/262", "tile/0/262", "tile/1/000")) {
            byte[] bytes = read(files, name);
            byte[] altered = bytes.clone();
            altered[100] ^= 1;
            write(files, name, altered);
            assertThat(refusal(files)).as(name).isNotNull();
            write(files, name, bytes);
        }
        open(files).close();
    }

    @Test
    void open_aJournalCutAnywhere_healsToTheLastBatchOrIsRefused() throws IOException {
        CrashingFiles files = new CrashingFiles();
        try (TileLog log = open(files)) {
            log.append(SampleLog.entries(0, 3));
            log.publish();
            log.append(SampleLog.entries(3, 8));
        }
        byte[] journal = read(files, "state/journal");
        List<Long> sizes = new ArrayList<>();
        for (int length = 0; length < journal.length; length++) {
            CrashingFiles cut = files.afterCrash(Left.EVERYTHING, 0);
            write(cut, "state/journal", Arrays.copyOf(journal, length));
            try (TileLog log = open(cut)) {
                sizes.add(log.size());
                assertThat(log.root()).isEqualTo(SampleLog.root(log.size()));
            } catch (LogCorruptException refusal) {
                assertThat(sizes)
                        .as("what is shorter than the checkpoint does not open")
                        .isEmpty();
            }
        }
        assertThat(sizes).isSorted().contains(3L, 8L);
    }

    @Test
    void recovery_ofACutJournal_saysFromWhichSizeToWhichAndHowManyBytes() throws IOException {
        CrashingFiles files = new CrashingFiles();
        try (TileLog log = open(files)) {
            log.append(SampleLog.entries(0, 3));
        }
        try (TileLog log = open(files)) {
            log.append(SampleLog.entries(3, 8));
        }
        byte[] journal = read(files, "state/journal");
        // Behind the last batch stands that the log was closed: 60 bytes.
        write(files, "state/journal", Arrays.copyOf(journal, journal.length - 61));
        try (TileLog log = open(files)) {
            long batch = Journal.payloadBytes(SampleLog.entries(3, 8)) + 60;
            assertThat(log.recovery().size()).isEqualTo(3);
            assertThat(log.recovery().cutBytes()).isEqualTo(batch - 1);
            assertThat(log.recovery().cutToSize()).hasValue(8);
            assertThat(log.recovery())
                    .hasToString("healed to size 3; cut off " + (batch - 1)
                            + " bytes of a record that was never acknowledged, from size 3 to 8");
        }
    }

    @Test
    void open_aJournalDamagedBeforeItsEnd_isRefused() throws IOException {
        CrashingFiles files = new CrashingFiles();
        try (TileLog log = open(files)) {
            for (int i = 0; i < 5; i++) {
                log.append(SampleLog.entries(i, i + 1));
            }
        }
        byte[] journal = read(files, "state/journal");
        journal[journal.length / 2] ^= 1;
        write(files, "state/journal", journal);
        LogCorruptException refusal = refusal(files);
        assertThat(refusal).hasMessageContaining("the journal is damaged before its end");
        assertThat(refusal.where()).startsWith("state/journal, byte ");
    }

    /** Every byte of the checkpoint and the journal, and some of each tile: refused, or the log is what it was. */
    @Test
    void open_withAnyByteFlipped_isRefusedOrTheLogIsTheSame() throws IOException {
        CrashingFiles files = closedLog();
        Map<String, Integer> steps = new TreeMap<>(Map.of(
                "checkpoint", 1,
                "state/journal", 1,
                "state/nodes", 211,
                "tile/0/000", 211,
                "tile/entries/000", 211,
                "tile/0/001.p/7", 11,
                "tile/1/000.p/1", 3,
                "tile/entries/001.p/7", 11));
        SignedNote note;
        try (TileLog log = open(files.afterCrash(Left.EVERYTHING, 0))) {
            note = log.published().orElseThrow();
        }
        int refused = 0;
        for (Map.Entry<String, Integer> step : steps.entrySet()) {
            byte[] bytes = read(files, step.getKey());
            for (int at = 0; at < bytes.length; at += step.getValue()) {
                CrashingFiles flipped = files.afterCrash(Left.EVERYTHING, 0);
                byte[] altered = bytes.clone();
                altered[at] = (byte) (altered[at] ^ (1 << (at % 8)));
                write(flipped, step.getKey(), altered);
                TileLog log;
                try {
                    log = open(flipped);
                } catch (LogCorruptException refusal) {
                    assertThat(refusal.where()).isNotEmpty();
                    refused++;
                    continue;
                }
                String what = step.getKey() + ", byte " + at;
                assertThat(log.size()).as(what).isEqualTo(263);
                assertThat(log.root()).as(what).isEqualTo(SampleLog.root(263));
                assertThat(log.published()).as(what).contains(note);
                log.close();
                assertThat(LogCheck.run(new FileTiles(flipped), Checkpoint.parse(note.text())))
                        .as(what)
                        .isEqualTo(new LogCheck(263, List.of()));
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }
}
