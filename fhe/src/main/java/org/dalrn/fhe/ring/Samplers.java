package org.dalrn.fhe.ring;

/**
 * The distributions of RLWE, drawn from a stream of words.
 *
 * <p>The secret ones (ternary, binomial) take one word for each draw and neither branch nor index on it.
 */
public final class Samplers {
    /** The largest absolute value of {@link #centredBinomial}. */
    public static final int BINOMIAL_BOUND = 21;
    /** The variance of {@link #centredBinomial}. */
    public static final double BINOMIAL_VARIANCE = 10.5;

    private static final long BINOMIAL_MASK = (1L << BINOMIAL_BOUND) - 1;

    private Samplers() {}

    /**
     * Exactly uniform residues: words masked to the bits of q, those of q and above left out. For public values: how many are
     * left out shows.
     *
     * @param out residues in {@code [0, q)}
     */
    public static void uniform(AesCtrStream stream, Modulus modulus, long[] out) {
        long q = modulus.value();
        long mask = (1L << modulus.bitLength()) - 1;
        stream.nextWords(out, 0, out.length);
        for (int i = 0; i < out.length; i++) {
            long word = out[i] & mask;
            while (word >= q) {
                word = stream.nextWord() & mask;
            }
            out[i] = word;
        }
    }

    /**
     * Integers of {-1, 0, 1}, each with probability 1/3 up to 2^-62.
     *
     * @param out filled
     */
    public static void ternary(AesCtrStream stream, int[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = (int) Math.multiplyHigh(stream.nextWord() >>> 1, 6) - 1;
        }
    }

    /**
     * Integers of the centred binomial distribution with 42 coins: in [-21, 21], mean 0, variance 10.5, standard deviation
     * 3.24. It stands for the rounded Gaussian of 3.2, as in SEAL.
     *
     * @param out filled
     */
    public static void centredBinomial(AesCtrStream stream, int[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = centredBinomial(stream.nextWord());
        }
    }

    /** One centred binomial draw of the lower 42 bits of a word. */
    public static int centredBinomial(long word) {
        return Long.bitCount(word & BINOMIAL_MASK) - Long.bitCount(word >>> BINOMIAL_BOUND & BINOMIAL_MASK);
    }
}
