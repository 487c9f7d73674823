package org.dalrn.benchmarks;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One measured number of a suite, printed as one line of JSON.
 *
 * <p>Immutable and thread-safe.
 *
 * @param suite suite that measured it, as given to the run script
 * @param name what was measured, {@code lower_case_with_underscores}
 * @param params what was varied; the values are strings, booleans or finite numbers
 * @param value finite
 * @param unit unit of the value, such as {@code GB/s}
 */
public record Figure(String suite, String name, SortedMap<String, Object> params, double value, String unit) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if a number is not finite or a parameter is neither text, boolean nor number
     */
    public Figure {
        Objects.requireNonNull(suite, "suite");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(unit, "unit");
        params = Collections.unmodifiableSortedMap(new TreeMap<>(params));
        requireFinite(name, value);
        for (Map.Entry<String, Object> param : params.entrySet()) {
            if (param.getValue() instanceof Number number) {
                requireFinite(param.getKey(), number.doubleValue());
            } else if (!(param.getValue() instanceof String) && !(param.getValue() instanceof Boolean)) {
                throw new IllegalArgumentException("parameter " + param.getKey() + " of figure " + name + " is a "
                        + param.getValue().getClass().getName() + "; use a string, a boolean or a number");
            }
        }
    }

    private static void requireFinite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", which JSON cannot hold; report a failed measurement as a failure");
        }
    }

    /** Returns {@code {"suite":...,"name":...,"params":{...},"value":...,"unit":...}} without a line end. */
    public String toJsonLine() {
        String fields = params.entrySet().stream()
                .map(param -> quote(param.getKey()) + ":" + json(param.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        return "{\"suite\":" + quote(suite) + ",\"name\":" + quote(name) + ",\"params\":" + fields + ",\"value\":"
                + value + ",\"unit\":" + quote(unit) + "}";
    }

    private static String json(Object value) {
        return value instanceof String text ? quote(text) : String.valueOf(value);
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
