package org.dalrn.fhe.multiparty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import org.dalrn.fhe.ring.RnsPolynomial;

/**
 * SHA-256 of a purpose and of parts that cannot run into each other: each has a fixed size or its length before it. Confined to
 * one thread.
 */
final class Transcript {
    static final int DIGEST_BYTES = 32;

    private final MessageDigest sha256;
    private final byte[] word = new byte[Long.BYTES];

    private Transcript(String purpose) {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256, which every one must have", e);
        }
        text("dalrn.fhe.multiparty.v1 " + purpose);
    }

    static Transcript of(String purpose) {
        return new Transcript(purpose);
    }

    Transcript number(long value) {
        ByteBuffer.wrap(word).putLong(value);
        sha256.update(word);
        return this;
    }

    Transcript bytes(byte[] value) {
        number(value.length);
        sha256.update(value);
        return this;
    }

    Transcript text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Their count, then each in order. */
    Transcript numbers(Collection<Integer> values) {
        number(values.size());
        values.forEach(this::number);
        return this;
    }

    /** Ring and residues. */
    Transcript polynomial(RnsPolynomial polynomial) {
        number(polynomial.basis().ringDegree());
        number(polynomial.basis().size());
        byte[] buffer = new byte[Long.BYTES * polynomial.basis().ringDegree()];
        ByteBuffer words = ByteBuffer.wrap(buffer);
        for (int j = 0; j < polynomial.basis().size(); j++) {
            number(polynomial.basis().modulus(j).value());
            words.clear();
            words.asLongBuffer().put(polynomial.limb(j));
            sha256.update(buffer);
        }
        return this;
    }

    byte[] digest() {
        return sha256.digest();
    }
}
