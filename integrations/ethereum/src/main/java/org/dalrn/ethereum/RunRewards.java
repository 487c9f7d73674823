package org.dalrn.ethereum;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.round.RunEvent;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.verify.Bundle;
import org.dalrn.podp.verify.Replayer;
import org.dalrn.podp.verify.Summary;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.server.gateway.RunEarnings;
import org.dalrn.server.receipts.PayReplay;
import org.dalrn.server.receipts.RunReceipts;

/**
 * What the receipts of a run that is over allocate to each claimant, in whole units.
 *
 * @param log the origin of the run's log
 * @param receipts how many there are
 * @param root of their tree, as the newest checkpoint says
 * @param unit what a unit of the budget is called
 * @param amounts what each claimant was allocated in all, 0 or more; all organisations of the policy are there
 * @param allocations how many receipts allocated it
 */
public record RunRewards(
        String log,
        long receipts,
        Sha256Hash root,
        String unit,
        SortedMap<String, BigInteger> amounts,
        long allocations) {

    /** Checks and copies. */
    public RunRewards {
        requireNonNull(log, "log");
        requireNonNull(root, "root");
        requireNonNull(unit, "unit");
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    }

    /** The receipts are not what the owner of the key signed, or do not follow from each other. */
    public static final class RefutedException extends PodpException {
        private static final long serialVersionUID = 1L;

        RefutedException(String message) {
            super(message);
        }
    }

    /**
     * Verifies a bundle of receipts, decides the run again from them, and sums up what they allocate.
     *
     * <p>Points, claims and amounts are computed again without any blob; what was measured is believed, unless replayers are
     * given and compute that, too.
     *
     * @param file a bundle of the whole run
     * @param verifier whom to trust
     * @param replayers how to run the steps again; none if that is not asked for
     * @throws RefutedException if the bundle does not hold, or an allocation is not what follows from the policy and the
     *     contributions, or is missing
     * @throws MalformedException if it is of no run, of one that is not over, or of one without incentives
     * @throws PodpException if it cannot be read
     */
    public static RunRewards read(Path file, Verifier verifier, Collection<Replayer> replayers) {
        Verification answer = replayers.isEmpty() ? verifier.verify(file) : verifier.verify(file, replayers);
        Summary summary = answer.match(Verification.Verified::summary, refuted -> {
            throw new RefutedException(
                    "the receipts do not hold: " + refuted.findings().get(0)
                            + (refuted.count() > 1 ? ", and " + (refuted.count() - 1) + " more findings" : ""));
        });
        Sums sums = new Sums();
        try (Bundle bundle = Bundle.open(file)) {
            bundle.forEachEntry(sums::add);
        }
        if (sums.frontier.size() != summary.size() || !sums.frontier.root().equals(summary.root())) {
            throw new RefutedException("the file was changed while it was read");
        }
        return sums.of(summary);
    }

    /** The sums so far, of receipts that were verified. */
    private static final class Sums {
        private final PayReplay replay = new PayReplay();
        private final RunEarnings earnings = new RunEarnings();
        private Frontier frontier = Frontier.EMPTY;
        private boolean over;

        void add(Entry entry) {
            frontier = frontier.append(MerkleTree.leafHash(entry.leafData()));
            if (!entry.receipt().facts().type().startsWith(RunReceipts.TYPE_PREFIX)) {
                return;
            }
            RunEvent event = RunReceipts.eventOf(entry.receipt());
            replay.accept(event).ifPresent(Sums::refute);
            earnings.accept(event);
            over |= event instanceof RunEvent.Finished
                    || event instanceof RunEvent.Stopped
                    || event instanceof RunEvent.Failed;
        }

        private static void refute(String why) {
            throw new RefutedException("the receipts do not follow from each other: " + why);
        }

        RunRewards of(Summary summary) {
            IncentivePolicy policy = earnings.policy()
                    .orElseThrow(
                            () -> new MalformedException("the run has no incentives: nobody earns anything by it"));
            if (!over) {
                throw new MalformedException("the run is not over: a run is paid for once, by all its allocations;"
                        + " export the receipts again when it has ended");
            }
            replay.finish().ifPresent(Sums::refute);
            SortedMap<String, BigInteger> amounts = new TreeMap<>();
            earnings.mostFirst(Integer.MAX_VALUE).forEach(each -> amounts.put(each.claimant(), each.amount()));
            return new RunRewards(
                    summary.origin(), summary.size(), summary.root(), policy.unit(), amounts, replay.allocations());
        }
    }
}
