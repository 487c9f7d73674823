package org.dalrn.examples.heart;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.dalrn.core.round.RunEvent;
import org.dalrn.server.gateway.RunEarnings;

/** What the hospitals contributed to the runs and were paid for them. Confined to one thread. */
final class Payments {

    /** What one run gave a hospital. */
    private record Paid(double contribution, long cents) {}

    private final Map<Hospital, List<Paid>> byHospital = new EnumMap<>(Hospital.class);
    private final Map<Hospital, Integer> roundsBelowZero = new EnumMap<>(Hospital.class);

    /** One run's events. */
    final class OfRun {
        private final RunEarnings earnings = new RunEarnings();

        void accept(RunEvent event) {
            earnings.accept(event);
            if (event instanceof RunEvent.ContributionsMeasured measured) {
                earnings.of(measured).stream()
                        .filter(each -> each.value() < 0)
                        .forEach(each -> roundsBelowZero.merge(Hospital.parse(each.claimant()), 1, Integer::sum));
            }
        }

        /** The run is over. */
        void close() {
            for (RunEarnings.Earned each : earnings.mostFirst(Integer.MAX_VALUE)) {
                byHospital
                        .computeIfAbsent(Hospital.parse(each.claimant()), hospital -> new ArrayList<>())
                        .add(new Paid(
                                each.value() / Math.max(1, each.rounds()),
                                each.amount().longValueExact()));
            }
        }
    }

    OfRun begin() {
        return new OfRun();
    }

    /** Mean contribution to a round, over the runs. */
    Spread contribution(Hospital hospital) {
        return Spread.of(paid(hospital).stream().map(Paid::contribution).toList());
    }

    /** Share of a run's budget, 0 to 1, over the runs. */
    Spread share(Hospital hospital) {
        return Spread.of(paid(hospital).stream()
                .map(paid -> (double) paid.cents() / Reward.BUDGET_CENTS)
                .toList());
    }

    /** What a run paid, in cents, over the runs. */
    Spread cents(Hospital hospital) {
        return Spread.of(
                paid(hospital).stream().map(paid -> (double) paid.cents()).toList());
    }

    /** In how many rounds of all runs a contribution was below zero. */
    int roundsBelowZero(Hospital hospital) {
        return roundsBelowZero.getOrDefault(hospital, 0);
    }

    private List<Paid> paid(Hospital hospital) {
        return byHospital.getOrDefault(hospital, List.of());
    }
}
