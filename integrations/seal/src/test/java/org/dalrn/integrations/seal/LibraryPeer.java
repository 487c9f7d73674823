package org.dalrn.integrations.seal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.dalrn.fhe.seal.SealCompression;
import org.dalrn.integrations.seal.SealContext.Security;

/** SEAL's C library in this process, given nothing but files. Parameters, which it is not bound to save or load, it leaves out. */
final class LibraryPeer implements Peer {
    private static final Map<String, String> CANNOT = Map.of("parameters", "the binding makes parameters from numbers");

    private final SealLibrary library = Peers.library();

    @Override
    public About about() {
        return new About(
                "libsealc " + library.version(), library.version().charAt(2) - '0', COMPRESSIONS, COMPRESSIONS);
    }

    private SealContext context(Ring ring) {
        return SealContext.create(library, ring.degree(), ring.primes(), Security.TC128);
    }

    private static NativeHandle encode(SealContext seal, Ring ring, double[] values) {
        return seal.encode(values, new double[values.length], ring.scale(), seal.maxLevel());
    }

    @Override
    public Map<String, String> make(Path folder, Ring ring, String compression) throws IOException {
        SealCompression packed = SealCompression.valueOf(compression.toUpperCase(Locale.ROOT));
        int[] steps = STEPS.stream().mapToInt(i -> i).toArray();
        try (SealContext seal = context(ring);
                NativeHandle secret = seal.newSecretKey();
                NativeHandle open = seal.newPublicKey(secret, false);
                NativeHandle openSeeded = seal.newPublicKey(secret, true);
                NativeHandle relin = seal.newRelinearizationKeys(secret, false);
                NativeHandle relinSeeded = seal.newRelinearizationKeys(secret, true);
                NativeHandle galois = seal.newGaloisKeys(secret, false, steps);
                NativeHandle galoisSeeded = seal.newGaloisKeys(secret, true, steps);
                NativeHandle v = encode(seal, ring, Peer.values(ring.slots(), Peer::v));
                NativeHandle w = encode(seal, ring, Peer.values(ring.slots(), Peer::w));
                NativeHandle ciphertext = seal.encrypt(v, open);
                NativeHandle symmetric = seal.encryptSymmetric(v, secret, false);
                NativeHandle seeded = seal.encryptSymmetric(v, secret, true);
                NativeHandle second = seal.encrypt(w, open);
                NativeHandle three = seal.multiply(ciphertext, second);
                NativeHandle two = seal.relinearize(three, relin);
                NativeHandle product = seal.rescale(two)) {
            Peer.write(folder, "secret-key", seal.save(SealKind.SECRET_KEY, secret, packed));
            Peer.write(folder, "public-key", seal.save(SealKind.PUBLIC_KEY, open, packed));
            Peer.write(folder, "public-key-seeded", seal.save(SealKind.PUBLIC_KEY, openSeeded, packed));
            Peer.write(folder, "relin-keys", seal.save(SealKind.SWITCH_KEYS, relin, packed));
            Peer.write(folder, "relin-keys-seeded", seal.save(SealKind.SWITCH_KEYS, relinSeeded, packed));
            Peer.write(folder, "galois-keys", seal.save(SealKind.SWITCH_KEYS, galois, packed));
            Peer.write(folder, "galois-keys-seeded", seal.save(SealKind.SWITCH_KEYS, galoisSeeded, packed));
            Peer.write(folder, "plaintext", seal.save(SealKind.PLAINTEXT, v, packed));
            Peer.write(folder, "ciphertext-public", seal.save(SealKind.CIPHERTEXT, ciphertext, packed));
            Peer.write(folder, "ciphertext-symmetric", seal.save(SealKind.CIPHERTEXT, symmetric, packed));
            Peer.write(folder, "ciphertext-seeded", seal.save(SealKind.CIPHERTEXT, seeded, packed));
            Peer.write(folder, "ciphertext-product", seal.save(SealKind.CIPHERTEXT, product, packed));
        }
        return CANNOT;
    }

    @Override
    public Map<String, String> cannotUse() {
        return CANNOT;
    }

    @Override
    public Map<String, Answer> check(Path folder, Ring ring) throws IOException {
        Map<String, Answer> results = new TreeMap<>();
        try (SealContext seal = context(ring);
                NativeHandle secret = load(seal, SealKind.SECRET_KEY, folder, "secret-key");
                NativeHandle ciphertext = load(seal, SealKind.CIPHERTEXT, folder, "ciphertext-public")) {
            Peer.attempt(results, "secret-key", () -> decrypted(seal, secret, ciphertext));
            for (String name : List.of("public-key", "public-key-seeded")) {
                Peer.attempt(results, name, () -> {
                    try (NativeHandle key = load(seal, SealKind.PUBLIC_KEY, folder, name);
                            NativeHandle w = encode(seal, ring, Peer.values(ring.slots(), Peer::w));
                            NativeHandle encrypted = seal.encrypt(w, key)) {
                        return decrypted(seal, secret, encrypted);
                    }
                });
            }
            for (String name : List.of("relin-keys", "relin-keys-seeded")) {
                Peer.attempt(results, name, () -> {
                    try (NativeHandle keys = load(seal, SealKind.SWITCH_KEYS, folder, name);
                            NativeHandle square = seal.square(ciphertext);
                            NativeHandle two = seal.relinearize(square, keys);
                            NativeHandle rescaled = seal.rescale(two)) {
                        return decrypted(seal, secret, rescaled);
                    }
                });
            }
            for (String name : List.of("galois-keys", "galois-keys-seeded")) {
                for (int step : STEPS) {
                    Peer.attempt(results, name + "/" + step, () -> {
                        try (NativeHandle keys = load(seal, SealKind.SWITCH_KEYS, folder, name);
                                NativeHandle moved = step == 0
                                        ? seal.conjugate(ciphertext, keys)
                                        : seal.rotate(ciphertext, step, keys)) {
                            return decrypted(seal, secret, moved);
                        }
                    });
                }
            }
            Peer.attempt(results, "plaintext", () -> {
                try (NativeHandle plaintext = load(seal, SealKind.PLAINTEXT, folder, "plaintext")) {
                    return decoded(seal, plaintext);
                }
            });
            for (String name : OBJECTS.subList(OBJECTS.indexOf("ciphertext-public"), OBJECTS.size())) {
                Peer.attempt(results, name, () -> {
                    try (NativeHandle loaded = load(seal, SealKind.CIPHERTEXT, folder, name)) {
                        return decrypted(seal, secret, loaded);
                    }
                });
            }
        }
        return results;
    }

    private static NativeHandle load(SealContext seal, SealKind kind, Path folder, String object) throws IOException {
        return seal.load(kind, Peer.read(folder, object));
    }

    private static double[] decrypted(SealContext seal, NativeHandle secret, NativeHandle ciphertext) {
        try (NativeHandle plaintext = seal.decrypt(ciphertext, secret)) {
            return decoded(seal, plaintext);
        }
    }

    private static double[] decoded(SealContext seal, NativeHandle plaintext) {
        double[] interleaved = seal.decode(plaintext);
        return Peer.values(interleaved.length / 2, i -> interleaved[2 * i]);
    }

    @Override
    public void close() {}
}
