package org.dalrn.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dalrn.client.FederationClient;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Protection;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunState;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.endtoend.LoopbackFederation.RunPlan;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.UploadMessage;
import org.dalrn.protocol.v1.UploadReply;
import org.dalrn.server.gateway.LoggedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs with a real coordinator and real clients. The model that must come out is {@link SteppingTrainer#expected}: it
 * is written down from the definition of federated averaging and uses nothing of the aggregation.
 */
@Timeout(180)
class FederationEndToEndTest {
    private static final int ROUNDS = 4;
    private static final ContentHash EXPECTED =
            SteppingTrainer.expected(ROUNDS, 1, 2, 3).contentHash();

    @TempDir
    Path folder;

    private LoopbackFederation threeNodes() throws Exception {
        LoopbackFederation federation = LoopbackFederation.start(folder, "session: {resume-grace: 20s}");
        for (int site = 1; site <= 3; site++) {
            federation.connect("site-" + site, site);
        }
        return federation;
    }

    private static void assertFinished(RunState end, ContentHash model) {
        assertThat(end.phase()).isEqualTo(Phase.FINISHED);
        assertThat(end.model()).isEqualTo(model);
    }

    private static void assertDropped(LoopbackFederation federation, RunId run, String node, DropReason reason)
            throws InterruptedException {
        RunEvent dropped = federation.await(
                run,
                event -> event instanceof RunEvent.NodeDropped d
                        && d.node().value().equals(node));
        assertThat(((RunEvent.NodeDropped) dropped).reason()).isEqualTo(reason);
    }

    @Test
    void run_threeClients_isTheExactMeanAndEvaluatedByAll() throws Exception {
        try (LoopbackFederation federation = threeNodes()) {
            RunId run = federation.submit(LoopbackFederation.everyone("whole", ROUNDS, 3));
            assertFinished(federation.end(run), EXPECTED);
            double first = SteppingTrainer.expected(ROUNDS, 1, 2, 3).get(0);
            assertThat(federation.events(run))
                    .filteredOn(RunEvent.RoundCompleted.class::isInstance)
                    .hasSize(ROUNDS)
                    .last()
                    .satisfies(event -> assertThat(((RunEvent.RoundCompleted) event).metrics())
                            .hasEntrySatisfying(
                                    "first", mean -> assertThat(mean).isCloseTo(first, offset(1e-12))));
        }
    }

    @Test
    void coordinator_restartedInTraining_endsWithTheSameModel() throws Exception {
        try (LoopbackFederation federation = threeNodes()) {
            RunPlan plan = LoopbackFederation.everyone("restarted", ROUNDS, 3);
            federation.gate.close(plan.name(), 2);
            federation.gate.close(plan.name(), 3);
            RunId run = federation.submit(plan);
            federation.awaitRound(run, 2);
            federation.restart();
            federation.gate.open(plan.name(), 2);
            federation.awaitRound(run, 3);
            federation.restart();
            federation.gate.open(plan.name(), 3);
            assertFinished(federation.end(run), EXPECTED);
            assertThat(federation.events(run))
                    .filteredOn(RunEvent.Resumed.class::isInstance)
                    .hasSize(2);
        }
    }

    @Test
    void drain_uploadUnderWay_isAcceptedAndTheRunGoesOnAfterwards() throws Exception {
        try (LoopbackFederation federation = LoopbackFederation.start(folder, "session: {resume-grace: 20s}");
                RawNode raw = RawNode.enrolled(federation.enroll("raw"))) {
            federation.connect("site-1", 1);
            RunPlan plan = LoopbackFederation.everyone("drained", 1, 2).withoutEvaluation();
            federation.gate.close(plan.name(), 1);
            assertThat(raw.connect()).isSameAs(raw);
            RunId run = federation.submit(plan);
            Task task = raw.nextTask(run);
            byte[] update = new byte[(int) LoopbackFederation.LAYOUT.byteLength()];
            RawNode.Call<UploadMessage, UploadReply> upload =
                    raw.announce(raw.signed(task, RawNode.manifest(task, update)));
            assertThat(upload.next().hasGranted()).isTrue();
            upload.send(RawNode.chunk(0, update, 0, 1_000));
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> {
                try {
                    return federation.coordinator().drain(Duration.ofSeconds(30));
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            });
            assertThat(raw.nextMessage().hasDraining()).isTrue();
            UploadReply verdict = upload.send(RawNode.chunk(1_000, update, 1_000, update.length - 1_000))
                    .halfClose()
                    .next();
            assertThat(verdict.hasAccepted()).as("%s", verdict).isTrue();
            assertThat(drained.get()).isTrue();
            federation.restart();
            federation.gate.open(plan.name(), 1);
            RunState end = federation.end(run);
            assertThat(end.phase()).isEqualTo(Phase.FINISHED);
            assertThat(federation.events(run))
                    .filteredOn(RunEvent.UpdateAccepted.class::isInstance)
                    .as("the node that had delivered is not asked again")
                    .hasSize(2);
        }
    }

    @Test
    void client_losesItsConnection_resumesWithItsTask() throws Exception {
        try (CuttableLine line = new CuttableLine();
                LoopbackFederation federation =
                        LoopbackFederation.start(folder, "session: {resume-grace: 20s}", "127.0.0.1:" + line.port())) {
            line.leadTo(federation.coordinator().nodeAddress().getPort());
            for (int site = 1; site <= 3; site++) {
                federation.connect("site-" + site, site);
            }
            RunPlan plan = LoopbackFederation.everyone("cut", ROUNDS, 3);
            federation.gate.close(plan.name(), 2);
            RunId run = federation.submit(plan);
            federation.awaitRound(run, 2);
            line.cut();
            federation.gate.open(plan.name(), 2);
            federation.awaitRound(run, 3);
            line.cut();
            assertFinished(federation.end(run), EXPECTED);
            assertThat(federation.events(run)).noneMatch(RunEvent.NodeDropped.class::isInstance);
        }
    }

    @Test
    void node_revokedInARound_isDroppedAndTheRunGoesOn() throws Exception {
        try (LoopbackFederation federation = threeNodes()) {
            RunPlan plan = LoopbackFederation.everyone("revoking", 1, 3).withQuorum(2);
            federation.gate.close(plan.name(), 1);
            RunId run = federation.submit(plan);
            federation.awaitRound(run, 1);
            federation.operations().revoke(new NodeId("site-3"));
            assertDropped(federation, run, "site-3", DropReason.REVOKED);
            federation.gate.open(plan.name(), 1);
            assertFinished(
                    federation.end(run), SteppingTrainer.expected(1, 1, 2).contentHash());
        }
    }

    @Test
    void run_stopped_freesItsNodes() throws Exception {
        try (LoopbackFederation federation = threeNodes()) {
            RunPlan plan = LoopbackFederation.everyone("stopped", ROUNDS, 3);
            federation.gate.close(plan.name(), 2);
            RunId run = federation.submit(plan);
            federation.awaitRound(run, 2);
            RunState stopped = federation.operations().stop(run, "enough");
            assertThat(stopped.phase()).isEqualTo(Phase.STOPPED);
            // The gate of the stopped run stays closed: only its cancellation lets the trainers go.
            RunId next = federation.submit(LoopbackFederation.everyone("next", ROUNDS, 3));
            assertFinished(federation.end(next), EXPECTED);
            assertThat(federation.operations().run(run).orElseThrow().completedRounds())
                    .isEqualTo(1);
        }
    }

    @Test
    void policy_forbidsTheRun_isLoggedAsDroppedNode() throws Exception {
        try (LoopbackFederation federation = LoopbackFederation.start(folder, "")) {
            federation.connect("site-1", 1);
            federation.connect("site-2", 2);
            NodePolicy picky = NodePolicy.builder()
                    .allowRuns("cancer-*")
                    .maxModelBytes(1 << 20)
                    .maxTaskDuration(Duration.ofMinutes(1))
                    .leastProtection(Protection.PLAIN)
                    .allowEvaluation(false)
                    .build();
            federation.connect("picky", new SteppingTrainer(3, federation.gate), picky);
            RunPlan plan =
                    LoopbackFederation.everyone("heart", 1, 3).withQuorum(2).withoutEvaluation();
            federation.gate.close(plan.name(), 1);
            RunId run = federation.submit(new RunPlan(plan.name(), 1, new Sampling(1.0, 3, 0.0, 1, 3), plan.policy()));
            assertDropped(federation, run, "picky", DropReason.POLICY);
            federation.gate.open(plan.name(), 1);
            assertFinished(
                    federation.end(run), SteppingTrainer.expected(1, 1, 2).contentHash());
        }
    }

    @Test
    void runs_twoAtATime_endAsEachAlone() throws Exception {
        try (LoopbackFederation federation = threeNodes()) {
            RunId one = federation.submit(LoopbackFederation.everyone("one", ROUNDS, 3));
            RunId two = federation.submit(LoopbackFederation.everyone("two", ROUNDS + 2, 3));
            assertFinished(federation.end(one), EXPECTED);
            assertFinished(
                    federation.end(two),
                    SteppingTrainer.expected(ROUNDS + 2, 1, 2, 3).contentHash());
        }
    }

    @Test
    void server_sigterm_exitsWithZeroAndTheRunResumes() throws Exception {
        Gate gate = new Gate();
        List<FederationClient> clients = new ArrayList<>();
        try (CoordinatorProcess coordinator = CoordinatorProcess.start(folder)) {
            clients.addAll(connect(coordinator, folder, gate));
            gate.close("term", 2);
            String run = coordinator.submit("term", ROUNDS, 2);
            awaitRound(coordinator, run, 2);
            assertThat(coordinator.terminate(Duration.ofSeconds(20))).isZero();
            coordinator.launch();
            gate.open("term", 2);
            List<LoggedEvent> events = coordinator.events(run, true);
            assertThat(events.get(events.size() - 1).event())
                    .isInstanceOfSatisfying(
                            RunEvent.Finished.class,
                            finished -> assertThat(finished.model())
                                    .isEqualTo(SteppingTrainer.expected(ROUNDS, 1, 2)
                                            .contentHash()));
        } finally {
            clients.forEach(FederationClient::close);
        }
    }

    private static void awaitRound(CoordinatorProcess coordinator, String run, int round) throws Exception {
        boolean begun = false;
        while (!begun) {
            begun = coordinator.events(run, false).stream()
                    .anyMatch(logged -> logged.event() instanceof RunEvent.RoundStarted s && s.round() == round);
        }
    }

    /** Two clients of this JVM. */
    static List<FederationClient> connect(CoordinatorProcess coordinator, Path folder, Gate gate) throws Exception {
        List<FederationClient> clients = new ArrayList<>();
        for (int site = 1; site <= 2; site++) {
            Path home = Files.createDirectories(folder.resolve("site-" + site));
            Path joinFile = home.resolve("node.join");
            Files.writeString(joinFile, coordinator.enroll("site-" + site));
            FederationClient client = FederationClient.builder()
                    .join(joinFile)
                    .identity(home.resolve("identity"))
                    .trainer(new SteppingTrainer(site, gate))
                    .policy(NodePolicy.acceptEveryRun())
                    .reconnectDelays(Duration.ofMillis(20), Duration.ofMillis(500))
                    .build();
            clients.add(client);
            client.start();
            assertThat(client.awaitConnected(Duration.ofSeconds(60))).isTrue();
        }
        return clients;
    }
}
