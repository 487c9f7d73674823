package org.dalrn.fhe.ckks;

import java.security.SecureRandom;
import java.util.Objects;
import org.dalrn.fhe.ErasableSecret;
import org.dalrn.fhe.ring.AesCtrStream;

/**
 * The slots of an opened ciphertext, with the exact error of the decryption still in them.
 *
 * <p>Whoever sees that error and the ciphertext computes the secret key (Li and Micciancio, ePrint 2020/1533, one query). So the
 * numbers leave by a named act: {@link #roundedTo} a precision well above the error, {@link #flooded} with noise well above it, or
 * {@link #insecureRawValues}, for whoever alone holds the key and shows the result to nobody.
 *
 * <p>Not thread-safe while it is being destroyed.
 */
public final class Decryption extends ErasableSecret {
    private final double[] real;
    private final double[] imaginary;

    private Decryption(double[] real, double[] imaginary) {
        this.real = real;
        this.imaginary = imaginary;
    }

    /**
     * A decryption from decoded slots: for implementations of {@link CkksEngine}.
     *
     * @param real real parts; its own from now on
     * @param imaginary as many imaginary parts; its own from now on
     */
    public static Decryption of(double[] real, double[] imaginary) {
        if (Objects.requireNonNull(real, "real").length != Objects.requireNonNull(imaginary, "imaginary").length) {
            throw new IllegalArgumentException(real.length + " real and " + imaginary.length + " imaginary parts");
        }
        return new Decryption(real, imaginary);
    }

    /** How many slots there are. */
    public int slots() {
        return real.length;
    }

    /**
     * The real parts, rounded to multiples of {@code 2^-fractionBits}. Safe if the error is certainly below half of that, so that
     * the result is what exact arithmetic gives; the caller knows the error of the circuit.
     *
     * @param fractionBits bits after the binary point, in [-60, 60]
     */
    public double[] roundedTo(int fractionBits) {
        return rounded(real, fractionBits);
    }

    /** As {@link #roundedTo}, the imaginary parts. */
    public double[] imaginaryRoundedTo(int fractionBits) {
        return rounded(imaginary, fractionBits);
    }

    private double[] rounded(double[] values, int fractionBits) {
        requireAlive();
        if (fractionBits < -60 || fractionBits > 60) {
            throw new IllegalArgumentException(
                    "precision of " + fractionBits + " bits after the point is not in [-60, 60]");
        }
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.scalb(Math.rint(Math.scalb(values[i], fractionBits)), -fractionBits);
        }
        return out;
    }

    /**
     * The real parts with Gaussian noise added.
     *
     * @param noiseStdDev its standard deviation, positive: {@code 2^(s/2) sqrt(12 t)} times the worst-case error for s bits of
     *     security over t decryptions
     * @param random its source
     */
    public double[] flooded(double noiseStdDev, SecureRandom random) {
        requireAlive();
        if (!(noiseStdDev > 0) || Double.isInfinite(noiseStdDev)) {
            throw new IllegalArgumentException(
                    "noise of standard deviation " + noiseStdDev + " is not a positive number");
        }
        double[] out = new double[real.length];
        try (AesCtrStream stream = AesCtrStream.secret(random, "decryption flooding")) {
            for (int i = 0; i < out.length; i++) {
                // Box and Muller, from 53-bit uniforms; the first in (0, 1].
                double u = ((stream.nextWord() >>> 11) + 1) * 0x1p-53;
                double v = (stream.nextWord() >>> 11) * 0x1p-53;
                out[i] = real[i] + noiseStdDev * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
            }
        }
        return out;
    }

    /** The real parts with the exact error. Showing them to anyone who has the ciphertext gives the secret key away. */
    public double[] insecureRawValues() {
        requireAlive();
        return real.clone();
    }

    /** As {@link #insecureRawValues}, the imaginary parts. */
    public double[] insecureRawImaginaryValues() {
        requireAlive();
        return imaginary.clone();
    }

    private void requireAlive() {
        if (isDestroyed()) {
            throw new IllegalStateException("the decryption was destroyed");
        }
    }

    @Override
    protected void erase() {
        java.util.Arrays.fill(real, 0);
        java.util.Arrays.fill(imaginary, 0);
    }

    /** The shape; never the numbers. */
    @Override
    public String toString() {
        return "Decryption[" + real.length + " slots]";
    }
}
