package org.dalrn.fhe.seal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.dalrn.fhe.ring.Modulus;
import org.dalrn.fhe.ring.NttPrimes;
import org.dalrn.fhe.rlwe.SecretKeyAccess;

/** Objects of random residues, and the files of other programs. */
final class SealSamples {
    static final SealEncoding V4_1 = new SealEncoding(SealVersion.V4_1, SealCompression.NONE);

    private SealSamples() {}

    static SealParameters parameters(int degree, int... bits) {
        return SealParameters.of(
                degree,
                NttPrimes.create(degree, bits).stream()
                        .mapToLong(Modulus::value)
                        .toArray());
    }

    static byte[] file(String name) {
        try (InputStream in = SealSamples.class.getResourceAsStream("/vectors/seal/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long[] residues(Random random, SealParameters parameters, int polynomials, int primes) {
        long[] words = new long[polynomials * primes * parameters.degree()];
        for (int i = 0; i < words.length; i++) {
            words[i] = Math.floorMod(random.nextLong(), parameters.modulus(i / parameters.degree() % primes));
        }
        return words;
    }

    static SealSeed seed(Random random, SealSeed.Generator generator) {
        byte[] bytes = new byte[SealSeed.BYTES];
        random.nextBytes(bytes);
        return SealSeed.of(generator, bytes);
    }

    static SealPlaintext plaintext(Random random, SealParameters parameters, int primes) {
        return SealPlaintext.of(parameters, primes, 1024, residues(random, parameters, 1, primes));
    }

    static SealCiphertext ciphertext(Random random, SealParameters parameters, int size, int primes) {
        return SealCiphertext.of(parameters, size, primes, 1024, residues(random, parameters, size, primes));
    }

    static SealCiphertext seeded(Random random, SealParameters parameters, SealSeed.Generator generator) {
        int primes = parameters.dataPrimes();
        return SealCiphertext.seeded(
                parameters, primes, 1024, residues(random, parameters, 1, primes), seed(random, generator));
    }

    static SealPublicKey publicKey(Random random, SealParameters parameters) {
        return SealPublicKey.of(parameters, residues(random, parameters, 2, parameters.keyPrimes()));
    }

    static SealPublicKey seededKey(Random random, SealParameters parameters) {
        return SealPublicKey.seeded(
                parameters,
                residues(random, parameters, 1, parameters.keyPrimes()),
                seed(random, SealSeed.Generator.BLAKE2XB));
    }

    static SealSecretKey secretKey(Random random, SealParameters parameters) {
        return SealSecretKey.of(parameters, residues(random, parameters, 1, parameters.keyPrimes()));
    }

    static List<SealPublicKey> switching(Random random, SealParameters parameters, boolean seeded) {
        List<SealPublicKey> parts = new ArrayList<>();
        for (int i = 0; i < parameters.dataPrimes(); i++) {
            parts.add(seeded ? seededKey(random, parameters) : publicKey(random, parameters));
        }
        return parts;
    }

    static SealRelinearizationKeys relinearization(Random random, SealParameters parameters, int powers) {
        return SealRelinearizationKeys.of(
                parameters,
                Stream.generate(() -> switching(random, parameters, powers == 1))
                        .limit(powers)
                        .toList());
    }

    static SealGaloisKeys galois(Random random, SealParameters parameters, boolean seeded, int... elements) {
        TreeMap<Integer, List<SealPublicKey>> keys = new TreeMap<>();
        for (int element : elements) {
            keys.put(element, switching(random, parameters, seeded));
        }
        return SealGaloisKeys.of(parameters, keys);
    }

    /** The bytes of an object, and what reads such bytes and then writes what it read. */
    static final class Sample {
        private final byte[] bytes;
        private final BiFunction<byte[], SealParameters, Supplier<byte[]>> reading;

        Sample(byte[] bytes, BiFunction<byte[], SealParameters, Supplier<byte[]>> reading) {
            this.bytes = bytes;
            this.reading = reading;
        }

        byte[] bytes() {
            return bytes.clone();
        }

        Supplier<byte[]> read(byte[] other, SealParameters parameters) {
            return reading.apply(other, parameters);
        }

        byte[] rewrite(byte[] other, SealParameters parameters) {
            return read(other, parameters).get();
        }
    }

    private static <T> Supplier<byte[]> writing(T read, Function<T, byte[]> writing) {
        return () -> writing.apply(read);
    }

    /** One of each kind, by name; reading gives the bytes that are written of the object read. */
    static Map<String, Sample> all(Random random, SealParameters parameters, SealEncoding encoding) {
        int primes = parameters.dataPrimes();
        SecretKeyAccess access = SecretKeyAccess.granted();
        Map<String, Sample> all = new LinkedHashMap<>();
        all.put(
                "parameters",
                new Sample(
                        parameters.toBytes(encoding),
                        (bytes, p) -> writing(SealParameters.read(bytes), read -> read.toBytes(encoding))));
        all.put(
                "plaintext",
                new Sample(
                        plaintext(random, parameters, primes).toBytes(encoding),
                        (bytes, p) -> writing(SealPlaintext.read(bytes, p), read -> read.toBytes(encoding))));
        BiFunction<byte[], SealParameters, Supplier<byte[]>> ciphertext =
                (bytes, p) -> writing(SealCiphertext.read(bytes, p), read -> read.toBytes(encoding));
        all.put(
                "ciphertext",
                new Sample(ciphertext(random, parameters, 2, primes).toBytes(encoding), ciphertext));
        all.put(
                "lower ciphertext",
                new Sample(ciphertext(random, parameters, 2, 1).toBytes(encoding), ciphertext));
        all.put("product", new Sample(ciphertext(random, parameters, 3, primes).toBytes(encoding), ciphertext));
        all.put(
                "Blake2xb ciphertext",
                new Sample(
                        seeded(random, parameters, SealSeed.Generator.BLAKE2XB).toBytes(encoding), ciphertext));
        all.put(
                "SHAKE256 ciphertext",
                new Sample(
                        seeded(random, parameters, SealSeed.Generator.SHAKE256).toBytes(encoding), ciphertext));
        all.put(
                "secret key",
                new Sample(
                        secretKey(random, parameters).exportUnprotected(encoding, access),
                        (bytes, p) -> writing(
                                SealSecretKey.read(bytes, p), read -> read.exportUnprotected(encoding, access))));
        BiFunction<byte[], SealParameters, Supplier<byte[]>> publicKey =
                (bytes, p) -> writing(SealPublicKey.read(bytes, p), read -> read.toBytes(encoding));
        all.put("public key", new Sample(publicKey(random, parameters).toBytes(encoding), publicKey));
        all.put("seeded public key", new Sample(seededKey(random, parameters).toBytes(encoding), publicKey));
        if (parameters.keyPrimes() > 1) {
            BiFunction<byte[], SealParameters, Supplier<byte[]>> relinearization =
                    (bytes, p) -> writing(SealRelinearizationKeys.read(bytes, p), read -> read.toBytes(encoding));
            all.put(
                    "seeded relinearization key",
                    new Sample(relinearization(random, parameters, 1).toBytes(encoding), relinearization));
            all.put(
                    "relinearization keys of two powers",
                    new Sample(relinearization(random, parameters, 2).toBytes(encoding), relinearization));
            BiFunction<byte[], SealParameters, Supplier<byte[]>> galois =
                    (bytes, p) -> writing(SealGaloisKeys.read(bytes, p), read -> read.toBytes(encoding));
            all.put(
                    "Galois keys",
                    new Sample(galois(random, parameters, false, 3, 9).toBytes(encoding), galois));
            all.put(
                    "seeded Galois key",
                    new Sample(
                            galois(random, parameters, true, 2 * parameters.degree() - 1)
                                    .toBytes(encoding),
                            galois));
        }
        return all;
    }

    /** The messages of TenSEAL, by name. */
    static Map<String, Sample> tenseal(Random random, SealParameters parameters, SealEncoding encoding) {
        SecretKeyAccess access = SecretKeyAccess.granted();
        List<SealCiphertext> two = List.of(
                ciphertext(random, parameters, 2, parameters.dataPrimes()),
                seeded(random, parameters, SealSeed.Generator.BLAKE2XB));
        Map<String, Sample> all = new LinkedHashMap<>();
        all.put(
                "vector",
                new Sample(
                        new TensealVector(parameters, List.of(parameters.degree() / 2, 1), two, 1024).toBytes(encoding),
                        (bytes, p) -> writing(TensealVector.read(bytes, p), read -> read.toBytes(encoding))));
        all.put(
                "tensor",
                new Sample(
                        new TensealTensor(parameters, List.of(1, 2), two, 1024, 3).toBytes(encoding),
                        (bytes, p) -> writing(TensealTensor.read(bytes, p, 4), read -> read.toBytes(encoding))));
        TensealContext context = TensealContext.builder(parameters)
                .scale(1024)
                .publicKey(publicKey(random, parameters))
                .secretKey(secretKey(random, parameters))
                .relinearizationKeys(relinearization(random, parameters, 1))
                .galoisKeys(galois(random, parameters, true, 3))
                .build();
        all.put(
                "context",
                new Sample(
                        context.toBytes(encoding),
                        (bytes, p) -> writing(TensealContext.read(bytes), read -> read.toBytes(encoding))));
        all.put(
                "context with secret key",
                new Sample(
                        context.exportUnprotected(encoding, access),
                        (bytes, p) -> writing(
                                TensealContext.read(bytes),
                                read -> read.secretKey(access).isPresent()
                                        ? read.exportUnprotected(encoding, access)
                                        : read.toBytes(encoding))));
        return all;
    }
}
