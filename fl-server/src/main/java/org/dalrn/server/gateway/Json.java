package org.dalrn.server.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.round.RoundState;
import org.dalrn.core.round.RunState;
import org.dalrn.protocol.ErrorCode;

/** The JSON objects of the operator API. */
final class Json {

    /** Of a run's claimants; its events tell all of them. */
    private static final int MOST_CLAIMANTS = 100;

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode error(ErrorCode code, String detail) {
        return object().put("code", code.label()).put("symbol", code.name()).put("detail", detail);
    }

    static ObjectNode run(RunState state) {
        ObjectNode out = object();
        out.put("run", state.run().value())
                .put("name", state.spec().name())
                .put("phase", state.phase().name())
                .put("rounds", state.spec().rounds())
                .put("completedRounds", state.completedRounds())
                .put("round", state.roundNumber())
                .put("attempt", state.current().map(RoundState::attempt).orElse(state.nextAttempt()))
                .put("model", state.model().toString())
                .put("modelBytes", state.spec().layout().byteLength())
                .put("strategy", state.spec().strategy().name())
                .put("seed", state.seed().toString())
                .put("events", state.eventCount());
        state.current()
                .ifPresent(round -> out.put("cohort", round.cohort().size())
                        .put("target", round.target())
                        .put("accepted", round.accepted().size())
                        .put("dropped", round.dropped().size())
                        .put("evaluators", round.evaluators().size())
                        .put("evaluated", round.evaluated().size())
                        .put("deadline", round.deadline().toString()));
        return out;
    }

    /** The same with what no event tells: traffic, the nodes' progress and what witnesses say. */
    static ObjectNode run(
            RunState state,
            OperatorPort.Traffic traffic,
            List<OperatorPort.NodeProgress> progress,
            Optional<OperatorPort.Witnessing> witnessing) {
        ObjectNode out =
                run(state).put("receivedBytes", traffic.receivedBytes()).put("sentBytes", traffic.sentBytes());
        ArrayNode nodes = out.putArray("progress");
        progress.forEach(node -> nodes.addObject()
                .put("node", node.node().value())
                .put("fraction", node.fraction())
                .put("stage", node.stage()));
        witnessing.ifPresent(witnesses -> {
            ArrayNode trouble = out.putObject("witnesses")
                    .put("cosigned", witnesses.cosigned())
                    .put("of", witnesses.of())
                    .put("size", witnesses.size())
                    .putArray("trouble");
            witnesses.trouble().forEach(trouble::add);
        });
        return out;
    }

    /** What a run pays and paid; of the claimants those who got most. */
    static ObjectNode earnings(RunEarnings earnings) {
        IncentivePolicy policy = earnings.policy().orElseThrow();
        ObjectNode out = object();
        out.put("unit", policy.unit())
                .put("budget", policy.budget())
                .put("settle", policy.settlement().label())
                .put("rule", policy.rule().label())
                .put("measure", policy.measure().label())
                .put("measuredRounds", earnings.measuredRounds())
                .put("unmeasuredRounds", earnings.unmeasuredRounds())
                .put("paid", earnings.paid())
                .put("claimants", earnings.claimants());
        ArrayNode earned = out.putArray("earned");
        earnings.mostFirst(MOST_CLAIMANTS)
                .forEach(each -> earned.addObject()
                        .put("claimant", each.claimant())
                        .put("rounds", each.rounds())
                        .put("measured", each.value())
                        .put("points", each.points())
                        .put("amount", each.amount())
                        .put("share", each.share()));
        earnings.last()
                .ifPresent(last -> out.putObject("last")
                        .put("round", last.round())
                        .put("budget", last.budget())
                        .put("theta", last.theta().toString())
                        .put("payouts", last.payouts().size())
                        .put("undistributed", last.undistributed()));
        return out;
    }

    static ObjectNode node(OperatorPort.NodeSummary node) {
        return object().put("node", node.node().value())
                .put("status", node.status().name())
                .put("connected", node.connected());
    }
}
