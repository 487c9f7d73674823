package org.dalrn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RunEvent;
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
