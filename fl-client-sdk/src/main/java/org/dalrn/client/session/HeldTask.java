package org.dalrn.client.session;

import com.google.protobuf.MessageLite;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.client.node.NodeTask;
import org.dalrn.client.training.Protection;
import org.dalrn.client.training.TaskConfig;
import org.dalrn.client.transport.Patience;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.protocol.FederationMethods;
import org.dalrn.protocol.signing.SignedMethod;
import org.dalrn.protocol.v1.ExtraModel;
import org.dalrn.protocol.v1.Task;
import org.jspecify.annotations.Nullable;

/** A task that the node has taken, checked, from its arrival to its answer. */
final class HeldTask {

    /** An answer that waits for the coordinator's word. */
    record PendingAnswer(SignedMethod method, MessageLite body) {}

    final NodeTask task;
    final ContentHash modelHash;
    final long modelBytes;
    final ParameterLayout layout;
    final TaskConfig config;
    final Protection protection;
    final double maxAbsoluteValue;
    final int totalRounds;
    /** To be measured after the model; all of its layout. */
    final List<ContentHash> extraModels;

    final long arrivedNanos;
    final long deadlineNanos;
    final Patience patience;

    // The rest is confined to the session's order.
    @Nullable
    PendingAnswer answer;

    int answerTries;

    private HeldTask(Task offered, NodeTask task, Ticker ticker) {
        this.task = task;
        this.modelHash = ContentHash.ofBytes(offered.getModelHash().toByteArray());
        this.modelBytes = offered.getModelBytes();
        this.layout = ParameterLayout.of(offered.getLayout().getTensorsList().stream()
                .map(tensor -> new TensorSpec(tensor.getName(), tensor.getShapeList()))
                .toList());
        this.config = config(offered);
        this.protection = switch (offered.getProtection()) {
            case PROTECTION_PLAIN -> Protection.PLAIN;
            case PROTECTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "protection " + offered.getProtectionValue() + " is none that this version knows");
        };
        this.maxAbsoluteValue = offered.getMaxAbsoluteValue();
        this.totalRounds = offered.getTotalRounds();
        this.extraModels = extraModels(offered, task.kind());
        this.arrivedNanos = ticker.nanoTime();
        this.deadlineNanos = arrivedNanos + Integer.toUnsignedLong(offered.getDeadlineMillis()) * 1_000_000L;
        this.patience = new Patience(ticker::nanoTime, deadlineNanos);
        if (modelBytes != layout.byteLength()) {
            throw new IllegalArgumentException(
                    "model of " + Long.toUnsignedString(modelBytes) + " bytes, its layout has " + layout.byteLength());
        }
        // 0 is what an author leaves out who bounds nothing; NaN and infinities are mistakes.
        if (!Double.isFinite(maxAbsoluteValue) || maxAbsoluteValue < 0) {
            throw new IllegalArgumentException("largest value " + maxAbsoluteValue + " is no bound");
        }
    }

    /**
     * Checks a task.
     *
     * @throws IllegalArgumentException if it is not well formed; the message says why
     */
    static HeldTask of(Task offered, Ticker ticker) {
        NodeTask.Kind kind = switch (offered.getKind()) {
            case TASK_KIND_TRAIN -> NodeTask.Kind.TRAIN;
            case TASK_KIND_EVALUATE -> NodeTask.Kind.EVALUATE;
            case TASK_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "task kind " + offered.getKindValue() + " is none that this version knows");
        };
        return new HeldTask(
                offered,
                new NodeTask(
                        offered.getTaskId(),
                        new RunId(offered.getRunId()),
                        offered.getRunName(),
                        offered.getRound(),
                        kind),
                ticker);
    }

    private static List<ContentHash> extraModels(Task offered, NodeTask.Kind kind) {
        int count = offered.getExtraModelsCount();
        if (kind != NodeTask.Kind.EVALUATE && count > 0) {
            throw new IllegalArgumentException(count + " extra models in a training; only an evaluation has them");
        }
        if (count > FederationMethods.MAX_EXTRA_MODELS) {
            throw new IllegalArgumentException(
                    count + " extra models, at most " + FederationMethods.MAX_EXTRA_MODELS + " are allowed");
        }
        Set<ContentHash> hashes = new LinkedHashSet<>();
        for (ExtraModel extra : offered.getExtraModelsList()) {
            ContentHash hash = ContentHash.ofBytes(extra.getModelHash().toByteArray());
            if (extra.getModelBytes() != offered.getModelBytes()) {
                throw new IllegalArgumentException(
                        "extra model " + hash + " of " + Long.toUnsignedString(extra.getModelBytes())
                                + " bytes, the task's model has " + Long.toUnsignedString(offered.getModelBytes()));
            }
            if (extra.getModelHash().equals(offered.getModelHash()) || !hashes.add(hash)) {
                throw new IllegalArgumentException("extra model " + hash + " is named twice");
            }
        }
        return List.copyOf(hashes);
    }

    private static TaskConfig config(Task offered) {
        SortedMap<String, ConfigValue> values = new TreeMap<>();
        offered.getConfigMap().forEach((key, value) -> {
            switch (value.getValueCase()) {
                case TEXT -> values.put(key, ConfigValue.of(value.getText()));
                case NUMBER -> values.put(key, ConfigValue.of(value.getNumber()));
                case INTEGER -> values.put(key, ConfigValue.of(value.getInteger()));
                case FLAG -> values.put(key, ConfigValue.of(value.getFlag()));
                case VALUE_NOT_SET ->
                    throw new IllegalArgumentException(
                            "setting \"" + key + "\" has a type that this version does not know");
            }
        });
        return TaskConfig.of(values);
    }

    @Override
    public String toString() {
        return task.toString();
    }
}
