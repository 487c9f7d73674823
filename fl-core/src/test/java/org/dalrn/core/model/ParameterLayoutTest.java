package org.dalrn.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterLayoutTest {
    private static final ParameterLayout LAYOUT = ParameterLayout.of(
            new TensorSpec("w", List.of(4, 5)), new TensorSpec("b", List.of()), new TensorSpec("v", List.of(3)));

    @Test
    void offset_severalTensors_followsTheirOrder() {
        assertThat(LAYOUT.offset("w")).isZero();
        assertThat(LAYOUT.offset("b")).isEqualTo(20);
        assertThat(LAYOUT.offset("v")).isEqualTo(21);
        assertThat(LAYOUT.elementCount()).isEqualTo(24);
        assertThat(LAYOUT.byteLength()).isEqualTo(96);
        assertThat(LAYOUT.tensor("b").elementCount()).isOne();
    }

    @Test
    void offset_unknownName_listsTheNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LAYOUT.offset("x"))
                .withMessage("layout has no tensor \"x\"; it has 3: w, b, v");
    }

    /** The expected text is written out from the specification in the class documentation. */
    @Test
    void digest_layout_isTheHashOfTheDocumentedText() {
        String text = "dalrn-parameter-layout/1\nfloat32 3 24\n1 w [4,5]\n1 b []\n1 v [3]\n";
        assertThat(LAYOUT.digest()).isEqualTo(ContentHash.of(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void equals_otherOrderNameOrShape_differsAsTheDigestDoes() {
        List<TensorSpec> reversed = new ArrayList<>(LAYOUT.tensors());
        java.util.Collections.reverse(reversed);
        List<ParameterLayout> others = List.of(
                ParameterLayout.of(reversed),
                ParameterLayout.of(new TensorSpec("w", List.of(5, 4)), LAYOUT.tensor("b"), LAYOUT.tensor("v")),
                ParameterLayout.of(new TensorSpec("u", List.of(4, 5)), LAYOUT.tensor("b"), LAYOUT.tensor("v")));
        assertThat(others).allSatisfy(other -> {
            assertThat(other).isNotEqualTo(LAYOUT);
            assertThat(other.digest()).isNotEqualTo(LAYOUT.digest());
        });
        ParameterLayout same = ParameterLayout.of(LAYOUT.tensors());
        assertThat(same).isEqualTo(LAYOUT).hasSameHashCodeAs(LAYOUT);
        assertThat(same.digest()).isEqualTo(LAYOUT.digest());
    }

    @Test
    void of_emptyOrRepeatedName_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterLayout.of(List.of()))
                .withMessageContaining("0 tensors");
        TensorSpec w = new TensorSpec("w", List.of(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterLayout.of(w, w))
                .withMessageContaining("\"w\" occurs twice");
    }

    @Test
    void of_moreThanAnArrayHolds_isRefusedAtTheTensor() {
        TensorSpec most = new TensorSpec("most", List.of(ParameterLayout.MAX_ELEMENTS));
        assertThat(ParameterLayout.of(most).byteLength()).isEqualTo(4L * ParameterLayout.MAX_ELEMENTS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterLayout.of(most, new TensorSpec("one", List.of())))
                .withMessageContaining("2147483639 elements at tensor \"one\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterLayout.of(new TensorSpec("huge", List.of(1 << 30, 1 << 30))))
                .withMessageContaining("\"huge\"");
    }

    @Test
    void tensorSpec_badNameOrShape_isRefusedWithTheAllowedSet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TensorSpec(" ", List.of()))
                .withMessageContaining("1 to 255 printable ASCII");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TensorSpec("a\u0000", List.of()))
                .withMessageContaining("\"a\\u0000\"");
        assertThatIllegalArgumentException().isThrownBy(() -> new TensorSpec("a".repeat(256), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TensorSpec("a", List.of(2, 0)))
                .withMessageContaining("[2, 0] with dimension 0, below 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TensorSpec("a", List.of(1 << 30, 1 << 30, 1 << 30)))
                .withMessageContaining("more than 2^63-1 elements");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TensorSpec("a", java.util.Collections.nCopies(33, 1)))
                .withMessageContaining("33 dimensions, more than 32");
    }

    @Test
    void tensorSpec_callersListChangesLater_keepsTheShape() {
        List<Integer> shape = new ArrayList<>(List.of(2, 3));
        TensorSpec spec = new TensorSpec("a", shape);
        shape.set(0, 9);
        assertThat(spec.shape()).containsExactly(2, 3);
    }
}
