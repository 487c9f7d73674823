package org.dalrn.fhe.rlwe;

import java.math.BigInteger;
import java.util.Objects;

/**
 * A published table of the largest modulus that gives 128-bit security, by ring degree, for ternary or binomial secrets and
 * errors of standard deviation 3.2.
 *
 * <p>The modulus is the product of <em>all</em> primes a secret is ever used with, special ones included.
 */
public enum SecurityStandard {
    /** Homomorphic Encryption Standard 2018, classical attackers: what Microsoft SEAL and OpenFHE enforce. */
    HES_2018_CLASSICAL("Homomorphic Encryption Standard 2018, table 1, classical", 27, 54, 109, 218, 438, 881),
    /** Homomorphic Encryption Standard 2018, quantum attackers. */
    HES_2018_QUANTUM("Homomorphic Encryption Standard 2018, table 2, quantum", 25, 51, 101, 202, 411, 827),
    /** Security Guidelines for Implementing Homomorphic Encryption 2024, classical attackers: stricter than 2018. */
    GUIDELINES_2024_CLASSICAL(
            "Security Guidelines 2024 (ePrint 2024/463), table 5.2, classical", 26, 53, 106, 214, 430, 0),
    /** The figures the same guidelines' script starts its search from, quantum attackers: within a bit or two of its results. */
    GUIDELINES_2024_QUANTUM("Security Guidelines 2024 (ePrint 2024/463), quantum", 25, 50, 101, 203, 409, 0);

    private final String source;
    private final int at1024;
    private final int at2048;
    private final int at4096;
    private final int at8192;
    private final int at16384;
    private final int at32768;

    SecurityStandard(String source, int at1024, int at2048, int at4096, int at8192, int at16384, int at32768) {
        this.source = source;
        this.at1024 = at1024;
        this.at2048 = at2048;
        this.at4096 = at4096;
        this.at8192 = at8192;
        this.at16384 = at16384;
        this.at32768 = at32768;
    }

    /** The publication and table. */
    public String source() {
        return source;
    }

    /**
     * The largest size of the modulus.
     *
     * @param ringDegree N
     * @return bits, 0 if the table has no row for that degree
     */
    public int maxLog2Modulus(int ringDegree) {
        return switch (ringDegree) {
            case 1024 -> at1024;
            case 2048 -> at2048;
            case 4096 -> at4096;
            case 8192 -> at8192;
            case 16384 -> at16384;
            case 32768 -> at32768;
            default -> 0;
        };
    }

    /**
     * Refuses a modulus above the table's.
     *
     * @param ringDegree N
     * @param modulus the product of all primes
     * @throws IllegalArgumentException if it is larger than 128-bit security allows
     */
    public void require(int ringDegree, BigInteger modulus) {
        int bits = Objects.requireNonNull(modulus, "modulus").bitLength();
        int max = maxLog2Modulus(ringDegree);
        if (bits > max) {
            throw new IllegalArgumentException("a modulus of " + bits + " bits with ring degree " + ringDegree
                    + " is below 128-bit security: at most " + max + " bits (" + source
                    + "); take fewer or smaller primes or a larger ring degree");
        }
    }
}
