package org.dalrn.integrations.seal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.dalrn.fhe.FheException;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.rlwe.SecurityStandard;

/** One implementation of SEAL's format that writes objects to a folder and uses those of another: peers/PROTOCOL.md. */
interface Peer extends AutoCloseable {
    /** Every object, in the order of the protocol. */
    List<String> OBJECTS = List.of(
            "parameters",
            "secret-key",
            "public-key",
            "public-key-seeded",
            "relin-keys",
            "relin-keys-seeded",
            "galois-keys",
            "galois-keys-seeded",
            "plaintext",
            "ciphertext-public",
            "ciphertext-symmetric",
            "ciphertext-seeded",
            "ciphertext-product");

    /** Each at the place of its number in SEAL's header. */
    List<String> COMPRESSIONS = List.of("none", "zlib", "zstd");

    /** Rotations with a key; 0 is the conjugation. */
    List<Integer> STEPS = List.of(0, 1, -2);

    /**
     * The parameters and scale of one column of the matrix.
     *
     * @param tolerance of the root mean square error over the slots: well above the worst measured (0.023 at N=2048, whose few
     *     bits leave little room, else below 4e-6) and well below that of a wrong object (above 0.3)
     */
    record Ring(int degree, List<Integer> bits, int log2Scale, double tolerance) {
        static final List<Ring> ALL = List.of(
                new Ring(2048, List.of(16, 16, 20), 15, 0.06),
                new Ring(4096, List.of(34, 33, 34), 32, 2e-5),
                new Ring(8192, List.of(60, 40, 40, 60), 40, 1e-6),
                new Ring(16384, List.of(60, 40, 40, 40, 60), 40, 1e-6));

        int slots() {
            return degree / 2;
        }

        double scale() {
            return Math.scalb(1.0, log2Scale);
        }

        /** The primes that SEAL takes for the bits. */
        long[] primes() {
            return NttPrimes.create(degree, bitLengths()).stream()
                    .mapToLong(Modulus::value)
                    .toArray();
        }

        CkksParameters parameters() {
            return CkksParameters.of(degree, SecurityStandard.HES_2018_CLASSICAL, bitLengths());
        }

        private int[] bitLengths() {
            return bits.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /**
     * Who it is.
     *
     * @param name library and version
     * @param sealMinor m of SEAL 4.m
     * @param writes compressions
     * @param reads compressions
     */
    record About(String name, int sealMinor, List<String> writes, List<String> reads) {
        @Override
        public String toString() {
            return name + " (SEAL 4." + sealMinor + ")";
        }
    }

    /** What came of a check: slots, or digits for {@code parameters}, or an error. */
    record Answer(List<Double> values, String text, String error) {
        static Answer of(double[] values) {
            return new Answer(Arrays.stream(values).boxed().toList(), null, null);
        }
    }

    /** One use of an object. */
    interface Use {
        double[] values() throws IOException;
    }

    About about();

    /** Writes what it can; answers why it cannot write the rest. */
    Map<String, String> make(Path folder, Ring ring, String compression) throws IOException;

    /** Uses every object it finds. */
    Map<String, Answer> check(Path folder, Ring ring) throws IOException;

    /** Why it cannot use some objects, by their names. */
    default Map<String, String> cannotUse() {
        return Map.of();
    }

    @Override
    void close();

    private static Path file(Path folder, String object) {
        return folder.resolve(object + ".seal");
    }

    static boolean has(Path folder, String object) {
        return Files.exists(file(folder, object));
    }

    static byte[] read(Path folder, String object) throws IOException {
        return Files.readAllBytes(file(folder, object));
    }

    static void write(Path folder, String object, byte[] bytes) throws IOException {
        Files.write(file(folder, object), bytes);
    }

    /** Adds what came of a use in this process. */
    static void attempt(Map<String, Answer> results, String check, Use use) throws IOException {
        try {
            results.put(check, Answer.of(use.values()));
        } catch (FheException e) {
            results.put(check, new Answer(null, null, e.toString()));
        }
    }

    static double v(int slot) {
        return ((37 * slot + 11) % 101 - 50) / 64.0;
    }

    static double w(int slot) {
        return ((53 * slot + 7) % 89 - 44) / 64.0;
    }

    static double[] values(int slots, IntToDoubleFunction value) {
        return IntStream.range(0, slots).mapToDouble(value).toArray();
    }

    /** The checks of an object: itself, or one for each rotation. */
    static List<String> checksOf(String object) {
        return object.startsWith("galois-keys")
                ? STEPS.stream().map(step -> object + "/" + step).toList()
                : List.of(object);
    }

    /** The slots that a check must give. */
    static double[] expected(String check, int slots) {
        String object = check.replace("-seeded", "");
        return switch (object) {
            case "public-key" -> values(slots, Peer::w);
            case "relin-keys" -> values(slots, i -> v(i) * v(i));
            case "ciphertext-product" -> values(slots, i -> v(i) * w(i));
            case "galois-keys/1" -> values(slots, i -> v((i + 1) % slots));
            case "galois-keys/-2" -> values(slots, i -> v(Math.floorMod(i - 2, slots)));
            default -> values(slots, Peer::v);
        };
    }
}
