package org.dalrn.core.model;

/**
 * The name of one participant of a federation, unique on its coordinator.
 *
 * <p>Immutable and thread-safe. Ordered as strings.
 *
 * @param value 1 to 63 characters of {@code [a-z0-9._-]}, the first one of {@code [a-z0-9]}
 */
public record NodeId(String value) implements Comparable<NodeId> {
    /**
     * Checks the spelling.
     *
     * @throws IllegalArgumentException if {@code value} is not spelled as described
     */
    public NodeId {
        IdentifierSyntax.check("node", value);
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
