package org.dalrn.benchmarks.incentives.attacks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.Parameters;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.examples.heart.HeartModel;
import org.dalrn.examples.heart.Hospital;
import org.dalrn.examples.heart.HospitalData;
import org.dalrn.examples.heart.LabelledRows;
import org.dalrn.examples.heart.TrainingPlan;

/** The four hospitals of the demo, with its plan; the utility is measured on the test rows of all four. */
final class HeartTask implements LearningTask {
    private static final TrainingPlan PLAN = TrainingPlan.DEMO;
    private static final ParameterLayout LAYOUT =
            ParameterLayout.of(new TensorSpec("slopes", List.of(HeartModel.initialSlopes().length)));

    private final List<HospitalData> hospitals;

    HeartTask(long seed) {
        hospitals = Arrays.stream(Hospital.values())
                .map(hospital -> HospitalData.prepare(hospital, seed))
                .toList();
    }

    @Override
    public String name() {
        return "heart disease";
    }

    @Override
    public int partners() {
        return hospitals.size();
    }

    @Override
    public int examples(int partner) {
        return hospitals.get(partner).train().size();
    }

    @Override
    public Parameters initial() {
        return Parameters.zeros(LAYOUT);
    }

    @Override
    public Parameters update(int partner, int part, int parts, Parameters global, int round) {
        float[] before = global.toArray();
        LabelledRows all = hospitals.get(partner).train();
        int[] own = IntStream.range(0, all.size())
                .filter(row -> row % parts == part)
                .toArray();
        float[] trained = HeartModel.trainRound(before, all.select(own), PLAN, round);
        for (int i = 0; i < trained.length; i++) {
            trained[i] -= before[i];
        }
        return Parameters.copyOf(LAYOUT, trained);
    }

    @Override
    public double utility(Parameters model) {
        return -HeartModel.evaluatePooled(model.toArray(), hospitals).logLoss();
    }

    @Override
    public int rounds() {
        return PLAN.rounds();
    }
}
