package org.dalrn.server.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.RunId;
import org.dalrn.core.round.DropReason;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.v1.EvaluationReport;
import org.dalrn.protocol.v1.ExtraMetrics;
import org.dalrn.protocol.v1.TaskDeclined;
import org.dalrn.protocol.v1.UploadManifest;
import org.dalrn.server.transport.RequestVerifier.Caller;

/** Reads what authenticated nodes say of a run: fields are checked before anything is done with them. */
final class Reports {
    private static final int MAX_METRICS = 64;
    private static final int MAX_METRIC_NAME = 64;
    private static final int MAX_TASK_ID = 255;

    private Reports() {}

    /** The part that all of them have. */
    record Place(RunId run, int round, String taskId) {}

    /** A node's measurement. */
    record Measurement(Place place, Evaluated evaluated) {}

    /** A node's "not I". */
    record Decline(Place place, DropReason reason, String detail) {}

    static Checked<UpdateFacts> manifest(Caller caller) {
        UploadManifest manifest;
        try {
            manifest = UploadManifest.parseFrom(caller.body());
        } catch (InvalidProtocolBufferException malformed) {
            return malformed("the body is no UploadManifest");
        }
        return place(caller, manifest.getTaskId())
                .match(place -> manifest(caller, place, manifest), failed -> retype(failed));
    }

    private static Checked<UpdateFacts> manifest(Caller caller, Place place, UploadManifest manifest) {
        if (manifest.getElementType() != UploadManifest.ElementType.ELEMENT_TYPE_FLOAT32) {
            return Checked.failed(
                    ErrorCode.WRONG_ELEMENT_TYPE,
                    "element type " + manifest.getElementTypeValue() + " is not FLOAT32 (1); send float32");
        }
        if (manifest.getUpdateBytes() < 1) {
            return Checked.failed(
                    ErrorCode.WRONG_LENGTH,
                    "an update of " + Long.toUnsignedString(manifest.getUpdateBytes())
                            + " bytes; send 4 bytes for each element of the layout");
        }
        if (!isHash(manifest.getUpdateHash())
                || !isHash(manifest.getLayoutDigest())
                || !isHash(manifest.getBaseModelHash())) {
            return malformed("update hash, layout digest and base model hash have " + ContentHash.SIZE_BYTES
                    + " bytes each, these have "
                    + manifest.getUpdateHash().size() + ", "
                    + manifest.getLayoutDigest().size() + " and "
                    + manifest.getBaseModelHash().size());
        }
        if (manifest.getExamples() == 0) {
            return Checked.failed(ErrorCode.WEIGHT_INVALID, "0 examples; an update counts from 1 example on");
        }
        return metrics(manifest.getMetricsMap())
                .match(
                        metrics -> Checked.passed(new UpdateFacts(
                                caller.node(),
                                place.run(),
                                place.round(),
                                place.taskId(),
                                hash(manifest.getUpdateHash()),
                                manifest.getUpdateBytes(),
                                hash(manifest.getLayoutDigest()),
                                hash(manifest.getBaseModelHash()),
                                claim(manifest.getExamples()),
                                metrics)),
                        failed -> retype(failed));
    }

    static Checked<Measurement> evaluation(Caller caller) {
        EvaluationReport report;
        try {
            report = EvaluationReport.parseFrom(caller.body());
        } catch (InvalidProtocolBufferException malformed) {
            return malformed("the body is no EvaluationReport");
        }
        if (!isHash(report.getModelHash())) {
            return malformed("a model hash has " + ContentHash.SIZE_BYTES + " bytes, this one has "
                    + report.getModelHash().size());
        }
        if (report.getExamples() == 0) {
            return Checked.failed(ErrorCode.WEIGHT_INVALID, "0 examples; a measurement counts from 1 example on");
        }
        return place(caller, report.getTaskId())
                .match(
                        place -> metrics(report.getMetricsMap())
                                .match(metrics -> measurement(place, report, metrics), failed -> retype(failed)),
                        failed -> retype(failed));
    }

    private static Checked<Measurement> measurement(
            Place place, EvaluationReport report, SortedMap<String, Double> metrics) {
        int count = report.getExtraMetricsCount();
        if (count > FederationMethods.MAX_EXTRA_MODELS) {
            return Checked.failed(
                    ErrorCode.METRICS_INVALID,
                    "metrics of " + count + " extra models, at most " + FederationMethods.MAX_EXTRA_MODELS
                            + " are allowed");
        }
        SortedMap<ContentHash, SortedMap<String, Double>> extras = new TreeMap<>();
        for (ExtraMetrics extra : report.getExtraMetricsList()) {
            if (!isHash(extra.getModelHash())) {
                return malformed("a model hash has " + ContentHash.SIZE_BYTES + " bytes, that of an extra model has "
                        + extra.getModelHash().size());
            }
            Optional<String> fault = faultOf(extra.getMetricsMap());
            if (fault.isPresent()) {
                return Checked.failed(ErrorCode.METRICS_INVALID, fault.get());
            }
            if (extra.getModelHash().equals(report.getModelHash())
                    || extras.put(hash(extra.getModelHash()), new TreeMap<>(extra.getMetricsMap())) != null) {
                return Checked.failed(
                        ErrorCode.METRICS_INVALID,
                        "model " + hash(extra.getModelHash()) + " is measured twice; send each model once");
            }
        }
        return Checked.passed(new Measurement(
                place, new Evaluated(hash(report.getModelHash()), claim(report.getExamples()), metrics, extras)));
    }

    static Checked<Decline> decline(Caller caller) {
        TaskDeclined declined;
        try {
            declined = TaskDeclined.parseFrom(caller.body());
        } catch (InvalidProtocolBufferException malformed) {
            return malformed("the body is no TaskDeclined");
        }
        return place(caller, declined.getTaskId())
                .match(
                        place -> switch (declined.getReason()) {
                            case REASON_POLICY -> decline(place, DropReason.POLICY, declined);
                            case REASON_TRAINER_FAILED -> decline(place, DropReason.TRAINER_FAILED, declined);
                            case REASON_CANCELLED -> decline(place, DropReason.CANCELLED, declined);
                            case REASON_MODEL_UNAVAILABLE -> decline(place, DropReason.MODEL_UNAVAILABLE, declined);
                            case REASON_UNSPECIFIED, UNRECOGNIZED ->
                                malformed("reason " + declined.getReasonValue() + " is not in [1, 4]");
                        },
                        failed -> retype(failed));
    }

    private static Checked<Decline> decline(Place place, DropReason reason, TaskDeclined declined) {
        return Checked.passed(new Decline(place, reason, Refusals.clip(declined.getDetail())));
    }

    private static Checked<Place> place(Caller caller, String taskId) {
        if (taskId.isEmpty() || taskId.length() > MAX_TASK_ID) {
            return Checked.failed(
                    ErrorCode.UNKNOWN_TASK,
                    "a task id of " + taskId.length() + " characters; use the id that came with the task");
        }
        if (caller.round() < 1) {
            return Checked.failed(
                    ErrorCode.WRONG_ROUND,
                    "round " + Integer.toUnsignedString(caller.round()) + " is not in [1, " + Integer.MAX_VALUE + "]");
        }
        try {
            return Checked.passed(new Place(new RunId(caller.runId()), caller.round(), taskId));
        } catch (IllegalArgumentException malformed) {
            return Checked.failed(ErrorCode.UNKNOWN_RUN, String.valueOf(malformed.getMessage()));
        }
    }

    private static Checked<SortedMap<String, Double>> metrics(Map<String, Double> sent) {
        return faultOf(sent)
                .map(fault -> Checked.<SortedMap<String, Double>>failed(ErrorCode.METRICS_INVALID, fault))
                .orElseGet(() -> Checked.passed(Collections.unmodifiableSortedMap(new TreeMap<>(sent))));
    }

    private static Optional<String> faultOf(Map<String, Double> metrics) {
        if (metrics.size() > MAX_METRICS) {
            return Optional.of(metrics.size() + " metrics, at most " + MAX_METRICS + " are allowed");
        }
        for (Map.Entry<String, Double> metric : metrics.entrySet()) {
            String name = metric.getKey();
            if (name.isBlank() || name.length() > MAX_METRIC_NAME) {
                return Optional.of(
                        "a metric name of " + name.length() + " characters is not in [1, " + MAX_METRIC_NAME + "]");
            }
            if (!Double.isFinite(metric.getValue())) {
                return Optional.of("a metric is not finite; leave it out");
            }
        }
        return Optional.empty();
    }

    /** The number is unsigned on the wire; a claim above 2^63 - 1 is far above every cap, so it is kept as that. */
    private static long claim(long examples) {
        return examples < 0 ? Long.MAX_VALUE : examples;
    }

    private static boolean isHash(ByteString bytes) {
        return bytes.size() == ContentHash.SIZE_BYTES;
    }

    private static ContentHash hash(ByteString bytes) {
        return ContentHash.ofBytes(bytes.toByteArray());
    }

    private static <T> Checked<T> malformed(String detail) {
        return Checked.failed(ErrorCode.MALFORMED_MESSAGE, detail);
    }

    private static <T> Checked<T> retype(Checked.Failed<?> failed) {
        return Checked.failed(failed.code(), failed.detail());
    }
}
