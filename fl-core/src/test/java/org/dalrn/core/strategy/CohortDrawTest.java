package org.dalrn.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.dalrn.core.testing.Runs.hash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.testing.LogAuditor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Source of truth: {@link LogAuditor#draw}, written from the description; and the hypergeometric distribution. */
class CohortDrawTest {

    private static List<NodeId> nodes(int count) {
        return IntStream.range(0, count).mapToObj(i -> new NodeId("node-" + i)).toList();
    }

    @Test
    void draw_manySeeds_isTheDescribedDraw() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            List<NodeId> available = nodes(random.nextInt(30));
            int size = random.nextInt(35);
            String purpose = random.nextBoolean() ? "train" : "evaluate";
            int round = random.nextInt();
            assertThat(CohortDraw.draw(hash("s" + i), round, i, purpose, available, size))
                    .isEqualTo(LogAuditor.draw(hash("s" + i), round, i, purpose, available, size));
        }
    }

    @Test
    void draw_otherOrderOrRepeatedNodes_givesTheSameSortedCohort() {
        List<NodeId> available = new ArrayList<>(nodes(40));
        List<NodeId> drawn = CohortDraw.draw(hash("s"), 3, 1, "train", available, 10);
        assertThat(drawn).isSorted().hasSize(10).doesNotHaveDuplicates();
        available.addAll(nodes(20));
        Collections.shuffle(available, new Random(2));
        assertThat(CohortDraw.draw(hash("s"), 3, 1, "train", available, 10)).isEqualTo(drawn);
    }

    @Test
    void draw_anyArgumentChanged_givesAnotherCohort() {
        List<NodeId> available = nodes(200);
        List<NodeId> drawn = CohortDraw.draw(hash("s"), 1, 1, "train", available, 100);
        assertThat(CohortDraw.draw(hash("t"), 1, 1, "train", available, 100)).isNotEqualTo(drawn);
        assertThat(CohortDraw.draw(hash("s"), 2, 1, "train", available, 100)).isNotEqualTo(drawn);
        assertThat(CohortDraw.draw(hash("s"), 1, 2, "train", available, 100)).isNotEqualTo(drawn);
        assertThat(CohortDraw.draw(hash("s"), 1, 1, "evaluate", available, 100)).isNotEqualTo(drawn);
    }

    @Test
    void draw_negativeSize_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CohortDraw.draw(hash("s"), 1, 1, "train", nodes(3), -1))
                .withMessage("cohort size -1 is negative");
    }

    /**
     * Null hypothesis: each of 20 nodes is in a cohort of 5 with probability 1/4, independently over 20,000 rounds. A count is
     * binomial(20000, 1/4): mean 5000, standard deviation 61.24. All 20 counts and the 19 counts of node 0 together with
     * another one (binomial(20000, 5*4/(20*19)): mean 1052.6, standard deviation 31.58) have to lie within 6.2 standard
     * deviations; by the normal tail 5.7e-10 for each, the false-alarm probability is below 3e-8 (one fixed seed: it is
     * decided once).
     */
    @Test
    @Tag("statistical")
    void draw_manyRounds_isUniform() {
        int rounds = 20_000;
        List<NodeId> available = nodes(20);
        int[] drawn = new int[20];
        int[] withFirst = new int[20];
        for (int round = 1; round <= rounds; round++) {
            List<NodeId> cohort = CohortDraw.draw(hash("uniform"), round, 1, "train", available, 5);
            boolean first = cohort.contains(available.get(0));
            for (int i = 0; i < 20; i++) {
                if (cohort.contains(available.get(i))) {
                    drawn[i]++;
                    withFirst[i] += first ? 1 : 0;
                }
            }
        }
        for (int i = 0; i < 20; i++) {
            assertThat((double) drawn[i]).as("node " + i).isBetween(5000 - 6.2 * 61.24, 5000 + 6.2 * 61.24);
            if (i > 0) {
                assertThat((double) withFirst[i])
                        .as("node 0 and " + i)
                        .isBetween(1052.6 - 6.2 * 31.58, 1052.6 + 6.2 * 31.58);
            }
        }
    }
}
