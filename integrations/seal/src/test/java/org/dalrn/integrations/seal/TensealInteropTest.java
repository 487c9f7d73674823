package org.dalrn.integrations.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.JavaCkksEngine;
import org.dalrn.fhe.ckks.Plaintext;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyGenerator;
import org.dalrn.fhe.rlwe.KeyId;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecretKeyAccess;
import org.dalrn.fhe.rlwe.SecurityStandard;
import org.dalrn.fhe.seal.SealCompression;
import org.dalrn.fhe.seal.SealEncoding;
import org.dalrn.fhe.seal.SealFormat;
import org.dalrn.fhe.seal.SealVersion;
import org.dalrn.fhe.seal.TensealContext;
import org.dalrn.fhe.seal.TensealTensor;
import org.dalrn.fhe.seal.TensealVector;
import org.dalrn.integrations.seal.Peer.Ring;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TenSEAL's own messages, both ways: contexts with and without the secret key, vectors, tensors. */
class TensealInteropTest {
    private static final SecretKeyAccess ACCESS = SecretKeyAccess.granted();
    private static final Ring RING = Ring.ALL.get(2);
    private static final KeyId ID = new KeyId("00112233445566778899aabbccddeeff");
    /** Rotation switches with uncentred digits: measured up to 2e-6, a wrong slot is off by 1/64 at least. */
    private static final double TOLERANCE = 1e-4;

    private static ProcessPeer tenseal;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        tenseal = ProcessPeer.python("tenseal");
    }

    @AfterAll
    static void stop() {
        if (tenseal != null) {
            tenseal.close();
        }
    }

    @Test
    void objectsOfTenseal_readHere_openAndCompute() throws IOException {
        tenseal.ask(ProcessPeer.request("make-wrapped", folder, RING));
        TensealContext full = TensealContext.read(bytes("context-secret"));
        TensealContext open = TensealContext.read(bytes("context-public"));
        CkksParameters parameters = SealFormat.fromSeal(full.parameters(), SecurityStandard.HES_2018_CLASSICAL);
        SealFormat format = SealFormat.of(parameters);
        JavaCkksEngine engine = JavaCkksEngine.of(parameters, new SecureRandom());
        SecretKey secret = format.fromSeal(full.secretKey(ACCESS).orElseThrow(), ID, ACCESS);
        assertThat(full.scale()).hasValue(RING.scale());
        assertThat(open.secretKey(ACCESS)).isEmpty();

        TensealVector vector = TensealVector.read(bytes("vector"), full.parameters());
        assertThat(vector.sizes()).containsExactly(RING.slots());
        Ciphertext ciphertext = format.fromSeal(vector.ciphertexts().get(0), ID);
        assertSlots(opened(engine, ciphertext, secret), Peer::v);

        PublicKey key = format.fromSeal(open.publicKey().orElseThrow(), ID);
        Plaintext plaintext = engine.encode(Peer.values(RING.slots(), Peer::w), RING.scale(), parameters.maxLevel());
        assertSlots(opened(engine, engine.encrypt(plaintext, key), secret), Peer::w);
        RelinearizationKey relin = format.fromSeal(open.relinearizationKeys().orElseThrow(), ID);
        Ciphertext square = engine.rescale(engine.relinearize(engine.square(ciphertext), relin));
        assertSlots(opened(engine, square, secret), i -> Peer.v(i) * Peer.v(i));
        GaloisKeys galois = format.fromSeal(open.galoisKeys().orElseThrow(), ID);
        assertSlots(opened(engine, engine.rotate(ciphertext, 5, galois), secret), i -> Peer.v((i + 5) % RING.slots()));

        // A 2 x 2 tensor, batched along its first axis: one ciphertext for each column.
        TensealTensor tensor = TensealTensor.read(bytes("tensor"), full.parameters(), 2);
        assertThat(tensor.shape()).containsExactly(2);
        assertThat(tensor.batchSize()).isEqualTo(2);
        for (int column = 0; column < 2; column++) {
            double[] slots = opened(engine, format.fromSeal(tensor.ciphertexts().get(column), ID), secret);
            for (int row = 0; row < 2; row++) {
                assertThat(Math.abs(slots[row] - Peer.v(2 * row + column))).isLessThan(TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SealCompression.class)
    void objectsFromHere_readByTenseal_openAndCompute(SealCompression compression) throws IOException {
        SealEncoding encoding = new SealEncoding(SealVersion.V3_7, compression);
        CkksParameters parameters = RING.parameters();
        SecureRandom random = new SecureRandom();
        SealFormat format = SealFormat.of(parameters);
        JavaCkksEngine engine = JavaCkksEngine.of(parameters, random);
        KeyGenerator generator = KeyGenerator.of(parameters.context(), random);
        SecretKey secret = generator.secretKey();
        PublicKey key = generator.publicKey(secret);
        RelinearizationKey relin = generator.relinearizationKey(secret);
        TensealContext.Builder builder = TensealContext.builder(format.sealParameters())
                .scale(RING.scale())
                .publicKey(format.toSeal(key))
                .relinearizationKeys(format.toSeal(relin))
                .galoisKeys(format.toSeal(generator.rotationKeys(secret, 1, 2)));
        write("context-public", builder.build().toBytes(encoding));
        write(
                "context-secret",
                TensealContext.builder(format.sealParameters())
                        .scale(RING.scale())
                        .publicKey(format.toSeal(key))
                        .relinearizationKeys(format.toSeal(relin))
                        .secretKey(format.toSeal(secret, ACCESS))
                        .build()
                        .exportUnprotected(encoding, ACCESS));
        Plaintext v = engine.encode(Peer.values(RING.slots(), Peer::v), RING.scale(), parameters.maxLevel());
        write(
                "vector",
                new TensealVector(
                                format.sealParameters(),
                                List.of(RING.slots()),
                                List.of(format.toSeal(engine.encrypt(v, key))),
                                RING.scale())
                        .toBytes(encoding));
        write(
                "vector-seeded",
                new TensealVector(
                                format.sealParameters(),
                                List.of(RING.slots()),
                                List.of(format.encryptSeeded(v, secret, ACCESS, random)),
                                RING.scale())
                        .toBytes(encoding));
        double[][] columns = {{Peer.v(0), Peer.v(2)}, {Peer.v(1), Peer.v(3)}};
        write(
                "tensor",
                new TensealTensor(
                                format.sealParameters(),
                                List.of(2),
                                Arrays.stream(columns)
                                        .map(column -> format.toSeal(engine.encrypt(
                                                engine.encode(column, RING.scale(), parameters.maxLevel()), key)))
                                        .toList(),
                                RING.scale(),
                                2)
                        .toBytes(encoding));

        JsonNode results =
                tenseal.ask(ProcessPeer.request("check-wrapped", folder)).get("results");

        assertThat(results.findValuesAsText("error")).isEmpty();
        assertThat(results.at("/context-secret/private").asBoolean()).isTrue();
        assertThat(results.at("/context-public/private").asBoolean()).isFalse();
        assertSlots(slots(results, "context-public"), i -> 2 * Peer.v(i));
        for (String name : new String[] {"vector", "vector-seeded"}) {
            assertSlots(slots(results, name), Peer::v);
            assertSlots(slots(results, name + "/square"), i -> Peer.v(i) * Peer.v(i));
        }
        JsonNode matrix = results.get("tensor").get("values");
        assertThat(matrix.size()).isEqualTo(2);
        for (int i = 0; i < 4; i++) {
            double value = matrix.get(i / 2).get(i % 2).asDouble();
            assertThat(Math.abs(value - Peer.v(i))).as("tensor entry %d", i).isLessThan(TOLERANCE);
        }
    }

    private static double[] slots(JsonNode results, String name) {
        return ProcessPeer.doubles(results.get(name).get("values"));
    }

    private static double[] opened(JavaCkksEngine engine, Ciphertext ciphertext, SecretKey secret) {
        return engine.decrypt(ciphertext, secret).insecureRawValues();
    }

    private static void assertSlots(double[] actual, IntToDoubleFunction expected) {
        assertThat(actual).hasSize(RING.slots());
        double worst = 0;
        for (int i = 0; i < actual.length; i++) {
            worst = Math.max(worst, Math.abs(actual[i] - expected.applyAsDouble(i)));
        }
        assertThat(worst).as("largest error of a slot").isLessThan(TOLERANCE);
    }

    private byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name + ".tenseal"));
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(name + ".tenseal"), bytes);
    }
}
