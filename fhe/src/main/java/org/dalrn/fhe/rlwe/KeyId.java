package org.dalrn.fhe.rlwe;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The public name of a secret key, carried by every key and ciphertext made from it, so that those of two keys never mix.
 *
 * @param value 32 lower-case hexadecimal digits
 */
public record KeyId(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if it is not 32 lower-case hexadecimal digits
     */
    public KeyId {
        Objects.requireNonNull(value, "value");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("key id of " + value.length()
                    + " characters is not 32 lower-case hexadecimal digits; take KeyId.random");
        }
    }

    /**
     * A fresh name.
     *
     * @param random its source
     */
    public static KeyId random(SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return new KeyId(HexFormat.of().formatHex(bytes));
    }

    @Override
    public String toString() {
        return value;
    }
}
