package org.dalrn.podp.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorLookup;
import org.dalrn.podp.anchor.AnchorOutcome;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Cosignature;
import org.dalrn.podp.note.CosignaturePolicy;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.KeyRevocation;
import org.dalrn.podp.note.KeyRotation;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.note.SignedNote;
import org.dalrn.podp.receipt.Artifact;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.testing.ReceiptVectors;
import org.dalrn.podp.verify.Finding.Kind;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifierTest {
    private static final Facts STEP = new Facts("step/1", List.of(), List.of(), new TreeMap<>());

    @TempDir
    Path folder;

    private List<Finding> findings(Verifier verifier, Map<String, byte[]> files) {
        return SampleLog.findings(verifier, folder, SampleLog.bundle(files));
    }

    private List<Finding> findings(Map<String, byte[]> files) {
        return findings(SampleLog.verifier(), files);
    }

    private Summary summary(Verifier verifier, Map<String, byte[]> files) {
        return SampleLog.verify(verifier, folder, SampleLog.bundle(files))
                .match(Verification.Verified::summary, refuted -> {
                    throw new AssertionError(refuted.findings());
                });
    }

    private static void assertFound(List<Finding> findings, Kind kind, String file, long leaf, String field) {
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(kind);
            assertThat(finding.where().file()).isEqualTo(file);
            assertThat(finding.where().leaf()).isEqualTo(leaf < 0 ? OptionalLong.empty() : OptionalLong.of(leaf));
            assertThat(finding.where().field()).isEqualTo(field);
        });
    }

    private static Map<String, byte[]> with(String file, byte[] content) {
        Map<String, byte[]> files = SampleLog.files();
        assertThat(files).containsKey(file);
        files.put(file, content);
        return files;
    }

    @Test
    void verify_theBundleOfPython_isVerified() {
        Summary summary = summary(SampleLog.verifier(), SampleLog.files());
        assertThat(summary.origin()).isEqualTo(SampleLog.ORIGIN);
        assertThat(summary.size()).isEqualTo(5);
        assertThat(summary.root())
                .hasToString(ReceiptVectors.ALL.get("roots").get(5).asText());
        assertThat(summary.lastReplayDigest().orElseThrow())
                .hasToString(ReceiptVectors.log().get(4).get("replayDigest").asText());
        assertThat(summary.types()).hasSize(5).containsEntry("update/1", 1L);
        assertThat(summary.signedByActors()).isEqualTo(2);
        assertThat(summary.checkpoints()).isEqualTo(4);
        assertThat(summary.blobs()).isEqualTo(6);
        assertThat(summary.blobBytes()).isEqualTo(0 + 27 + 256 + 4 + 512 + 9);
        assertThat(summary.missingBlobs()).isZero();
        assertThat(summary.unnamedBlobs()).isZero();
        assertThat(summary.replay()).isEmpty();
    }

    @Test
    void verify_anEmptyLog_isVerified() {
        Summary summary = summary(SampleLog.verifier(), SampleLog.signed(List.of()));
        assertThat(summary.size()).isZero();
        assertThat(summary.lastReplayDigest()).isEmpty();
    }

    @Nested
    class Archive {

        @Test
        void verify_cutAtAnyLength_isRefuted() throws IOException {
            byte[] bundle = SampleLog.bundle(SampleLog.signed(SampleLog.chain(STEP)));
            Path file = Files.write(folder.resolve("cut.tar"), bundle);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (int length = bundle.length - 1; length >= 0; length--) {
                    channel.truncate(length);
                    Findings findings = new Findings();
                    Bundle.scan(file, findings).close();
                    assertThat(findings.isEmpty()).as("cut to %d bytes", length).isFalse();
                }
            }
        }

        @Test
        void verify_bytesAfterTheEnd_areFound() {
            byte[] bundle = BundleTest.ofPython();
            assertFound(
                    SampleLog.findings(SampleLog.verifier(), folder, Arrays.copyOf(bundle, bundle.length + 1)),
                    Kind.ARCHIVE,
                    "",
                    -1,
                    "");
            assertFound(
                    SampleLog.findings(SampleLog.verifier(), folder, Arrays.copyOf(bundle, bundle.length + 512)),
                    Kind.ARCHIVE,
                    "",
                    -1,
                    "");
        }

        @Test
        void verify_fileThatBundlesDoNotHave_isFound() {
            Map<String, byte[]> files = SampleLog.files();
            files.put("extra.txt", new byte[3]);
            assertFound(findings(files), Kind.UNKNOWN_FILE, "extra.txt", -1, "");
        }

        @Test
        void verify_fileThatTheManifestDoesNotName_isFound() {
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put("README.txt", BundleText.readme());
            files.put("manifest", new byte[0]);
            files.putAll(SampleLog.files());
            assertFound(
                    SampleLog.findings(SampleLog.verifier(), folder, SampleLog.archive(files)),
                    Kind.UNKNOWN_FILE,
                    "leaves",
                    -1,
                    "");
        }

        @Test
        void verify_filesInAnotherOrder_areFound() {
            Map<String, byte[]> files = SampleLog.files();
            byte[] leaves = files.remove("leaves");
            files.put("leaves", leaves);
            assertFound(findings(files), Kind.ARCHIVE, "leaves", -1, "");
        }

        @Test
        void verify_fileMissing_isFound() {
            for (String name : List.of("checkpoint", "leaves", "receipts.jsonl")) {
                Map<String, byte[]> files = SampleLog.files();
                files.remove(name);
                assertFound(findings(files), Kind.MISSING_FILE, name, -1, "");
            }
        }
    }

    @Nested
    class Leaves {

        private final List<Entry> entries = SampleLog.entries();

        private List<Finding> ofLines(int... order) {
            return findings(with(
                    "receipts.jsonl",
                    SampleLog.lines(IntStream.of(order).mapToObj(entries::get).toList())));
        }

        @Test
        void verify_receiptLeftOut_isNamed() {
            assertThat(ofLines(0, 1, 3, 4)).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.LEAF_MISSING);
                assertThat(finding.where()).hasToString("receipts.jsonl #2");
                assertThat(finding.message()).isEqualTo("receipt 2 is missing");
            });
            assertFound(ofLines(1, 2, 3, 4), Kind.LEAF_MISSING, "receipts.jsonl", 0, "");
            assertFound(ofLines(0, 1, 2, 3), Kind.LEAF_MISSING, "receipts.jsonl", 4, "");
            assertFound(ofLines(), Kind.LEAF_MISSING, "receipts.jsonl", 0, "");
        }

        @Test
        void verify_receiptTwice_isNamed() {
            assertFound(ofLines(0, 1, 1, 2, 3, 4), Kind.LEAF_EXTRA, "receipts.jsonl", 2, "");
            assertFound(ofLines(0, 1, 2, 3, 4, 4), Kind.LEAF_EXTRA, "receipts.jsonl", 5, "");
        }

        @Test
        void verify_receiptsSwapped_isNamed() {
            List<Finding> findings = ofLines(0, 2, 1, 3, 4);
            assertFound(findings, Kind.LEAF_MISSING, "receipts.jsonl", 1, "");
            assertFound(findings, Kind.LEAF_EXTRA, "receipts.jsonl", 3, "");
        }

        @Test
        void verify_receiptAndLeafLeftOut_isFound() {
            List<Entry> fewer = List.of(entries.get(0), entries.get(1), entries.get(3), entries.get(4));
            Map<String, byte[]> files = with("receipts.jsonl", SampleLog.lines(fewer));
            files.put("leaves", SampleLog.leaves(fewer));
            List<Finding> findings = findings(files);
            assertFound(findings, Kind.SIZE, "leaves", -1, "");
            assertFound(findings, Kind.SEQ, "receipts.jsonl", 2, "seq");
            assertFound(findings, Kind.PREV, "receipts.jsonl", 2, "prev");
        }

        @Test
        void verify_receiptLeafAndManifestRewritten_isFoundByTheRoot() {
            Receipt changed = entries.get(2).receipt().withFacts(STEP);
            List<Entry> rewritten = new ArrayList<>(entries);
            rewritten.set(2, Entry.ofOwner(changed));
            Map<String, byte[]> files = with("receipts.jsonl", SampleLog.lines(rewritten));
            files.put("leaves", SampleLog.leaves(rewritten));
            List<Finding> findings = findings(files);
            assertFound(findings, Kind.ROOT, "checkpoint", -1, "");
            assertFound(findings, Kind.ROOT, BundleName.ofCheckpoint(4), -1, "");
            assertFound(findings, Kind.PREV, "receipts.jsonl", 3, "prev");
        }

        @Test
        void verify_receiptChanged_isNamedByItsLeaf() {
            List<Entry> changed = new ArrayList<>(entries);
            changed.set(2, Entry.ofOwner(entries.get(2).receipt().withFacts(STEP)));
            assertThat(findings(with("receipts.jsonl", SampleLog.lines(changed))))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.kind()).isEqualTo(Kind.LEAF_HASH);
                        assertThat(finding.where()).hasToString("receipts.jsonl #2");
                        assertThat(finding.expected())
                                .isEqualTo(ReceiptVectors.log()
                                        .get(2)
                                        .get("leafHash")
                                        .asText());
                    });
        }

        @Test
        void verify_leafChanged_isNotBlamedOnTheReceipt() {
            byte[] leaves = SampleLog.leaves(entries);
            leaves[3 * 32] ^= 1;
            assertThat(findings(with("leaves", leaves))).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.LEAF_HASH);
                assertThat(finding.where()).hasToString("leaves #3");
            });
        }

        @Test
        void verify_moreFindingsThanAreKept_areCounted() {
            Ed25519KeyPair stranger = Ed25519KeyPair.generate(new SecureRandom());
            List<byte[]> lines = new ArrayList<>();
            Optional<Sha256Hash> prev = Optional.empty();
            for (int i = 0; i < 1200; i++) {
                Receipt receipt = new Receipt(
                        SampleLog.ORIGIN, i, prev, stranger.publicKey().keyId(), STEP, new TreeMap<>());
                prev = Optional.of(receipt.replayDigest());
                lines.add(Entry.ofOwner(receipt).line());
            }
            byte[] bundle = SampleLog.bundle(SampleLog.signed(lines, SampleLog.ORIGIN, SampleLog.owner()));
            Verification verification = SampleLog.verify(SampleLog.verifier(), folder, bundle);
            assertThat(verification).isInstanceOfSatisfying(Verification.Refuted.class, refuted -> {
                assertThat(refuted.findings()).hasSize(1000).allMatch(finding -> finding.kind() == Kind.ACTOR);
                assertThat(refuted.count()).isEqualTo(1200);
                assertThat(refuted.isCut()).isTrue();
            });
        }
    }

    @Nested
    class Checkpoints {

        @Test
        void verify_signedByAnotherKey_isRefuted() {
            List<byte[]> lines = SampleLog.entries().stream().map(Entry::line).toList();
            Map<String, byte[]> files = SampleLog.signed(lines, SampleLog.ORIGIN, SampleLog.client());
            assertFound(findings(files), Kind.CHECKPOINT_SIGNATURE, "checkpoint", -1, "");
        }

        @Test
        void verify_checkpointOfAnotherLogOfTheOwner_isRefuted() {
            List<byte[]> lines = SampleLog.entries().stream().map(Entry::line).toList();
            Map<String, byte[]> files = SampleLog.signed(lines, "example.org/other", SampleLog.owner());
            List<Finding> findings = findings(files);
            assertThat(findings).hasSize(5);
            assertFound(findings, Kind.LOG, "receipts.jsonl", 0, "log");
            assertFound(
                    findings(SampleLog.verifier().ofLog(SampleLog.ORIGIN), files), Kind.ORIGIN, "checkpoint", -1, "");
        }

        @Test
        void verify_anyLogOfTheOwnerWhereOneWasAskedFor_isRefuted() {
            assertThat(findings(SampleLog.verifier().ofLog(SampleLog.ORIGIN), SampleLog.files()))
                    .isEmpty();
            assertFound(
                    findings(SampleLog.verifier().ofLog("example.org/other"), SampleLog.files()),
                    Kind.ORIGIN,
                    BundleName.ofCheckpoint(2),
                    -1,
                    "");
        }

        @Test
        void verify_ownerSignedTwoHistories_isASplitView() {
            SignedNote other = new Checkpoint(SampleLog.ORIGIN, 2, Sha256Hash.of(new byte[1]))
                    .sign(SampleLog.owner().signer(SampleLog.ORIGIN));
            assertThat(findings(with(BundleName.ofCheckpoint(2), other.toByteArray())))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.kind()).isEqualTo(Kind.SPLIT_VIEW);
                        assertThat(finding.where().file()).isEqualTo(BundleName.ofCheckpoint(2));
                        assertThat(finding.expected())
                                .isEqualTo(
                                        ReceiptVectors.ALL.get("roots").get(2).asText());
                    });
        }

        @Test
        void verify_twoCheckpointsOfTheSameSize_areASplitView() {
            SignedNote other = new Checkpoint(SampleLog.ORIGIN, 5, Sha256Hash.of(new byte[1]))
                    .sign(SampleLog.owner().signer(SampleLog.ORIGIN));
            Map<String, byte[]> files = new LinkedHashMap<>();
            SampleLog.files().forEach((name, content) -> {
                if (name.equals("leaves")) {
                    files.put(BundleName.ofCheckpoint(5), other.toByteArray());
                }
                files.put(name, content);
            });
            assertFound(findings(files), Kind.SPLIT_VIEW, BundleName.ofCheckpoint(5), -1, "");
        }

        @Test
        void verify_anotherHistoryThanWasSeenElsewhere_isASplitView() {
            Checkpoint seen = Checkpoint.parse(SampleLog.checkpoint(3).text());
            assertThat(findings(SampleLog.verifier().havingSeen(seen), SampleLog.files()))
                    .isEmpty();
            Checkpoint other = new Checkpoint(SampleLog.ORIGIN, 3, Sha256Hash.of(new byte[1]));
            assertFound(
                    findings(SampleLog.verifier().havingSeen(other), SampleLog.files()),
                    Kind.SPLIT_VIEW,
                    "checkpoint",
                    -1,
                    "");
            Checkpoint larger = new Checkpoint(SampleLog.ORIGIN, 6, Sha256Hash.of(new byte[1]));
            assertFound(
                    findings(SampleLog.verifier().havingSeen(larger), SampleLog.files()),
                    Kind.SIZE,
                    "checkpoint",
                    -1,
                    "");
        }

        @Test
        void verify_checkpointInAFileOfAnotherSize_isFound() {
            assertFound(
                    findings(with(
                            BundleName.ofCheckpoint(2), SampleLog.checkpoint(3).toByteArray())),
                    Kind.CHECKPOINT,
                    BundleName.ofCheckpoint(2),
                    -1,
                    "");
        }

        @Test
        void verify_whatIsNoCheckpoint_isFound() {
            byte[] noNote = "no note".getBytes(StandardCharsets.UTF_8);
            assertFound(findings(with("checkpoint", noNote)), Kind.CHECKPOINT, "checkpoint", -1, "");
            assertFound(
                    findings(with("checkpoint", new byte[SignedNote.MOST_BYTES + 1])),
                    Kind.CHECKPOINT,
                    "checkpoint",
                    -1,
                    "");
        }

        @Test
        void verify_cosignaturesDemanded_areCounted() {
            Ed25519KeyPair witness = Ed25519KeyPair.generate(new SecureRandom());
            Instant now = Instant.ofEpochSecond(1_790_000_000);
            CosignaturePolicy policy =
                    new CosignaturePolicy(List.of(NoteVerifier.ofWitness("witness", witness.publicKey())), 1);
            Verifier verifier = SampleLog.verifier().requiringCosignatures(policy, now);
            assertFound(findings(verifier, SampleLog.files()), Kind.COSIGNATURES, "checkpoint", -1, "");
            SignedNote cosigned = SampleLog.checkpoint(5)
                    .with(Cosignature.sign(
                            Checkpoint.parse(SampleLog.checkpoint(5).text()), now, witness.signer("witness")));
            assertThat(summary(verifier, with("checkpoint", cosigned.toByteArray()))
                            .witnesses())
                    .containsExactly("witness");
        }
    }

    @Nested
    class Receipts {

        private List<Finding> ofLine(UnaryOperator<String> change) {
            List<Receipt> receipts = SampleLog.chain(STEP, STEP, STEP);
            List<byte[]> lines = new ArrayList<>();
            for (Receipt receipt : receipts) {
                String line = new String(Entry.ofOwner(receipt).line(), StandardCharsets.UTF_8);
                lines.add((receipt.seq() == 1 ? change.apply(line) : line).getBytes(StandardCharsets.UTF_8));
            }
            // The owner signs what is wrong: only the receipt itself can give it away.
            return findings(SampleLog.signed(lines, SampleLog.ORIGIN, SampleLog.owner()));
        }

        private void assertOnly(List<Finding> findings, Kind kind, String field) {
            // What is left of the chain is broken at the next receipt too.
            assertThat(findings)
                    .isNotEmpty()
                    .allMatch(finding -> finding.where().leaf().getAsLong() == 1
                            ? finding.kind() == kind && finding.where().field().equals(field)
                            : finding.kind() == Kind.PREV);
        }

        @Test
        void verify_fieldThatIsWrong_isNamedWithItsPath() {
            assertOnly(
                    ofLine(line -> line.replace("\"log\":\"" + SampleLog.ORIGIN, "\"log\":\"other")), Kind.LOG, "log");
            assertOnly(ofLine(line -> line.replace("\"seq\":\"1\"", "\"seq\":\"2\"")), Kind.SEQ, "seq");
            assertOnly(ofLine(line -> line.replaceFirst("\"prev\":\".{4}", "\"prev\":\"0000")), Kind.PREV, "prev");
            assertOnly(ofLine(line -> line.replaceFirst("\"actor\":\".{4}", "\"actor\":\"0000")), Kind.ACTOR, "actor");
            assertOnly(ofLine(line -> line.replace("\"v\":\"1\"", "\"v\":\"2\"")), Kind.SCHEMA, "v");
            assertOnly(
                    ofLine(line -> line.replace("\"inputs\":[]", "\"inputs\":[{\"role\":\"A\",\"sha256\":\"\"}]"))
                            .subList(0, 1),
                    Kind.SCHEMA,
                    "inputs.0.role");
            assertOnly(ofLine(line -> line + " "), Kind.CANONICAL, "");
            assertOnly(ofLine(line -> line + "\tabc"), Kind.CANONICAL, "");
            assertOnly(ofLine(line -> line.replace("{", "{ ")), Kind.CANONICAL, "");
            assertFound(
                    ofLine(line -> line + "x".repeat(Entry.MAX_LINE_BYTES)), Kind.CANONICAL, "receipts.jsonl", 1, "");
        }

        @Test
        void verify_signatureWhereThereShouldBeNone_isFound() {
            assertOnly(ofLine(line -> line + "\t" + "00".repeat(64)), Kind.RECEIPT_SIGNATURE, "");
        }

        @Test
        void verify_actorThatDidNotSign_isFound() {
            Receipt receipt =
                    new Receipt(SampleLog.ORIGIN, 0, Optional.empty(), SampleLog.CLIENT.keyId(), STEP, new TreeMap<>());
            byte[] right = SampleLog.client().sign(Entry.signedMessage(receipt));
            byte[] wrong = SampleLog.owner().sign(Entry.signedMessage(receipt));
            assertThat(ofEntry(Entry.signed(receipt, right))).isEmpty();
            assertFound(ofEntry(Entry.signed(receipt, wrong)), Kind.RECEIPT_SIGNATURE, "receipts.jsonl", 0, "");
            assertFound(ofEntry(Entry.ofOwner(receipt)), Kind.RECEIPT_SIGNATURE, "receipts.jsonl", 0, "");
            assertFound(
                    findings(
                            Verifier.trusting(SampleLog.OWNER),
                            SampleLog.signed(
                                    List.of(Entry.signed(receipt, right).line()), SampleLog.ORIGIN, SampleLog.owner())),
                    Kind.ACTOR,
                    "receipts.jsonl",
                    0,
                    "actor");
        }

        private List<Finding> ofEntry(Entry entry) {
            return findings(SampleLog.signed(List.of(entry.line()), SampleLog.ORIGIN, SampleLog.owner()));
        }

        @Test
        void verify_lastLineWithoutLineFeed_isFound() {
            byte[] lines = SampleLog.lines(SampleLog.entries());
            assertFound(
                    findings(with("receipts.jsonl", Arrays.copyOf(lines, lines.length - 1))),
                    Kind.CANONICAL,
                    "receipts.jsonl",
                    4,
                    "");
        }
    }

    @Nested
    class Keys {
        private final Ed25519KeyPair next = SampleLog.client();

        private List<Receipt> rotated(Ed25519KeyPair authorising, Ed25519KeyPair actorAfter) {
            KeyRotation rotation = KeyRotation.sign(
                    SampleLog.ORIGIN, 1, authorising.signer(SampleLog.ORIGIN), next.signer(SampleLog.ORIGIN));
            List<Receipt> receipts = new ArrayList<>(SampleLog.chain(STEP, KeyReceipt.facts(rotation)));
            receipts.add(new Receipt(
                    SampleLog.ORIGIN,
                    2,
                    Optional.of(receipts.get(1).replayDigest()),
                    actorAfter.publicKey().keyId(),
                    STEP,
                    new TreeMap<>()));
            return receipts;
        }

        private List<Finding> signedBy(Ed25519KeyPair signer, List<Receipt> receipts) {
            return findings(
                    Verifier.trusting(SampleLog.OWNER),
                    SampleLog.signed(
                            receipts.stream().map(r -> Entry.ofOwner(r).line()).toList(), SampleLog.ORIGIN, signer));
        }

        @Test
        void verify_checkpointOfTheNewKey_isVerified() {
            assertThat(signedBy(next, rotated(SampleLog.owner(), next))).isEmpty();
        }

        @Test
        void verify_checkpointOfTheOldKeyAfterwards_isRefuted() {
            assertFound(
                    signedBy(SampleLog.owner(), rotated(SampleLog.owner(), next)),
                    Kind.CHECKPOINT_SIGNATURE,
                    "checkpoint",
                    -1,
                    "");
        }

        @Test
        void verify_oldKeyActingAfterwards_isFound() {
            assertFound(
                    signedBy(next, rotated(SampleLog.owner(), SampleLog.owner())),
                    Kind.ACTOR,
                    "receipts.jsonl",
                    2,
                    "actor");
        }

        @Test
        void verify_rotationThatTheOwnerDidNotAuthorise_isFound() {
            Ed25519KeyPair stranger = Ed25519KeyPair.generate(new SecureRandom());
            List<Finding> findings = signedBy(next, rotated(stranger, next));
            assertFound(findings, Kind.KEY, "receipts.jsonl", 1, "parameters");
            assertFound(findings, Kind.CHECKPOINT_SIGNATURE, "checkpoint", -1, "");
        }

        @Test
        void event_ofItsOwnFacts_isTheSame() {
            KeyRevocation revocation = KeyRevocation.sign(
                    SampleLog.ORIGIN, 1, SampleLog.OWNER, 1, SampleLog.owner().signer(SampleLog.ORIGIN));
            Receipt receipt =
                    SampleLog.chain(STEP, KeyReceipt.facts(revocation)).get(1);
            assertThat(KeyReceipt.event(receipt)).contains(revocation);
            assertThat(KeyReceipt.event(SampleLog.chain(STEP).get(0))).isEmpty();
        }

        @Test
        void verify_checkpointOfARevokedKey_isRefuted() {
            KeyRevocation revocation = KeyRevocation.sign(
                    SampleLog.ORIGIN, 1, SampleLog.OWNER, 1, SampleLog.owner().signer(SampleLog.ORIGIN));
            assertFound(
                    signedBy(SampleLog.owner(), SampleLog.chain(STEP, KeyReceipt.facts(revocation))),
                    Kind.CHECKPOINT_SIGNATURE,
                    "checkpoint",
                    -1,
                    "");
        }

        @Test
        void verify_keyEventOfOtherFields_isFound() {
            Facts facts = new Facts(
                    KeyReceipt.ROTATED, List.of(), List.of(), new TreeMap<>(Map.of("from", "a", "to", List.of())));
            assertFound(
                    signedBy(SampleLog.owner(), SampleLog.chain(facts)), Kind.KEY, "receipts.jsonl", 0, "parameters");
        }
    }

    @Nested
    class BlobsAndAnchors {

        @Test
        void verify_blobsSwapped_areBothNamed() {
            Map<String, byte[]> files = SampleLog.files();
            String one = BundleName.ofBlob(Sha256Hash.of(SampleLog.blobs().get(1)));
            String two = BundleName.ofBlob(Sha256Hash.of(SampleLog.blobs().get(2)));
            byte[] first = files.get(one);
            files.put(one, files.get(two));
            files.put(two, first);
            List<Finding> findings = findings(files);
            assertFound(findings, Kind.BLOB, one, -1, "");
            assertFound(findings, Kind.BLOB, two, -1, "");
        }

        @Test
        void verify_blobThatIsNotThere_isCountedOrFound() {
            Map<String, byte[]> files = SampleLog.files();
            files.remove(BundleName.ofBlob(Sha256Hash.of(SampleLog.blobs().get(2))));
            assertThat(summary(SampleLog.verifier(), files).missingBlobs()).isEqualTo(2);
            List<Finding> findings = findings(SampleLog.verifier().requiringBlobs(), files);
            assertFound(findings, Kind.BLOB_MISSING, "receipts.jsonl", 1, "outputs.0.sha256");
            assertFound(findings, Kind.BLOB_MISSING, "receipts.jsonl", 2, "inputs.0.sha256");
        }

        @Test
        void verify_blobThatNobodyNames_isCounted() {
            List<Artifact> one = List.of(new Artifact("a", Sha256Hash.of(new byte[1])));
            Map<String, byte[]> files =
                    SampleLog.signed(SampleLog.chain(new Facts("step/1", one, List.of(), new TreeMap<>())));
            files.put(BundleName.ofBlob(Sha256Hash.of(new byte[2])), new byte[2]);
            Summary summary = summary(SampleLog.verifier(), files);
            assertThat(summary.unnamedBlobs()).isEqualTo(1);
            assertThat(summary.missingBlobs()).isEqualTo(1);
        }

        @Test
        void verify_anchorOfACheckpointThatIsNotThere_isFound() {
            Map<String, byte[]> files = SampleLog.files();
            files.remove(BundleName.ofCheckpoint(4));
            assertFound(
                    findings(files),
                    Kind.ANCHOR,
                    BundleName.ofAnchor(4, Sha256Hash.of(SampleLog.anchor().text())),
                    -1,
                    "");
        }

        @Test
        void verify_chainThatContradictsOrKnowsNothing_refutes() {
            String anchor =
                    BundleName.ofAnchor(4, Sha256Hash.of(SampleLog.anchor().text()));
            assertThat(asked(new AnchorOutcome.Final(Instant.EPOCH, "in block 21")))
                    .isEmpty();
            assertThat(asked(new AnchorOutcome.Unreachable("nobody answers"))).isEmpty();
            assertFound(asked(new AnchorOutcome.Absent("not there")), Kind.ANCHOR, anchor, -1, "");
            assertFound(
                    asked(new AnchorOutcome.Contradicted(Sha256Hash.of(new byte[1]), "another root")),
                    Kind.SPLIT_VIEW,
                    anchor,
                    -1,
                    "");
        }

        private List<Finding> asked(AnchorOutcome outcome) {
            return findings(SampleLog.verifier().asking(lookup(outcome)), SampleLog.files());
        }

        @Test
        void verify_chainThatIsAsked_isToldInTheSummary() {
            AnchorLookup lookup = lookup(new AnchorOutcome.Final(Instant.EPOCH, "in block 21"));
            assertThat(summary(SampleLog.verifier().asking(lookup), SampleLog.files())
                            .anchors())
                    .containsExactly("in block 21");
            AnchorLookup absent = lookup(new AnchorOutcome.Absent("no anchor of this log"));
            assertThat(summary(SampleLog.verifier().asking(absent), SampleLog.signed(SampleLog.chain(STEP)))
                            .anchors())
                    .containsExactly("no anchor of this log");
        }

        private static AnchorLookup lookup(AnchorOutcome outcome) {
            return new AnchorLookup() {
                @Override
                public AnchorOutcome find(Checkpoint checkpoint, Optional<AnchorProof> proof) {
                    assertThat(checkpoint.size()).isEqualTo(proof.isPresent() ? 4 : 1);
                    return outcome;
                }

                @Override
                public void close() {}
            };
        }
    }
}
