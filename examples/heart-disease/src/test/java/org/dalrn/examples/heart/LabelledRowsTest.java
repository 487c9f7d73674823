package org.dalrn.examples.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelledRowsTest {
    @Test
    void copyOf_laterWritesToTheArrays_doNotReachIt() {
        double[][] features = {{1, 2}};
        int[] labels = {1};
        LabelledRows rows = LabelledRows.copyOf(features, labels);

        features[0][0] = 9;
        labels[0] = 0;
        rows.features()[0][1] = 9;
        rows.labels()[0] = 0;

        assertThat(rows.features()[0]).containsExactly(1, 2);
        assertThat(rows.label(0)).isEqualTo(1);
    }

    @Test
    void copyOf_badInput_namesRowAndValue() {
        assertThatThrownBy(() -> LabelledRows.copyOf(new double[][] {{1}, {1, 2}}, new int[] {0, 1}))
                .hasMessageContaining("row 1 has 2 features, row 0 has 1");
        assertThatThrownBy(() -> LabelledRows.copyOf(new double[][] {{1}, {Double.NaN}}, new int[] {0, 1}))
                .hasMessageContaining("row 1, feature 0 is NaN");
        assertThatThrownBy(() -> LabelledRows.copyOf(new double[][] {{1}, {2}}, new int[] {0, 3}))
                .hasMessageContaining("row 1 has label 3; allowed are 0 and 1");
        assertThatThrownBy(() -> LabelledRows.copyOf(new double[][] {{1}}, new int[] {0, 1}))
                .hasMessageContaining("got 1 rows and 2 labels");
    }

    @Test
    void concat_parts_keepsTheirOrder() {
        LabelledRows first = LabelledRows.copyOf(new double[][] {{1}, {2}}, new int[] {0, 1});
        LabelledRows second = LabelledRows.copyOf(new double[][] {{3}}, new int[] {1});

        LabelledRows both = LabelledRows.concat(List.of(first, second));

        assertThat(both.features()).isDeepEqualTo(new double[][] {{1}, {2}, {3}});
        assertThat(both.labels()).containsExactly(0, 1, 1);
    }

    @Test
    void select_positions_givesThemInTheOrderAsked() {
        LabelledRows rows = LabelledRows.copyOf(new double[][] {{1}, {2}, {3}}, new int[] {0, 1, 0});

        assertThat(rows.select(new int[] {2, 1}).features()).isDeepEqualTo(new double[][] {{3}, {2}});
        assertThatThrownBy(() -> rows.select(new int[] {3})).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
