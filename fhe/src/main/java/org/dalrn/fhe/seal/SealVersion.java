package org.dalrn.fhe.seal;

/**
 * The release of SEAL that a header names as its writer.
 *
 * <p>SEAL 4.0 to 4.3 read 4.x bytes of their exact minor release only, SEAL 4.4 those of 4.0 to 4.4; all of them read
 * {@link #V3_7}, which is therefore what {@link SealEncoding#portable()} writes. Source: SEAL 4.4.3, serialization.cpp, and
 * its history.
 *
 * @param major 3 or 4
 * @param minor 6 or 7 of 3, 0 to 4 of 4
 */
public record SealVersion(int major, int minor) {
    /** The layout without a correction factor, read by every SEAL since 3.7. */
    public static final SealVersion V3_7 = new SealVersion(3, 7);

    /** The release inside node-seal 5 and TenSEAL 0.3.16; TenSEAL 0.3.18 has 4.3. */
    public static final SealVersion V4_1 = new SealVersion(4, 1);

    /**
     * Checks that the layout of this release is known.
     *
     * @throws IllegalArgumentException if it is not
     */
    public SealVersion {
        if (!isKnown(major, minor)) {
            throw new IllegalArgumentException(unknown(major, minor));
        }
    }

    /**
     * Finds the version of a header.
     *
     * @throws SealFormatException if its layout is not known
     */
    static SealVersion ofHeader(int major, int minor) {
        if (!isKnown(major, minor)) {
            throw new SealFormatException(unknown(major, minor));
        }
        return new SealVersion(major, minor);
    }

    private static boolean isKnown(int major, int minor) {
        return major == 4 ? minor >= 0 && minor <= 4 : major == 3 && (minor == 6 || minor == 7);
    }

    private static String unknown(int major, int minor) {
        return "SEAL version " + major + "." + minor + " is not one of 3.6, 3.7 and 4.0 to 4.4, whose layout is known;"
                + " save the object with one of these";
    }

    /** Whether ciphertexts carry the correction factor of BGV. */
    boolean hasCorrectionFactor() {
        return major == 4;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
