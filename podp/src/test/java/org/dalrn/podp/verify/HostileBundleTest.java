package org.dalrn.podp.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorLookup;
import org.dalrn.podp.anchor.AnchorOutcome;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.note.KeyEvent;
import org.dalrn.podp.note.KeyRevocation;
import org.dalrn.podp.note.KeyRotation;
import org.dalrn.podp.note.NoteSigner;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles of owners and strangers who want something else than a verification. */
class HostileBundleTest {
    private static final String ORIGIN = "example.org/run";
    private static final Ed25519KeyPair FIRST = Ed25519KeyPair.generate(new SecureRandom());
    private static final Ed25519KeyPair SECOND = Ed25519KeyPair.generate(new SecureRandom());

    @TempDir
    Path folder;

    private static SortedLog log() {
        return new SortedLog();
    }

    /** Receipts of an owner one after the other. */
    private static final class SortedLog {
        private final List<Entry> entries = new ArrayList<>();

        SortedLog step(Ed25519KeyPair actor) {
            return add(actor, new Facts("test.step/1", List.of(), List.of(), new TreeMap<>()));
        }

        SortedLog event(Ed25519KeyPair actor, KeyEvent event) {
            return add(actor, KeyReceipt.facts(event));
        }

        private SortedLog add(Ed25519KeyPair actor, Facts facts) {
            Optional<Sha256Hash> before = entries.isEmpty()
                    ? Optional.empty()
                    : Optional.of(entries.get(entries.size() - 1).receipt().replayDigest());
            entries.add(Entry.ofOwner(new Receipt(
                    ORIGIN, entries.size(), before, actor.publicKey().keyId(), facts, new TreeMap<>())));
            return this;
        }

        Checkpoint checkpoint() {
            return new Checkpoint(ORIGIN, entries.size(), SampleLog.root(entries));
        }

        /** Its files, with more of them before the leaves and at the end. */
        byte[] bundle(Ed25519KeyPair signer, Map<String, byte[]> checkpoints, Map<String, byte[]> anchors) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put("checkpoint", checkpoint().sign(signer.signer(ORIGIN)).toByteArray());
            files.putAll(checkpoints);
            files.put("leaves", SampleLog.leaves(entries));
            files.put("receipts.jsonl", SampleLog.lines(entries));
            files.putAll(anchors);
            return SampleLog.bundle(files);
        }
    }

    @Test
    void verify_emptyLog_isVerifiedAsEmpty() {
        byte[] bundle = log().bundle(FIRST, Map.of(), Map.of());
        Verification verification = SampleLog.verify(Verifier.trusting(FIRST.publicKey()), folder, bundle);
        assertThat(verification.<Long>match(verified -> verified.summary().size(), refuted -> -1L))
                .isZero();
    }

    /** The thief of a retired key leaves the rotation out; only what the verifier has seen elsewhere tells. docs/receipts.md, Keys. */
    @Test
    void verify_historyWithoutTheRotationByTheRetiredKey_isRefutedOnlyByWhoHasSeenTheOther() {
        NoteSigner first = FIRST.signer(ORIGIN);
        SortedLog genuine = log().step(FIRST)
                .event(FIRST, KeyRotation.sign(ORIGIN, 1, first, SECOND.signer(ORIGIN)))
                .step(SECOND);
        Verifier verifier = Verifier.trusting(FIRST.publicKey());
        assertThat(SampleLog.findings(verifier, folder, genuine.bundle(SECOND, Map.of(), Map.of())))
                .isEmpty();
        byte[] forged = log().step(FIRST).step(FIRST).step(FIRST).step(FIRST).bundle(FIRST, Map.of(), Map.of());
        assertThat(SampleLog.findings(verifier, folder, forged)).isEmpty();
        assertThat(SampleLog.findings(verifier.havingSeen(genuine.checkpoint()), folder, forged))
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.SPLIT_VIEW);
    }

    /** docs/receipts.md, "What this does not prove": nobody can sign that the key in force revoked itself. */
    @Test
    void verify_selfRevocationOfTheKeyInForce_isRefutedByItsOwnCheckpoint() {
        KeyRevocation revocation = KeyRevocation.sign(ORIGIN, 1, FIRST.publicKey(), 1, FIRST.signer(ORIGIN));
        byte[] bundle = log().step(FIRST).event(FIRST, revocation).bundle(FIRST, Map.of(), Map.of());
        assertThat(SampleLog.findings(Verifier.trusting(FIRST.publicKey()), folder, bundle))
                .extracting(Finding::kind)
                .contains(Finding.Kind.CHECKPOINT_SIGNATURE);
    }

    @Test
    void verify_earlierCheckpointThatARevocationMadeWorthless_isRefuted() {
        NoteSigner first = FIRST.signer(ORIGIN);
        SortedLog log = log().step(FIRST).step(FIRST);
        Map<String, byte[]> earlier =
                Map.of(BundleName.ofCheckpoint(2), log.checkpoint().sign(first).toByteArray());
        log.event(FIRST, KeyRotation.sign(ORIGIN, 2, first, SECOND.signer(ORIGIN)));
        Verifier verifier = Verifier.trusting(FIRST.publicKey());
        assertThat(SampleLog.findings(verifier, folder, log.bundle(SECOND, earlier, Map.of())))
                .isEmpty();
        log.event(SECOND, KeyRevocation.sign(ORIGIN, 3, FIRST.publicKey(), 1, SECOND.signer(ORIGIN)));
        assertThat(SampleLog.findings(verifier, folder, log.bundle(SECOND, Map.of(), Map.of())))
                .isEmpty();
        assertThat(SampleLog.findings(verifier, folder, log.bundle(SECOND, earlier, Map.of())))
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.CHECKPOINT_SIGNATURE);
    }

    @Test
    void verify_checkpointsOfOtherLogsBesideOneWithALongName_givesShortFindingsInAscii() {
        String origin = "\u202e\u00e9" + "x".repeat(100_000);
        byte[] newest = new Checkpoint(origin, 1, Sha256Hash.of())
                .sign(FIRST.signer(origin))
                .toByteArray();
        byte[] other = new Checkpoint(ORIGIN, 0, Sha256Hash.of())
                .sign(FIRST.signer(ORIGIN))
                .toByteArray();
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("checkpoint", newest);
        files.put(BundleName.ofCheckpoint(0), other);
        files.put("leaves", new byte[32]);
        files.put("receipts.jsonl", "{}\n".getBytes(StandardCharsets.UTF_8));
        List<Finding> findings =
                SampleLog.findings(Verifier.trusting(FIRST.publicKey()), folder, SampleLog.bundle(files));
        assertThat(findings).extracting(Finding::kind).contains(Finding.Kind.CHECKPOINT_SIGNATURE);
        assertThat(findings)
                .allSatisfy(finding ->
                        assertThat(finding.toString()).hasSizeLessThan(2_000).matches("[ -~]*"));
    }

    /** U+009B begins an order to a terminal; whoever verifies prints the name of the log. */
    @Test
    void verify_originThatSteersATerminal_isMalformed() {
        String origin = "example.org/\u009b31m";
        String note = origin + "\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u2014 " + origin + " "
                + "A".repeat(90) + "==\n";
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("checkpoint", note.getBytes(StandardCharsets.UTF_8));
        files.put("leaves", new byte[0]);
        files.put("receipts.jsonl", new byte[0]);
        assertThat(SampleLog.findings(Verifier.trusting(FIRST.publicKey()), folder, SampleLog.bundle(files)))
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.CHECKPOINT);
    }

    /** Anybody can add anchors to a bundle: neither the chain nor the verifier works for them without end. */
    @Test
    void verify_manyAnchors_asksForTheNewestOnlyAndNobodyAgainWhoIsDown() {
        SortedLog log = log().step(FIRST);
        Map<String, byte[]> anchors = new TreeMap<>();
        for (int block = 0; block < 300; block++) {
            byte[] text = new AnchorProof("eip155:1", "c", "a", "t", block, Optional.empty()).text();
            anchors.put(BundleName.ofAnchor(1, Sha256Hash.of(text)), text);
        }
        byte[] bundle = log.bundle(FIRST, Map.of(), anchors);
        AtomicInteger asked = new AtomicInteger();
        AnchorOutcome there = new AnchorOutcome.Final(Instant.EPOCH, "it is there");
        assertThat(SampleLog.findings(asking(asked, there), folder, bundle)).isEmpty();
        assertThat(asked).hasValue(100);
        asked.set(0);
        assertThat(SampleLog.findings(asking(asked, new AnchorOutcome.Unreachable("down")), folder, bundle))
                .isEmpty();
        assertThat(asked).hasValue(1);
    }

    private static Verifier asking(AtomicInteger asked, AnchorOutcome outcome) {
        return Verifier.trusting(FIRST.publicKey()).asking(new AnchorLookup() {
            @Override
            public AnchorOutcome find(Checkpoint checkpoint, Optional<AnchorProof> proof) {
                asked.incrementAndGet();
                return outcome;
            }

            @Override
            public void close() {}
        });
    }
}
