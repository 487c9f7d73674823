package org.dalrn.server.receipts;

import java.util.List;
import java.util.Optional;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunReplay;

/**
 * What a run pays, decided again from its receipts alone, without any blob.
 *
 * <p>What was measured, and who sent what, is believed as the coordinator signed it; points, claims and amounts follow from
 * that and are computed again, and so is whether an allocation is missing. That updates lead to the published models is for
 * {@link RunReplayer}. Confined to one thread.
 */
public final class PayReplay {

    private final RunReplay replay = new RunReplay(hash -> Optional.empty());
    private long rounds;
    private long allocations;

    /** Begins with the first event of a run still to come. */
    public PayReplay() {}

    /**
     * Takes the run's next event.
     *
     * @return why it does not follow from those before it; empty if it does
     */
    public Optional<String> accept(RunEvent event) {
        RunReplay.Step step = replay.accept(event);
        List<RunReplay.Finding> findings = step.findings();
        // That its blob is not here is the one thing that may be wrong with a step, and the first that is found.
        int excused = step.missing().isPresent() ? 1 : 0;
        if (findings.size() > excused) {
            return Optional.of(words(findings.get(excused)));
        }
        if (step.expected().isEmpty()) {
            return Optional.of("receipt " + (replay.events() - 1) + " cannot follow those before it");
        }
        rounds += event instanceof RunEvent.ContributionsMeasured ? 1 : 0;
        allocations += event instanceof RunEvent.Allocated ? 1 : 0;
        return Optional.empty();
    }

    /** What is missing after the last event; empty if nothing is. */
    public Optional<String> finish() {
        return replay.finish().stream().findFirst().map(PayReplay::words);
    }

    private static String words(RunReplay.Finding finding) {
        return "receipt " + finding.event() + ": " + finding.field() + " of " + finding.type() + ": the receipts give "
                + finding.expected() + ", not " + finding.found();
    }

    /** Of how many rounds the points were computed again. */
    public long rounds() {
        return rounds;
    }

    /** How many allocations were computed again. */
    public long allocations() {
        return allocations;
    }
}
