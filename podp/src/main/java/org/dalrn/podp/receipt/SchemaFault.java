package org.dalrn.podp.receipt;

import java.util.Objects;

/**
 * A field of a canonical text that is not as the schema of receipts wants it.
 *
 * @param path where: names and indices joined by dots, as {@code inputs.3.role}; empty for the whole
 * @param expected what is allowed there
 * @param found what stands there, shortened and in printable ASCII
 */
public record SchemaFault(String path, String expected, String found) {

    /** Refuses nulls. */
    public SchemaFault {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(found, "found");
    }

    @Override
    public String toString() {
        return (path.isEmpty() ? "a receipt" : "field " + path + " of a receipt") + " is " + found + "; allowed is "
                + expected;
    }
}
