package org.dalrn.fhe.seal;

/**
 * The BLAKE2b-256 digest by which every object names its degree and the primes of its level; as four little-endian words.
 *
 * @param w0 bytes 0 to 7
 * @param w1 bytes 8 to 15
 * @param w2 bytes 16 to 23
 * @param w3 bytes 24 to 31
 */
record ParmsId(long w0, long w1, long w2, long w3) {
    /** Bytes of a digest. */
    static final int BYTES = 32;

    static ParmsId read(SealInput in) {
        return new ParmsId(in.u64(), in.u64(), in.u64(), in.u64());
    }

    void write(SealOutput out) {
        out.u64(w0);
        out.u64(w1);
        out.u64(w2);
        out.u64(w3);
    }

    /** Lower-case hexadecimal digits of the bytes, as SEAL's tools print them. */
    @Override
    public String toString() {
        return hex(w0) + hex(w1) + hex(w2) + hex(w3);
    }

    private static String hex(long word) {
        return String.format("%016x", Long.reverseBytes(word));
    }
}
