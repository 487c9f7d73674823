package org.dalrn.fhe.rlwe;

/**
 * The consent of code that reads a secret key's polynomial: searching for its uses lists all of it.
 *
 * <p>Model: Tink's {@code InsecureSecretKeyAccess}.
 */
public final class SecretKeyAccess {
    private static final SecretKeyAccess GRANTED = new SecretKeyAccess();

    private SecretKeyAccess() {}

    /** The token. */
    public static SecretKeyAccess granted() {
        return GRANTED;
    }
}
