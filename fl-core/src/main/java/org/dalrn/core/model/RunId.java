package org.dalrn.core.model;

/**
 * The name of one training run, unique on its coordinator.
 *
 * <p>Immutable and thread-safe. Ordered as strings.
 *
 * @param value 1 to 63 characters of {@code [a-z0-9._-]}, the first one of {@code [a-z0-9]}
 */
public record RunId(String value) implements Comparable<RunId> {
    /**
     * Checks the spelling.
     *
     * @throws IllegalArgumentException if {@code value} is not spelled as described
     */
    public RunId {
        IdentifierSyntax.check("run", value);
    }

    @Override
    public int compareTo(RunId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
