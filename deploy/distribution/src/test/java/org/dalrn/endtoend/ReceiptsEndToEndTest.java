package org.dalrn.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.verify.Finding;
import org.dalrn.podp.verify.Summary;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.gateway.OperatorPort.ReceiptBytes;
import org.dalrn.server.gateway.OperatorRefusedException;
import org.dalrn.server.receipts.RunReplayer;
import org.dalrn.server.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Receipts of runs by a real coordinator and real clients, checked by who has the public key only. */
@Timeout(180)
class ReceiptsEndToEndTest {
    private static final int ROUNDS = 3;

    @TempDir
    Path folder;

    private static Path export(LoopbackFederation federation, RunId run, Path file) throws IOException {
        try (ReceiptBytes bundle = federation.operations().openReceipts(run, true);
                InputStream in = bundle.bytes()) {
            Files.copy(in, file);
            assertThat(file).hasSize(bundle.lengthBytes());
        }
        return file;
    }

    private static Verification verify(LoopbackFederation federation, Path file) {
        return Verifier.trusting(Ed25519PublicKey.parse(
                        federation.operations().receiptsKey().publicKey()))
                .requiringBlobs()
                .requiringReplay()
                .verify(file, List.of(new RunReplayer()));
    }

    private static Summary verified(Verification verification) {
        return verification.match(verified -> verified.summary(), refuted -> {
            throw new AssertionError(refuted.findings());
        });
    }

    private LoopbackFederation twoNodes() throws Exception {
        LoopbackFederation federation = LoopbackFederation.start(folder, "receipts: {origin: example.org/test}");
        federation.connect("site-1", 1);
        federation.connect("site-2", 2);
        return federation;
    }

    private static RunId finished(LoopbackFederation federation) throws Exception {
        RunId run = federation.submit(LoopbackFederation.everyone("proved", ROUNDS, 2));
        assertThat(federation.end(run).phase()).isEqualTo(Phase.FINISHED);
        return run;
    }

    @Test
    void receipts_ofARunWithARestart_verifyAndReplay() throws Exception {
        try (LoopbackFederation federation = twoNodes()) {
            LoopbackFederation.RunPlan plan = LoopbackFederation.everyone("proved", ROUNDS, 2);
            federation.gate.close(plan.name(), 1);
            federation.gate.close(plan.name(), 2);
            RunId run = federation.submit(plan);
            federation.awaitRound(run, 1);
            assertThatThrownBy(() -> federation.operations().openReceipts(run, true))
                    .isInstanceOfSatisfying(
                            OperatorRefusedException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_CHECKPOINT_YET));
            federation.gate.open(plan.name(), 1);
            federation.awaitRound(run, 2);
            Summary middle = verified(verify(federation, export(federation, run, folder.resolve("middle.tar"))));
            federation.restart();
            federation.gate.open(plan.name(), 2);
            assertThat(federation.end(run).phase()).isEqualTo(Phase.FINISHED);

            Summary end = verified(verify(federation, export(federation, run, folder.resolve("end.tar"))));
            assertThat(end.origin()).isEqualTo("example.org/test/" + run);
            assertThat(end.size()).isEqualTo(federation.events(run).size()).isGreaterThan(middle.size());
            assertThat(end.replay().orElseThrow().replayed()).isEqualTo(end.size());
            assertThat(end.types()).containsEntry("dalrn.run.model-published/1", (long) ROUNDS);
            assertThat(end.types()).containsKey("dalrn.run.resumed/1");
        }
    }

    @Test
    void receipts_blobOfTheBundleChanged_areRefutedByName() throws Exception {
        try (LoopbackFederation federation = twoNodes()) {
            RunId run = finished(federation);
            Path file = export(federation, run, folder.resolve("run.tar"));
            byte[] bytes = Files.readAllBytes(file);
            // The last blob ends before the two blocks of zeros of the archive and the padding of its own.
            int at = bytes.length - 1;
            while (bytes[at] == 0) {
                at--;
            }
            bytes[at] ^= 1;
            Files.write(file, bytes);
            List<Finding> findings =
                    verify(federation, file).match(verified -> List.of(), refuted -> refuted.findings());
            assertThat(findings)
                    .isNotEmpty()
                    .allSatisfy(finding -> assertThat(finding.where().file()).startsWith("blobs/"));
        }
    }

    @Test
    void coordinator_eventChangedInItsDatabase_doesNotStartAgain() throws Exception {
        RunId run;
        ContentHash model;
        try (LoopbackFederation federation = twoNodes()) {
            run = finished(federation);
            model = ((RunEvent.Finished) federation.await(run, RunEvent.Finished.class::isInstance)).model();
        }
        sql("drop trigger event_is_never_changed");
        sql("update event set text = replace(text, '\"grantedWeight\":\"', '\"grantedWeight\":\"1')"
                + " where run_id = '" + run + "' and text like '%update-accepted%'");
        assertThatThrownBy(this::start)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED))
                .hasMessageContaining("run " + run)
                .hasMessageContaining("was signed");
        sql("update event set text = replace(text, '\"grantedWeight\":\"1', '\"grantedWeight\":\"')"
                + " where run_id = '" + run + "' and text like '%update-accepted%'");
        try (LoopbackFederation federation = start()) {
            assertThat(federation.operations().run(run).orElseThrow().model()).isEqualTo(model);
        }
    }

    private LoopbackFederation start() throws IOException {
        return LoopbackFederation.start(folder, "receipts: {origin: example.org/test}");
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("coordinator/dalrn.db"));
                Statement work = connection.createStatement()) {
            work.execute(statement);
        }
    }
}
