package org.dalrn.benchmarks.fhe;

import java.security.SecureRandom;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import org.dalrn.fhe.ckks.Ciphertext;
import org.dalrn.fhe.ckks.CkksEngine;
import org.dalrn.fhe.ckks.CkksParameters;
import org.dalrn.fhe.ckks.Decryption;
import org.dalrn.fhe.ckks.JavaCkksEngine;
import org.dalrn.fhe.rlwe.GaloisKeys;
import org.dalrn.fhe.rlwe.KeyGenerator;
import org.dalrn.fhe.rlwe.PublicKey;
import org.dalrn.fhe.rlwe.RelinearizationKey;
import org.dalrn.fhe.rlwe.SecretKey;
import org.dalrn.fhe.rlwe.SecurityStandard;

/**
 * CKKS at N = 8192, primes of 60, 40, 40 and 60 bits, 4,096 slots, scale 2^40, fresh ciphertexts of the highest level, rotation
 * by one: what {@code peers/seal/speed.cpp} measures of SEAL, with the same numbers in the slots.
 */
final class CkksFigures {
    private static final double SCALE = 0x1p40;
    private static final double MAX_ERROR = 1e-4;

    private final SecureRandom random = new SecureRandom();
    private final CkksParameters parameters =
            CkksParameters.of(8192, SecurityStandard.GUIDELINES_2024_CLASSICAL, 60, 40, 40, 60);
    private final CkksEngine engine = JavaCkksEngine.of(parameters, random);
    private final KeyGenerator generator = KeyGenerator.of(parameters.context(), random);
    private final SecretKey secretKey = generator.secretKey();
    private final PublicKey publicKey = generator.publicKey(secretKey);
    private final double[] values = values(37);
    private final double[] others = values(29);

    private double[] values(int step) {
        double[] slots = new double[parameters.slots()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = ((step * i + 11) % 101 - 50) / 64.0;
        }
        return slots;
    }

    /** Measures and prints. */
    void print() {
        int level = parameters.maxLevel();
        print(
                "encode_encrypt_public",
                () -> engine.encrypt(engine.encode(values, SCALE, level), publicKey),
                i -> values[i]);
        print(
                "encode_encrypt_symmetric",
                () -> engine.encryptSymmetric(engine.encode(values, SCALE, level), secretKey),
                i -> values[i]);
        printDecryption(level);
        Ciphertext a = engine.encrypt(engine.encode(values, SCALE, level), publicKey);
        Ciphertext b = engine.encrypt(engine.encode(others, SCALE, level), publicKey);
        RelinearizationKey relinearizationKey = generator.relinearizationKey(secretKey);
        print(
                "multiply_relinearize_rescale",
                () -> engine.rescale(engine.relinearize(engine.multiply(a, b), relinearizationKey)),
                i -> values[i] * others[i]);
        GaloisKeys rotationKeys = generator.rotationKeys(secretKey, 1);
        print("rotate", () -> engine.rotate(a, 1, rotationKeys), i -> values[(i + 1) % values.length]);
    }

    private void print(String operation, Supplier<Ciphertext> measured, IntToDoubleFunction expected) {
        Ciphertext[] result = new Ciphertext[1];
        Timing timing = Timing.measure(() -> {
            result[0] = measured.get();
            return result[0].level();
        });
        try (Decryption decryption = engine.decrypt(result[0], secretKey)) {
            print(operation, timing, decryption.insecureRawValues(), expected);
        }
    }

    private void printDecryption(int level) {
        Ciphertext ciphertext = engine.encrypt(engine.encode(values, SCALE, level), publicKey);
        double[][] decoded = new double[1][];
        Timing timing = Timing.measure(() -> {
            try (Decryption decryption = engine.decrypt(ciphertext, secretKey)) {
                decoded[0] = decryption.insecureRawValues();
            }
            return (long) decoded[0][0];
        });
        print("decrypt_decode", timing, decoded[0], i -> values[i]);
    }

    private void print(String operation, Timing timing, double[] decoded, IntToDoubleFunction expected) {
        String name = "ckks_8192_" + operation;
        double worst = 0;
        for (int i = 0; i < values.length; i++) {
            double error = Math.abs(decoded[i] - expected.applyAsDouble(i));
            if (!(error <= MAX_ERROR)) {
                throw new IllegalStateException(name + ": slot " + i + " is " + decoded[i] + " instead of "
                        + expected.applyAsDouble(i) + ", off by more than " + MAX_ERROR);
            }
            worst = Math.max(worst, error);
        }
        FheSuite.printMicros(
                name, Map.of("bits", "60,40,40,60", "ring_degree", parameters.ringDegree(), "error", worst), timing);
    }
}
