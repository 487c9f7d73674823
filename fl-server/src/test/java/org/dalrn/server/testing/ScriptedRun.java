package org.dalrn.server.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.CloseReason;
import org.dalrn.core.round.DropReason;
import org.dalrn.core.round.Refusal;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;

/** The events of a run of three hospitals and three rounds, one node dropping out of the second. */
public final class ScriptedRun {

    public static final RunId RUN = new RunId("heart-1");
    public static final List<NodeId> NODES =
            List.of(new NodeId("budapest"), new NodeId("cleveland"), new NodeId("zurich"));

    private static final Instant START = InMemoryOperatorPort.START;
    private static final ContentHash MODEL = ContentHash.of(new byte[56]);

    private ScriptedRun() {}

    public static RunEvent.Opened opened() {
        RunSpec spec = new RunSpec(
                "heart",
                ParameterLayout.of(new TensorSpec("weights", List.of(13)), new TensorSpec("bias", List.of())),
                MODEL,
                3,
                new FedAvg(Sampling.defaults()),
                new RoundPolicy(Duration.ofMinutes(10), Duration.ofMinutes(2), 2, 1.0, 3),
                100_000,
                64,
                new TreeMap<>());
        return new RunEvent.Opened(RUN, spec, ContentHash.of(new byte[] {7}), START);
    }

    /** All events but the end. */
    public static List<RunEvent> events() {
        List<RunEvent> events = new ArrayList<>(List.of(opened()));
        double[] accuracy = {0.61, 0.74, 0.8125};
        for (int round = 1; round <= 3; round++) {
            Instant at = START.plusSeconds(10L * round);
            Instant deadline = at.plusSeconds(600);
            events.add(new RunEvent.RoundStarted(round, 1, MODEL, NODES, List.of(), 3, deadline, at));
            List<ContentHash> updates = new ArrayList<>();
            for (int node = 0; node < 3; node++) {
                if (round == 2 && node == 2) {
                    events.add(new RunEvent.UpdateRefused(
                            2, NODES.get(2), Refusal.NON_FINITE_VALUE, "element 4", at.plusSeconds(2)));
                    events.add(new RunEvent.NodeDropped(
                            2, NODES.get(2), DropReason.TRAINER_FAILED, "no data", at.plusSeconds(2)));
                    continue;
                }
                ContentHash update = ContentHash.of(new byte[] {(byte) round, (byte) node});
                updates.add(update);
                events.add(new RunEvent.UpdateAccepted(
                        round, NODES.get(node), update, 303, 303, 0.5, 0.25, new TreeMap<>(), at.plusSeconds(1)));
            }
            updates.sort(null);
            events.add(new RunEvent.RoundClosed(
                    round, 1, updates, 303L * updates.size(), CloseReason.ALL_SETTLED, at.plusSeconds(2)));
            events.add(new RunEvent.ModelPublished(round, MODEL, MODEL, at.plusSeconds(120), at.plusSeconds(3)));
            events.add(new RunEvent.EvaluationStarted(
                    round, MODEL, NODES, List.of(), at.plusSeconds(120), at.plusSeconds(3)));
            for (NodeId node : NODES) {
                events.add(new RunEvent.NodeEvaluated(
                        round,
                        node,
                        101,
                        new TreeMap<>(Map.of("accuracy", accuracy[round - 1], "loss", 0.5)),
                        at.plusSeconds(4)));
            }
            events.add(new RunEvent.RoundCompleted(
                    round,
                    303,
                    new TreeMap<>(Map.of("accuracy", accuracy[round - 1], "loss", 0.5)),
                    at.plusMillis(4500)));
        }
        return events;
    }

    public static RunEvent.Finished finished() {
        return new RunEvent.Finished(MODEL, START.plusSeconds(60));
    }
}
