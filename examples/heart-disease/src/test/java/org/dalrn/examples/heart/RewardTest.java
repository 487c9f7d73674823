package org.dalrn.examples.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Why the demo pays by verified records: shares by each of its measures against the Shapley value of models that were
 * trained from the start by each of the 16 coalitions. Everything here is written down from the definitions, without the
 * classes that the coordinator uses. {@link Reward#ALL} quotes 40 splits; 12 are enough to see the same.
 */
class RewardTest {
    private static final int SPLITS = 12;
    private static final int DRAWS = 10;
    private static final TrainingPlan PLAN = TrainingPlan.DEMO;
    private static final int ALL = 15;

    /** Players in this order. */
    private static final List<Hospital> HOSPITALS = List.of(Hospital.values());

    private static final Map<String, List<double[]>> SHARES = new LinkedHashMap<>();
    private static final List<double[]> REFERENCE = new ArrayList<>();

    @BeforeAll
    static void measure() {
        for (long split = 0; split < SPLITS; split++) {
            new OfSplit(split).measure();
        }
    }

    /** One split's hospitals. */
    private static final class OfSplit {
        private final List<HospitalData> hospitals;
        private final long seed;

        OfSplit(long seed) {
            this.seed = seed;
            hospitals = HOSPITALS.stream()
                    .map(hospital -> HospitalData.prepare(hospital, seed))
                    .toList();
        }

        void measure() {
            double[] trained = new double[ALL + 1];
            for (int members = 0; members <= ALL; members++) {
                float[] model = HeartModel.initialSlopes();
                for (int round = 0; round < PLAN.rounds() && members > 0; round++) {
                    model = step(model, updates(model, round), members);
                }
                trained[members] = utility(model);
            }
            REFERENCE.add(shares(shapley(trained)));
            double[] cosines = new double[4];
            double[][] pairs = new double[DRAWS][4];
            SplittableRandom random = new SplittableRandom(seed);
            float[] model = HeartModel.initialSlopes();
            for (int round = 0; round < PLAN.rounds(); round++) {
                double[][] updates = updates(model, round);
                float[] next = step(model, updates, ALL);
                for (int hospital = 0; hospital < 4; hospital++) {
                    cosines[hospital] += Math.max(0, cosine(updates[hospital], model, next));
                }
                for (double[] draw : pairs) {
                    int one = 1 | 1 << random.nextInt(1, 4);
                    double gain = utility(next) - utility(model);
                    double ahead = utility(step(model, updates, one)) - utility(step(model, updates, ALL ^ one));
                    for (int hospital = 0; hospital < 4; hospital++) {
                        double ofPair = (one >> hospital & 1) == 1 ? (gain + ahead) / 2 : (gain - ahead) / 2;
                        draw[hospital] += Math.max(0, ofPair / 2);
                    }
                }
                model = next;
            }
            add("alignment", cosines);
            add(
                    "examples",
                    hospitals.stream().mapToDouble(data -> data.train().size()).toArray());
            add("participation", new double[] {1, 1, 1, 1});
            for (double[] draw : pairs) {
                add("group-shapley", draw);
            }
        }

        private double[][] updates(float[] from, int round) {
            double[][] updates = new double[4][from.length];
            for (int hospital = 0; hospital < 4; hospital++) {
                float[] to = HeartModel.trainRound(from, hospitals.get(hospital).train(), PLAN, seed + round);
                for (int i = 0; i < from.length; i++) {
                    updates[hospital][i] = (double) to[i] - from[i];
                }
            }
            return updates;
        }

        private float[] step(float[] from, double[][] updates, int members) {
            double[] sum = new double[from.length];
            double rows = 0;
            for (int hospital = 0; hospital < 4; hospital++) {
                if ((members >> hospital & 1) == 1) {
                    int weight = hospitals.get(hospital).train().size();
                    rows += weight;
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += weight * updates[hospital][i];
                    }
                }
            }
            float[] to = from.clone();
            for (int i = 0; i < sum.length; i++) {
                to[i] = (float) (from[i] + sum[i] / rows);
            }
            return to;
        }

        /** Minus the log loss over all test rows. */
        private double utility(float[] model) {
            double loss = 0;
            int rows = 0;
            for (HospitalData data : hospitals) {
                Evaluation evaluation = HeartModel.evaluate(model, data);
                loss += evaluation.logLoss() * evaluation.examples();
                rows += evaluation.examples();
            }
            return -loss / rows;
        }
    }

    private static double cosine(double[] update, float[] from, float[] to) {
        double dot = 0;
        double own = 0;
        double all = 0;
        for (int i = 0; i < update.length; i++) {
            double step = (double) to[i] - from[i];
            dot += update[i] * step;
            own += update[i] * update[i];
            all += step * step;
        }
        return dot / Math.sqrt(own * all);
    }

    /** By the definition, over all coalitions without the player. */
    private static double[] shapley(double[] values) {
        double[] weights = {1 / 4.0, 1 / 12.0, 1 / 12.0, 1 / 4.0};
        double[] contributions = new double[4];
        for (int player = 0; player < 4; player++) {
            for (int others = 0; others <= ALL; others++) {
                if ((others >> player & 1) == 0) {
                    contributions[player] +=
                            weights[Integer.bitCount(others)] * (values[others | 1 << player] - values[others]);
                }
            }
        }
        return contributions;
    }

    private static double[] shares(double[] contributions) {
        double sum =
                Arrays.stream(contributions).map(value -> Math.max(0, value)).sum();
        return Arrays.stream(contributions)
                .map(value -> Math.max(0, value) / sum)
                .toArray();
    }

    private static void add(String measure, double[] contributions) {
        SHARES.computeIfAbsent(measure, name -> new ArrayList<>()).add(shares(contributions));
    }

    /** How far the shares are from the reference's: summed over the hospitals, mean over the splits. */
    private static double distance(String measure) {
        List<double[]> shares = SHARES.get(measure);
        double sum = 0;
        for (int i = 0; i < shares.size(); i++) {
            double[] reference = REFERENCE.get(i * SPLITS / shares.size());
            for (int hospital = 0; hospital < 4; hospital++) {
                sum += Math.abs(shares.get(i)[hospital] - reference[hospital]);
            }
        }
        return sum / shares.size();
    }

    private static Spread share(String measure, Hospital hospital) {
        return Spread.of(SHARES.get(measure).stream()
                .map(shares -> shares[HOSPITALS.indexOf(hospital)])
                .toList());
    }

    @Test
    void reference_overTheSplits_isThatOfTheDocumentation() {
        double[] expected = {0.34, 0.37, 0.10, 0.19};
        for (int i = 0; i < expected.length; i++) {
            int player = i;
            double mean = REFERENCE.stream()
                    .mapToDouble(shares -> shares[player])
                    .average()
                    .orElseThrow();
            assertThat(mean).as(HOSPITALS.get(i).id()).isCloseTo(expected[i], within(0.04));
        }
    }

    @Test
    void distance_fromTheReference_isLeastForVerifiedRecords() {
        assertThat(distance("examples")).isCloseTo(0.21, within(0.04));
        assertThat(distance("group-shapley")).isCloseTo(0.26, within(0.05)).isGreaterThan(distance("examples"));
        assertThat(distance("alignment")).isCloseTo(0.31, within(0.05)).isGreaterThan(distance("examples"));
        assertThat(distance("participation")).isGreaterThan(distance("alignment"));
    }

    @Test
    void groupShapley_ofPairs_variesAndPutsTheSmallestHospitalTooHigh() {
        assertThat(share("group-shapley", Hospital.SWITZERLAND).sd()).isGreaterThan(0.04);
        assertThat(share("group-shapley", Hospital.SWITZERLAND).mean())
                .isGreaterThan(share("group-shapley", Hospital.VA).mean());
    }

    @Test
    void rewards_first_isTheOneThatComesNearest() {
        assertThat(Reward.ALL.get(0).label()).isEqualTo("examples");
        assertThat(SHARES.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Reward.ALL.stream().map(Reward::label).toList());
    }
}
