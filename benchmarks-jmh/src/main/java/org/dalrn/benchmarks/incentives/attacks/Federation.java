package org.dalrn.benchmarks.incentives.attacks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;
import org.dalrn.core.aggregation.FixedPointScale;
import org.dalrn.core.aggregation.PartialSum;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.incentive.bargaining.Allocation;
import org.dalrn.core.incentive.bargaining.Claim;
import org.dalrn.core.incentive.bargaining.NashBargaining;
import org.dalrn.core.incentive.bargaining.Share;
import org.dalrn.core.incentive.contribution.Coalition;
import org.dalrn.core.incentive.contribution.CoalitionGame;
import org.dalrn.core.incentive.contribution.CoalitionModels;
import org.dalrn.core.incentive.contribution.Contributions;
import org.dalrn.core.incentive.contribution.GradientAlignment;
import org.dalrn.core.incentive.contribution.GtgShapley;
import org.dalrn.core.incentive.contribution.LeaveOneOut;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.RunId;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;

/** A run in one process, and what its budget pays to each claimant: federated averaging over whoever sends updates. */
final class Federation {
    /** Whole units to be shared; shares are read to a millionth. */
    static final long BUDGET = 1_000_000;

    private static final RunId RUN = new RunId("attacked");
    private static final FedAvg STRATEGY = new FedAvg(Sampling.defaults());

    /**
     * One identity.
     *
     * @param claimant who is paid for it; empty for nobody
     * @param examples what it is granted in the sum
     */
    record Identity(String name, String claimant, long examples, Sender sender) {}

    /** How contributions are measured. */
    enum Measure {
        PARTICIPATION,
        EXAMPLES,
        ALIGNMENT,
        LEAVE_ONE_OUT,
        SHAPLEY
    }

    private final LearningTask task;
    private final Map<String, Parameters> trained = new LinkedHashMap<>();

    Federation(LearningTask task) {
        this.task = task;
    }

    LearningTask task() {
        return task;
    }

    /** Whoever trains honestly on a partner's records; identities that send the same train it once. */
    Sender honest(int partner) {
        return honestPart(partner, 0, 1);
    }

    /** Whoever trains honestly on every {@code parts}-th of a partner's records. */
    Sender honestPart(int partner, int part, int parts) {
        return (global, lastChange, round) -> trained.computeIfAbsent(
                partner + " " + part + "/" + parts + " " + round + " " + global.contentHash(),
                key -> task.update(partner, part, parts, global, round));
    }

    /**
     * Runs all rounds and shares the budget once.
     *
     * @param cap of each claimant
     * @return the part of the budget of each claimant, in [0, 1]
     */
    Map<String, Double> shares(List<Identity> identities, Measure measure, ToLongFunction<String> cap) {
        trained.clear();
        Map<String, Double> earned = new LinkedHashMap<>();
        for (Identity identity : identities) {
            earned.put(identity.claimant(), 0.0);
        }
        Parameters global = task.initial();
        Parameters lastChange = Parameters.zeros(global.layout());
        for (int round = 1; round <= task.rounds(); round++) {
            CoalitionModels models = models(identities, global, lastChange, round);
            Parameters next = models.model(Coalition.all(identities.size()));
            double[] contributions = contributions(models, identities, measure, global, next, round, lastChange);
            for (int i = 0; i < contributions.length; i++) {
                earned.merge(identities.get(i).claimant(), Math.max(0, contributions[i]), Double::sum);
            }
            lastChange = next.minus(global);
            global = next;
        }
        earned.remove("");
        List<Claim> claims = new ArrayList<>();
        earned.forEach((claimant, points) ->
                claims.add(new Claim(claimant, Contributions.points(points), 0, cap.applyAsLong(claimant))));
        Allocation allocation = NashBargaining.allocate(BUDGET, claims, ContentHash.sha256(new byte[] {1}))
                .match(found -> found, infeasible -> {
                    throw new IllegalStateException("bug: reservations of 0 cannot exceed a budget");
                });
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Share share : allocation.shares()) {
            shares.put(share.claim().claimant(), (double) share.amount() / BUDGET);
        }
        return shares;
    }

    private CoalitionModels models(List<Identity> identities, Parameters global, Parameters lastChange, int round) {
        long total = identities.stream().mapToLong(Identity::examples).sum();
        List<CoalitionModels.Update> updates = new ArrayList<>();
        for (Identity identity : identities) {
            Parameters update = identity.sender().update(global, lastChange, round);
            updates.add(new CoalitionModels.Update(
                    PartialSum.updateId(new NodeId(identity.name()), update.contentHash()),
                    identity.examples(),
                    UpdateBytes.of(update)));
        }
        return CoalitionModels.ofUpdates(RUN, round, FixedPointScale.plan(64, total), global, STRATEGY, updates);
    }

    private double[] contributions(
            CoalitionModels models,
            List<Identity> identities,
            Measure measure,
            Parameters global,
            Parameters next,
            int round,
            Parameters lastChange) {
        return switch (measure) {
            case PARTICIPATION -> identities.stream().mapToDouble(identity -> 1).toArray();
            case EXAMPLES -> identities.stream().mapToDouble(Identity::examples).toArray();
            case ALIGNMENT -> {
                GradientAlignment alignment = GradientAlignment.with(next.minus(global), OptionalDouble.empty());
                yield identities.stream()
                        .mapToDouble(identity -> alignment
                                .of(UpdateBytes.of(identity.sender().update(global, lastChange, round)))
                                .cosine())
                        .toArray();
            }
            case LEAVE_ONE_OUT -> LeaveOneOut.of(game(models)).values();
            case SHAPLEY ->
                new GtgShapley(0, 0, 0.05, 200)
                        .of(
                                game(models),
                                identities.stream()
                                        .mapToLong(Identity::examples)
                                        .toArray(),
                                ContentHash.sha256(new byte[] {(byte) round}))
                        .values();
        };
    }

    private CoalitionGame game(CoalitionModels models) {
        return new CoalitionGame() {
            @Override
            public int players() {
                return models.players();
            }

            @Override
            public double value(Coalition coalition) {
                return task.utility(models.model(coalition));
            }
        };
    }
}
