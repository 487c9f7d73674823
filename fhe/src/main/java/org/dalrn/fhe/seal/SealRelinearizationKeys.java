package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys that bring a product of ciphertexts back to two polynomials, as SEAL stores them (RelinKeys): one for each power
 * of the secret from the second on.
 *
 * <p>A key has one part for each prime of data; part j encrypts P times the power of the secret in row j and zero elsewhere,
 * P being the special prime. Immutable and thread-safe.
 */
public final class SealRelinearizationKeys {
    private static final String NAME = "relinearization keys";
    private static final int MOST_POWERS = SealCiphertext.MOST_POLYNOMIALS - 2;

    private final KeySwitchTable table;

    private SealRelinearizationKeys(KeySwitchTable table) {
        this.table = table;
    }

    /**
     * Takes keys.
     *
     * @param parameters the degree and the primes, at least two
     * @param powers at index i the key of the power {@code i + 2} of the secret; 1 to 14 keys of
     *     {@link SealParameters#dataPrimes()} parts each
     * @return the keys
     * @throws IllegalArgumentException if their number or that of their parts is wrong
     */
    public static SealRelinearizationKeys of(SealParameters parameters, List<List<SealPublicKey>> powers) {
        if (powers.isEmpty() || powers.size() > MOST_POWERS) {
            throw new IllegalArgumentException(powers.size() + " powers; there are 1 to " + MOST_POWERS);
        }
        SortedMap<Integer, List<SealPublicKey>> keys = new TreeMap<>();
        for (int i = 0; i < powers.size(); i++) {
            keys.put(i, powers.get(i));
        }
        return new SealRelinearizationKeys(new KeySwitchTable(parameters, keys));
    }

    /**
     * Reads an object that SEAL calls RelinKeys, seeded or not.
     *
     * @param bytes one whole object
     * @param parameters what it was made with
     * @return the keys
     * @throws SealFormatException if the bytes are not such keys of these parameters
     */
    public static SealRelinearizationKeys read(byte[] bytes, SealParameters parameters) {
        return read(ByteBuffer.wrap(bytes), parameters);
    }

    static SealRelinearizationKeys read(ByteBuffer bytes, SealParameters parameters) {
        Objects.requireNonNull(parameters, "parameters");
        return SealInput.object(NAME, bytes, (in, version) -> {
            KeySwitchTable table = KeySwitchTable.readMembers(in, parameters, 1, MOST_POWERS, MOST_POWERS);
            if (table.keys().lastKey() != table.keys().size() - 1) {
                throw in.malformed(
                        "has no key for a power below " + (table.keys().lastKey() + 2));
            }
            return new SealRelinearizationKeys(table);
        });
    }

    /**
     * Writes the keys, with seeds where they have some.
     *
     * @param encoding version and compression
     * @return one whole object
     * @throws IllegalArgumentException if the result does not fit into an array
     */
    public byte[] toBytes(SealEncoding encoding) {
        return table.toBytes(NAME, encoding, table.keys().size());
    }

    /**
     * The degree and the primes.
     *
     * @return the parameters
     */
    public SealParameters parameters() {
        return table.parameters();
    }

    /**
     * The keys.
     *
     * @return at index i the parts of the key of the power {@code i + 2} of the secret
     */
    public List<List<SealPublicKey>> powers() {
        return List.copyOf(table.keys().values());
    }

    @Override
    public String toString() {
        return "SealRelinearizationKeys[N = " + parameters().degree() + ", "
                + parameters().keyPrimes() + " primes, " + table.keys().size() + " powers]";
    }
}
