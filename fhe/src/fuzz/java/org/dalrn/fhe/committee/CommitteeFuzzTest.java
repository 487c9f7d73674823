package org.dalrn.fhe.committee;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.dalrn.fhe.AllocationBudget;
import org.dalrn.fhe.GenuineBytes;
import org.dalrn.fhe.committee.AnswerJournal.Commitment;
import org.dalrn.fhe.committee.AnswerJournal.Step;
import org.junit.jupiter.api.io.TempDir;

/**
 * All parsers of the package on bytes of the fuzzer's choice or on a genuine message that these change; the first byte picks. Each
 * reads an object that writes those very bytes again, or refuses with an exception of the module's family; what a party of the plan
 * signs is never read after a change.
 */
class CommitteeFuzzTest {
    /** Most goes into the big integers of a signature's check. */
    private static final long BUDGET = 32L << 20;

    private static final TestRound ROUND = TestRound.of(2, 2, 2, plan -> plan.vectorLength(2));
    private static final AgreedSet AGREED = ROUND.agreed(10, 20);
    private static final byte[] PLAN = ROUND.plan.toBytes();
    private static final byte[] OFFER = ROUND.plan.members().get(0).toBytes();
    private static final byte[] DEALT = ROUND.dealt(10).toBytes();
    private static final byte[] SHARE = ROUND.dealt(10).shareFor(2).toBytes();
    private static final byte[] SET = AGREED.set().toBytes();
    private static final byte[] ENDORSEMENT = AGREED.endorsements().get(0).toBytes();
    private static final byte[] AGREED_SET = AGREED.toBytes();
    private static final byte[] ANSWER = ROUND.answer(1, AGREED, 10, 20).toBytes();

    @TempDir
    static Path folder;

    private static byte[] journal = new byte[0];

    @FuzzTest(maxDuration = "60s")
    void parsers_ofAnyBytes_readOrRefuse(byte[] data) {
        if (data.length < 1) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        boolean change = (data[0] & 0x80) != 0;
        CommitteePlan plan = ROUND.plan;
        AllocationBudget.require(BUDGET, () -> {
            switch (data[0] & 15) {
                case 0 -> unsigned(change, PLAN, bytes, in -> CommitteePlan.parse(in).toBytes());
                case 1 -> unsigned(change, OFFER, bytes, in -> MemberOffer.parse(plan.round(), in)
                        .toBytes());
                case 2 -> signed(change, DEALT, bytes, in -> DealtShares.parse(plan, in).toBytes());
                case 3 -> signed(change, SHARE, bytes, in -> SealedShare.parse(plan, in).toBytes());
                case 4 -> unsigned(change, SET, bytes, in -> AcceptedSet.parse(plan, in).toBytes());
                case 5 -> unsigned(change, ENDORSEMENT, bytes, in -> SetEndorsement.parse(in).toBytes());
                case 6 -> signed(change, AGREED_SET, bytes, in -> AgreedSet.parse(plan, in).toBytes());
                case 7 -> signed(change, ANSWER, bytes, in -> SealedAnswer.parse(plan, in).toBytes());
                case 8 -> residues(bytes);
                default -> openJournal(change, bytes);
            }
        });
    }

    /** What is inside a seal, whose sender may have packed anything. */
    private static void residues(byte[] bytes) {
        for (int bound : new int[] {1 << 11, 1 << 15, 1 << 17, 1 << 29}) {
            ShareField field = ShareField.of(1, bound);
            int length = (int) (8L * bytes.length / field.bits());
            int[] residues = Residues.parse(field, bytes, length);
            if (residues != null && !Arrays.equals(Residues.toBytes(field, residues), bytes)) {
                throw new AssertionError("reads residues that it does not write");
            }
        }
    }

    private static void signed(boolean change, byte[] genuine, byte[] bytes, Function<byte[], byte[]> parseAndWrite) {
        if (unsigned(change, genuine, bytes, parseAndWrite) && !Arrays.equals(change(change, genuine, bytes), genuine)) {
            throw new AssertionError("read something that nobody signed");
        }
    }

    /** Whether it was read. */
    private static boolean unsigned(
            boolean change, byte[] genuine, byte[] bytes, Function<byte[], byte[]> parseAndWrite) {
        byte[] in = change(change, genuine, bytes);
        try {
            byte[] again = parseAndWrite.apply(in.clone());
            if (!Arrays.equals(again, in)) {
                throw new AssertionError("reads what it does not write");
            }
            return true;
        } catch (CommitteeException refused) {
            if (Arrays.equals(in, genuine)) {
                throw new AssertionError("refused a genuine message", refused);
            }
            requireReason(refused);
            return false;
        }
    }

    private static byte[] change(boolean change, byte[] genuine, byte[] bytes) {
        return change ? GenuineBytes.changed(genuine, bytes) : bytes;
    }

    /** A journal is a file of the member's own; it may be damaged, and then it is refused or opened without what was not whole. */
    private static void openJournal(boolean change, byte[] bytes) {
        try {
            Path file = folder.resolve("journal");
            if (journal.length == 0) {
                try (FileAnswerJournal written = FileAnswerJournal.open(file)) {
                    Digest digest = Digest.of(new byte[Digest.SIZE_BYTES]);
                    written.commit(new Commitment(ROUND.plan.round(), digest, digest), Step.ANSWERED);
                }
                journal = Files.readAllBytes(file);
            }
            Files.write(file, change(change, journal, bytes));
            FileAnswerJournal.open(file).close();
        } catch (CommitteeException refused) {
            requireReason(refused);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireReason(CommitteeException refused) {
        if (refused.getMessage().isBlank()) {
            throw new AssertionError("refused without a reason", refused);
        }
    }
}
