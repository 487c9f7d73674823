package org.dalrn.client.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodePolicyTest {

    private static NodePolicy.Builder complete() {
        return NodePolicy.builder()
                .allowRuns("heart-*", "lungs")
                .maxModelBytes(1000)
                .maxTaskDuration(Duration.ofMinutes(1))
                .leastProtection(Protection.PLAIN)
                .allowEvaluation(false);
    }

    @Test
    void forbidsTraining_runWithinPatterns_isEmpty() {
        assertThat(complete().build().forbidsTraining("heart-7", 1000, Protection.PLAIN))
                .isEmpty();
        assertThat(complete().build().forbidsTraining("lungs", 4, Protection.PLAIN))
                .isEmpty();
    }

    @Test
    void forbidsTraining_otherRun_saysWhichAreAllowed() {
        assertThat(complete().build().forbidsTraining("lungs-2", 4, Protection.PLAIN))
                .hasValueSatisfying(reason -> assertThat(reason).contains("heart-*, lungs"));
        // A pattern's dots and brackets are no regular expression.
        assertThat(complete().allowRuns("a.c").build().forbidsTraining("abc", 4, Protection.PLAIN))
                .isPresent();
    }

    @Test
    void forbidsTraining_largerModel_saysBothSizes() {
        assertThat(complete().build().forbidsTraining("lungs", 1001, Protection.PLAIN))
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("1001").contains("1000"));
    }

    @Test
    void forbidsEvaluation_notAllowed_saysSo() {
        assertThat(complete().build().forbidsEvaluation("lungs", 4)).isPresent();
        assertThat(complete().allowEvaluation(true).build().forbidsEvaluation("lungs", 4))
                .isEmpty();
    }

    @Test
    void maxEvaluatedModels_notSaid_isNone() {
        assertThat(complete().allowEvaluation(true).build().maxEvaluatedModels())
                .isZero();
        assertThat(complete().maxEvaluatedModels(64).build().maxEvaluatedModels())
                .isEqualTo(64);
        assertThat(NodePolicy.acceptEveryRun().maxEvaluatedModels()).isEqualTo(64);
    }

    @Test
    void maxEvaluatedModels_outsideTheWiresBounds_isRefused() {
        for (int most : new int[] {-1, 65}) {
            assertThatThrownBy(() -> complete().maxEvaluatedModels(most))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(most + " models")
                    .hasMessageContaining("0 to 64");
        }
    }

    @Test
    void build_nothingDecided_namesEverything() {
        assertThatThrownBy(() -> NodePolicy.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("allowRuns, maxModelBytes, maxTaskDuration, leastProtection, allowEvaluation");
    }
}
