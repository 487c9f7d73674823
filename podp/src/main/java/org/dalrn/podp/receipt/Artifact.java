package org.dalrn.podp.receipt;

import java.util.Objects;
import java.util.regex.Pattern;
import org.dalrn.podp.Sha256Hash;

/**
 * A blob that a step read or wrote, by its role in the step and its hash.
 *
 * @param role what it is to the step: 1 to 64 characters of {@code [a-z0-9-]}
 * @param sha256 SHA-256 of the blob's bytes
 */
public record Artifact(String role, Sha256Hash sha256) {
    static final Pattern ROLE = Pattern.compile("[a-z0-9-]{1,64}");

    /**
     * Checks the role.
     *
     * @throws IllegalArgumentException if {@code role} is not of the allowed form
     */
    public Artifact {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(sha256, "sha256");
        if (!ROLE.matcher(role).matches()) {
            throw new IllegalArgumentException(
                    "role '" + Facts.excerpt(role) + "'; allowed are 1 to 64 characters of [a-z0-9-]");
        }
    }
}
