package org.dalrn.server.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.CloseReason;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.DataDirectory;
import org.dalrn.server.store.Database;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.store.StoredEvent;
import org.dalrn.server.testing.ScriptedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A round with so many nodes that naming them takes more than the entry of a tile holds. */
class LargeRoundTest {
    private static final int NODES = 10_000;

    @TempDir
    Path folder;

    private static List<RunEvent> events() {
        RunEvent.Opened opened = ScriptedRun.opened();
        ContentHash model = opened.spec().initialModel();
        Instant at = opened.at();
        List<NodeId> cohort = new ArrayList<>();
        List<ContentHash> updates = new ArrayList<>();
        List<RunEvent> accepted = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            NodeId node = new NodeId(String.format("hospital-%06d", i));
            ContentHash update = ContentHash.of(ByteBuffer.allocate(4).putInt(i).array());
            cohort.add(node);
            updates.add(update);
            accepted.add(new RunEvent.UpdateAccepted(1, node, update, 1, 1, 0.5, 0.25, new TreeMap<>(), at));
        }
        updates.sort(null);
        List<RunEvent> events = new ArrayList<>();
        events.add(opened);
        events.add(new RunEvent.RoundStarted(1, 1, model, cohort, List.of(), NODES, at.plusSeconds(600), at));
        events.addAll(accepted);
        events.add(new RunEvent.RoundClosed(1, 1, updates, NODES, CloseReason.ALL_SETTLED, at));
        events.add(new RunEvent.ModelPublished(1, model, model, at.plusSeconds(120), at));
        events.add(new RunEvent.EvaluationStarted(1, model, cohort, List.of(), at.plusSeconds(120), at));
        events.add(new RunEvent.RoundCompleted(1, 0, new TreeMap<>(), at));
        return events;
    }

    @Test
    void append_roundOfTenThousandNodes_isSignedExportedAndVerified() {
        LogKey key = LogKey.of(Ed25519KeyPair.generate(new SecureRandom()), Optional.of("example.org/heart"));
        List<StoredEvent> stored = new ArrayList<>();
        for (RunEvent event : events()) {
            stored.add(new StoredEvent(ScriptedRun.RUN, stored.size() + 1, EventText.of(event)));
        }
        try (DataDirectory directory = DataDirectory.open(folder.resolve("data"));
                Database database = Database.open(directory.database())) {
            ReceiptLog log = ReceiptLog.open(new EventStore(database), key);
            log.append(stored);
            Path file = folder.resolve("receipts.tar");
            new ReceiptExport(log, BlobStore.open(directory)).write(ScriptedRun.RUN, false, file);
            assertThat(Verifier.trusting(key.publicKey()).verify(file))
                    .isInstanceOfSatisfying(
                            Verification.Verified.class,
                            verified -> assertThat(verified.summary().size()).isEqualTo(stored.size()));
            assertThat(ReceiptLog.open(new EventStore(database), key).checkpoints(ScriptedRun.RUN))
                    .hasSize(1);
        }
    }
}
