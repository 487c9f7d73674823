package org.dalrn.server.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dalrn.core.incentive.Payout;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RoundState;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunState;
import org.dalrn.server.gateway.RunEarnings;
import org.jspecify.annotations.Nullable;

/**
 * A run as people watch it: on a terminal a picture that is drawn over itself, elsewhere one line a round. Fed with every
 * event of the run from the first on. Thread-safe: methods wait for one another, and for the stream.
 */
public final class RunView {

    private static final int MOST_NODES = 12;
    private static final int SPARKS = 40;
    private static final int MOST_CLAIMANTS = 6;
    private static final int MOST_IN_A_LINE = 4;
    private static final List<String> METRICS = List.of("accuracy", "auc", "loss");

    /**
     * What the place that is written to can show.
     *
     * @param live true for a terminal whose cursor can be moved: frames instead of lines
     * @param color true for a terminal with colours; only with {@code live}
     * @param unicode false for one that shows ASCII only
     * @param width in columns, at least 40; longer lines are cut
     */
    public record Look(boolean live, boolean color, boolean unicode, int width) {
        public Look {
            if (width < 40) {
                width = 40;
            }
            color = color && live;
        }

        /** What standard output of this process can show. */
        public static Look ofTerminal(Map<String, String> environment) {
            return Terminal.detect(environment).look();
        }

        /** For files and pipes: a line a round. */
        public static Look lines() {
            return new Look(false, false, false, 200);
        }
    }

    private enum Paint {
        GREEN("32"),
        RED("31"),
        CYAN("36"),
        DIM("2"),
        BOLD("1");

        private final String code;

        Paint(String code) {
            this.code = code;
        }
    }

    private record Progress(double fraction, String stage) {}

    private record Point(int round, double value) {}

    private final PrintStream out;
    private final Look look;
    private final SortedMap<NodeId, Progress> progress = new TreeMap<>();
    private final List<Point> history = new ArrayList<>();
    private final RunEarnings earnings = new RunEarnings();
    private @Nullable RunState state;
    private @Nullable String metric;
    private @Nullable Instant roundStarted;
    private @Nullable String ending;
    private String note = "";
    private long receivedBytes = -1;
    private long sentBytes = -1;
    private int drawnLines;

    /** A view that writes to a stream, which it does not close. */
    public RunView(PrintStream out, Look look) {
        this.out = requireNonNull(out, "out");
        this.look = requireNonNull(look, "look");
    }

    /**
     * Takes the run's next event; writes a line where lines are written, and leaves frames to {@link #draw}.
     *
     * @throws IllegalStateException if the event cannot follow those before it
     */
    public synchronized void accept(RunEvent event) {
        if (event instanceof RunEvent.Opened opened) {
            state = RunState.opened(opened);
        } else {
            state = current().apply(event);
        }
        earnings.accept(event);
        Optional<String> line = event.accept(new Line());
        if (!look.live()) {
            line.ifPresent(out::println);
            out.flush();
        }
    }

    /** How far a node is with its task, which no event tells. */
    public synchronized void progress(NodeId node, double fraction, String stage) {
        progress.put(node, new Progress(Math.max(0, Math.min(1, fraction)), stage));
    }

    /** How many bytes of updates the coordinator received and of models it sent. */
    public synchronized void bytes(long received, long sent) {
        receivedBytes = received;
        sentBytes = sent;
    }

    /** Draws the frame over the one before; does nothing where lines are written, or before the first event. */
    public synchronized void draw() {
        if (!look.live() || state == null) {
            return;
        }
        StringBuilder frame = new StringBuilder();
        if (drawnLines > 0) {
            frame.append("\u001b[").append(drawnLines).append('A');
        }
        frame.append("\r\u001b[J");
        List<String> lines = frame();
        for (String line : lines) {
            frame.append(line).append('\n');
        }
        drawnLines = lines.size();
        out.print(frame);
        out.flush();
    }

    /** How the run ended; empty if it goes on. */
    public synchronized Optional<Phase> end() {
        return Optional.ofNullable(state).map(RunState::phase).filter(Phase::isOver);
    }

    /** Why it ended, for people; empty if it goes on. */
    public synchronized Optional<String> ending() {
        return Optional.ofNullable(ending);
    }

    private RunState current() {
        if (state == null) {
            throw new IllegalStateException("the run's first event is missing; feed the view from event 1 on");
        }
        return state;
    }

    private List<String> frame() {
        RunState run = current();
        List<String> lines = new ArrayList<>();
        lines.add(line(
                paint(Paint.BOLD, run.spec().name()),
                "run " + run.run(),
                run.spec().strategy().name(),
                paint(phasePaint(run.phase()), words(run.phase()))));
        int total = run.spec().rounds();
        int width = Math.max(10, Math.min(40, look.width() - 40));
        int filled = (int) ((long) width * run.completedRounds() / total);
        String bar = (look.unicode() ? "\u2588" : "#").repeat(filled)
                + (look.unicode() ? "\u2591" : ".").repeat(width - filled);
        lines.add(line(paint(Paint.CYAN, bar), run.completedRounds() + " of " + total + " rounds"));
        if (metric != null && !history.isEmpty()) {
            Point last = history.get(history.size() - 1);
            lines.add(line(metric + " " + number(last.value()), sparkline(), "best " + best()));
        }
        if (earnings.measuredRounds() > 0) {
            lines.addAll(earned());
        }
        run.current().filter(round -> !run.phase().isOver()).ifPresent(round -> lines.addAll(nodes(run, round)));
        if (receivedBytes >= 0) {
            lines.add(line(paint(Paint.DIM, "received " + size(receivedBytes) + "   sent " + size(sentBytes))));
        }
        lines.add(line(
                run.phase() == Phase.FINISHED
                        ? "model " + run.model()
                        : Optional.ofNullable(ending).orElse(note)));
        return lines;
    }

    private List<String> earned() {
        List<String> lines = new ArrayList<>();
        EarningsTable.lines(earnings, MOST_CLAIMANTS).forEach(row -> lines.add(line(row)));
        return lines;
    }

    private List<String> nodes(RunState run, RoundState round) {
        boolean evaluating = run.phase() == Phase.EVALUATING;
        List<String> lines = new ArrayList<>();
        Collection<NodeId> cohort = evaluating ? round.evaluators() : round.cohort();
        long settled = evaluating ? round.evaluated().size() : round.accepted().size();
        lines.add(line(
                "round " + round.number() + (round.attempt() > 1 ? ", try " + round.attempt() : ""),
                settled + " of " + cohort.size() + (evaluating ? " evaluations in" : " updates in")));
        int longest =
                cohort.stream().mapToInt(node -> node.value().length()).max().orElse(0);
        int shown = 0;
        for (NodeId node : cohort) {
            if (shown++ == MOST_NODES) {
                lines.add(line(paint(Paint.DIM, "  and " + (cohort.size() - MOST_NODES) + " more")));
                break;
            }
            String name =
                    "  " + node.value() + " ".repeat(longest - node.value().length());
            lines.add(line(name, status(round, node, evaluating)));
        }
        return lines;
    }

    private String status(RoundState round, NodeId node, boolean evaluating) {
        String tick = look.unicode() ? "\u2714 " : "+ ";
        String cross = look.unicode() ? "\u2718 " : "x ";
        RunEvent.NodeDropped dropped = round.dropped().get(node);
        if (dropped != null) {
            return paint(Paint.RED, cross + words(dropped.reason()));
        }
        RunEvent.NodeEvaluated evaluated = round.evaluated().get(node);
        RunEvent.UpdateAccepted accepted = round.accepted().get(node);
        if (evaluating && evaluated != null) {
            return paint(Paint.GREEN, tick + "evaluated on " + evaluated.examples() + " examples");
        }
        if (!evaluating && accepted != null) {
            return paint(Paint.GREEN, tick + "update of " + accepted.grantedWeight() + " examples");
        }
        String refusals = Optional.ofNullable(round.refusals().get(node))
                .map(count -> "   " + count + " refused")
                .orElse("");
        Progress now = progress.get(node);
        if (now == null) {
            return paint(Paint.DIM, "asked") + refusals;
        }
        String percent = now.fraction() > 0 ? " " + Math.round(100 * now.fraction()) + " %" : "";
        return now.stage() + percent + refusals;
    }

    private String sparkline() {
        List<Point> recent = history.subList(Math.max(0, history.size() - SPARKS), history.size());
        double least = recent.stream().mapToDouble(Point::value).min().orElse(0);
        double most = recent.stream().mapToDouble(Point::value).max().orElse(0);
        String levels = look.unicode() ? "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588" : "_.-=+*%#";
        StringBuilder sparks = new StringBuilder();
        for (Point point : recent) {
            double share = most > least ? (point.value() - least) / (most - least) : 0.5;
            sparks.append(levels.charAt((int) Math.round(share * (levels.length() - 1))));
        }
        return paint(Paint.CYAN, sparks.toString());
    }

    private String best() {
        boolean lowIsGood = "loss".equals(metric);
        Point best = history.get(0);
        for (Point point : history) {
            if (lowIsGood ? point.value() < best.value() : point.value() > best.value()) {
                best = point;
            }
        }
        return number(best.value()) + " in round " + best.round();
    }

    /** Joins the words with three spaces and cuts what is wider than the terminal, counting no colours. */
    private String line(String... words) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (!word.isEmpty()) {
                line.append(line.length() == 0 ? "" : "   ").append(word);
            }
        }
        int columns = 0;
        boolean escape = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\u001b') {
                escape = true;
            } else if (escape) {
                escape = c != 'm';
            } else if (++columns > look.width() - 1) {
                return line.substring(0, i) + (look.color() ? "\u001b[0m" : "");
            }
        }
        return line.toString();
    }

    private String paint(Paint paint, String text) {
        return look.color() ? "\u001b[" + paint.code + "m" + text + "\u001b[0m" : text;
    }

    private static Paint phasePaint(Phase phase) {
        return switch (phase) {
            case FINISHED -> Paint.GREEN;
            case FAILED, STOPPED -> Paint.RED;
            default -> Paint.CYAN;
        };
    }

    private static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double number = bytes / 1024.0;
        int unit = 0;
        while (number >= 1024 && unit < 3) {
            number /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %ciB", number, "KMGT".charAt(unit));
    }

    private static String elapsed(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    /** Takes from each event what no state remembers, and says the line for it where it deserves one. */
    private final class Line implements RunEvent.Visitor<Optional<String>> {

        @Override
        public Optional<String> opened(RunEvent.Opened event) {
            return Optional.of("run " + event.run() + " '" + event.spec().name() + "' opened: "
                    + event.spec().rounds() + " rounds of "
                    + event.spec().strategy().name());
        }

        @Override
        public Optional<String> resumed(RunEvent.Resumed event) {
            note = "the coordinator came back";
            return Optional.of("the coordinator came back");
        }

        @Override
        public Optional<String> roundStarted(RunEvent.RoundStarted event) {
            roundStarted = event.at();
            progress.clear();
            note = "";
            return Optional.empty();
        }

        @Override
        public Optional<String> updateAccepted(RunEvent.UpdateAccepted event) {
            return Optional.empty();
        }

        @Override
        public Optional<String> updateRefused(RunEvent.UpdateRefused event) {
            note = event.node() + " was refused: " + words(event.reason());
            return Optional.empty();
        }

        @Override
        public Optional<String> nodeDropped(RunEvent.NodeDropped event) {
            note = event.node() + " dropped out: " + words(event.reason());
            return Optional.empty();
        }

        @Override
        public Optional<String> roundClosed(RunEvent.RoundClosed event) {
            return Optional.empty();
        }

        @Override
        public Optional<String> roundAbandoned(RunEvent.RoundAbandoned event) {
            note = "round " + event.round() + " is tried again: " + event.accepted() + " of at least " + event.quorum()
                    + " updates came";
            return Optional.of(note);
        }

        @Override
        public Optional<String> modelPublished(RunEvent.ModelPublished event) {
            progress.clear();
            return Optional.empty();
        }

        @Override
        public Optional<String> evaluationStarted(RunEvent.EvaluationStarted event) {
            return Optional.empty();
        }

        @Override
        public Optional<String> nodeEvaluated(RunEvent.NodeEvaluated event) {
            return Optional.empty();
        }

        @Override
        public Optional<String> contributionsMeasured(RunEvent.ContributionsMeasured event) {
            if (event.contributions().isEmpty()) {
                note = "round " + event.round() + ": nobody measured what the nodes contributed";
                return Optional.of(note);
            }
            return Optional.empty();
        }

        @Override
        public Optional<String> allocated(RunEvent.Allocated event) {
            String unit = current().spec().incentive().orElseThrow().unit();
            String most = event.payouts().stream()
                    .sorted(Comparator.comparingLong(Payout::amount).reversed().thenComparing(Payout::claimant))
                    .limit(MOST_IN_A_LINE)
                    .map(payout -> TextTable.plain(payout.claimant()) + " " + EarningsTable.grouped(payout.amount()))
                    .collect(Collectors.joining(", "));
            int others = event.payouts().size() - MOST_IN_A_LINE;
            return Optional.of(EarningsTable.line(event, unit)
                    + (most.isEmpty() ? "" : ": " + most)
                    + (others > 0 ? " and " + others + " more" : ""));
        }

        @Override
        public Optional<String> roundCompleted(RunEvent.RoundCompleted event) {
            Map<String, Double> metrics = event.metrics();
            if (metric == null && !metrics.isEmpty()) {
                metric = METRICS.stream()
                        .filter(metrics::containsKey)
                        .findFirst()
                        .orElseGet(() -> metrics.keySet().iterator().next());
            }
            Double value = metric == null ? null : metrics.get(metric);
            if (value != null) {
                history.add(new Point(event.round(), value));
            }
            RoundState round = current().current().orElseThrow();
            StringBuilder line = new StringBuilder(
                    "round " + event.round() + " of " + current().spec().rounds() + "   "
                            + round.accepted().size() + " of " + round.cohort().size() + " updates");
            if (value != null) {
                line.append("   ").append(metric).append(' ').append(number(value));
            }
            if (roundStarted != null) {
                line.append("   ").append(elapsed(Duration.between(roundStarted, event.at())));
            }
            return Optional.of(line.toString());
        }

        @Override
        public Optional<String> finished(RunEvent.Finished event) {
            return ended("finished; the model is " + event.model());
        }

        @Override
        public Optional<String> stopped(RunEvent.Stopped event) {
            return ended("stopped: " + event.reason());
        }

        @Override
        public Optional<String> failed(RunEvent.Failed event) {
            return ended("failed: " + event.reason());
        }

        private Optional<String> ended(String how) {
            note = "";
            ending = how;
            return Optional.of(how);
        }
    }
}
