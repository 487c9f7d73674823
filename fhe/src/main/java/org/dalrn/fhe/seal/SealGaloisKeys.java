package org.dalrn.fhe.seal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys for rotations and conjugation as SEAL stores them: one for each of some Galois elements.
 *
 * <p>The element g, odd and below 2N, stands for the automorphism x to x^g. A key has one part for each prime of data.
 * Immutable and thread-safe.
 */
public final class SealGaloisKeys {
    /** How many keys are read unless the caller says otherwise; SEAL's default set has {@code 2 log2(N) - 2}. */
    public static final int DEFAULT_MOST_KEYS = 64;

    private static final String NAME = "Galois keys";

    private final KeySwitchTable table;

    private SealGaloisKeys(KeySwitchTable table) {
        this.table = table;
    }

    /**
     * Takes keys.
     *
     * @param parameters the degree and the primes, at least two
     * @param elements by Galois element the {@link SealParameters#dataPrimes()} parts of its key
     * @return the keys
     * @throws IllegalArgumentException if there is none, an element is even or not in [1, 2N), or the number of parts is wrong
     */
    public static SealGaloisKeys of(SealParameters parameters, SortedMap<Integer, List<SealPublicKey>> elements) {
        SortedMap<Integer, List<SealPublicKey>> keys = new TreeMap<>();
        elements.forEach((element, key) -> {
            if (element < 1 || element >= 2 * parameters.degree() || element % 2 == 0) {
                throw new IllegalArgumentException("Galois element " + element + " is not an odd number in [1, 2N = "
                        + 2 * parameters.degree() + ")");
            }
            keys.put(element / 2, key);
        });
        return new SealGaloisKeys(new KeySwitchTable(parameters, keys));
    }

    /**
     * Reads an object that SEAL calls GaloisKeys, seeded or not, of at most {@value #DEFAULT_MOST_KEYS} keys.
     *
     * @param bytes one whole object
     * @param parameters what it was made with
     * @return the keys
     * @throws SealFormatException if the bytes are not such keys of these parameters
     */
    public static SealGaloisKeys read(byte[] bytes, SealParameters parameters) {
        return read(bytes, parameters, DEFAULT_MOST_KEYS);
    }

    /**
     * Reads an object that SEAL calls GaloisKeys, seeded or not.
     *
     * @param bytes one whole object
     * @param parameters what it was made with
     * @param mostKeys the limit: each key takes {@code 16 * dataPrimes * keyPrimes * N} bytes of memory, even where its
     *     compressed bytes are few
     * @return the keys
     * @throws SealFormatException if the bytes are not such keys of these parameters, or are more than the limit
     */
    public static SealGaloisKeys read(byte[] bytes, SealParameters parameters, int mostKeys) {
        return read(ByteBuffer.wrap(bytes), parameters, mostKeys);
    }

    static SealGaloisKeys read(ByteBuffer bytes, SealParameters parameters, int mostKeys) {
        Objects.requireNonNull(parameters, "parameters");
        if (mostKeys < 1) {
            throw new IllegalArgumentException("a limit of " + mostKeys + " keys; it is at least 1");
        }
        return SealInput.object(
                NAME,
                bytes,
                (in, version) -> new SealGaloisKeys(KeySwitchTable.readMembers(
                        in, parameters, parameters.degree(), parameters.degree(), mostKeys)));
    }

    /**
     * Writes the keys, with seeds where they have some.
     *
     * @param encoding version and compression
     * @return one whole object
     * @throws IllegalArgumentException if the result does not fit into an array
     */
    public byte[] toBytes(SealEncoding encoding) {
        return table.toBytes(NAME, encoding, parameters().degree());
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
     * @return by Galois element the parts of its key
     */
    public SortedMap<Integer, List<SealPublicKey>> elements() {
        SortedMap<Integer, List<SealPublicKey>> elements = new TreeMap<>();
        table.keys().forEach((index, key) -> elements.put(2 * index + 1, key));
        return elements;
    }

    @Override
    public String toString() {
        return "SealGaloisKeys[N = " + parameters().degree() + ", "
                + parameters().keyPrimes() + " primes, " + table.keys().size() + " elements]";
    }
}
