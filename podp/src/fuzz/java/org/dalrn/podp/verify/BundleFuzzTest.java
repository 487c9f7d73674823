package org.dalrn.podp.verify;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.dalrn.podp.AllocationBudget;
import org.dalrn.podp.GenuineBytes;
import org.dalrn.podp.PodpException;

/**
 * Bundles and proofs of single receipts, of the fuzzer's choice or genuine ones that it changes, and bundles in form around a
 * file that it changes; the first byte picks. Nothing but the genuine one is ever verified, and memory is bounded.
 */
class BundleFuzzTest {
    /** Windows of 64 KiB over leaves, lines and blobs, and a thousand findings. */
    private static final long BUDGET = 32L << 20;

    private static final byte[] GENUINE = BundleTest.ofPython();
    private static final String[] FILES = SampleLog.files().keySet().toArray(String[]::new);
    private static final byte[] PROOF = proof();

    @FuzzTest(maxDuration = "30s")
    void verify_ofAnyBytes_isRefutedWithinItsMemory(byte[] data) {
        if (data.length < 2) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(data, 2, data.length);
        switch (data[0] & 3) {
            case 0 -> bundle(rest);
            case 1 -> bundle(GenuineBytes.changed(GENUINE, rest));
            case 2 -> {
                Map<String, byte[]> files = SampleLog.files();
                files.computeIfPresent(
                        FILES[(data[1] & 0xff) % FILES.length], (name, content) -> GenuineBytes.changed(content, rest));
                bundle(SampleLog.bundle(files));
            }
            default -> proof((data[1] & 1) == 0 ? rest : GenuineBytes.changed(PROOF, rest));
        }
    }

    private static void bundle(byte[] bytes) {
        Path file = write(bytes);
        AllocationBudget.require(BUDGET, () -> {
            boolean verified = SampleLog.verifier().verify(file) instanceof Verification.Verified;
            if (verified != Arrays.equals(bytes, GENUINE)) {
                throw new AssertionError(verified ? "another bundle is verified" : "the genuine bundle is refuted");
            }
        });
    }

    private static void proof(byte[] bytes) {
        AllocationBudget.require(BUDGET, () -> {
            boolean proves;
            try {
                ReceiptProof proof = ReceiptProof.parse(bytes);
                if (!Arrays.equals(proof.toByteArray(), bytes)) {
                    throw new AssertionError("a proof in two spellings");
                }
                proves = proof.objection(SampleLog.OWNER, SampleLog.CLIENT).isEmpty();
            } catch (PodpException refused) {
                proves = false;
            }
            if (proves && !Arrays.equals(bytes, PROOF)) {
                throw new AssertionError("another proof proves");
            }
        });
    }

    private static byte[] proof() {
        try (Bundle bundle = Bundle.open(write(GENUINE))) {
            return ReceiptProof.of(bundle, 1).toByteArray();
        }
    }

    private static Path write(byte[] bytes) {
        try {
            return Files.write(Folder.PATH.resolve("bundle.tar"), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One folder for all runs. */
    private static final class Folder {
        static final Path PATH = create();

        private static Path create() {
            try {
                Path folder = Files.createTempDirectory("bundle-fuzz");
                folder.toFile().deleteOnExit();
                folder.resolve("bundle.tar").toFile().deleteOnExit();
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
