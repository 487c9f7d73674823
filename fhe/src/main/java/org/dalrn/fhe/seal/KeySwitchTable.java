package org.dalrn.fhe.seal;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys for switching of one file: under some indices one key each, which has a part for every prime of data.
 *
 * <p>Immutable and thread-safe. Source: SEAL 4.4.3, kswitchkeys.cpp.
 *
 * @param parameters the degree and the primes
 * @param keys by index; each has {@link SealParameters#dataPrimes()} parts
 */
record KeySwitchTable(SealParameters parameters, SortedMap<Integer, List<SealPublicKey>> keys) {
    private static final int FIXED_BYTES = SealHeader.BYTES + ParmsId.BYTES + Long.BYTES;

    KeySwitchTable {
        if (parameters.keyPrimes() < 2) {
            throw new IllegalArgumentException(
                    "parameters of one prime have no special prime to switch keys with; use at least two primes");
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no key; a file of keys has at least one");
        }
        SortedMap<Integer, List<SealPublicKey>> copy = new TreeMap<>();
        keys.forEach((index, parts) -> {
            if (parts.size() != parameters.dataPrimes()) {
                throw new IllegalArgumentException("a key of " + parts.size() + " parts; it has one for each of the "
                        + parameters.dataPrimes() + " primes of data");
            }
            for (SealPublicKey part : parts) {
                if (!part.parameters().equals(parameters)) {
                    throw new IllegalArgumentException(
                            "a part of a key is of other parameters: " + part.parameters() + " and not " + parameters);
                }
            }
            copy.put(index, List.copyOf(parts));
        });
        keys = java.util.Collections.unmodifiableSortedMap(copy);
    }

    /**
     * Reads the members of a file.
     *
     * @param leastSlots the least length of the table
     * @param mostSlots its most length
     * @param mostKeys how many entries may be filled
     */
    static KeySwitchTable readMembers(
            SealInput in, SealParameters parameters, int leastSlots, int mostSlots, int mostKeys) {
        if (parameters.keyPrimes() < 2) {
            throw in.malformed("parameters of one prime have no special prime to switch keys with");
        }
        parameters.readKeyLevel(in);
        int slots = in.between("number of entries", leastSlots, mostSlots);
        in.require((long) slots * Long.BYTES);
        SortedMap<Integer, List<SealPublicKey>> keys = new TreeMap<>();
        for (int index = 0; index < slots; index++) {
            int parts = in.between("number of parts of a key", 0, parameters.dataPrimes());
            if (parts == 0) {
                continue;
            }
            if (parts != parameters.dataPrimes()) {
                throw in.malformed("a key has " + parts + " parts; it has one for each of the "
                        + parameters.dataPrimes() + " primes of data");
            }
            if (keys.size() == mostKeys) {
                throw in.malformed("has more than " + mostKeys + " keys, the limit of this reading;"
                        + " pass a higher limit if so many are expected");
            }
            List<SealPublicKey> key = new ArrayList<>(parts);
            for (int part = 0; part < parts; part++) {
                key.add(in.nested(
                        "part of a key", (body, version) -> SealPublicKey.readMembers(body, version, parameters)));
            }
            keys.put(index, key);
        }
        if (keys.isEmpty()) {
            throw in.malformed("has no key");
        }
        return new KeySwitchTable(parameters, keys);
    }

    /**
     * Writes a file.
     *
     * @param what the object, for messages
     * @param slots the length of the table
     */
    byte[] toBytes(String what, SealEncoding encoding, int slots) {
        long size = FIXED_BYTES + (long) slots * Long.BYTES;
        for (List<SealPublicKey> key : keys.values()) {
            for (SealPublicKey part : key) {
                size += part.sizeBytes(encoding.version());
            }
        }
        return SealOutput.object(what, encoding, size, out -> {
            parameters.id(parameters.keyPrimes()).write(out);
            out.u64(slots);
            for (int index = 0; index < slots; index++) {
                List<SealPublicKey> key = keys.getOrDefault(index, List.of());
                out.u64(key.size());
                for (SealPublicKey part : key) {
                    part.writeNested(out);
                }
            }
        });
    }
}
