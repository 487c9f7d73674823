package org.dalrn.fhe.aggregation;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dalrn.fhe.ErasableSecret;
import org.dalrn.fhe.ring.AesCtrStream;
import org.dalrn.fhe.ring.Samplers;
import org.dalrn.fhe.rlwe.SecretKeyAccess;

/**
 * The secret of one client in one round: N small integers that hide one update.
 *
 * <p>It encrypts once. The client deals it to the committee ({@link #coefficients}) and destroys it; nobody needs it again, only
 * the sum of all clients' keys. Centred binomial, as the errors: in this scheme a wide secret costs nothing. Thread-safe, except
 * for destroying it during a use.
 */
public final class OneTimeKey extends ErasableSecret {
    private final SumRound round;
    private final int[] coefficients;
    private final AtomicBoolean spent = new AtomicBoolean();

    private OneTimeKey(SumRound round, int[] coefficients) {
        this.round = round;
        this.coefficients = coefficients;
    }

    /**
     * A fresh key.
     *
     * @param round that it is for
     * @param random the source of its seed
     */
    public static OneTimeKey generate(SumRound round, SecureRandom random) {
        requireMode(round);
        int[] coefficients = new int[round.plan().ringDegree()];
        try (AesCtrStream stream = AesCtrStream.secret(random, "dalrn.fhe.sum.one-time-key")) {
            Samplers.centredBinomial(stream, coefficients);
        }
        return new OneTimeKey(round, coefficients);
    }

    /** A key that is known. */
    static OneTimeKey insecureForTesting(SumRound round, int[] coefficients) {
        requireMode(round);
        return new OneTimeKey(round, coefficients.clone());
    }

    private static void requireMode(SumRound round) {
        if (round.plan().mode() != SumMode.ONE_TIME_KEY) {
            throw new IllegalArgumentException(
                    "a one-time key for a round of mode " + round.plan().mode() + "; plan it with ONE_TIME_KEY");
        }
    }

    /** The round that it is for. */
    public SumRound round() {
        return round;
    }

    /** The largest absolute value of a coordinate: what a committee's plan needs to know. */
    public static int coefficientBound() {
        return Samplers.BINOMIAL_BOUND;
    }

    /**
     * A copy of the secret, to be dealt to the committee and overwritten.
     *
     * @param access the caller's consent
     * @return N integers in [-21, 21]
     * @throws IllegalStateException if the key was destroyed
     */
    public int[] coefficients(SecretKeyAccess access) {
        Objects.requireNonNull(access, "access");
        requireAlive();
        return coefficients.clone();
    }

    /** Takes the right to encrypt, which there is once. */
    int[] spend() {
        requireAlive();
        if (!spent.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "this one-time key has encrypted before; a second update under it would give"
                            + " away their difference: generate a new key, in a new round if the old one was dealt");
        }
        return coefficients;
    }

    private void requireAlive() {
        if (isDestroyed()) {
            throw new IllegalStateException("this one-time key was destroyed; generate a new one");
        }
    }

    @Override
    protected void erase() {
        Arrays.fill(coefficients, 0);
    }

    /** Type and size; never the value. */
    @Override
    public String toString() {
        return "OneTimeKey[N=" + coefficients.length + "]";
    }
}
