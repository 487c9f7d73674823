package org.dalrn.core.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dalrn.core.testing.Runs.EVALUATE;
import static org.dalrn.core.testing.Runs.TRAIN;
import static org.dalrn.core.testing.Runs.hash;
import static org.dalrn.core.testing.Runs.metrics;
import static org.dalrn.core.testing.Runs.node;
import static org.dalrn.core.testing.Runs.nodes;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.testing.Policies;
import org.dalrn.core.testing.Runs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One small run, crashed at every boundary between two events of its log: the text that is left, the command that was under
 * way and the commands after it give the same remaining events. Source of truth: the run without a crash.
 */
class CrashEverywhereTest {

    private static final SortedSet<NodeId> ALL = nodes("a", "b", "c");

    /** A closing by target, one by drop, an abandoned attempt, a closing by deadline, refusals, evaluations. */
    private static List<RunCommand> commands() {
        List<RunCommand> list = new ArrayList<>();
        Instant t = Runs.START;
        ContentHash m0 = Runs.INITIAL;
        ContentHash m1 = hash("m1");
        list.add(new RunCommand.Tick(ALL, t));
        list.add(submit("a", 1, "u1a", m0, 10, t));
        list.add(submit("a", 1, "other", m0, 10, t));
        list.add(submit("b", 1, "u1b", m0, 0, t));
        list.add(submit("b", 1, "u1b", m0, 500, t));
        list.add(new RunCommand.Drop(node("c"), 1, DropReason.POLICY, "no", t));
        list.add(new RunCommand.Publish(1, 1, m1, hash("s1"), t));
        list.add(new RunCommand.Tick(ALL, t));
        list.add(new RunCommand.ReportEvaluation(node("a"), 1, m1, 4, metrics("x", 0.5), t));
        list.add(new RunCommand.ReportEvaluation(node("b"), 1, m1, 4, metrics("x", 1.5), t));
        t = t.plus(EVALUATE);
        list.add(new RunCommand.Tick(ALL, t));
        list.add(new RunCommand.Tick(ALL, t));
        list.add(submit("a", 2, "u2a", m1, 10, t));
        t = t.plus(TRAIN);
        list.add(new RunCommand.Tick(ALL, t));
        list.add(new RunCommand.Tick(ALL, t));
        list.add(submit("a", 2, "u2a", m1, 10, t));
        list.add(submit("b", 2, "u2b", m1, 10, t));
        t = t.plus(TRAIN);
        list.add(new RunCommand.Tick(ALL, t));
        list.add(new RunCommand.Publish(2, 2, hash("m2"), hash("s2"), t));
        list.add(new RunCommand.Tick(ALL, t));
        for (String name : List.of("a", "b", "c")) {
            list.add(new RunCommand.ReportEvaluation(node(name), 2, hash("m2"), 1, metrics("x", 1), t));
        }
        return list;
    }

    private static RunCommand submit(
            String node, int round, String update, ContentHash base, long claimed, Instant at) {
        return new RunCommand.SubmitUpdate(node(node), round, hash(update), base, claimed, 1, 1, new TreeMap<>(), at);
    }

    static List<RunSpec> specs() {
        List<RunSpec> specs = new ArrayList<>(List.of(Runs.spec()));
        for (Settlement settlement : Settlement.values()) {
            for (PayoutRule rule : List.of(PayoutRule.NASH, PayoutRule.PROPORTIONAL)) {
                specs.add(Runs.paid(
                        Runs.spec(),
                        Policies.policy(
                                100,
                                settlement,
                                rule,
                                new ContributionMeasure.Examples(),
                                Map.of("x", Policies.terms(1, 10, 60, "a")),
                                Optional.of(Policies.terms(1)))));
            }
        }
        return specs;
    }

    @ParameterizedTest
    @MethodSource("specs")
    void crash_atEveryEventBoundary_givesTheSameRemainingEvents(RunSpec spec) {
        List<RunCommand> commands = commands();
        Runs whole = Runs.of(spec);
        List<Integer> sizes = new ArrayList<>();
        for (RunCommand command : commands) {
            sizes.add(whole.events().size());
            whole.send(command);
        }
        List<String> log = whole.events().stream().map(EventText::of).toList();
        assertThat(whole.state().phase()).isEqualTo(Phase.FINISHED);
        assertThat(log).hasSizeGreaterThan(20);

        for (int kept = 1; kept <= log.size(); kept++) {
            RunState state = fold(log.subList(0, kept));
            List<String> again = new ArrayList<>(log.subList(0, kept));
            // The commands whose events were not all durable come again, and the timer fires.
            int next = 0;
            while (next + 1 < sizes.size() && sizes.get(next + 1) <= kept) {
                next++;
            }
            boolean cutWithinDecision = kept > sizes.get(next);
            for (int i = next; i < commands.size(); i++) {
                state = send(state, commands.get(i), again);
                if (i == next && cutWithinDecision && again.size() < log.size()) {
                    int end = i + 1 < sizes.size() ? sizes.get(i + 1) : log.size();
                    if (again.size() < end) {
                        state = send(
                                state, new RunCommand.Tick(ALL, commands.get(i).at()), again);
                    }
                }
            }
            assertThat(again).as("crash after event " + kept).isEqualTo(log);
            assertThat(state).as("crash after event " + kept).isEqualTo(whole.state());
        }
    }

    private static RunState send(RunState before, RunCommand command, List<String> log) {
        RunState state = before;
        for (RunEvent event : RoundMachine.decide(before, command).events()) {
            state = state.apply(event);
            log.add(EventText.of(event));
        }
        return state;
    }

    private static RunState fold(List<String> log) {
        RunState state = RunState.opened((RunEvent.Opened) EventText.parse(log.get(0)));
        for (String line : log.subList(1, log.size())) {
            state = state.apply(EventText.parse(line));
        }
        return state;
    }
}
