package org.dalrn.integrations.seal;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.JavaCkksEngine;
import org.dalrn.fhe.ckks.Plaintext;
import org.dalrn.fhe.ring.NttPolynomial;
import org.dalrn.fhe.ring.RnsBasis;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyGenerator;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.KeySwitchKey;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.dalrn.fhe.seal.SealCompression;
import org.dalrn.fhe.seal.SealEncoding;
import org.dalrn.fhe.seal.SealFormat;
import org.dalrn.fhe.seal.SealGaloisKeys;
import org.dalrn.fhe.seal.SealParameters;
import org.dalrn.fhe.seal.SealPublicKey;
import org.dalrn.fhe.seal.SealRelinearizationKeys;
import org.dalrn.fhe.seal.SealSeed;
import org.dalrn.fhe.seal.SealVersion;

/** DALRN's own side of the matrix: module fhe alone. */
final class JavaPeer implements Peer {
    private static final SecretKeyAccess ACCESS = SecretKeyAccess.granted();

    private final SecureRandom random = new SecureRandom();
    private final SealVersion version;

    /** Writes headers of that version. */
    JavaPeer(SealVersion version) {
        this.version = version;
    }

    @Override
    public About about() {
        return new About("fhe writing " + version, 4, COMPRESSIONS, COMPRESSIONS);
    }

    @Override
    public Map<String, String> make(Path folder, Ring ring, String compression) throws IOException {
        SealEncoding encoding =
                new SealEncoding(version, SealCompression.valueOf(compression.toUpperCase(Locale.ROOT)));
        CkksParameters parameters = ring.parameters();
        SealFormat format = SealFormat.of(parameters).withEncoding(encoding);
        KeyGenerator generator = KeyGenerator.of(parameters.context(), random);
        JavaCkksEngine engine = JavaCkksEngine.of(parameters, random);
        SecretKey secret = generator.secretKey();
        PublicKey open = generator.publicKey(secret);
        RelinearizationKey relin = generator.relinearizationKey(secret);
        List<Integer> elements = STEPS.stream()
                .map(step -> step == 0
                        ? GaloisKeys.elementOfConjugation(ring.degree())
                        : GaloisKeys.elementOfRotation(step, ring.degree()))
                .toList();
        GaloisKeys galois = generator.galoisKeys(secret, elements);
        int top = parameters.maxLevel();
        Plaintext v = engine.encode(Peer.values(ring.slots(), Peer::v), ring.scale(), top);
        Plaintext w = engine.encode(Peer.values(ring.slots(), Peer::w), ring.scale(), top);
        Ciphertext ciphertext = engine.encrypt(v, open);
        Ciphertext product =
                engine.rescale(engine.relinearize(engine.multiply(ciphertext, engine.encrypt(w, open)), relin));

        Peer.write(folder, "parameters", format.writeParameters());
        Peer.write(folder, "secret-key", format.exportUnprotected(secret, ACCESS));
        Peer.write(folder, "public-key", format.write(open));
        Peer.write(
                folder,
                "public-key-seeded",
                seeded(format.sealParameters(), open.b(), open.a(), secret).toBytes(encoding));
        Peer.write(folder, "relin-keys", format.write(relin));
        Peer.write(
                folder,
                "relin-keys-seeded",
                SealRelinearizationKeys.of(
                                format.sealParameters(), List.of(seeded(format.sealParameters(), relin.key(), secret)))
                        .toBytes(encoding));
        Peer.write(folder, "galois-keys", format.write(galois));
        SortedMap<Integer, List<SealPublicKey>> seededGalois = new TreeMap<>();
        galois.keys()
                .forEach((element, key) -> seededGalois.put(element, seeded(format.sealParameters(), key, secret)));
        Peer.write(
                folder,
                "galois-keys-seeded",
                SealGaloisKeys.of(format.sealParameters(), seededGalois).toBytes(encoding));
        Peer.write(folder, "plaintext", format.write(v));
        Peer.write(folder, "ciphertext-public", format.write(ciphertext));
        Peer.write(folder, "ciphertext-symmetric", format.write(engine.encryptSymmetric(v, secret)));
        Peer.write(
                folder,
                "ciphertext-seeded",
                format.encryptSeeded(v, secret, ACCESS, random).toBytes(encoding));
        Peer.write(folder, "ciphertext-product", format.write(product));
        return Map.of();
    }

    private List<SealPublicKey> seeded(SealParameters parameters, KeySwitchKey key, SecretKey secret) {
        List<SealPublicKey> digits = new ArrayList<>();
        for (int digit = 0; digit < key.digits(); digit++) {
            digits.add(seeded(parameters, key.b(digit), key.a(digit), secret));
        }
        return digits;
    }

    /** The same error and message under an expanded uniform part: b' = b + (a - a') s. */
    private SealPublicKey seeded(SealParameters parameters, NttPolynomial b, NttPolynomial a, SecretKey secret) {
        SealSeed seed = SealSeed.random(random);
        long[] words = seed.expand(parameters, parameters.keyPrimes());
        RnsBasis basis = secret.context().keyBasis();
        int n = basis.ringDegree();
        long[][] limbs = new long[basis.size()][];
        Arrays.setAll(limbs, j -> Arrays.copyOfRange(words, j * n, (j + 1) * n));
        NttPolynomial first = b.add(a.subtract(NttPolynomial.wrap(basis, limbs)).multiply(secret.polynomial(ACCESS)));
        long[] out = new long[basis.size() * n];
        for (int j = 0; j < basis.size(); j++) {
            first.copyLimb(j, out, j * n);
        }
        return SealPublicKey.seeded(parameters, out, seed);
    }

    @Override
    public Map<String, Answer> check(Path folder, Ring ring) throws IOException {
        Map<String, Answer> results = new TreeMap<>();
        CkksParameters parameters = Peer.has(folder, "parameters")
                ? SealFormat.readParameters(Peer.read(folder, "parameters"), SecurityStandard.HES_2018_CLASSICAL)
                : ring.parameters();
        SealFormat format = SealFormat.of(parameters);
        SealParameters seal = format.sealParameters();
        results.put(
                "parameters",
                new Answer(null, seal.parmsId(seal.keyPrimes()) + " " + seal.parmsId(seal.dataPrimes()), null));
        JavaCkksEngine engine = JavaCkksEngine.of(parameters, random);
        KeyId id = KeyId.random(random);
        SecretKey secret = format.readSecretKey(Peer.read(folder, "secret-key"), id, ACCESS);
        Ciphertext ciphertext = format.readCiphertext(Peer.read(folder, "ciphertext-public"), id);
        Peer.attempt(results, "secret-key", () -> decrypt(engine, ciphertext, secret));
        for (String name : present(folder, "public-key", "public-key-seeded")) {
            Peer.attempt(results, name, () -> {
                PublicKey key = format.readPublicKey(Peer.read(folder, name), id);
                double[] w = Peer.values(ring.slots(), Peer::w);
                return decrypt(
                        engine, engine.encrypt(engine.encode(w, ring.scale(), parameters.maxLevel()), key), secret);
            });
        }
        for (String name : present(folder, "relin-keys", "relin-keys-seeded")) {
            Peer.attempt(results, name, () -> {
                RelinearizationKey key = format.readRelinearizationKey(Peer.read(folder, name), id);
                return decrypt(engine, engine.rescale(engine.relinearize(engine.square(ciphertext), key)), secret);
            });
        }
        for (String name : present(folder, "galois-keys", "galois-keys-seeded")) {
            for (int step : STEPS) {
                Peer.attempt(results, name + "/" + step, () -> {
                    GaloisKeys keys = format.readGaloisKeys(Peer.read(folder, name), id);
                    Ciphertext moved =
                            step == 0 ? engine.conjugate(ciphertext, keys) : engine.rotate(ciphertext, step, keys);
                    return decrypt(engine, moved, secret);
                });
            }
        }
        for (String name : present(folder, "plaintext")) {
            Peer.attempt(
                    results,
                    name,
                    () -> engine.decode(format.readPlaintext(Peer.read(folder, name)))
                            .insecureRawValues());
        }
        for (String name : present(
                folder, "ciphertext-public", "ciphertext-symmetric", "ciphertext-seeded", "ciphertext-product")) {
            Peer.attempt(
                    results, name, () -> decrypt(engine, format.readCiphertext(Peer.read(folder, name), id), secret));
        }
        return results;
    }

    private static double[] decrypt(JavaCkksEngine engine, Ciphertext ciphertext, SecretKey secret) {
        return engine.decrypt(ciphertext, secret).insecureRawValues();
    }

    private static List<String> present(Path folder, String... names) {
        return Arrays.stream(names).filter(name -> Peer.has(folder, name)).toList();
    }

    @Override
    public void close() {}
}
