package org.dalrn.client.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dalrn.client.node.NodeException;
import org.dalrn.client.node.NodeListener;
import org.dalrn.client.node.NodeStatus;
import org.dalrn.client.node.NodeTask;
import org.dalrn.client.transport.Answer;
import org.dalrn.client.transport.CoordinatorChannel;
import org.dalrn.client.transport.Enrolment;
import org.dalrn.client.transport.IdentityFolder;
import org.dalrn.client.transport.JoinFile;
import org.dalrn.client.transport.NodeIdentity;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.signing.Nonces;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.CoordinatorMessage;
import org.dalrn.protocol.v1.Hello;
import org.dalrn.protocol.v1.NodeMessage;
import org.dalrn.protocol.v1.Refusal;
import org.dalrn.protocol.v1.SignedRequest;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.TaskDeclined;
import org.dalrn.protocol.v1.TaskProgress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's life: enrols, connects, takes tasks, answers, comes back, until it is closed or told to go. Thread-safe.
 *
 * <p>Everything below "in order" runs in {@code inOrder}, one step at a time, on whichever thread brings the event: the
 * session needs no thread. Only the trainer and the transfers run elsewhere, on the {@link Worker}; they wait for a live
 * session in {@link Connections}.
 */
public final class NodeSession {

    private static final Logger LOG = LoggerFactory.getLogger(NodeSession.class);

    private static final int MOST_HELD = 64;
    private static final int MOST_REMEMBERED = 1024;
    private static final int LONGEST_TASK_ID = 256;
    private static final int LONGEST_DETAIL = 500;
    private static final Duration HANDSHAKE = Duration.ofSeconds(20);
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(5);
    private static final Duration GOODBYE = Duration.ofSeconds(1);
    private static final Duration SHUTDOWN = Duration.ofSeconds(10);

    /** A session that lived so long was no failed try: the next pause is a first one. */
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Whatever they answer, coming back does not help. */
    private static final Set<ErrorCode> EXCLUDED = Set.of(
            ErrorCode.UNKNOWN_NODE,
            ErrorCode.NODE_REVOKED,
            ErrorCode.CERTIFICATE_EXPIRED,
            ErrorCode.CERTIFICATE_NOT_TRUSTED);

    private final SessionSettings settings;
    private final Ticker ticker;
    private final NodeListener listener;
    private final FederationMethods methods = FederationMethods.create();
    private final Connections connections = new Connections();
    private final StatusBoard board = new StatusBoard();
    private final SynchronizationContext inOrder = new SynchronizationContext((thread, fault) -> failed(fault));

    // In order only, from here on.
    private final Backoff backoff;
    private final Map<String, HeldTask> held = new LinkedHashMap<>();
    private final Deque<HeldTask> queue = new ArrayDeque<>();
    private final Set<String> finished = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });
    private boolean working;
    private @Nullable NodeIdentity identity;
    private @Nullable CoordinatorChannel channels;
    private @Nullable ManagedChannel channel;
    private @Nullable Line line;
    private @Nullable TaskWork work;
    private @Nullable Worker worker;
    private Duration drain = Duration.ZERO;

    public NodeSession(SessionSettings settings) {
        this.settings = settings;
        this.ticker = settings.ticker();
        this.listener = settings.listener();
        this.backoff = newBackoff();
    }

    private Backoff newBackoff() {
        return new Backoff(settings.firstDelay(), settings.longestDelay(), settings.jitter());
    }

    /** Begins; returns at once. */
    public void start() {
        inOrder.execute(() -> {
            if (board.current().state() != NodeStatus.State.NEW) {
                throw new IllegalStateException("bug: started twice");
            }
            later(Duration.ZERO, this::connect);
        });
    }

    /** The status now. */
    public NodeStatus status() {
        return board.current();
    }

    /** Waits for the first or next welcome; false if it did not come in time or never will. */
    public boolean awaitConnected(Duration most) throws InterruptedException {
        return board.await(s -> s.state() == NodeStatus.State.CONNECTED || s.over(), most)
                && board.current().state() == NodeStatus.State.CONNECTED;
    }

    /** Waits until nothing more will happen. */
    public boolean awaitClosed(Duration most) throws InterruptedException {
        return board.await(NodeStatus::over, most);
    }

    /** Says goodbye, ends everything, waits a little for it. Repeating it does nothing. */
    public void close() {
        CountDownLatch done = new CountDownLatch(1);
        Ended ended = new Ended();
        inOrder.execute(() -> {
            ended.channel = channel;
            ended.worker = worker;
            end(new NodeStatus(NodeStatus.State.CLOSED, "closed by the application", Optional.empty()));
            done.countDown();
        });
        try {
            boolean inTime = done.await(SHUTDOWN.toNanos(), TimeUnit.NANOSECONDS);
            if (ended.channel != null) {
                inTime &= ended.channel.awaitTermination(GOODBYE.toNanos(), TimeUnit.NANOSECONDS)
                        || ended.channel.shutdownNow().awaitTermination(SHUTDOWN.toNanos(), TimeUnit.NANOSECONDS);
            }
            if (ended.worker != null) {
                inTime &= ended.worker.awaitStopped(SHUTDOWN);
            }
            if (!inTime) {
                LOG.warn("close: the trainer or a listener still runs; it ignores TrainingContext.cancelled()");
            }
        } catch (InterruptedException hurry) {
            if (ended.channel != null) {
                ended.channel.shutdownNow();
            }
            Thread.currentThread().interrupt();
        }
    }

    /** What close waits for. */
    private static final class Ended {
        private volatile @Nullable ManagedChannel channel;
        private volatile @Nullable Worker worker;
    }

    // ------------------------------------------------------------------------------------ in order: coming and going

    private void later(Duration delay, Runnable step) {
        ticker.after(
                delay,
                () -> inOrder.execute(() -> {
                    if (!board.current().over()) {
                        step.run();
                    }
                }));
    }

    private void connect() {
        board.show(new NodeStatus(NodeStatus.State.CONNECTING, "connecting", Optional.empty()));
        try {
            if (identity == null) {
                IdentityFolder folder = new IdentityFolder(settings.identityFolder());
                if (!folder.enrolled()) {
                    enrol(folder);
                    return;
                }
                adopt(folder.load());
            }
            openLine();
        } catch (NodeException fatal) {
            stop(fatal.code(), String.valueOf(fatal.getMessage()));
        }
    }

    private void adopt(NodeIdentity loaded) {
        identity = loaded;
        channels = new CoordinatorChannel(loaded.coordinator(), loaded.authority(), settings.software());
        worker = new Worker(settings.executor(), "dalrn-node-" + loaded.node());
        work = new TaskWork(
                settings.trainer(), settings.policy(), loaded.signer(), methods, connections, ticker, newBackoff());
    }

    private void enrol(IdentityFolder folder) {
        JoinFile join = JoinFile.read(settings.joinFile()
                .orElseThrow(() -> new NodeException(
                        ErrorCode.IDENTITY_UNREADABLE,
                        "folder " + settings.identityFolder() + " holds no identity, and there is no join file")));
        dropChannel();
        ManagedChannel fresh = new CoordinatorChannel(join.coordinator(), join.authority(), settings.software()).open();
        channel = fresh;
        Enrolment.request(
                methods,
                fresh,
                join,
                folder,
                answer -> inOrder.execute(() -> {
                    if (!board.current().over()) {
                        dropChannel();
                        enrolled(join, folder, answer);
                    }
                }));
    }

    private void enrolled(JoinFile join, IdentityFolder folder, Answer<byte[]> answer) {
        if (answer instanceof Answer.Done<byte[]> done) {
            try {
                Enrolment.complete(join, folder, done.value());
                LOG.info("enrolled node={} coordinator={}", join.node(), join.coordinator());
                connect();
            } catch (NodeException fatal) {
                stop(fatal.code(), String.valueOf(fatal.getMessage()));
            }
        } else if (answer instanceof Answer.Refused<byte[]> refused) {
            tell(heard -> heard.refused(refused.code(), refused.detail()));
            if (refused.retryable()) {
                comeBack("enrolment refused: " + refused.detail());
            } else {
                stop(refused.code(), refused.detail());
            }
        } else {
            comeBack("enrolment: " + answer);
        }
    }

    private void openLine() {
        if (channel != null) {
            ConnectivityState state = channel.getState(false);
            // A channel that failed would wait by its own clock before it tries again.
            if (state != ConnectivityState.READY && state != ConnectivityState.IDLE) {
                dropChannel();
            }
        }
        CoordinatorChannel from = channels;
        if (from == null) {
            throw new IllegalStateException("bug: no identity yet");
        }
        ManagedChannel open = channel == null ? from.open() : channel;
        channel = open;
        Line next = new Line(open, open.newCall(methods.session(), CallOptions.DEFAULT));
        line = next;
        next.call.start(next, new Metadata());
        next.call.request(1);
        later(HANDSHAKE, () -> {
            if (line == next && next.nonces == null) {
                next.call.cancel("no welcome within " + HANDSHAKE.toSeconds() + " s", null);
            }
        });
    }

    private void comeBack(String reason) {
        Duration pause = backoff.next().plus(drain);
        drain = Duration.ZERO;
        board.show(new NodeStatus(
                NodeStatus.State.WAITING, reason + "; next try in " + pause.toMillis() + " ms", Optional.empty()));
        LOG.info("disconnected node={} nextTryMs={} reason={}", name(), pause.toMillis(), reason);
        tell(heard -> heard.disconnected(reason, pause));
        later(pause, this::connect);
    }

    private void lineEnded(Line ended, Status status, Metadata trailers) {
        if (line != ended || board.current().over()) {
            return;
        }
        line = null;
        connections.set(null);
        if (ended.nonces != null && ticker.nanoTime() - ended.welcomedNanos >= SETTLED_NANOS) {
            backoff.reset();
        }
        Answer<Void> answer = Answer.ofFailure(status, trailers);
        if (answer instanceof Answer.Refused<Void> refused && isFatal(refused.code(), refused.retryable())) {
            stop(refused.code(), refused.detail());
            return;
        }
        String description = status.getDescription();
        comeBack(status.isOk() ? "the coordinator ended the session" : status.getCode() + ": " + description);
    }

    private void stop(ErrorCode code, String detail) {
        String text = detail.startsWith(code.label()) ? detail : code.label() + ": " + detail;
        NodeStatus stopped = new NodeStatus(NodeStatus.State.STOPPED, text, Optional.of(code));
        LOG.error("stopped node={} reason={}", name(), text);
        end(stopped);
        tell(heard -> heard.stopped(stopped));
    }

    private void end(NodeStatus last) {
        boolean goodbye = line != null && last.state() == NodeStatus.State.CLOSED;
        board.show(last);
        if (goodbye) {
            // Spares the coordinator the wait for a deadline. Best effort: the line is closed behind it.
            for (HeldTask task : held.values()) {
                if (task.answer == null) {
                    send(
                            task,
                            SignedMethod.DECLINE,
                            declinedBody(task.task.taskId(), TaskDeclined.Reason.REASON_CANCELLED, "the node closes"));
                }
            }
        }
        for (HeldTask task : held.values()) {
            task.patience.giveUp();
        }
        held.clear();
        queue.clear();
        connections.set(null);
        Line open = line;
        line = null;
        if (open != null) {
            open.call.halfClose();
        }
        if (worker != null) {
            worker.stop();
        }
        if (goodbye && channel != null) {
            // What was just said is still on its way; close() waits for it.
            channel.shutdown();
            channel = null;
        } else {
            dropChannel();
        }
    }

    private void dropChannel() {
        ManagedChannel old = channel;
        channel = null;
        if (old != null) {
            old.shutdownNow();
        }
    }

    /** A defect of ours: better stopped with a reason than half alive. */
    private void failed(Throwable fault) {
        LOG.error("stopped node={} by a defect", name(), fault);
        inOrder.execute(() -> {
            if (!board.current().over()) {
                stop(ErrorCode.INTERNAL, "a defect in the client: " + fault);
            }
        });
    }

    private String name() {
        return identity == null ? "(not enrolled)" : identity.node().value();
    }

    private static boolean isFatal(ErrorCode code, boolean retryable) {
        return EXCLUDED.contains(code) || (!retryable && code.number() >= 2000 && code.number() < 3000);
    }

    private void tell(Consumer<NodeListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException fault) {
            LOG.warn("node listener failed", fault);
        }
    }

    // ---------------------------------------------------------------------------------------------- in order: session

    /** One session stream. */
    private final class Line extends ClientCall.Listener<CoordinatorMessage> {
        private final ManagedChannel through;
        private final ClientCall<NodeMessage, CoordinatorMessage> call;
        private Nonces.@Nullable Sequence nonces;
        private long welcomedNanos;
        private boolean greeted;

        Line(ManagedChannel through, ClientCall<NodeMessage, CoordinatorMessage> call) {
            this.through = through;
            this.call = call;
        }

        @Override
        public void onMessage(CoordinatorMessage message) {
            inOrder.execute(() -> {
                if (line == this) {
                    received(this, message);
                    call.request(1);
                }
            });
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            inOrder.execute(() -> lineEnded(this, status, trailers));
        }
    }

    private void received(Line from, CoordinatorMessage message) {
        switch (message.getMessageCase()) {
            case CHALLENGE -> greet(from, message.getChallenge().getNonce());
            case WELCOME -> welcomed(from, message);
            case TASK -> offered(from, message.getTask());
            case CANCELLED ->
                cancelled(
                        message.getCancelled().getTaskId(),
                        message.getCancelled().getReason());
            case REFUSED -> refused(message.getRefused());
            case DRAINING -> {
                long millis = Integer.toUnsignedLong(message.getDraining().getReconnectAfterMillis());
                drain = Duration.ofMillis(Math.min(millis, LONGEST_DRAIN.toMillis()));
            }
            case SETTLED -> settled(message.getSettled().getTaskId());
            case MESSAGE_NOT_SET -> LOG.debug("a message that this version does not know");
        }
    }

    private void greet(Line to, ByteString challenge) {
        NodeIdentity self = identity;
        if (self == null || to.greeted || challenge.size() != Nonces.NONCE_BYTES) {
            to.call.cancel("a challenge of " + challenge.size() + " bytes, or a second one", null);
            return;
        }
        to.greeted = true;
        dropLate();
        Hello hello = Hello.newBuilder()
                .setNodeCertificate(self.certificate())
                .setSoftware(settings.software())
                .addWireVersions(FederationMethods.WIRE_VERSION)
                .addAllOpenTaskIds(held.keySet())
                .build();
        to.call.sendMessage(NodeMessage.newBuilder()
                .setHello(self.signer().sign(SignedMethod.HELLO, "", 0, challenge.toByteArray(), hello))
                .build());
    }

    private void welcomed(Line to, CoordinatorMessage message) {
        byte[] sessionId = message.getWelcome().getSessionId().toByteArray();
        int version = message.getWelcome().getWireVersion();
        if (!to.greeted || to.nonces != null || sessionId.length != Nonces.SESSION_ID_BYTES) {
            to.call.cancel("a welcome out of place", null);
            return;
        }
        if (version != FederationMethods.WIRE_VERSION) {
            stop(
                    ErrorCode.WIRE_VERSION_UNSUPPORTED,
                    "the coordinator chose wire version " + version + ", this client speaks "
                            + FederationMethods.WIRE_VERSION + "; update the older side");
            return;
        }
        Nonces.Sequence nonces = new Nonces.Sequence(sessionId);
        to.nonces = nonces;
        to.welcomedNanos = ticker.nanoTime();
        String software = message.getWelcome().getCoordinatorSoftware();
        board.show(new NodeStatus(NodeStatus.State.CONNECTED, "connected to " + software, Optional.empty()));
        LOG.info("connected node={} coordinator={}", name(), software);
        tell(heard -> heard.connected(software));
        connections.set(new Connections.Connection(to.through, nonces));
        for (HeldTask task : held.values()) {
            sendAnswer(task);
        }
    }

    private void refused(Refusal refusal) {
        Answer<Void> answer = Answer.refused(refusal);
        if (!(answer instanceof Answer.Refused<Void> no)) {
            throw new IllegalStateException("bug: a refusal is none");
        }
        LOG.warn(
                "refused node={} code={} task={} detail={}",
                name(),
                no.code().label(),
                refusal.getTaskId(),
                no.detail());
        tell(heard -> heard.refused(no.code(), no.detail()));
        if (EXCLUDED.contains(no.code()) || (refusal.getTaskId().isEmpty() && isFatal(no.code(), no.retryable()))) {
            stop(no.code(), no.detail());
            return;
        }
        HeldTask task = held.get(refusal.getTaskId());
        if (task != null && task.answer != null) {
            if (no.retryable()) {
                long pause = Math.min(20_000, 50L << Math.min(task.answerTries++, 20));
                later(Duration.ofMillis(pause), () -> {
                    if (held.get(task.task.taskId()) == task) {
                        sendAnswer(task);
                    }
                });
            } else {
                release(task, true);
                tell(heard -> heard.taskCancelled(task.task, no.code().label() + ": " + no.detail()));
            }
        }
    }

    // ------------------------------------------------------------------------------------------------ in order: tasks

    private void offered(Line from, Task offer) {
        String id = offer.getTaskId();
        if (from.nonces == null || id.isEmpty() || id.length() > LONGEST_TASK_ID) {
            from.call.cancel("a task before the welcome, or without a proper id", null);
            return;
        }
        if (held.containsKey(id) || finished.contains(id)) {
            return;
        }
        HeldTask task;
        try {
            task = HeldTask.of(offer, ticker);
        } catch (IllegalArgumentException malformed) {
            LOG.warn("task={} is malformed: {}", id, malformed.getMessage());
            finished.add(id);
            sendSigned(
                    SignedMethod.DECLINE,
                    offer.getRunId(),
                    offer.getRound(),
                    declinedBody(
                            id,
                            TaskDeclined.Reason.REASON_MODEL_UNAVAILABLE,
                            "malformed task: " + malformed.getMessage()));
            return;
        }
        dropLate();
        Optional<String> forbidden = task.task.kind() == NodeTask.Kind.TRAIN
                ? settings.policy().forbidsTraining(task.task.runName(), task.modelBytes, task.protection)
                : settings.policy().forbidsEvaluation(task.task.runName(), task.modelBytes);
        if (forbidden.isEmpty() && held.size() >= MOST_HELD) {
            forbidden = Optional.of("this node holds " + MOST_HELD + " tasks already; send fewer at a time");
        }
        if (forbidden.isPresent()) {
            if (held.size() < MOST_HELD) {
                held.put(id, task);
            }
            decline(task, TaskDeclined.Reason.REASON_POLICY, forbidden.get());
            return;
        }
        held.put(id, task);
        queue.add(task);
        workOn();
    }

    private void workOn() {
        Worker on = worker;
        TaskWork does = work;
        if (working || on == null || does == null) {
            return;
        }
        HeldTask next = queue.poll();
        if (next == null) {
            return;
        }
        working = true;
        tell(heard -> heard.taskStarted(next.task));
        try {
            on.execute(() -> {
                TaskWork.Outcome outcome = null;
                try {
                    outcome = does.run(next, (fraction, stage) -> inOrder.execute(() -> report(next, fraction, stage)));
                } finally {
                    TaskWork.Outcome came = outcome != null ? outcome : new TaskWork.Outcome.Dropped("a defect");
                    inOrder.execute(() -> came(next, came));
                }
            });
        } catch (RejectedExecutionException full) {
            working = false;
            decline(next, TaskDeclined.Reason.REASON_POLICY, "the application's executor takes no more work");
            workOn();
        }
    }

    private void came(HeldTask task, TaskWork.Outcome outcome) {
        working = false;
        if (held.get(task.task.taskId()) == task) {
            Runnable consequence = outcome.match(
                    accepted -> () -> {
                        finish(task);
                        tell(heard -> heard.updateAccepted(task.task, accepted.grantedWeight()));
                    },
                    measured -> () -> answer(task, SignedMethod.EVALUATION, measured.report()),
                    declined -> () -> decline(task, declined.reason(), declined.detail()),
                    refused -> () -> uploadRefused(task, refused),
                    dropped -> () -> {
                        release(task, false);
                        tell(heard -> heard.taskCancelled(task.task, dropped.reason()));
                    });
            consequence.run();
        }
        workOn();
    }

    private void uploadRefused(HeldTask task, TaskWork.Outcome.Refused refused) {
        release(task, true);
        LOG.warn(
                "update refused node={} task={} code={} detail={}",
                name(),
                task.task.taskId(),
                refused.code().label(),
                refused.detail());
        tell(heard -> heard.refused(refused.code(), refused.detail()));
        tell(heard -> heard.taskCancelled(task.task, refused.code().label() + ": " + refused.detail()));
        if (EXCLUDED.contains(refused.code())) {
            stop(refused.code(), refused.detail());
        }
    }

    private void finish(HeldTask task) {
        release(task, true);
        Duration elapsed = Duration.ofNanos(ticker.nanoTime() - task.arrivedNanos);
        LOG.debug("finished task={} elapsedMs={}", task.task.taskId(), elapsed.toMillis());
        tell(heard -> heard.taskFinished(task.task, elapsed));
    }

    private void release(HeldTask task, boolean remember) {
        held.remove(task.task.taskId());
        if (remember) {
            finished.add(task.task.taskId());
        }
    }

    private void cancelled(String id, String reason) {
        HeldTask task = held.get(id);
        if (task == null) {
            return;
        }
        release(task, false);
        queue.remove(task);
        task.patience.giveUp();
        connections.wake();
        tell(heard -> heard.taskCancelled(task.task, reason));
    }

    private void settled(String id) {
        HeldTask task = held.get(id);
        if (task == null || task.answer == null) {
            return;
        }
        if (task.answer.method() == SignedMethod.EVALUATION) {
            finish(task);
        } else {
            release(task, true);
        }
    }

    private void decline(HeldTask task, TaskDeclined.Reason reason, String detail) {
        String text = detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
        LOG.info("declined task={} reason={} detail={}", task.task.taskId(), reason, text);
        String word = reason.name().substring("REASON_".length());
        tell(heard -> heard.taskDeclined(task.task, word, text));
        answer(task, SignedMethod.DECLINE, declinedBody(task.task.taskId(), reason, text));
    }

    private static TaskDeclined declinedBody(String id, TaskDeclined.Reason reason, String detail) {
        return TaskDeclined.newBuilder()
                .setTaskId(id)
                .setReason(reason)
                .setDetail(detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail)
                .build();
    }

    /** Sends an answer now, and after each reconnect until the coordinator settles it. */
    private void answer(HeldTask task, SignedMethod method, MessageLite body) {
        task.answer = new HeldTask.PendingAnswer(method, body);
        sendAnswer(task);
    }

    private void sendAnswer(HeldTask task) {
        if (task.answer != null) {
            send(task, task.answer.method(), task.answer.body());
        }
    }

    private void send(HeldTask task, SignedMethod method, MessageLite body) {
        sendSigned(method, task.task.run().value(), task.task.round(), body);
    }

    private void sendSigned(SignedMethod method, String run, int round, MessageLite body) {
        Line to = line;
        NodeIdentity self = identity;
        if (to == null || to.nonces == null || self == null) {
            return;
        }
        SignedRequest request = self.signer().sign(method, run, round, to.nonces.next(), body);
        NodeMessage.Builder message = NodeMessage.newBuilder();
        to.call.sendMessage(
                method == SignedMethod.EVALUATION
                        ? message.setEvaluation(request).build()
                        : message.setDeclined(request).build());
    }

    private void report(HeldTask task, double fraction, String stage) {
        Line to = line;
        // Progress is for people: nothing is queued for it on a slow line.
        if (to != null && to.nonces != null && held.get(task.task.taskId()) == task && to.call.isReady()) {
            to.call.sendMessage(NodeMessage.newBuilder()
                    .setProgress(TaskProgress.newBuilder()
                            .setTaskId(task.task.taskId())
                            .setFraction(fraction)
                            .setStage(stage))
                    .build());
        }
    }

    /** Answers that nobody waits for any more. */
    private void dropLate() {
        long now = ticker.nanoTime();
        List<HeldTask> late = held.values().stream()
                .filter(task -> task.answer != null && now - task.deadlineNanos > 0)
                .toList();
        late.forEach(task -> release(task, false));
    }
}
