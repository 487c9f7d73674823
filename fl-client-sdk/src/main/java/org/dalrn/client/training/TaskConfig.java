package org.dalrn.client.training;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.dalrn.core.model.ConfigValue;

/**
 * The settings that a run's author hands to trainers, by name. Immutable and thread-safe.
 *
 * <p>The methods without a default value throw {@link IllegalArgumentException} where the setting is missing; all of
 * them throw it where the setting has another type. The message names the settings there are.
 */
public final class TaskConfig {

    private final SortedMap<String, ConfigValue> values;

    private TaskConfig(SortedMap<String, ConfigValue> values) {
        this.values = values;
    }

    /** Settings with these values, for instance in a trainer's own tests. */
    public static TaskConfig of(Map<String, ConfigValue> values) {
        return new TaskConfig(Collections.unmodifiableSortedMap(new TreeMap<>(values)));
    }

    /** The names of the settings, sorted. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** A text. */
    public String text(String key) {
        return required(key, findText(key));
    }

    /** A text, or the default where the setting is missing. */
    public String text(String key, String missing) {
        return findText(key).orElse(missing);
    }

    /** A number; a whole number counts as one. */
    public double number(String key) {
        return required(key, findNumber(key));
    }

    /** A number, or the default where the setting is missing. */
    public double number(String key, double missing) {
        return findNumber(key).orElse(missing);
    }

    /** A whole number. */
    public long integer(String key) {
        return required(key, findInteger(key));
    }

    /** A whole number, or the default where the setting is missing. */
    public long integer(String key, long missing) {
        return findInteger(key).orElse(missing);
    }

    /** True or false. */
    public boolean flag(String key) {
        return required(key, findFlag(key));
    }

    /** True or false, or the default where the setting is missing. */
    public boolean flag(String key, boolean missing) {
        return findFlag(key).orElse(missing);
    }

    private Optional<String> findText(String key) {
        return find(key, "a text", value -> value.match(Optional::of, n -> none(), i -> none(), f -> none()));
    }

    private Optional<Double> findNumber(String key) {
        return find(
                key,
                "a number",
                value -> value.match(t -> none(), Optional::of, i -> Optional.of((double) i), f -> none()));
    }

    private Optional<Long> findInteger(String key) {
        return find(key, "a whole number", value -> value.match(t -> none(), n -> none(), Optional::of, f -> none()));
    }

    private Optional<Boolean> findFlag(String key) {
        return find(key, "true or false", value -> value.match(t -> none(), n -> none(), i -> none(), Optional::of));
    }

    private static <T> Optional<T> none() {
        return Optional.empty();
    }

    private <T> Optional<T> find(String key, String wanted, Function<ConfigValue, Optional<T>> as) {
        requireNonNull(key, "key");
        ConfigValue value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        Optional<T> typed = as.apply(value);
        if (typed.isEmpty()) {
            String found = value.match(t -> "a text", n -> "a number", i -> "a whole number", f -> "true or false");
            throw new IllegalArgumentException("setting \"" + key + "\" is " + found + ", not " + wanted
                    + "; correct it in the run's config. Settings there are: " + describe());
        }
        return typed;
    }

    private <T> T required(String key, Optional<T> value) {
        return value.orElseThrow(() -> new IllegalArgumentException(
                "setting \"" + key + "\" is missing; add it to the run's config. Settings there are: " + describe()));
    }

    private String describe() {
        return values.isEmpty() ? "none" : String.join(", ", values.keySet());
    }

    @Override
    public String toString() {
        return "TaskConfig[" + describe() + "]";
    }
}
