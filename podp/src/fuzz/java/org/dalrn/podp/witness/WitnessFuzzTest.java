package org.dalrn.podp.witness;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.dalrn.podp.AllocationBudget;
import org.dalrn.podp.GenuineBytes;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.witness.WitnessOutcome.Cosigned;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * A witness on request bodies of the fuzzer's choice, or on genuine ones that these change. It never throws, and never
 * cosigns anything but the checkpoints that the log has signed.
 */
class WitnessFuzzTest {
    /** The largest request a few times over. */
    private static final long BUDGET = 32L << 20;

    private static final Ed25519KeyPair KEYS = Ed25519KeyPair.generate(new SecureRandom());
    private static final NoteSigner OWNER = KEYS.signer("example.org/log");
    private static final TwoFacedLog LOG = TwoFacedLog.of(OWNER, 40);
    private static final Checkpoint KNOWN = LOG.checkpoint(11);
    private static final Checkpoint NEXT = LOG.checkpoint(40);
    private static final byte[] SAME = LOG.request(11, 11);
    private static final byte[] GROWN = LOG.request(11, 40);

    @TempDir
    static Path folder;

    private static Witness witness;

    @BeforeAll
    static void open() {
        NoteSigner signer = Ed25519KeyPair.generate(new SecureRandom()).signer("w");
        List<TrustedLog> logs = List.of(new TrustedLog("example.org", KEYS.publicKey()));
        witness = Witness.open(folder, signer, logs, () -> Instant.ofEpochSecond(1_700_000_000));
        witness.addCheckpoint(LOG.request(0, 11));
    }

    @AfterAll
    static void close() {
        witness.close();
    }

    @FuzzTest(maxDuration = "30s")
    void addCheckpoint_ofAnyBytes_answers(byte[] data) {
        if (data.length < 1) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        byte[] body =
                switch (data[0] & 3) {
                    case 0 -> bytes;
                    case 1 -> GenuineBytes.changed(SAME, bytes);
                    default -> GenuineBytes.changed(GROWN, bytes);
                };
        AllocationBudget.require(BUDGET, () -> answer(body));
    }

    private static void answer(byte[] body) {
        WitnessOutcome outcome = witness.addCheckpoint(body);
        if (outcome instanceof Cosigned) {
            Checkpoint checkpoint =
                    Checkpoint.parse(AddCheckpointRequest.parse(body).note().text());
            // Further lines, of strangers, may make a request another one that is cosigned all the same.
            if (!checkpoint.equals(KNOWN) && !checkpoint.equals(NEXT)) {
                throw new AssertionError("cosigned what the log never signed: " + checkpoint);
            }
        }
        try {
            byte[] written = AddCheckpointRequest.parse(body).toByteArray();
            if (!Arrays.equals(written, body)) {
                throw new AssertionError("reads a request that it does not write");
            }
        } catch (MalformedException refused) {
            if (outcome.status() != 400) {
                throw new AssertionError("a malformed request is answered with " + outcome.status());
            }
        }
    }
}
