package org.dalrn.client.session;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.dalrn.client.node.NodeTask;
import org.dalrn.client.training.EvaluationResult;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Trainer;
import org.dalrn.client.training.TrainingResult;
import org.dalrn.client.transport.Answer;
import org.dalrn.client.transport.ModelDownload;
import org.dalrn.client.transport.Patience;
import org.dalrn.client.transport.UpdateUpload;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.Parameters;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.signing.RequestSigner;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.EvaluationReport;
import org.dalrn.protocol.v1.ExtraMetrics;
import org.dalrn.protocol.v1.TaskDeclined;
import org.dalrn.protocol.v1.UploadAccepted;
import org.dalrn.protocol.v1.UploadManifest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does tasks, one at a time, on the thread that calls: model, trainer, update or report. */
final class TaskWork {

    private static final Logger LOG = LoggerFactory.getLogger(TaskWork.class);

    /** A wrong hash is tried again once: a second one is no accident of the line. */
    private static final int MOST_WRONG_HASHES = 2;

    /** How a task came out. */
    sealed interface Outcome {

        <R> R match(
                Function<Accepted, R> accepted,
                Function<Measured, R> measured,
                Function<Declined, R> declined,
                Function<Refused, R> refused,
                Function<Dropped, R> dropped);

        /** The update counts. */
        record Accepted(long grantedWeight) implements Outcome {
            @Override
            public <R> R match(
                    Function<Accepted, R> accepted,
                    Function<Measured, R> measured,
                    Function<Declined, R> declined,
                    Function<Refused, R> refused,
                    Function<Dropped, R> dropped) {
                return accepted.apply(this);
            }
        }

        /** The model was measured; the report is to be sent. */
        record Measured(EvaluationReport report) implements Outcome {
            @Override
            public <R> R match(
                    Function<Accepted, R> accepted,
                    Function<Measured, R> measured,
                    Function<Declined, R> declined,
                    Function<Refused, R> refused,
                    Function<Dropped, R> dropped) {
                return measured.apply(this);
            }
        }

        /** This node does not do the task; that is to be said. */
        record Declined(TaskDeclined.Reason reason, String detail) implements Outcome {
            @Override
            public <R> R match(
                    Function<Accepted, R> accepted,
                    Function<Measured, R> measured,
                    Function<Declined, R> declined,
                    Function<Refused, R> refused,
                    Function<Dropped, R> dropped) {
                return declined.apply(this);
            }
        }

        /** The coordinator does not want the update. */
        record Refused(ErrorCode code, String detail) implements Outcome {
            @Override
            public <R> R match(
                    Function<Accepted, R> accepted,
                    Function<Measured, R> measured,
                    Function<Declined, R> declined,
                    Function<Refused, R> refused,
                    Function<Dropped, R> dropped) {
                return refused.apply(this);
            }
        }

        /** Cancelled, or too late: nobody waits for an answer. */
        record Dropped(String reason) implements Outcome {
            @Override
            public <R> R match(
                    Function<Accepted, R> accepted,
                    Function<Measured, R> measured,
                    Function<Declined, R> declined,
                    Function<Refused, R> refused,
                    Function<Dropped, R> dropped) {
                return dropped.apply(this);
            }
        }
    }

    private final Trainer trainer;
    private final NodePolicy policy;
    private final RequestSigner signer;
    private final FederationMethods methods;
    private final Connections connections;
    private final Ticker ticker;
    private final Backoff backoff;
    private final ModelCache models = new ModelCache();

    TaskWork(
            Trainer trainer,
            NodePolicy policy,
            RequestSigner signer,
            FederationMethods methods,
            Connections connections,
            Ticker ticker,
            Backoff backoff) {
        this.trainer = trainer;
        this.policy = policy;
        this.signer = signer;
        this.methods = methods;
        this.connections = connections;
        this.ticker = ticker;
        this.backoff = backoff;
    }

    /** Does a task; every failure is an outcome. */
    Outcome run(HeldTask held, RunningTask.Reports reports) {
        try {
            backoff.reset();
            Parameters model = model(held);
            long allowedNanos = Math.min(
                    held.deadlineNanos - ticker.nanoTime(),
                    policy.maxTaskDuration().toNanos());
            long endNanos = ticker.nanoTime() + allowedNanos;
            RunningTask context = new RunningTask(held, ticker, endNanos, reports);
            return held.task.kind() == NodeTask.Kind.TRAIN
                    ? train(held, model, context)
                    : evaluate(held, model, context);
        } catch (StopException stop) {
            return stop.outcome;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return new Outcome.Dropped("the client closes");
        } catch (OutOfMemoryError tooLarge) {
            return declined(
                    TaskDeclined.Reason.REASON_TRAINER_FAILED,
                    "no memory for a model of " + held.modelBytes + " bytes; give the node's JVM more heap");
        }
    }

    private Parameters model(HeldTask held) throws StopException, InterruptedException {
        var cached = models.find(held.modelHash, held.layout);
        if (cached.isPresent()) {
            return cached.get();
        }
        models.makeRoom(held.modelBytes);
        Parameters model = fetched(held, held.modelHash);
        models.add(held.modelHash, model);
        return model;
    }

    private Parameters fetched(HeldTask held, ContentHash hash) throws StopException, InterruptedException {
        Stopped stopped = new Stopped();
        // The length was checked against the layout and the policy before.
        Parameters model = Parameters.create(held.layout, target -> {
            try {
                download(held, hash, new ModelDownload(hash, target));
            } catch (StopException | InterruptedException stop) {
                stopped.cause = stop;
            }
        });
        stopped.rethrow();
        return model;
    }

    private void download(HeldTask held, ContentHash hash, ModelDownload download)
            throws StopException, InterruptedException {
        int wrongHashes = 0;
        while (true) {
            Connections.Connection connection = connection(held);
            long before = download.position();
            Answer<Boolean> answer = download.run(
                    methods,
                    connection.channel(),
                    request -> signer.sign(
                            SignedMethod.DOWNLOAD,
                            held.task.run().value(),
                            held.task.round(),
                            connection.nonces().next(),
                            request),
                    held.patience);
            if (answer instanceof Answer.Done<Boolean> done) {
                if (done.value()) {
                    return;
                }
                if (++wrongHashes == MOST_WRONG_HASHES) {
                    throw new StopException(declined(
                            TaskDeclined.Reason.REASON_MODEL_UNAVAILABLE,
                            "the bytes that came have another hash than " + hash));
                }
            } else if (answer instanceof Answer.Refused<Boolean> refused && !refused.retryable()) {
                throw new StopException(declined(
                        TaskDeclined.Reason.REASON_MODEL_UNAVAILABLE,
                        "the model was refused: " + refused.code().label() + " " + refused.detail()));
            }
            LOG.debug("download task={} position={} answer={}", held.task.taskId(), download.position(), answer);
            if (download.position() > before) {
                backoff.reset();
            }
            connections.pause(backoff.next().toNanos(), connection, held.patience);
        }
    }

    private Outcome train(HeldTask held, Parameters model, RunningTask context)
            throws StopException, InterruptedException {
        TrainingResult result = called(held, context, () -> trainer.train(model, context));
        if (!result.trained().layout().equals(held.layout)) {
            return declined(
                    TaskDeclined.Reason.REASON_TRAINER_FAILED,
                    "the trainer returned parameters of another layout than the model's; return the model's layout");
        }
        Parameters update = result.trained().minus(model);
        if (!withinBounds(update, held.maxAbsoluteValue)) {
            return declined(
                    TaskDeclined.Reason.REASON_TRAINER_FAILED,
                    "an element of the update is not finite or above " + held.maxAbsoluteValue
                            + " in size; lower the learning rate or raise the run's max-absolute-value");
        }
        UploadManifest manifest = UploadManifest.newBuilder()
                .setTaskId(held.task.taskId())
                .setUpdateHash(ByteString.copyFrom(update.contentHash().toByteArray()))
                .setUpdateBytes(held.layout.byteLength())
                .setLayoutDigest(ByteString.copyFrom(held.layout.digest().toByteArray()))
                .setElementType(UploadManifest.ElementType.ELEMENT_TYPE_FLOAT32)
                .setExamples(result.examples())
                .setBaseModelHash(ByteString.copyFrom(held.modelHash.toByteArray()))
                .putAllMetrics(result.metrics())
                .build();
        return upload(held, new UpdateUpload(update), manifest);
    }

    private Outcome upload(HeldTask held, UpdateUpload upload, UploadManifest manifest)
            throws StopException, InterruptedException {
        backoff.reset();
        while (true) {
            Connections.Connection connection = connection(held);
            Answer<UploadAccepted> answer = upload.run(
                    methods,
                    connection.channel(),
                    signer.sign(
                            SignedMethod.UPLOAD,
                            held.task.run().value(),
                            held.task.round(),
                            connection.nonces().next(),
                            manifest),
                    held.patience);
            if (answer instanceof Answer.Done<UploadAccepted> done) {
                return new Outcome.Accepted(done.value().getGrantedWeight());
            }
            if (answer instanceof Answer.Refused<UploadAccepted> refused && !refused.retryable()) {
                return new Outcome.Refused(refused.code(), refused.detail());
            }
            LOG.debug("upload task={} answer={}", held.task.taskId(), answer);
            connections.pause(backoff.next().toNanos(), connection, held.patience);
        }
    }

    private Outcome evaluate(HeldTask held, Parameters model, RunningTask context)
            throws StopException, InterruptedException {
        EvaluationResult result = called(held, context, () -> trainer.evaluate(model, context));
        EvaluationReport.Builder report = EvaluationReport.newBuilder()
                .setTaskId(held.task.taskId())
                .setModelHash(ByteString.copyFrom(held.modelHash.toByteArray()))
                .setExamples(result.examples())
                .putAllMetrics(result.metrics());
        if (held.extraModels.size() > policy.maxEvaluatedModels()) {
            LOG.info(
                    "task={} measured without its {} extra models: this site allows {}",
                    held.task.taskId(),
                    held.extraModels.size(),
                    policy.maxEvaluatedModels());
            return new Outcome.Measured(report.build());
        }
        for (ContentHash hash : held.extraModels) {
            report.addExtraMetrics(ExtraMetrics.newBuilder()
                    .setModelHash(ByteString.copyFrom(hash.toByteArray()))
                    .putAllMetrics(extra(held, hash, result.examples(), context).metrics()));
        }
        return new Outcome.Measured(report.build());
    }

    /** Measures one more model; it is free for collection before the next one is fetched. */
    private EvaluationResult extra(HeldTask held, ContentHash hash, long examples, RunningTask context)
            throws StopException, InterruptedException {
        backoff.reset();
        if (context.cancelled()) {
            throw new StopException(notWanted(held, context));
        }
        var cached = models.find(hash, held.layout);
        // Not kept: the next task asks for other ones.
        Parameters model = cached.isPresent() ? cached.get() : fetched(held, hash);
        EvaluationResult result = called(held, context, () -> trainer.evaluate(model, context));
        if (result.examples() != examples) {
            throw new StopException(declined(
                    TaskDeclined.Reason.REASON_TRAINER_FAILED,
                    "the trainer measured one model on " + examples + " examples and another one on "
                            + result.examples() + "; measure all models of a task on the same examples"));
        }
        return result;
    }

    /** A call of the application's code. */
    private interface TrainerCall<T> {
        T run() throws Exception;
    }

    private <T> T called(HeldTask held, RunningTask context, TrainerCall<T> call) throws StopException {
        T result;
        try {
            context.throwIfCancelled();
            result = requireNonNull(call.run(), "the trainer's result");
        } catch (CancellationException | InterruptedException left) {
            if (left instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new StopException(notWanted(held, context));
        } catch (Exception | LinkageError | StackOverflowError | AssertionError failed) {
            if (context.cancelled()) {
                throw new StopException(notWanted(held, context));
            }
            LOG.warn("trainer failed task={}", held.task.taskId(), failed);
            // Its message stays here: it may quote data.
            throw new StopException(declined(
                    TaskDeclined.Reason.REASON_TRAINER_FAILED,
                    "the trainer failed with " + failed.getClass().getName()));
        }
        if (context.cancelled()) {
            throw new StopException(notWanted(held, context));
        }
        return result;
    }

    private Outcome notWanted(HeldTask held, RunningTask context) {
        if (held.patience.nanosLeft() <= 0) {
            return new Outcome.Dropped(held.patience.givenUp() ? "cancelled" : "its time is over");
        }
        return context.cancelled()
                ? declined(
                        TaskDeclined.Reason.REASON_POLICY,
                        "the trainer took longer than the " + policy.maxTaskDuration() + " that this site allows")
                : declined(TaskDeclined.Reason.REASON_CANCELLED, "the trainer left the task");
    }

    private Connections.Connection connection(HeldTask held) throws StopException, InterruptedException {
        Patience patience = held.patience;
        return connections
                .await(patience)
                .orElseThrow(() ->
                        new StopException(new Outcome.Dropped(patience.givenUp() ? "cancelled" : "its time is over")));
    }

    private static boolean withinBounds(Parameters update, double maxAbsoluteValue) {
        double most = maxAbsoluteValue == 0 ? Float.MAX_VALUE : maxAbsoluteValue;
        var values = update.asFloatBuffer();
        boolean within = true;
        while (within && values.hasRemaining()) {
            within = Math.abs(values.get()) <= most;
        }
        return within;
    }

    private static Outcome declined(TaskDeclined.Reason reason, String detail) {
        return new Outcome.Declined(reason, detail);
    }

    /** Carries an exception out of the buffer's filler. */
    private static final class Stopped {
        private @Nullable Exception cause;

        private void rethrow() throws StopException, InterruptedException {
            if (cause instanceof StopException stop) {
                throw stop;
            }
            if (cause instanceof InterruptedException interrupted) {
                throw interrupted;
            }
        }
    }

    /** Ends a task early. */
    private static final class StopException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Outcome outcome;

        StopException(Outcome outcome) {
            super(null, null, false, false);
            this.outcome = outcome;
        }
    }
}
