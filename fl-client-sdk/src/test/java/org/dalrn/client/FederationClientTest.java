package org.dalrn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.dalrn.client.node.NodeException;
import org.dalrn.client.node.NodeListener;
import org.dalrn.client.node.NodeStatus;
import org.dalrn.client.node.NodeTask;
import org.dalrn.client.testing.FakeCoordinator;
import org.dalrn.client.testing.TestAuthority;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Protection;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingContext;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.v1.ConfigValue;
import org.dalrn.protocol.v1.EvaluationReport;
import org.dalrn.protocol.v1.ExtraModel;
import org.dalrn.protocol.v1.ModelLayout;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.TaskDeclined;
import org.dalrn.protocol.v1.TaskKind;
import org.dalrn.protocol.v1.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client against the coordinator's side of docs/wire.md, over loopback TLS. */
@Timeout(60)
class FederationClientTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final FakeCoordinator coordinator = new FakeCoordinator();
    private final Heard heard = new Heard();
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Adds one to every element. */
    private static class PlusOne implements Trainer {
        final AtomicInteger trainings = new AtomicInteger();

        @Override
        public TrainingResult train(Parameters global, TrainingContext context) throws Exception {
            trainings.incrementAndGet();
            context.progress(0.5, "training");
            float[] values = global.toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += 1;
            }
            return TrainingResult.of(Parameters.copyOf(global.layout(), values), 7, Map.of("loss", 0.25));
        }

        @Override
        public EvaluationResult evaluate(Parameters model, TrainingContext context) throws Exception {
            return EvaluationResult.of(
                    5, Map.of("accuracy", 0.5, "lr", context.config().number("lr")));
        }
    }

    /** What the client told. */
    private static final class Heard implements NodeListener {
        final BlockingQueue<NodeTask> finished = new LinkedBlockingQueue<>();
        final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
        final BlockingQueue<ErrorCode> refused = new LinkedBlockingQueue<>();
        final BlockingQueue<Duration> pauses = new LinkedBlockingQueue<>();

        @Override
        public void taskFinished(NodeTask task, Duration elapsed) {
            finished.add(task);
        }

        @Override
        public void taskCancelled(NodeTask task, String reason) {
            cancelled.add(reason);
        }

        @Override
        public void refused(ErrorCode code, String detail) {
            refused.add(code);
        }

        @Override
        public void disconnected(String reason, Duration nextTry) {
            pauses.add(nextTry);
        }
    }

    @AfterEach
    void closeAndExpectNoFault() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        coordinator.close();
        assertThat(coordinator.faults).isEmpty();
    }

    private FederationClient.Builder builder(Trainer trainer) {
        return FederationClient.builder()
                .join(coordinator.joinFile(folder, "hospital-a"))
                .identity(folder.resolve("identity"))
                .trainer(trainer)
                .policy(NodePolicy.acceptEveryRun())
                .listener(heard)
                .reconnectDelays(Duration.ofMillis(5), Duration.ofMillis(50));
    }

    private FederationClient connected(FederationClient.Builder builder) throws InterruptedException {
        FederationClient client = builder.build();
        opened.add(client);
        client.start();
        assertThat(client.awaitConnected(SOON))
                .as(() -> client.status().toString())
                .isTrue();
        assertThat(take(coordinator.hellos)).isNotNull();
        return client;
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).as("came within " + SOON).isNotNull();
        return next;
    }

    private static byte[] model(int elements) {
        ByteBuffer bytes = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            bytes.putFloat((i % 1000) / 8f);
        }
        return bytes.array();
    }

    private static Task task(String id, TaskKind kind, ContentHash hash, int elements) {
        return Task.newBuilder()
                .setTaskId(id)
                .setRunId("run-1")
                .setRunName("heart")
                .setRound(3)
                .setTotalRounds(9)
                .setKind(kind)
                .setModelHash(ByteString.copyFrom(hash.toByteArray()))
                .setModelBytes((long) elements * Float.BYTES)
                .setLayout(ModelLayout.newBuilder()
                        .addTensors(Tensor.newBuilder().setName("w").addShape(elements)))
                .putConfig("lr", ConfigValue.newBuilder().setNumber(0.125).build())
                .setDeadlineMillis(30_000)
                .setProtectionValue(1)
                .setMaxAbsoluteValue(64)
                .build();
    }

    private static void assertAllOnes(ByteString update, int elements) {
        ByteBuffer floats = update.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(update.size()).isEqualTo(elements * Float.BYTES);
        while (floats.hasRemaining()) {
            assertThat(floats.getFloat()).isEqualTo(1f);
        }
    }

    @Test
    void start_firstTime_enrolsAndKeepsTheIdentityForItsOwnerOnly() throws Exception {
        FederationClient first = connected(builder(new PlusOne()));
        first.close();
        Path identity = folder.resolve("identity");
        assertThat(identity).isDirectoryContaining("glob:**/node.crt").isDirectoryContaining("glob:**/coordinator");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(identity.resolve("node.key"))))
                .isEqualTo("rw-------");
        Files.delete(folder.resolve("hospital-a.join"));
        FederationClient second = FederationClient.builder()
                .identity(identity)
                .trainer(new PlusOne())
                .policy(NodePolicy.acceptEveryRun())
                .build();
        opened.add(second);
        second.start();
        assertThat(second.awaitConnected(SOON)).isTrue();
        assertThat(coordinator.enrolments).hasValue(1);
    }

    @Test
    void train_smallModel_sendsTheDifferenceAndItsManifest() throws Exception {
        ParameterLayout layout = ParameterLayout.of(new TensorSpec("w", List.of(10)));
        ContentHash hash = coordinator.add(model(10));
        FederationClient client = connected(builder(new PlusOne()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        FakeCoordinator.Update update = take(coordinator.updates);
        assertAllOnes(update.bytes(), 10);
        assertThat(update.manifest().getExamples()).isEqualTo(7);
        assertThat(update.manifest().getTaskId()).isEqualTo("t1");
        assertThat(update.manifest().getBaseModelHash().toByteArray()).isEqualTo(hash.toByteArray());
        assertThat(update.manifest().getLayoutDigest().toByteArray())
                .isEqualTo(layout.digest().toByteArray());
        assertThat(update.manifest().getMetricsMap()).containsExactly(Map.entry("loss", 0.25));
        assertThat(take(coordinator.progress).getFraction()).isEqualTo(0.5);
        assertThat(take(heard.finished).taskId()).isEqualTo("t1");
        assertThat(client.status().state()).isEqualTo(NodeStatus.State.CONNECTED);
    }

    @Test
    void train_largeModel_travelsInChunksBothWays() throws Exception {
        int elements = 1_000_003;
        ContentHash hash = coordinator.add(model(elements));
        connected(builder(new PlusOne()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, elements));
        assertAllOnes(take(coordinator.updates).bytes(), elements);
    }

    @Test
    void evaluateThenTrain_sameModel_downloadsItOnce() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        connected(builder(new PlusOne()));
        coordinator.push(task("e1", TaskKind.TASK_KIND_EVALUATE, hash, 10));
        EvaluationReport report = take(coordinator.evaluations);
        assertThat(report.getExamples()).isEqualTo(5);
        assertThat(report.getMetricsMap()).containsEntry("accuracy", 0.5).containsEntry("lr", 0.125);
        assertThat(report.getModelHash().toByteArray()).isEqualTo(hash.toByteArray());
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        take(coordinator.updates);
        assertThat(coordinator.transfers)
                .containsExactly(
                        new FakeCoordinator.Transfer("download", 0), new FakeCoordinator.Transfer("upload", 0));
    }

    @Test
    void offer_sameTaskAgain_isIgnored() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        PlusOne trainer = new PlusOne();
        connected(builder(trainer));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        take(heard.finished);
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        coordinator.push(task("t2", TaskKind.TASK_KIND_TRAIN, hash, 10));
        assertThat(take(heard.finished).taskId()).isEqualTo("t2");
        assertThat(trainer.trainings).hasValue(2);
    }

    @Test
    void session_breaksWhileTraining_resumesAndSendsOnTheNewSession() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch training = new CountDownLatch(1);
        ContentHash hash = coordinator.add(model(10));
        connected(builder(new PlusOne() {
            @Override
            public TrainingResult train(Parameters global, TrainingContext context) throws Exception {
                training.countDown();
                assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
                return super.train(global, context);
            }
        }));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        assertThat(training.await(20, TimeUnit.SECONDS)).isTrue();
        coordinator.breakSession();
        assertThat(take(coordinator.hellos).getOpenTaskIdsList()).containsExactly("t1");
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        goOn.countDown();
        assertAllOnes(take(coordinator.updates).bytes(), 10);
        take(heard.finished);
        assertThat(coordinator.updates).isEmpty();
    }

    @Test
    void evaluation_unsettled_isSentAgainAfterReconnect() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        coordinator.settles = false;
        connected(builder(new PlusOne()));
        coordinator.push(task("e1", TaskKind.TASK_KIND_EVALUATE, hash, 10));
        EvaluationReport report = take(coordinator.evaluations);
        coordinator.settles = true;
        coordinator.breakSession();
        assertThat(take(coordinator.hellos).getOpenTaskIdsList()).containsExactly("e1");
        assertThat(take(coordinator.evaluations)).isEqualTo(report);
        assertThat(take(heard.finished).taskId()).isEqualTo("e1");
    }

    @Test
    void download_breaks_goesOnFromTheOffsetReached() throws Exception {
        int elements = 100_000;
        ContentHash hash = coordinator.add(model(elements));
        coordinator.downloadBreaks.add(200_001);
        connected(builder(new PlusOne()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, elements));
        assertAllOnes(take(coordinator.updates).bytes(), elements);
        List<FakeCoordinator.Transfer> downloads = coordinator.transfers.stream()
                .filter(transfer -> transfer.what().equals("download"))
                .toList();
        assertThat(downloads).hasSize(2);
        // gRPC may drop chunks that were in flight when the stream broke, never more than were sent.
        assertThat(downloads.get(1).offset()).isBetween(0L, 200_001L);
    }

    @Test
    void upload_breaks_goesOnFromTheGrantedOffset() throws Exception {
        int elements = 1_000_000;
        ContentHash hash = coordinator.add(model(elements));
        coordinator.uploadBreaks.add(1 << 20);
        connected(builder(new PlusOne()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, elements));
        assertAllOnes(take(coordinator.updates).bytes(), elements);
        assertThat(coordinator.transfers)
                .contains(new FakeCoordinator.Transfer("upload", 0), new FakeCoordinator.Transfer("upload", 1 << 20));
    }

    @Test
    void upload_refusedForNow_isTriedAgain() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        coordinator.manifestRefusals.add(FakeCoordinator.refusal(ErrorCode.STORE_UNAVAILABLE));
        connected(builder(new PlusOne()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        assertAllOnes(take(coordinator.updates).bytes(), 10);
    }

    @Test
    void upload_refusedForGood_isTold() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        coordinator.manifestRefusals.add(FakeCoordinator.refusal(ErrorCode.LATE_UPDATE));
        FederationClient client = connected(builder(new PlusOne()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        assertThat(take(heard.refused)).isEqualTo(ErrorCode.LATE_UPDATE);
        assertThat(take(heard.cancelled)).contains("DALRN-3003");
        assertThat(coordinator.updates).isEmpty();
        assertThat(client.status().state()).isEqualTo(NodeStatus.State.CONNECTED);
    }

    @Test
    void policy_forbids_declinesBeforeAnyDownload() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        connected(builder(new PlusOne())
                .policy(NodePolicy.builder()
                        .allowRuns("lungs-*")
                        .maxModelBytes(1000)
                        .maxTaskDuration(Duration.ofMinutes(1))
                        .leastProtection(Protection.PLAIN)
                        .allowEvaluation(true)
                        .build()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        TaskDeclined declined = take(coordinator.declines);
        assertThat(declined.getReason()).isEqualTo(TaskDeclined.Reason.REASON_POLICY);
        assertThat(declined.getDetail()).contains("lungs-*");
        assertThat(coordinator.transfers).isEmpty();
    }

    private static Task withExtras(Task task, ContentHash... extras) {
        Task.Builder builder = task.toBuilder();
        for (ContentHash extra : extras) {
            builder.addExtraModels(ExtraModel.newBuilder()
                    .setModelHash(ByteString.copyFrom(extra.toByteArray()))
                    .setModelBytes(task.getModelBytes()));
        }
        return builder.build();
    }

    /** A model that is told from others by its first element. */
    private static byte[] numbered(int elements, float first) {
        byte[] bytes = model(elements);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(first);
        return bytes;
    }

    /** Reports a model's first element, always on five examples. */
    private static class FirstElement extends PlusOne {
        @Override
        public EvaluationResult evaluate(Parameters model, TrainingContext context) throws Exception {
            return EvaluationResult.of(5, Map.of("first", (double) model.toArray()[0]));
        }
    }

    @Test
    void evaluate_extraModels_reportsEachByItsHashInOrder() throws Exception {
        ContentHash published = coordinator.add(numbered(10, 1));
        List<ContentHash> extras = List.of(
                coordinator.add(numbered(10, 40)),
                coordinator.add(numbered(10, 20)),
                coordinator.add(numbered(10, 30)));
        connected(builder(new FirstElement()));
        coordinator.push(
                withExtras(task("e1", TaskKind.TASK_KIND_EVALUATE, published, 10), extras.toArray(ContentHash[]::new)));
        EvaluationReport report = take(coordinator.evaluations);
        assertThat(report.getModelHash().toByteArray()).isEqualTo(published.toByteArray());
        assertThat(report.getMetricsMap()).containsExactly(Map.entry("first", 1.0));
        assertThat(report.getExtraMetricsList())
                .extracting(extra -> ContentHash.ofBytes(extra.getModelHash().toByteArray()))
                .containsExactlyElementsOf(extras);
        assertThat(report.getExtraMetricsList())
                .extracting(extra -> extra.getMetricsMap().get("first"))
                .containsExactly(40.0, 20.0, 30.0);
        assertThat(coordinator.transfers).hasSize(4);
        assertThat(take(heard.finished).taskId()).isEqualTo("e1");
    }

    @Test
    void evaluate_extraModelIsTheLastRoundsModel_isNotFetchedAgain() throws Exception {
        ContentHash last = coordinator.add(numbered(10, 1));
        ContentHash published = coordinator.add(numbered(10, 2));
        connected(builder(new FirstElement()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, last, 10));
        take(heard.finished);
        coordinator.push(withExtras(task("e1", TaskKind.TASK_KIND_EVALUATE, published, 10), last));
        assertThat(take(coordinator.evaluations).getExtraMetrics(0).getMetricsMap())
                .containsExactly(Map.entry("first", 1.0));
        assertThat(coordinator.transfers.stream()
                        .filter(transfer -> transfer.what().equals("download")))
                .hasSize(2);
    }

    @Test
    void evaluate_moreExtraModelsThanTheSiteAllows_reportsThePublishedOneAndFetchesNoOther() throws Exception {
        ContentHash published = coordinator.add(numbered(10, 1));
        connected(builder(new FirstElement())
                .policy(NodePolicy.builder()
                        .allowRuns("heart")
                        .maxModelBytes(1000)
                        .maxTaskDuration(Duration.ofMinutes(1))
                        .leastProtection(Protection.PLAIN)
                        .allowEvaluation(true)
                        .maxEvaluatedModels(1)
                        .build()));
        Task task = task("e1", TaskKind.TASK_KIND_EVALUATE, published, 10);
        coordinator.push(withExtras(task, coordinator.add(numbered(10, 2)), coordinator.add(numbered(10, 3))));
        EvaluationReport report = take(coordinator.evaluations);
        assertThat(report.getMetricsMap()).containsExactly(Map.entry("first", 1.0));
        assertThat(report.getExtraMetricsList()).isEmpty();
        assertThat(coordinator.transfers).hasSize(1);
    }

    @Test
    void evaluate_extraModelThatTheCoordinatorDoesNotHave_isDeclined() throws Exception {
        ContentHash published = coordinator.add(numbered(10, 1));
        connected(builder(new FirstElement()));
        Task task = task("e1", TaskKind.TASK_KIND_EVALUATE, published, 10);
        coordinator.push(withExtras(task, ContentHash.of(numbered(10, 2))));
        assertThat(take(coordinator.declines).getReason()).isEqualTo(TaskDeclined.Reason.REASON_MODEL_UNAVAILABLE);
        assertThat(coordinator.evaluations).isEmpty();
    }

    @Test
    void evaluate_extraModelOnOtherExamples_isDeclinedWithBothNumbers() throws Exception {
        ContentHash published = coordinator.add(numbered(10, 1));
        ContentHash extra = coordinator.add(numbered(10, 2));
        connected(builder(new PlusOne() {
            @Override
            public EvaluationResult evaluate(Parameters model, TrainingContext context) {
                return EvaluationResult.of(5 + (long) model.toArray()[0], Map.of());
            }
        }));
        coordinator.push(withExtras(task("e1", TaskKind.TASK_KIND_EVALUATE, published, 10), extra));
        TaskDeclined declined = take(coordinator.declines);
        assertThat(declined.getReason()).isEqualTo(TaskDeclined.Reason.REASON_TRAINER_FAILED);
        assertThat(declined.getDetail()).contains("6 examples", "on 7");
    }

    @Test
    void evaluate_cancelledBetweenTwoModels_measuresNoFurtherOne() throws Exception {
        CountDownLatch measuring = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger measured = new AtomicInteger();
        ContentHash published = coordinator.add(numbered(10, 1));
        ContentHash first = coordinator.add(numbered(10, 2));
        ContentHash second = coordinator.add(numbered(10, 3));
        connected(builder(new FirstElement() {
            @Override
            public EvaluationResult evaluate(Parameters model, TrainingContext context) throws Exception {
                if (measured.incrementAndGet() == 2) {
                    measuring.countDown();
                    assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
                }
                return super.evaluate(model, context);
            }
        }));
        coordinator.push(withExtras(task("e1", TaskKind.TASK_KIND_EVALUATE, published, 10), first, second));
        assertThat(measuring.await(20, TimeUnit.SECONDS)).isTrue();
        coordinator.cancel("e1", "the round is over");
        assertThat(take(heard.cancelled)).isEqualTo("the round is over");
        goOn.countDown();
        coordinator.push(task("e2", TaskKind.TASK_KIND_EVALUATE, published, 10));
        assertThat(take(coordinator.evaluations).getTaskId()).isEqualTo("e2");
        assertThat(measured).hasValue(3);
        assertThat(coordinator.transfers).hasSize(2);
    }

    @Test
    void offer_badExtraModels_isDeclinedAsMalformed() throws Exception {
        ContentHash published = coordinator.add(numbered(10, 1));
        ContentHash extra = coordinator.add(numbered(10, 2));
        Task task = task("e1", TaskKind.TASK_KIND_EVALUATE, published, 10);
        List<ContentHash> many = new ArrayList<>();
        for (int i = 0; i <= 64; i++) {
            many.add(ContentHash.of(numbered(10, i + 100)));
        }
        Map<Task, String> bad = new LinkedHashMap<>();
        bad.put(withExtras(task, many.toArray(ContentHash[]::new)), "65 extra models, at most 64");
        bad.put(withExtras(task, extra, extra), "is named twice");
        bad.put(withExtras(task, published), "is named twice");
        bad.put(withExtras(task("e1", TaskKind.TASK_KIND_TRAIN, published, 10), extra), "only an evaluation");
        bad.put(
                task.toBuilder()
                        .addExtraModels(ExtraModel.newBuilder()
                                .setModelHash(ByteString.copyFrom(extra.toByteArray()))
                                .setModelBytes(44))
                        .build(),
                "44 bytes, the task's model has 40");
        bad.put(
                task.toBuilder()
                        .addExtraModels(ExtraModel.newBuilder()
                                .setModelHash(ByteString.copyFrom(new byte[31]))
                                .setModelBytes(40))
                        .build(),
                "31");
        connected(builder(new FirstElement()));
        int number = 0;
        for (Map.Entry<Task, String> each : bad.entrySet()) {
            coordinator.push(each.getKey().toBuilder().setTaskId("e" + number++).build());
            assertThat(take(coordinator.declines).getDetail()).contains("malformed", each.getValue());
        }
        assertThat(coordinator.transfers).isEmpty();
    }

    @Test
    void trainer_fails_declinesWithTheClassNameOnly() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        connected(builder(new PlusOne() {
            @Override
            public TrainingResult train(Parameters global, TrainingContext context) {
                throw new IllegalStateException("patient 4711");
            }
        }));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        TaskDeclined declined = take(coordinator.declines);
        assertThat(declined.getReason()).isEqualTo(TaskDeclined.Reason.REASON_TRAINER_FAILED);
        assertThat(declined.getDetail()).contains("IllegalStateException").doesNotContain("4711");
    }

    @Test
    void train_nonFiniteResult_isDeclinedAtHome() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        connected(builder(new PlusOne() {
            @Override
            public TrainingResult train(Parameters global, TrainingContext context) {
                float[] values = global.toArray();
                values[3] = Float.NaN;
                return TrainingResult.of(Parameters.copyOf(global.layout(), values), 1);
            }
        }));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        assertThat(take(coordinator.declines).getDetail()).contains("not finite");
        assertThat(coordinator.updates).isEmpty();
    }

    @Test
    void cancel_whileTraining_turnsTheContextAndSendsNothing() throws Exception {
        CountDownLatch training = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        ContentHash hash = coordinator.add(model(10));
        connected(builder(new PlusOne() {
            @Override
            public TrainingResult train(Parameters global, TrainingContext context) throws Exception {
                training.countDown();
                while (!context.cancelled()) {
                    Thread.onSpinWait();
                }
                left.countDown();
                return super.train(global, context);
            }
        }));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        assertThat(training.await(20, TimeUnit.SECONDS)).isTrue();
        coordinator.cancel("t1", "the round is over");
        assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(take(heard.cancelled)).isEqualTo("the round is over");
        coordinator.push(task("e1", TaskKind.TASK_KIND_EVALUATE, hash, 10));
        take(coordinator.evaluations);
        assertThat(coordinator.updates).isEmpty();
        assertThat(coordinator.declines).isEmpty();
    }

    @Test
    void download_wrongBytes_declinesModelUnavailable() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        coordinator.corrupts = true;
        connected(builder(new PlusOne()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        TaskDeclined declined = take(coordinator.declines);
        assertThat(declined.getReason()).isEqualTo(TaskDeclined.Reason.REASON_MODEL_UNAVAILABLE);
        assertThat(declined.getDetail()).contains(hash.toString());
    }

    @Test
    void download_unknownBlob_declinesModelUnavailable() throws Exception {
        connected(builder(new PlusOne()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, ContentHash.of(model(10)), 10));
        TaskDeclined declined = take(coordinator.declines);
        assertThat(declined.getReason()).isEqualTo(TaskDeclined.Reason.REASON_MODEL_UNAVAILABLE);
        assertThat(declined.getDetail()).contains("DALRN-3020");
    }

    @Test
    void offer_lengthUnlikeLayout_isDeclinedBeforeAnyAllocation() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        connected(builder(new PlusOne()));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10).toBuilder()
                .setModelBytes(1L << 40)
                .build());
        assertThat(take(coordinator.declines).getDetail())
                .contains("malformed task")
                .contains("40");
    }

    @Test
    void hello_revoked_stopsTheClientWithTheCode() throws Exception {
        coordinator.helloRefusals.add(FakeCoordinator.refusal(ErrorCode.NODE_REVOKED));
        FederationClient client = builder(new PlusOne()).build();
        opened.add(client);
        client.start();
        assertThat(client.awaitClosed(SOON)).isTrue();
        assertThat(client.awaitConnected(Duration.ofSeconds(1))).isFalse();
        assertThat(client.status().state()).isEqualTo(NodeStatus.State.STOPPED);
        assertThat(client.status().code()).contains(ErrorCode.NODE_REVOKED);
    }

    @Test
    void session_replaced_stopsTheClient() throws Exception {
        FederationClient client = connected(builder(new PlusOne()));
        coordinator.refuse(ErrorCode.SESSION_REPLACED, "");
        assertThat(client.awaitClosed(SOON)).isTrue();
        assertThat(client.status().code()).contains(ErrorCode.SESSION_REPLACED);
    }

    @Test
    void hello_refusedForNow_comesBack() throws Exception {
        coordinator.helloRefusals.add(FakeCoordinator.refusal(ErrorCode.HELLO_TIMEOUT));
        connected(builder(new PlusOne()));
        assertThat(take(heard.refused)).isEqualTo(ErrorCode.HELLO_TIMEOUT);
    }

    @Test
    void draining_isHonoured() throws Exception {
        connected(builder(new PlusOne()));
        coordinator.drain(150);
        assertThat(take(heard.pauses)).isBetween(Duration.ofMillis(150), Duration.ofMillis(200));
        take(coordinator.hellos);
    }

    @Test
    void enrol_wrongSecret_stops() throws Exception {
        Path join = FakeCoordinator.joinFile(
                Files.createDirectory(folder.resolve("other")),
                "hospital-a",
                "00".repeat(32),
                "127.0.0.1:" + coordinator.port(),
                coordinator.authority);
        FederationClient client = builder(new PlusOne()).join(join).build();
        opened.add(client);
        client.start();
        assertThat(client.awaitClosed(SOON)).isTrue();
        assertThat(client.status().code()).contains(ErrorCode.JOIN_SECRET_REFUSED);
    }

    @Test
    void connect_foreignAuthority_neverSendsTheSecret() throws Exception {
        Path join = FakeCoordinator.joinFile(
                Files.createDirectory(folder.resolve("other")),
                "hospital-a",
                "00".repeat(32),
                "127.0.0.1:" + coordinator.port(),
                new TestAuthority());
        FederationClient client = builder(new PlusOne()).join(join).build();
        opened.add(client);
        client.start();
        take(heard.pauses);
        take(heard.pauses);
        assertThat(coordinator.enrolments).hasValue(0);
        assertThat(client.status().state()).isIn(NodeStatus.State.WAITING, NodeStatus.State.CONNECTING);
    }

    @Test
    void coordinator_restarts_theClientComesBackByItself() throws Exception {
        ContentHash hash = coordinator.add(model(10));
        FederationClient client = connected(builder(new PlusOne()));
        int port = coordinator.port();
        coordinator.close();
        take(heard.pauses);
        take(heard.pauses);
        try (FakeCoordinator reborn = coordinator.restart(port)) {
            take(reborn.hellos);
            assertThat(client.awaitConnected(SOON)).isTrue();
            reborn.add(model(10));
            reborn.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
            assertAllOnes(take(reborn.updates).bytes(), 10);
            assertThat(reborn.faults).isEmpty();
        }
    }

    @Test
    void manyClients_inOneJvm_haveNoThreadsOfTheirOwnWhileIdle() throws Exception {
        int clients = 50;
        for (int i = 0; i < clients; i++) {
            FederationClient client = builder(new PlusOne())
                    .join(coordinator.joinFile(folder, "node-" + i))
                    .identity(folder.resolve("identity-" + i))
                    .build();
            opened.add(client);
            client.start();
        }
        for (int i = 0; i < clients; i++) {
            take(coordinator.hellos);
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("dalrn-node-"));
    }

    @Test
    void build_nothingSet_namesEverythingMissing() {
        assertThatThrownBy(() -> FederationClient.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("identity, trainer, policy");
    }

    @Test
    void build_brokenJoinFile_namesTheFileAndNeverItsSecret() throws Exception {
        String secret = "zz".repeat(32);
        Path join = FakeCoordinator.joinFile(
                Files.createDirectory(folder.resolve("other")), "hospital-a", secret, "host:1", coordinator.authority);
        assertThatThrownBy(() -> builder(new PlusOne()).join(join).build())
                .isInstanceOfSatisfying(
                        NodeException.class, fault -> assertThat(fault.code()).isEqualTo(ErrorCode.JOIN_FILE_INVALID))
                .hasMessageContaining(join.toString())
                .hasMessageContaining("64 hexadecimal digits")
                .hasMessageNotContaining(secret);
    }

    @Test
    void build_keyOpenToOthers_isRefused() throws Exception {
        connected(builder(new PlusOne())).close();
        Path key = folder.resolve("identity").resolve("node.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> builder(new PlusOne()).build())
                .isInstanceOf(NodeException.class)
                .hasMessageContaining("DALRN-6004")
                .hasMessageContaining("chmod 600");
    }

    @Test
    void close_whileTraining_leavesNoThread() throws Exception {
        CountDownLatch training = new CountDownLatch(1);
        ContentHash hash = coordinator.add(model(10));
        FederationClient client = connected(builder(new PlusOne() {
            @Override
            public TrainingResult train(Parameters global, TrainingContext context) throws Exception {
                training.countDown();
                new CountDownLatch(1).await();
                return super.train(global, context);
            }
        }));
        coordinator.push(task("t1", TaskKind.TASK_KIND_TRAIN, hash, 10));
        assertThat(training.await(20, TimeUnit.SECONDS)).isTrue();
        client.close();
        client.close();
        assertThat(take(coordinator.declines).getReason()).isEqualTo(TaskDeclined.Reason.REASON_CANCELLED);
        assertThat(client.status().state()).isEqualTo(NodeStatus.State.CLOSED);
        coordinator.close();
        // gRPC's shared threads end a second after their last user.
        for (Thread thread : ours()) {
            thread.join(SOON.toMillis());
        }
        assertThat(ours()).isEmpty();
    }

    private static Set<Thread> ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("dalrn-")
                        || thread.getName().startsWith("grpc-"))
                .collect(Collectors.toSet());
    }
}
