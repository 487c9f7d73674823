package org.dalrn.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dalrn.ethereum.Federation.checkpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.anchor.AnchorLookup;
import org.dalrn.podp.anchor.AnchorOutcome;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.anchor.CheckpointBatch;
import org.dalrn.podp.merkle.InclusionProof;
import org.dalrn.podp.note.Checkpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract and what asks it, on a chain that works. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckpointAnchoringTest {

    private Federation federation;
    private AnchorLookup lookup;

    @BeforeAll
    void start(@TempDir Path folder) {
        federation = new Federation(Anvil.start(), folder);
        lookup = federation.lookup();
    }

    @AfterAll
    void stop() {
        if (federation != null) {
            federation.close();
        }
    }

    private long register(String origin, EthereumAddress owner) {
        return federation.anchoring.register(federation.contract, origin, owner);
    }

    private Checkpoint registered(String run, long size) {
        Checkpoint checkpoint = checkpoint(run, size);
        federation.settle(
                federation.anchoring,
                register(checkpoint.origin(), federation.owner.address()),
                TransactionStatus.INCLUDED);
        return checkpoint;
    }

    private Anchoring anchor(Checkpoint checkpoint) {
        return federation.settle(
                federation.anchoring,
                federation.anchoring.anchor(federation.contract, checkpoint),
                TransactionStatus.INCLUDED);
    }

    private Anchoring batch(List<Checkpoint> checkpoints) {
        return federation.settle(
                federation.anchoring,
                federation.anchoring.anchorBatch(federation.contract, checkpoints),
                TransactionStatus.INCLUDED);
    }

    private void finalise() {
        federation.chain.mine(4);
        federation.anchoring.advance();
    }

    @Nested
    class Batch {
        @Test
        void ofTen_eachIsFoundByItsProofAndFinal() {
            List<Checkpoint> runs = Federation.runs(10);
            Anchoring anchored = batch(runs);
            assertThat(anchored.status()).isEqualTo(TransactionStatus.INCLUDED);
            assertThat(federation.anchoring.proof(runs.get(0))).as("not final").isEmpty();
            finalise();
            for (Checkpoint run : runs) {
                AnchorProof proof = federation.anchoring.proof(run).orElseThrow();
                assertThat(proof.batch().orElseThrow().size()).isEqualTo(10);
                assertThat(proof.transaction()).isEqualTo(anchored.transaction().orElseThrow());
                // As it would come out of a bundle.
                AnchorOutcome outcome = lookup.find(run, Optional.of(AnchorProof.parse(proof.text())));
                assertThat(outcome).isInstanceOf(AnchorOutcome.Final.class);
                assertThat(outcome.explanation()).contains("of a batch of 10 of " + federation.owner.address());
            }
        }

        @Test
        void costs_atMost4500GasARun() {
            Anchoring anchored = batch(Federation.runs(10).stream()
                    .map(run -> new Checkpoint(run.origin(), run.size() + 100, run.root()))
                    .toList());
            assertThat(federation.chain.gas(anchored.transaction().orElseThrow()))
                    .isBetween(40_000L, 45_000L);
        }

        @Test
        void withAnotherCheckpointOrPath_isAbsent() {
            List<Checkpoint> runs = List.of(checkpoint("p", 1), checkpoint("q", 1), checkpoint("r", 1));
            batch(runs);
            finalise();
            AnchorProof proof = federation.anchoring.proof(runs.get(0)).orElseThrow();
            assertThat(lookup.find(checkpoint("p", 2), Optional.of(proof))).isInstanceOf(AnchorOutcome.Absent.class);
            InclusionProof path = proof.batch().orElseThrow();
            List<Sha256Hash> hashes = new ArrayList<>(path.path());
            hashes.set(0, Sha256Hash.of());
            AnchorProof bent = new AnchorProof(
                    proof.chain(),
                    proof.contract(),
                    proof.account(),
                    proof.transaction(),
                    proof.block(),
                    Optional.of(new InclusionProof(path.index(), path.size(), hashes)));
            AnchorOutcome outcome = lookup.find(runs.get(0), Optional.of(bent));
            assertThat(outcome).isInstanceOf(AnchorOutcome.Absent.class);
            assertThat(outcome.explanation()).contains("was not anchored by " + federation.owner.address());
        }

        @Test
        void notFinal_isSaidSo() {
            Checkpoint run = checkpoint("fresh", 5);
            Anchoring anchored = batch(List.of(run));
            AnchorProof proof = new AnchorProof(
                    "eip155:31337",
                    federation.contract.text(),
                    federation.owner.address().text(),
                    anchored.transaction().orElseThrow(),
                    anchored.block().orElseThrow(),
                    Optional.of(CheckpointBatch.of(List.of(run)).proof(run)));
            AnchorOutcome outcome = lookup.find(run, Optional.of(proof));
            assertThat(outcome).isInstanceOf(AnchorOutcome.NotFinal.class);
            assertThat(outcome.explanation()).contains("can still take it back");
            finalise();
            assertThat(lookup.find(run, Optional.of(proof))).isInstanceOf(AnchorOutcome.Final.class);
        }

        @Test
        void ofAStranger_doesNotCount() {
            Checkpoint run = checkpoint("squatted", 9);
            try (CheckpointAnchoring stranger = federation.open(federation.stranger, "stranger-batch")) {
                Anchoring anchored = federation.settle(
                        stranger, stranger.anchorBatch(federation.contract, List.of(run)), TransactionStatus.INCLUDED);
                AnchorProof proof = new AnchorProof(
                        "eip155:31337",
                        federation.contract.text(),
                        federation.stranger.address().text(),
                        anchored.transaction().orElseThrow(),
                        anchored.block().orElseThrow(),
                        Optional.of(CheckpointBatch.of(List.of(run)).proof(run)));
                AnchorOutcome outcome = lookup.find(run, Optional.of(proof));
                assertThat(outcome).isInstanceOf(AnchorOutcome.Absent.class);
                assertThat(outcome.explanation()).contains("was no publisher");
            }
            // Nor does it stand in the way of the publisher.
            assertThat(batch(List.of(run)).status()).isEqualTo(TransactionStatus.INCLUDED);
            finalise();
            assertThat(lookup.find(run, federation.anchoring.proof(run))).isInstanceOf(AnchorOutcome.Final.class);
        }

        @Test
        void ofARevokedPublisher_countsOnlyIfEarlier() {
            Checkpoint before = checkpoint("before", 3);
            Checkpoint after = checkpoint("after", 3);
            EthereumAddress publisher = federation.stranger.address();
            federation.settle(
                    federation.anchoring,
                    federation.anchoring.addPublisher(federation.contract, publisher),
                    TransactionStatus.INCLUDED);
            try (CheckpointAnchoring other = federation.open(federation.stranger, "revoked")) {
                long first = other.anchorBatch(federation.contract, List.of(before));
                federation.settle(other, first, TransactionStatus.INCLUDED);
                federation.chain.call("evm_increaseTime", 10);
                federation.settle(
                        federation.anchoring,
                        federation.anchoring.revokePublisher(federation.contract, publisher),
                        TransactionStatus.INCLUDED);
                federation.settle(
                        other, other.anchorBatch(federation.contract, List.of(after)), TransactionStatus.INCLUDED);
                federation.chain.mine(4);
                other.advance();
                assertThat(lookup.find(before, other.proof(before))).isInstanceOf(AnchorOutcome.Final.class);
                assertThat(lookup.find(after, other.proof(after))).isInstanceOf(AnchorOutcome.Absent.class);
            }
            Anchoring again = federation.settle(
                    federation.anchoring,
                    federation.anchoring.addPublisher(federation.contract, publisher),
                    TransactionStatus.INCLUDED);
            assertThat(again.status()).isEqualTo(TransactionStatus.REFUSED);
            assertThat(again.note().orElseThrow()).contains("PublisherTwice");
        }

        @Test
        void sameBatchTwice_isRefusedByTheContract() {
            List<Checkpoint> runs = List.of(checkpoint("twice", 4));
            batch(runs);
            Anchoring second = batch(runs);
            assertThat(second.status()).isEqualTo(TransactionStatus.REFUSED);
            assertThat(second.note().orElseThrow()).contains("BatchTwice");
        }
    }

    @Nested
    class Single {
        @Test
        void newest_isFoundWithoutAProof() {
            Checkpoint checkpoint = registered("single", 7);
            anchor(checkpoint);
            assertThat(lookup.find(checkpoint, Optional.empty())).isInstanceOf(AnchorOutcome.NotFinal.class);
            finalise();
            assertThat(lookup.find(checkpoint, Optional.empty())).isInstanceOf(AnchorOutcome.Final.class);
        }

        @Test
        void warm_costsAtMost37000Gas() {
            Checkpoint small = registered("warm", 1_000_001);
            anchor(small);
            Anchoring second = anchor(checkpoint("warm", 123_456_789));
            assertThat(federation.chain.gas(second.transaction().orElseThrow())).isBetween(30_000L, 37_000L);
        }

        @Test
        void earlier_isFoundByItsProof() {
            Checkpoint small = registered("earlier", 7);
            anchor(small);
            anchor(checkpoint("earlier", 9));
            finalise();
            assertThat(lookup.find(small, Optional.empty())).isInstanceOf(AnchorOutcome.Absent.class);
            AnchorProof proof = federation.anchoring.proof(small).orElseThrow();
            assertThat(proof.batch()).isEmpty();
            assertThat(lookup.find(small, Optional.of(proof))).isInstanceOf(AnchorOutcome.Final.class);
            Checkpoint fork = new Checkpoint(small.origin(), small.size(), Sha256Hash.of());
            assertThat(lookup.find(fork, Optional.of(proof))).isInstanceOf(AnchorOutcome.Contradicted.class);
        }

        @Test
        void sizeThatDoesNotGrow_isRefused() {
            Checkpoint checkpoint = registered("monotone", 7);
            anchor(checkpoint);
            for (long size : new long[] {6, 7}) {
                Anchoring refused = anchor(checkpoint("monotone", size));
                assertThat(refused.status()).isEqualTo(TransactionStatus.REFUSED);
                assertThat(refused.note().orElseThrow()).contains("SizeNotLarger");
            }
        }

        @Test
        void otherRootOfTheSameSize_isContradicted() {
            Checkpoint checkpoint = registered("fork", 7);
            anchor(checkpoint);
            Checkpoint fork = new Checkpoint(checkpoint.origin(), checkpoint.size(), Sha256Hash.of());
            AnchorOutcome outcome = lookup.find(fork, Optional.empty());
            assertThat(outcome).isEqualTo(new AnchorOutcome.Contradicted(checkpoint.root(), outcome.explanation()));
            assertThat(outcome.explanation()).contains("two histories");
        }

        @Test
        void ofAStranger_isRefused() {
            Checkpoint checkpoint = registered("mine", 7);
            try (CheckpointAnchoring stranger = federation.open(federation.stranger, "stranger-single")) {
                Anchoring refused = federation.settle(
                        stranger, stranger.anchor(federation.contract, checkpoint), TransactionStatus.INCLUDED);
                assertThat(refused.status()).isEqualTo(TransactionStatus.REFUSED);
                assertThat(refused.note().orElseThrow()).contains("NotOwner");
            }
        }

        @Test
        void emptyLog_isRefusedHere() {
            assertThatThrownBy(() -> federation.anchoring.anchor(federation.contract, checkpoint("none", 0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not of 0");
        }
    }

    @Nested
    class Ownership {
        @Test
        void register_byAStrangerOrTwice_isRefused() {
            Checkpoint checkpoint = registered("owned", 7);
            Anchoring twice = federation.settle(
                    federation.anchoring,
                    register(checkpoint.origin(), federation.stranger.address()),
                    TransactionStatus.INCLUDED);
            assertThat(twice.note().orElseThrow()).contains("OriginTwice");
            try (CheckpointAnchoring stranger = federation.open(federation.stranger, "stranger-register")) {
                Anchoring refused = federation.settle(
                        stranger,
                        stranger.register(federation.contract, "example.org/free", federation.stranger.address()),
                        TransactionStatus.INCLUDED);
                assertThat(refused.note().orElseThrow()).contains("NotAdministrator");
                Anchoring publisher = federation.settle(
                        stranger,
                        stranger.addPublisher(federation.contract, federation.stranger.address()),
                        TransactionStatus.INCLUDED);
                assertThat(publisher.note().orElseThrow()).contains("NotAdministrator");
            }
        }

        @Test
        void transfer_needsOfferAndAcceptance() {
            Checkpoint checkpoint = registered("given", 7);
            try (CheckpointAnchoring stranger = federation.open(federation.stranger, "stranger-accept")) {
                Anchoring early = federation.settle(
                        stranger,
                        stranger.acceptOrigin(federation.contract, checkpoint.origin()),
                        TransactionStatus.INCLUDED);
                assertThat(early.note().orElseThrow()).contains("NotOffered");
                federation.settle(
                        federation.anchoring,
                        federation.anchoring.offerOrigin(
                                federation.contract, checkpoint.origin(), federation.stranger.address()),
                        TransactionStatus.INCLUDED);
                federation.settle(
                        stranger,
                        stranger.acceptOrigin(federation.contract, checkpoint.origin()),
                        TransactionStatus.INCLUDED);
                Anchoring anchored = federation.settle(
                        stranger, stranger.anchor(federation.contract, checkpoint), TransactionStatus.INCLUDED);
                assertThat(anchored.status()).isEqualTo(TransactionStatus.INCLUDED);
            }
            assertThat(anchor(checkpoint("given", 8)).note().orElseThrow()).contains("NotOwner");
        }
    }

    @Nested
    class Lookup {
        @Test
        void otherContractOrChain_isAbsent() {
            Checkpoint run = checkpoint("elsewhere", 2);
            batch(List.of(run));
            finalise();
            AnchorProof proof = federation.anchoring.proof(run).orElseThrow();
            EthereumAddress nobody = federation.stranger.address();
            AnchorOutcome noContract = new EthereumLookup(federation.chain.uri(), nobody, Duration.ofSeconds(30))
                    .find(run, Optional.of(proof));
            assertThat(noContract).isInstanceOf(AnchorOutcome.Absent.class);
            assertThat(noContract.explanation()).contains("is not the contract CheckpointAnchor");
            AnchorProof otherChain = new AnchorProof(
                    "eip155:1", proof.contract(), proof.account(), proof.transaction(), proof.block(), proof.batch());
            AnchorOutcome wrongChain = lookup.find(run, Optional.of(otherChain));
            assertThat(wrongChain).isInstanceOf(AnchorOutcome.Absent.class);
            assertThat(wrongChain.explanation()).contains("of chain eip155:1").contains("eip155:31337");
        }

        @Test
        void throughTheServiceLoader_isThisOne() {
            try (AnchorLookup found = AnchorLookup.open(federation.chain.uri(), federation.contract.text())
                    .orElseThrow()) {
                assertThat(found.find(checkpoint("never", 1), Optional.empty()))
                        .isInstanceOf(AnchorOutcome.Absent.class);
            }
        }
    }
}
