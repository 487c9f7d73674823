package org.dalrn.benchmarks.incentives.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.dalrn.benchmarks.Figure;
import org.dalrn.benchmarks.incentives.attacks.Federation.Identity;
import org.dalrn.benchmarks.incentives.attacks.Federation.Measure;
import org.dalrn.core.incentive.bargaining.Claim;
import org.dalrn.core.incentive.bargaining.NashBargaining;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.Parameters;

/**
 * What an attacker gets of a budget when it is honest, when it attacks, and when it attacks a run with the defence: mean and
 * sample standard deviation over seeded splits, on real data, trained for real.
 *
 * <p>Run: {@code ./benchmarks-jmh/run incentives attacks}; {@code docs/incentive-attacks.md} is its table.
 */
public final class AttackFigures {
    private static final int HEART_SEEDS = 10;
    private static final int DIGITS_SEEDS = 5;
    private static final int SYBILS = 4;
    private static final int INFLATION = 10;

    private final LongFunction<LearningTask> tasks;
    private final int seeds;
    private final int attacker;
    private final List<String> rows = new ArrayList<>();

    private AttackFigures(LongFunction<LearningTask> tasks, int seeds, int attacker) {
        this.tasks = tasks;
        this.seeds = seeds;
        this.attacker = attacker;
    }

    /** What one seed gives: shares of the budget. */
    private record Outcome(double honest, double attacked, double defended) {}

    /** One attack on one seed. */
    @FunctionalInterface
    private interface Attack {
        Outcome on(Federation federation, long seed);
    }

    /** Measures, prints the figures on standard output and the page's table on standard error. */
    public static void print() {
        List<String> rows = new ArrayList<>();
        // Hungary is neither the largest nor the smallest; partner 0 of the digits has a fifth of the others' images.
        rows.addAll(new AttackFigures(HeartTask::new, HEART_SEEDS, 1).measured());
        rows.addAll(new AttackFigures(DigitsTask::new, DIGITS_SEEDS, 0).measured());
        System.err.println("| attack | data | defence | honest | attacked | defended |");
        System.err.println("|---|---|---|---|---|---|");
        rows.forEach(System.err::println);
        BidFigures.print();
    }

    private List<String> measured() {
        for (Measure measure : List.of(Measure.PARTICIPATION, Measure.EXAMPLES, Measure.ALIGNMENT, Measure.SHAPLEY)) {
            row(
                    "data split over four identities, measure " + label(measure),
                    "verified identities only",
                    (f, s) -> sybils(f, measure, false));
        }
        for (Measure measure : List.of(Measure.PARTICIPATION, Measure.EXAMPLES, Measure.ALIGNMENT, Measure.SHAPLEY)) {
            row(
                    "one update under four identities, measure " + label(measure),
                    "verified identities only",
                    (f, s) -> sybils(f, measure, true));
        }
        row("cap evaded by four identities, measure examples", "cap of the organisation", (f, s) -> capEvasion(f));
        for (Measure defence : List.of(Measure.ALIGNMENT, Measure.LEAVE_ONE_OUT, Measure.SHAPLEY)) {
            row(
                    "noise instead of an update, measure examples",
                    "measure " + label(defence),
                    (f, s) -> freeRider(f, noise(f, s), defence));
            row(
                    "last round's change copied, measure examples",
                    "measure " + label(defence),
                    (f, s) -> freeRider(f, (global, lastChange, round) -> lastChange, defence));
        }
        row("tenfold count of examples, measure examples", "verified counts", (f, s) -> inflated(f));
        row("two overstate their reservations threefold", "reservations of the contract", this::overstated);
        return rows;
    }

    private static String label(Measure measure) {
        return measure.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void row(String attack, String defence, Attack measurement) {
        double[] honest = new double[seeds];
        double[] attacked = new double[seeds];
        double[] defended = new double[seeds];
        String data = "";
        for (int seed = 0; seed < seeds; seed++) {
            Federation federation = new Federation(tasks.apply(seed));
            data = federation.task().name();
            Outcome outcome = measurement.on(federation, seed);
            honest[seed] = 100 * outcome.honest();
            attacked[seed] = 100 * outcome.attacked();
            defended[seed] = 100 * outcome.defended();
        }
        figure("honest", attack, data, defence, honest);
        figure("attacked", attack, data, defence, attacked);
        figure("defended", attack, data, defence, defended);
        rows.add("| " + attack + " | " + data + " | " + defence + " | " + Spread.text(honest) + " | "
                + Spread.text(attacked) + " | " + Spread.text(defended) + " |");
        System.err.println(rows.get(rows.size() - 1));
    }

    private static void figure(String kind, String attack, String data, String defence, double[] percent) {
        Map<String, Object> params = Map.of(
                "attack",
                attack,
                "data",
                data,
                "defence",
                defence,
                "share",
                kind,
                "sd",
                Spread.sd(percent),
                "seeds",
                percent.length);
        System.out.println(new Figure("incentives", "attacker_share", new TreeMap<>(params), Spread.mean(percent), "%")
                .toJsonLine());
    }

    // ------------------------------------------------------------------------------------------------- identities

    private static long uncapped(String claimant) {
        return Claim.UNCAPPED;
    }

    private static String claimant(int partner) {
        return "partner-" + partner;
    }

    private static List<Identity> honestPartners(Federation federation) {
        List<Identity> identities = new ArrayList<>();
        for (int partner = 0; partner < federation.task().partners(); partner++) {
            identities.add(new Identity(
                    claimant(partner),
                    claimant(partner),
                    federation.task().examples(partner),
                    federation.honest(partner)));
        }
        return identities;
    }

    /** The attacker's share, all that its identities claim. */
    private double share(Map<String, Double> shares) {
        return shares.entrySet().stream()
                .filter(entry -> entry.getKey().equals(claimant(attacker))
                        || entry.getKey().startsWith("sybil"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /**
     * The attacker joins under four names.
     *
     * @param copies true if each sends the whole update and claims all records, false if each has a quarter of them
     */
    private Outcome sybils(Federation federation, Measure measure, boolean copies) {
        List<Identity> honest = honestPartners(federation);
        List<Identity> attacked = new ArrayList<>(honest);
        List<Identity> defended = new ArrayList<>(honest);
        Identity own = honest.get(attacker);
        for (int i = 0; i < SYBILS; i++) {
            long examples = copies ? own.examples() : Math.max(1, own.examples() / SYBILS);
            Sender sender = copies ? own.sender() : federation.honestPart(attacker, i, SYBILS);
            Identity first = new Identity(own.name(), own.claimant(), examples, sender);
            Identity more = new Identity("sybil-" + i, "sybil-" + i, examples, sender);
            if (i == 0) {
                attacked.set(attacker, first);
                defended.set(attacker, first);
            } else {
                attacked.add(more);
                // It still sends, but nobody verified it: it is paid nothing.
                defended.add(new Identity(more.name(), "", examples, sender));
            }
        }
        return new Outcome(
                share(federation.shares(honest, measure, AttackFigures::uncapped)),
                share(federation.shares(attacked, measure, AttackFigures::uncapped)),
                share(federation.shares(defended, measure, AttackFigures::uncapped)));
    }

    /** The cap is four fifths of what the attacker would get; it splits its records to evade it. */
    private Outcome capEvasion(Federation federation) {
        List<Identity> honest = honestPartners(federation);
        double uncapped = share(federation.shares(honest, Measure.EXAMPLES, AttackFigures::uncapped));
        long cap = Math.round(0.8 * uncapped * Federation.BUDGET);
        ToLongFunction<String> capped =
                claimant -> claimant.equals(claimant(attacker)) || claimant.startsWith("sybil") ? cap : Claim.UNCAPPED;
        List<Identity> attacked = new ArrayList<>(honest);
        List<Identity> defended = new ArrayList<>(honest);
        long part = Math.max(1, honest.get(attacker).examples() / SYBILS);
        for (int i = 0; i < SYBILS; i++) {
            Sender sender = federation.honestPart(attacker, i, SYBILS);
            Identity first = new Identity(claimant(attacker), claimant(attacker), part, sender);
            if (i == 0) {
                attacked.set(attacker, first);
                defended.set(attacker, first);
            } else {
                attacked.add(new Identity("sybil-" + i, "sybil-" + i, part, sender));
                // The operator knows whose identity it is: one cap for all of the organisation.
                defended.add(new Identity("sybil-" + i, claimant(attacker), part, sender));
            }
        }
        return new Outcome(
                share(federation.shares(honest, Measure.EXAMPLES, capped)),
                share(federation.shares(attacked, Measure.EXAMPLES, capped)),
                share(federation.shares(defended, Measure.EXAMPLES, capped)));
    }

    private Sender noise(Federation federation, long seed) {
        Sender model = federation.honest(attacker);
        return (global, lastChange, round) -> {
            // As long as an honest update, so that its norm does not give it away.
            double norm = norm(model.update(global, lastChange, round));
            SplittableRandom random = new SplittableRandom(31 * seed + round);
            float[] drawn = new float[global.layout().elementCount()];
            double squares = 0;
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = (float) random.nextDouble(-1, 1);
                squares += (double) drawn[i] * drawn[i];
            }
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] *= (float) (norm / Math.sqrt(squares));
            }
            return Parameters.copyOf(global.layout(), drawn);
        };
    }

    private static double norm(Parameters parameters) {
        double squares = 0;
        for (float value : parameters.toArray()) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    /** The attacker keeps its data and sends something else, still claiming its records. */
    private Outcome freeRider(Federation federation, Sender sender, Measure defence) {
        List<Identity> honest = honestPartners(federation);
        List<Identity> attacked = new ArrayList<>(honest);
        Identity own = honest.get(attacker);
        attacked.set(attacker, new Identity(own.name(), own.claimant(), own.examples(), sender));
        return new Outcome(
                share(federation.shares(honest, defence, AttackFigures::uncapped)),
                share(federation.shares(attacked, Measure.EXAMPLES, AttackFigures::uncapped)),
                share(federation.shares(attacked, defence, AttackFigures::uncapped)));
    }

    private Outcome inflated(Federation federation) {
        List<Identity> honest = honestPartners(federation);
        List<Identity> attacked = new ArrayList<>(honest);
        Identity own = honest.get(attacker);
        attacked.set(attacker, new Identity(own.name(), own.claimant(), INFLATION * own.examples(), own.sender()));
        double fair = share(federation.shares(honest, Measure.EXAMPLES, AttackFigures::uncapped));
        // With a verified count the claim counts as much as the honest one.
        List<Identity> defended = new ArrayList<>(attacked);
        long verified = federation.task().examples(attacker);
        defended.set(
                attacker,
                new Identity(
                        own.name(),
                        own.claimant(),
                        Math.min(attacked.get(attacker).examples(), verified),
                        own.sender()));
        return new Outcome(
                fair,
                share(federation.shares(attacked, Measure.EXAMPLES, AttackFigures::uncapped)),
                share(federation.shares(defended, Measure.EXAMPLES, AttackFigures::uncapped)));
    }

    // ------------------------------------------------------------------------------------------------- valuations

    private int accomplice(Federation federation) {
        return (attacker + 1) % federation.task().partners();
    }

    /** Together, with an accomplice: shares of the budget that both get. */
    private Outcome overstated(Federation federation, long seed) {
        long[] costs = Costs.drawn(federation.task(), seed);
        long[] stated = costs.clone();
        int accomplice = accomplice(federation);
        long others = 0;
        for (int partner = 0; partner < costs.length; partner++) {
            others += partner == attacker || partner == accomplice ? 0 : costs[partner];
        }
        for (int partner : new int[] {attacker, accomplice}) {
            stated[partner] = Math.min(3 * costs[partner], (Federation.BUDGET - others) / 2);
        }
        double honest = bargained(federation, costs, accomplice);
        // The contract's reservations stand, whatever anybody states.
        return new Outcome(honest, bargained(federation, stated, accomplice), bargained(federation, costs, accomplice));
    }

    private double bargained(Federation federation, long[] reservations, int accomplice) {
        List<Claim> claims = new ArrayList<>();
        for (int partner = 0; partner < reservations.length; partner++) {
            claims.add(new Claim(
                    claimant(partner), federation.task().examples(partner), reservations[partner], Claim.UNCAPPED));
        }
        return NashBargaining.allocate(Federation.BUDGET, claims, ContentHash.sha256(new byte[] {2}))
                .match(
                        allocation -> allocation.shares().stream()
                                .filter(share -> share.claim().claimant().equals(claimant(attacker))
                                        || share.claim().claimant().equals(claimant(accomplice)))
                                .mapToDouble(share -> (double) share.amount() / Federation.BUDGET)
                                .sum(),
                        infeasible -> {
                            throw new IllegalStateException(
                                    "the stated reservations exceed the budget by " + infeasible.shortfall());
                        });
    }
}
