package org.dalrn.server.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dalrn.server.rounds.ScriptedFederation.NODES;
import static org.dalrn.server.rounds.ScriptedFederation.RUN;
import static org.dalrn.server.rounds.ScriptedFederation.SEED;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.round.Phase;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.Bundle;
import org.dalrn.podp.verify.BundleWriter;
import org.dalrn.podp.verify.Finding;
import org.dalrn.podp.verify.Summary;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.server.receipts.LogKey;
import org.dalrn.server.receipts.ReceiptExport;
import org.dalrn.server.receipts.ReceiptLog;
import org.dalrn.server.receipts.RunReceipts;
import org.dalrn.server.receipts.RunReplayer;
import org.dalrn.server.store.BlobStore;
import org.dalrn.server.store.DataDirectory;
import org.dalrn.server.store.Database;
import org.dalrn.server.store.EventStore;
import org.dalrn.server.transport.BlobSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a run through its log and its bundle to a verdict; and what a coordinator's lies come to, signed as they are. */
class ReceiptsOfARunTest {

    /** The bundle that {@link #export_ofAScriptedRun_verifiesAndReplays} wrote when it was checked in. */
    private static final Path GOLDEN = Path.of("src/test/resources/receipts");

    @TempDir
    Path folder;

    private DataDirectory directory;
    private Database database;
    private BlobStore blobs;
    private Ed25519KeyPair pair;
    private ReceiptLog log;

    @BeforeEach
    void open() throws IOException {
        directory = DataDirectory.open(folder.resolve("data"));
        database = Database.open(directory.database());
        blobs = BlobStore.open(directory);
        pair = knownKey();
        log = ReceiptLog.open(new EventStore(database), LogKey.of(pair, Optional.of("example.org/test")));
    }

    /** The same key on each call and each Java: the generator is given 32 known bytes for its random ones. */
    private static Ed25519KeyPair knownKey() {
        return Ed25519KeyPair.generate(new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] target) {
                Arrays.fill(target, (byte) 7);
            }
        });
    }

    @AfterEach
    void close() {
        database.close();
        directory.close();
    }

    /** Three rounds; one node does not answer in the first, and one attempt at the second is abandoned. */
    private void play() throws IOException {
        ScriptedFederation federation = new ScriptedFederation(log, blobs);
        federation.connectAll();
        federation.obedient.put(NODES.get(2), false);
        federation.conductor.open(RUN, ScriptedFederation.spec(blobs, 3, 3), SEED);
        federation.settle();
        federation.pass(Duration.ofMinutes(11));
        federation.obedient.put(NODES.get(1), false);
        federation.pass(Duration.ofMinutes(12));
        NODES.forEach(node -> federation.obedient.put(node, true));
        NODES.forEach(federation::release);
        federation.pass(Duration.ofMinutes(30));
        assertThat(federation.conductor.state(RUN).orElseThrow().phase()).isEqualTo(Phase.FINISHED);
    }

    private Path export(boolean withBlobs) {
        Path file = folder.resolve("run.tar");
        new ReceiptExport(log, blobs).write(RUN, withBlobs, file);
        return file;
    }

    private Verifier verifier() {
        return Verifier.trusting(pair.publicKey())
                .ofLog("example.org/test/" + RUN)
                .requiringBlobs();
    }

    private static Summary verified(Verification verification) {
        return verification.match(Verification.Verified::summary, refuted -> {
            throw new AssertionError(refuted.findings());
        });
    }

    private static List<Finding> refuted(Verification verification) {
        return verification.match(
                verified -> {
                    throw new AssertionError("verified: " + verified.summary());
                },
                Verification.Refuted::findings);
    }

    @Test
    void export_ofAScriptedRun_verifiesAndReplays() throws IOException {
        play();
        Summary summary = verified(verifier().requiringReplay().verify(export(true), List.of(new RunReplayer())));
        long events = log.read(RUN, 0, 10_000).size();
        assertThat(summary.size()).isEqualTo(events);
        assertThat(summary.replay().orElseThrow().replayed()).isEqualTo(events);
        assertThat(summary.types())
                .containsEntry("dalrn.run.model-published/1", 3L)
                .containsKeys("dalrn.run.round-abandoned/1", "dalrn.run.finished/1");
        assertThat(summary.checkpoints()).isEqualTo(3);
        assertThat(summary.missingBlobs()).isZero();
        assertThat(summary.unnamedBlobs()).isZero();
    }

    @Test
    void verify_goldenBundle_givesTheSameDigestsOnEveryJava() throws IOException {
        List<String> expected = Files.readAllLines(GOLDEN.resolve("golden-run.txt"));
        Path golden = GOLDEN.resolve("golden-run.tar");
        Summary summary = verified(verifier().requiringReplay().verify(golden, List.of(new RunReplayer())));
        assertThat(summary.root().toString()).isEqualTo(expected.get(0));
        assertThat(summary.lastReplayDigest().orElseThrow().toString()).isEqualTo(expected.get(1));
        // The same script gives the same file again: sums, models, receipts, signature and archive.
        play();
        assertThat(export(true)).hasSameBinaryContentAs(golden);
    }

    @Test
    void export_withoutBlobs_verifiesAndSaysThatNothingWasReplayed() throws IOException {
        play();
        Path file = export(false);
        Verifier verifier = Verifier.trusting(pair.publicKey());
        Summary summary = verified(verifier.verify(file, List.of(new RunReplayer())));
        assertThat(summary.missingBlobs()).isPositive();
        assertThat(summary.replay().orElseThrow().isComplete()).isFalse();
        assertThat(refuted(verifier.requiringReplay().verify(file, List.of(new RunReplayer()))))
                .allSatisfy(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.NOT_REPLAYED));
    }

    @Test
    void verify_blobChangedOnTheCoordinatorsDisk_isNotExported() throws IOException {
        play();
        ContentHash update = updateOf(firstOf("update-accepted"));
        String name = update.toString();
        Path blob = directory.blobs().resolve(name.substring(0, 2)).resolve(name);
        byte[] bytes = Files.readAllBytes(blob);
        bytes[5] ^= 1;
        Files.write(blob, bytes);
        assertThatThrownBy(() -> export(true)).hasMessageContaining(name);
    }

    private static ContentHash updateOf(Receipt receipt) {
        return ContentHash.ofBytes(receipt.facts().inputs().get(0).sha256().toByteArray());
    }

    private Receipt firstOf(String kind) {
        Receipt[] found = new Receipt[1];
        log.entries(RUN, log.read(RUN, 0, 10_000).size()).forEachRemaining(entry -> {
            if (found[0] == null
                    && RunReceipts.kindOf(entry.receipt()).filter(kind::equals).isPresent()) {
                found[0] = entry.receipt();
            }
        });
        return found[0];
    }

    /** A bundle of the run as a coordinator would sign it that changed its events before. */
    private Path signedLie(UnaryOperator<String> lie) throws IOException {
        return signedLie(lie, 10_000);
    }

    private Path signedLie(UnaryOperator<String> lie, int events) throws IOException {
        RunReceipts receipts =
                RunReceipts.begin("example.org/test/" + RUN, pair.publicKey().keyId());
        Frontier frontier = Frontier.EMPTY;
        List<Entry> entries = new ArrayList<>();
        List<Sha256Hash> named = new ArrayList<>();
        for (var stored : log.read(RUN, 0, events)) {
            Receipt receipt = receipts.receiptOf(lie.apply(stored.text()));
            receipts = receipts.with(receipt, receipt.replayDigest());
            Entry entry = Entry.ofOwner(receipt);
            frontier = frontier.append(MerkleTree.leafHash(entry.leafData()));
            entries.add(entry);
            receipt.facts().inputs().forEach(input -> named.add(input.sha256()));
            receipt.facts().outputs().forEach(output -> named.add(output.sha256()));
        }
        BundleWriter writer =
                BundleWriter.of(new Checkpoint("example.org/test/" + RUN, frontier.size(), frontier.root())
                        .sign(pair.signer("example.org/test/" + RUN)));
        for (Sha256Hash hash : named) {
            Optional<BlobSource.Blob> blob = blobs.open(ContentHash.ofBytes(hash.toByteArray()));
            if (blob.isPresent()) {
                byte[] bytes = new byte[(int) blob.get().length()];
                blob.get().read(0, bytes, 0, bytes.length);
                blob.get().close();
                writer.blob(hash, () -> new ByteArrayInputStream(bytes));
            }
        }
        Path file = folder.resolve("lie.tar");
        writer.write(file, entries.iterator());
        return file;
    }

    private Finding firstFinding(UnaryOperator<String> lie) throws IOException {
        return refuted(Verifier.trusting(pair.publicKey()).verify(signedLie(lie), List.of(new RunReplayer())))
                .get(0);
    }

    private static UnaryOperator<String> replacing(String kind, String what, String by) {
        return text -> text.contains("\"type\":\"" + kind + "\"") ? text.replaceFirst(what, by) : text;
    }

    @Test
    void verify_signedLies_areFoundByReplayAndNamed() throws IOException {
        play();
        verified(Verifier.trusting(pair.publicKey()).verify(signedLie(text -> text), List.of(new RunReplayer())));

        Finding weight = firstFinding(replacing("update-accepted", "\"grantedWeight\":\"1", "\"grantedWeight\":\"2"));
        assertThat(weight.kind()).isEqualTo(Finding.Kind.REPLAY);
        assertThat(weight.where().leaf()).hasValue(firstOf("update-accepted").seq());
        assertThat(weight.where().field()).isEqualTo("parameters.grantedWeight");
        assertThat(weight.expected()).isEqualTo("'197'");
        assertThat(weight.found()).isEqualTo("'297'");

        assertThat(firstFinding(replacing("update-accepted", "\"l2Norm\":\"3", "\"l2Norm\":\"4"))
                        .where()
                        .field())
                .isEqualTo("parameters.l2Norm");
        assertThat(firstFinding(replacing("round-closed", "\"totalWeight\":\"", "\"totalWeight\":\"1"))
                        .where()
                        .field())
                .isEqualTo("parameters.totalWeight");
        assertThat(firstFinding(replacing("model-published", "\"sumDigest\":\".", "\"sumDigest\":\"f"))
                        .where()
                        .field())
                .isEqualTo("parameters.sumDigest");
        assertThat(firstFinding(replacing("round-completed", "\"loss\":\"3", "\"loss\":\"4"))
                        .where()
                        .field())
                .isEqualTo("parameters.metrics.loss");
        assertThat(firstFinding(replacing("round-started", "\"cohort\":\\[\"a\",", "\"cohort\":["))
                        .where()
                        .field())
                .startsWith("parameters.");
    }

    @Test
    void verify_logSignedBeforeWhatHadToFollow_isRefutedAtItsEnd() throws IOException {
        play();
        // The last round and the run end in one decision.
        int closing = Math.toIntExact(firstOf("finished").seq());
        Finding finding = refuted(Verifier.trusting(pair.publicKey())
                        .verify(signedLie(text -> text, closing), List.of(new RunReplayer())))
                .get(0);
        assertThat(finding.kind()).isEqualTo(Finding.Kind.REPLAY);
        assertThat(finding.where().leaf()).hasValue(closing);
        assertThat(finding.expected()).isEqualTo("finished must follow");
        verified(Verifier.trusting(pair.publicKey())
                .verify(signedLie(text -> text, closing + 1), List.of(new RunReplayer())));
    }

    @Test
    void verify_signedOtherDeadline_isFoundThoughItStandsInObs() throws IOException {
        play();
        UnaryOperator<String> later = text -> {
            if (!text.contains("\"type\":\"round-started\"")) {
                return text;
            }
            int at = text.indexOf("\"deadline\":\"") + 12;
            String time = text.substring(at, text.indexOf('"', at));
            return text.replace(
                    "\"deadline\":\"" + time,
                    "\"deadline\":\"" + Instant.parse(time).plusSeconds(1));
        };
        Finding finding = firstFinding(later);
        assertThat(finding.kind()).isEqualTo(Finding.Kind.REPLAY);
        assertThat(finding.where().leaf()).hasValue(firstOf("round-started").seq());
        assertThat(finding.message()).contains("obs.deadline");
    }

    @Test
    void verify_byteChangedInTheBundle_isFound() throws IOException {
        play();
        Path file = export(true);
        byte[] bytes = Files.readAllBytes(file);
        String receipt = new String(firstOf("node-evaluated").canonicalText(), StandardCharsets.UTF_8);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(receipt);
        byte[] changed = Arrays.copyOf(bytes, bytes.length);
        changed[at + receipt.indexOf("examples") + 12] ^= 1;
        Files.write(file, changed);
        assertThat(refuted(verifier().verify(file)))
                .anySatisfy(finding -> assertThat(finding.where().leaf())
                        .hasValue(firstOf("node-evaluated").seq()));
    }

    @Test
    void bundle_ofARun_isReadableByReceipt() throws IOException {
        play();
        List<String> kinds = new ArrayList<>();
        try (Bundle bundle = Bundle.open(export(false))) {
            bundle.forEachEntry(
                    entry -> kinds.add(RunReceipts.kindOf(entry.receipt()).orElseThrow()));
        }
        assertThat(kinds.get(0)).isEqualTo("opened");
        assertThat(kinds.get(kinds.size() - 1)).isEqualTo("finished");
    }
}
