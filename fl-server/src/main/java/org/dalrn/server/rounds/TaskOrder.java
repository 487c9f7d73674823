package org.dalrn.server.rounds;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.round.RoundState;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.protocol.v1.ConfigValue;
import org.dalrn.protocol.v1.ExtraModel;
import org.dalrn.protocol.v1.ModelLayout;
import org.dalrn.protocol.v1.Protection;
import org.dalrn.protocol.v1.Task;
import org.dalrn.protocol.v1.TaskKind;
import org.dalrn.protocol.v1.Tensor;

/** What every node of a cohort is asked; only the node's name and the time left are added for each. Immutable. */
final class TaskOrder {
    private final Task common;
    private final String idPrefix;

    private TaskOrder(Task common, String idPrefix) {
        this.common = common;
        this.idPrefix = idPrefix;
    }

    static TaskOrder train(RunState state, RoundState round) {
        return of(state, round, TaskKind.TASK_KIND_TRAIN, "train", round.baseModel());
    }

    static TaskOrder evaluate(RunState state, RoundState round) {
        return of(state, round, TaskKind.TASK_KIND_EVALUATE, "evaluate", state.model());
    }

    private static void addExtraModels(Task.Builder task, RoundState round) {
        for (ContentHash extra : round.extraModels()) {
            task.addExtraModels(ExtraModel.newBuilder()
                    .setModelHash(ByteString.copyFrom(extra.toByteArray()))
                    .setModelBytes(task.getModelBytes()));
        }
    }

    private static TaskOrder of(RunState state, RoundState round, TaskKind kind, String purpose, ContentHash model) {
        RunSpec spec = state.spec();
        Task.Builder task = Task.newBuilder()
                .setRunId(state.run().value())
                .setRound(round.number())
                .setKind(kind)
                .setModelHash(ByteString.copyFrom(model.toByteArray()))
                .setModelBytes(spec.layout().byteLength())
                .setLayout(layout(spec.layout()))
                .setProtection(Protection.PROTECTION_PLAIN)
                .setRunName(spec.name())
                .setMaxAbsoluteValue(spec.maxAbsoluteValue())
                .setTotalRounds(spec.rounds());
        SortedMap<String, org.dalrn.core.model.ConfigValue> config = new TreeMap<>(spec.config());
        if (kind == TaskKind.TASK_KIND_TRAIN) {
            config.putAll(spec.strategy().trainConfig(round.number()));
        } else {
            addExtraModels(task, round);
        }
        config.forEach((key, value) -> task.putConfig(key, wire(value)));
        String prefix = state.run() + "/" + round.number() + "/" + round.attempt() + "/" + purpose + "/";
        return new TaskOrder(task.build(), prefix);
    }

    private static ModelLayout layout(ParameterLayout layout) {
        ModelLayout.Builder tensors = ModelLayout.newBuilder();
        layout.tensors()
                .forEach(tensor -> tensors.addTensors(
                        Tensor.newBuilder().setName(tensor.name()).addAllShape(tensor.shape())));
        return tensors.build();
    }

    private static ConfigValue wire(org.dalrn.core.model.ConfigValue value) {
        ConfigValue.Builder wire = ConfigValue.newBuilder();
        return value.match(wire::setText, wire::setNumber, wire::setInteger, wire::setFlag)
                .build();
    }

    /** The same whenever the same task is sent again. */
    String idFor(NodeId node) {
        return idPrefix + node.value();
    }

    Task taskFor(NodeId node, Instant now, Instant deadline) {
        long left = Math.max(1, Duration.between(now, deadline).toMillis());
        return common.toBuilder()
                .setTaskId(idFor(node))
                .setDeadlineMillis((int) Math.min(left, Integer.MAX_VALUE))
                .build();
    }
}
