package org.dalrn.server.receipts;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;

/** A run in words, an event in each line. Immutable and thread-safe. */
public final class RunStory implements RunEvent.Visitor<String> {
    private static final int MOST_NAMES = 12;
    private static final int SHORT_HASH = 12;
    private static final int LONGEST_TEXT = 120;

    /** Creates it. */
    public RunStory() {}

    /** An event in words, without a line feed at the end. */
    public String tell(RunEvent event) {
        return event.accept(this);
    }

    @Override
    public String opened(RunEvent.Opened event) {
        RunSpec spec = event.spec();
        return "Run " + event.run() + " (" + text(spec.name()) + "): " + spec.rounds() + " rounds of "
                + spec.strategy().name() + " on " + spec.layout().elementCount() + " parameters, from model "
                + hash(spec.initialModel()) + "; cohorts are drawn from seed " + hash(event.seed());
    }

    @Override
    public String resumed(RunEvent.Resumed event) {
        return "  the coordinator came back; the deadline is now " + event.deadline();
    }

    @Override
    public String roundStarted(RunEvent.RoundStarted event) {
        return "Round " + event.round() + (event.attempt() == 1 ? "" : ", try " + event.attempt()) + ": "
                + event.cohort().size() + " of "
                + (event.cohort().size() + event.passedOver().size())
                + " connected nodes were drawn (" + names(event.cohort()) + ") to train from model "
                + hash(event.model()) + "; " + event.target() + " updates were wanted by " + event.deadline();
    }

    @Override
    public String updateAccepted(RunEvent.UpdateAccepted event) {
        return "  " + event.node() + " delivered update " + hash(event.update()) + ": weight " + event.grantedWeight()
                + (event.grantedWeight() == event.claimedExamples()
                        ? ""
                        : " of " + event.claimedExamples() + " claimed")
                + ", norm " + number(event.l2Norm()) + metrics(event.metrics());
    }

    @Override
    public String updateRefused(RunEvent.UpdateRefused event) {
        return "  an update of " + event.node() + " was refused: " + event.reason() + " (" + text(event.detail()) + ")";
    }

    @Override
    public String nodeDropped(RunEvent.NodeDropped event) {
        return "  " + event.node() + " dropped out: " + event.reason()
                + (event.detail().isEmpty() ? "" : " (" + text(event.detail()) + ")");
    }

    @Override
    public String roundClosed(RunEvent.RoundClosed event) {
        return "  closed with " + event.updates().size() + " updates of weight " + event.totalWeight() + " ("
                + event.reason() + ")";
    }

    @Override
    public String roundAbandoned(RunEvent.RoundAbandoned event) {
        return "  abandoned: " + event.accepted() + " updates, " + event.quorum() + " were needed";
    }

    @Override
    public String modelPublished(RunEvent.ModelPublished event) {
        return "  their exact sum " + hash(event.sumDigest()) + " gave model " + hash(event.model())
                + (event.coalitions().isEmpty()
                        ? ""
                        : ", and their groups " + event.coalitions().size() + " models of coalitions");
    }

    @Override
    public String evaluationStarted(RunEvent.EvaluationStarted event) {
        return "  " + event.cohort().size() + " nodes were asked to evaluate it";
    }

    @Override
    public String nodeEvaluated(RunEvent.NodeEvaluated event) {
        return "  " + event.node() + " evaluated it on " + event.examples() + " examples" + metrics(event.metrics());
    }

    @Override
    public String roundCompleted(RunEvent.RoundCompleted event) {
        return "  complete" + (event.evaluatedExamples() == 0 ? ", not evaluated" : metrics(event.metrics()));
    }

    @Override
    public String contributionsMeasured(RunEvent.ContributionsMeasured event) {
        if (event.contributions().isEmpty()) {
            return "  nobody measured what the nodes contributed";
        }
        String some = event.contributions().stream()
                .limit(MOST_NAMES)
                .map(one -> one.node() + " " + number(one.value()))
                .collect(Collectors.joining(", "));
        return "  contributed: " + some + (event.contributions().size() <= MOST_NAMES ? "" : ", ...")
                + (event.values().isEmpty() ? "" : " (from " + event.values().size() + " coalitions)");
    }

    @Override
    public String allocated(RunEvent.Allocated event) {
        String some = event.payouts().stream()
                .limit(MOST_NAMES)
                .map(payout -> text(payout.claimant()) + " " + payout.amount())
                .collect(Collectors.joining(", "));
        return "  of " + event.budget() + " are paid: " + (some.isEmpty() ? "nobody" : some)
                + (event.payouts().size() <= MOST_NAMES ? "" : ", ...") + "; " + event.undistributed()
                + " are left over";
    }

    @Override
    public String finished(RunEvent.Finished event) {
        return "Finished with model " + hash(event.model());
    }

    @Override
    public String stopped(RunEvent.Stopped event) {
        return "Stopped: " + text(event.reason());
    }

    @Override
    public String failed(RunEvent.Failed event) {
        return "Failed: " + text(event.reason());
    }

    private static String hash(ContentHash hash) {
        return hash.toString().substring(0, SHORT_HASH);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    private static String metrics(SortedMap<String, Double> metrics) {
        return metrics.entrySet().stream()
                .limit(MOST_NAMES)
                .map(metric -> ", " + text(metric.getKey()) + " " + number(metric.getValue()))
                .collect(Collectors.joining());
    }

    private static String names(List<NodeId> nodes) {
        String some = nodes.stream().limit(MOST_NAMES).map(NodeId::value).collect(Collectors.joining(", "));
        return nodes.size() <= MOST_NAMES ? some : some + ", ...";
    }

    /** Foreign words as a terminal may show them. */
    private static String text(String foreign) {
        StringBuilder out = new StringBuilder();
        foreign.codePoints().limit(LONGEST_TEXT).forEach(c -> {
            boolean shown = Character.isLetterOrDigit(c) || (c >= ' ' && c < 0x7f);
            out.appendCodePoint(shown ? c : '?');
        });
        return out.toString();
    }
}
