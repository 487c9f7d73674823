package org.dalrn.podp.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.canonical.Scalar;
import org.dalrn.podp.receipt.Artifact;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.Finding.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that add up 8-byte numbers: each receipt's sum begins with that of the one before. */
class ReplayTest {
    @TempDir
    Path folder;

    private static final Replayer SUMS = new Replayer() {
        @Override
        public Set<String> types() {
            return Set.of("sum/1");
        }

        @Override
        public Session begin(String log) {
            assertThat(log).isEqualTo(SampleLog.ORIGIN);
            long[] sum = new long[1];
            return (claimed, blobs) -> {
                for (Artifact addend : claimed.facts().inputs()) {
                    byte[] bytes = blobs.read(addend.sha256(), 1000);
                    if (bytes.length != 8) {
                        throw new MalformedException("a number of " + bytes.length + " bytes\u001b[31m");
                    }
                    sum[0] += ByteBuffer.wrap(bytes).getLong();
                }
                if (sum[0] < 0) {
                    return new Replayer.NotReplayable("a sum below zero");
                }
                return new Replayer.Remade(sum(claimed.facts().inputs(), sum[0]));
            };
        }
    };

    private static Facts sum(List<Artifact> addends, long sum) {
        return new Facts(
                "sum/1",
                addends,
                List.of(new Artifact("sum", Sha256Hash.of(number(sum)))),
                new TreeMap<>(Map.of("numbers", List.of(Scalar.of(addends.size())), "sum", Scalar.of(sum))));
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    private static Artifact addend(byte[] bytes) {
        return new Artifact("addend", Sha256Hash.of(bytes));
    }

    private Verification replay(Verifier verifier, List<Receipt> receipts, byte[]... blobs) throws Exception {
        Map<String, byte[]> files = SampleLog.signed(receipts);
        java.util.Arrays.stream(blobs)
                .sorted((a, b) -> Sha256Hash.of(a).compareTo(Sha256Hash.of(b)))
                .forEach(blob -> files.put(BundleName.ofBlob(Sha256Hash.of(blob)), blob));
        return verifier.verify(Files.write(folder.resolve("run.tar"), SampleLog.bundle(files)), List.of(SUMS));
    }

    private static List<Finding> findings(Verification verification) {
        return verification.match(verified -> List.of(), Verification.Refuted::findings);
    }

    private static Summary.Replay replay(Verification verification) {
        return verification.match(verified -> verified.summary().replay().orElseThrow(), refuted -> {
            throw new AssertionError(refuted.findings());
        });
    }

    @Test
    void verify_stepsThatRunAgainToTheSame_areCounted() throws Exception {
        List<Receipt> receipts = SampleLog.chain(
                sum(List.of(addend(number(3)), addend(number(4))), 7), sum(List.of(addend(number(5))), 12));
        Summary.Replay replay =
                replay(replay(SampleLog.verifier().requiringReplay(), receipts, number(3), number(4), number(5)));
        assertThat(replay.replayed()).isEqualTo(2);
        assertThat(replay.isComplete()).isTrue();
    }

    @Test
    void verify_stepsThatGiveSomethingElse_areNamedByTheirFields() throws Exception {
        List<Receipt> receipts = SampleLog.chain(
                sum(List.of(addend(number(3)), addend(number(4))), 8), sum(List.of(addend(number(5))), 12));
        List<Finding> findings = findings(replay(SampleLog.verifier(), receipts, number(3), number(4), number(5)));
        assertThat(findings).allMatch(finding -> finding.kind() == Kind.REPLAY);
        assertThat(findings)
                .extracting(finding -> finding.where().toString())
                .containsExactly("receipts.jsonl #0 outputs.0.sha256", "receipts.jsonl #0 parameters.sum");
        assertThat(findings.get(1).expected()).isEqualTo("'7'");
        assertThat(findings.get(1).found()).isEqualTo("'8'");
        assertThat(findings.get(1).message())
                .contains(receipts.get(0).replayDigest().toString())
                .contains(receipts.get(0)
                                .withFacts(sum(receipts.get(0).facts().inputs(), 7))
                                .replayDigest() + " instead");
    }

    @Test
    void verify_stepsWithoutTheirBlobs_areVerifiedAndNotReplayed() throws Exception {
        List<Receipt> receipts = SampleLog.chain(sum(List.of(addend(number(3))), 3));
        Summary.Replay replay = replay(replay(SampleLog.verifier(), receipts));
        assertThat(replay.replayed()).isZero();
        assertThat(replay.notReplayable()).hasSize(1).allSatisfy((because, count) -> {
            assertThat(because).startsWith("blob ");
            assertThat(count).isEqualTo(1);
        });
        assertThat(findings(replay(SampleLog.verifier().requiringReplay(), receipts)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Kind.NOT_REPLAYED));
    }

    @Test
    void verify_stepsOfUnknownTypes_areCountedOrRefuted() throws Exception {
        Facts unknown = new Facts("other/1", List.of(), List.of(), new TreeMap<>());
        List<Receipt> receipts = SampleLog.chain(unknown, sum(List.of(), 0), unknown);
        Summary.Replay replay = replay(replay(SampleLog.verifier(), receipts));
        assertThat(replay.replayed()).isEqualTo(1);
        assertThat(replay.unknownTypes()).containsExactly(Map.entry("other/1", 2L));
        assertThat(replay.isComplete()).isFalse();
        assertThat(findings(replay(SampleLog.verifier().requiringReplay(), receipts)))
                .extracting(finding -> finding.where().leaf().getAsLong())
                .containsExactly(0L, 2L);
    }

    @Test
    void verify_stepThatCannotRun_saysWhy() throws Exception {
        List<Receipt> receipts = SampleLog.chain(sum(List.of(addend(number(-3))), -3));
        assertThat(replay(replay(SampleLog.verifier(), receipts, number(-3))).notReplayable())
                .containsExactly(Map.entry("a sum below zero", 1L));
    }

    @Test
    void verify_stepThatFailsOnItsBlobs_isRefutedWithoutItsControlCharacters() throws Exception {
        List<Receipt> receipts = SampleLog.chain(sum(List.of(addend(new byte[7])), 0));
        assertThat(findings(replay(SampleLog.verifier(), receipts, new byte[7])))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(Kind.REPLAY);
                    assertThat(finding.message()).isEqualTo("running the step again failed: a number of 7 bytes?[31m");
                });
    }

    @Test
    void verify_refutedBundle_isNotRunAgain() throws Exception {
        List<Receipt> receipts = SampleLog.chain(sum(List.of(addend(number(3))), 4));
        List<Finding> findings = findings(replay(Verifier.trusting(SampleLog.CLIENT), receipts, number(3)));
        assertThat(findings).isNotEmpty().noneMatch(finding -> finding.kind() == Kind.REPLAY);
    }

    @Test
    void differences_ofTrees_areToldByTheirPaths() {
        Object one = new TreeMap<>(Map.of("a", List.of("x", "y"), "b", new TreeMap<>(Map.of("c", "z")), "d", "same"));
        Object other = new TreeMap<>(Map.of("a", List.of("x", "Y", "v"), "b", "z", "d", "same", "e", List.of()));
        assertThat(TreeDifference.between(one, other))
                .containsExactly(
                        new TreeDifference("a.1", "'y'", "'Y'"),
                        new TreeDifference("a.2", "nothing", "'v'"),
                        new TreeDifference("b", "an object", "'z'"),
                        new TreeDifference("e", "nothing", "an array of 0"));
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add("x");
        }
        assertThat(TreeDifference.between(List.of(), many)).hasSize(10);
    }
}
