package org.dalrn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RunEvent;
import org.dalrn.server.testing.PaidRun;
import org.dalrn.server.testing.ScriptedRun;
import org.junit.jupiter.api.Test;

/** The frames are golden texts: what a person saw and found right. */
class RunViewTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String written() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    @Test
    void accept_notATerminal_writesOneLineARound() {
        RunView view = new RunView(out, RunView.Look.lines());
        ScriptedRun.events().forEach(view::accept);
        view.draw();
        view.accept(ScriptedRun.finished());
        assertThat(written().replace("\r", "")).isEqualTo("""
                        run heart-1 'heart' opened: 3 rounds of fedavg
                        round 1 of 3   3 of 3 updates   accuracy 0.6100   4.5 s
                        round 2 of 3   2 of 3 updates   accuracy 0.7400   4.5 s
                        round 3 of 3   3 of 3 updates   accuracy 0.8125   4.5 s
                        finished; the model is d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb
                        """);
        assertThat(view.end()).contains(Phase.FINISHED);
    }

    @Test
    void draw_inTheMiddleOfTheSecondRound_showsTheNodes() {
        RunView view = new RunView(out, new RunView.Look(true, false, true, 80));
        List<RunEvent> events = ScriptedRun.events();
        int second = indexOfSecondRound(events);
        events.subList(0, second + 2).forEach(view::accept);
        view.progress(ScriptedRun.NODES.get(1), 0.45, "training");
        view.bytes(2_400, 5_000_000);
        assertThat(written()).isEmpty();
        view.draw();
        assertThat(written()).isEqualTo("""
                        \r\u001b[Jheart   run heart-1   fedavg   training
                        █████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░   1 of 3 rounds
                        accuracy 0.6100   ▅   best 0.6100 in round 1
                        round 2   1 of 3 updates in
                          budapest    ✔ update of 303 examples
                          cleveland   training 45 %
                          zurich      asked
                        received 2.3 KiB   sent 4.8 MiB

                        """);
    }

    @Test
    void draw_again_overwritesTheFrameBefore() {
        RunView view = new RunView(out, new RunView.Look(true, false, false, 80));
        view.accept(ScriptedRun.opened());
        view.draw();
        assertThat(written()).isEqualTo("""
                        \r\u001b[Jheart   run heart-1   fedavg   waiting
                        ........................................   0 of 3 rounds

                        """);
        view.draw();
        assertThat(written()).startsWith("\u001b[3A\r\u001b[J");
    }

    @Test
    void draw_runOver_showsHowItEnded() {
        RunView view = new RunView(out, new RunView.Look(true, false, false, 100));
        ScriptedRun.events().forEach(view::accept);
        view.accept(ScriptedRun.finished());
        view.draw();
        assertThat(written()).isEqualTo("""
                        \r\u001b[Jheart   run heart-1   fedavg   finished
                        ########################################   3 of 3 rounds
                        accuracy 0.8125   _+#   best 0.8125 in round 3
                        model d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb
                        """);
    }

    @Test
    void draw_afterARefusal_saysWho() {
        RunView view = new RunView(out, new RunView.Look(true, false, false, 80));
        List<RunEvent> events = ScriptedRun.events();
        events.subList(0, indexOfSecondRound(events) + 4).forEach(view::accept);
        view.draw();
        assertThat(written()).endsWith("zurich      asked   1 refused\nzurich was refused: non finite value\n");
    }

    @Test
    void draw_narrowTerminal_cutsLinesAtItsWidthAndEndsTheColour() {
        RunView view = new RunView(out, new RunView.Look(true, true, false, 40));
        ScriptedRun.events().forEach(view::accept);
        view.accept(ScriptedRun.finished());
        view.draw();
        assertThat(written().substring(4).lines())
                .allSatisfy(line ->
                        assertThat(line.replaceAll("\u001b\\[[0-9;]*[mJ]", "")).hasSizeLessThan(40));
    }

    @Test
    void accept_paidByRound_writesTheDivisionAfterEachRound() {
        RunView view = new RunView(out, RunView.Look.lines());
        PaidRun.events(7, 2, PaidRun.policy(Settlement.ROUND, 2_900)).forEach(view::accept);
        // 100 for north, then 100 for each example: 7, 6, 5, 4, 3 of others and 3 of north.
        assertThat(written()).contains("""
                        1 of 2   7 of 7 updates""").contains("""
                        2,900 cents divided among 6 after round 1, theta 0.000100000: node:node-7 700, node:node-6 600, \
                        node:node-5 500, node:node-4 400 and 2 more
                        """);
    }

    @Test
    void draw_paidRun_showsWhoGotMostAndCountsTheOthers() {
        RunView view = new RunView(out, new RunView.Look(true, false, false, 100));
        PaidRun.events(9, 2, PaidRun.policy(Settlement.RUN, 4_600)).forEach(view::accept);
        view.draw();
        // 100 for north, then 100 for each of 45 examples.
        assertThat(written()).contains("""
                        CLAIMANT      ROUNDS   POINTS       CENTS   SHARE
                        node:node-9   2        18,000,000   900     19.6 %
                        node:node-8   2        16,000,000   800     17.4 %
                        node:node-7   2        14,000,000   700     15.2 %
                        node:node-6   2        12,000,000   600     13.0 %
                        node:node-5   2        10,000,000   500     10.9 %
                        node:node-4   2        8,000,000    400     8.7 %
                        and 2 more; `dalrn incentives show RUN --json` has all
                        4,600 cents divided among 8 after round 2, theta 5.00000e-05
                        """);
    }

    @Test
    void draw_beforeAnythingIsMeasured_showsNoEarnings() {
        RunView view = new RunView(out, new RunView.Look(true, false, false, 100));
        view.accept(PaidRun.events(3, 1, PaidRun.policy(Settlement.RUN, 1_000)).get(0));
        view.draw();
        assertThat(written()).doesNotContain("CLAIMANT");
    }

    @Test
    void look_notLive_hasNoColour() {
        assertThat(new RunView.Look(false, true, true, 80).color()).isFalse();
    }

    @Test
    void accept_withoutTheFirstEvent_saysWhatIsMissing() {
        RunView view = new RunView(out, RunView.Look.lines());
        assertThatThrownBy(() -> view.accept(ScriptedRun.finished()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("feed the view from event 1 on");
    }

    private static int indexOfSecondRound(List<RunEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof RunEvent.RoundStarted started && started.round() == 2) {
                return i;
            }
        }
        throw new AssertionError("no second round");
    }
}
