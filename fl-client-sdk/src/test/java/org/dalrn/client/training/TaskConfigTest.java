package org.dalrn.client.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.dalrn.core.model.ConfigValue;
import org.junit.jupiter.api.Test;

class TaskConfigTest {

    private final TaskConfig config = TaskConfig.of(Map.of(
            "name", ConfigValue.of("sgd"),
            "rate", ConfigValue.of(0.5),
            "epochs", ConfigValue.of(3L),
            "shuffle", ConfigValue.of(true)));

    @Test
    void get_rightType_givesTheValue() {
        assertThat(config.text("name")).isEqualTo("sgd");
        assertThat(config.number("rate")).isEqualTo(0.5);
        assertThat(config.number("epochs")).isEqualTo(3.0);
        assertThat(config.integer("epochs")).isEqualTo(3);
        assertThat(config.flag("shuffle")).isTrue();
    }

    @Test
    void get_missing_namesTheKeysThereAre() {
        assertThatThrownBy(() -> config.number("learning-rate"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("learning-rate")
                .hasMessageContaining("epochs, name, rate, shuffle");
    }

    @Test
    void get_missingWithDefault_givesTheDefault() {
        assertThat(config.number("momentum", 0.9)).isEqualTo(0.9);
        assertThat(config.text("optimizer", "adam")).isEqualTo("adam");
        assertThat(config.integer("batch", 32)).isEqualTo(32);
        assertThat(config.flag("verbose", false)).isFalse();
    }

    @Test
    void get_otherType_isRefusedEvenWithDefault() {
        assertThatThrownBy(() -> config.integer("rate", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"rate\" is a number, not a whole number");
    }
}
