package org.dalrn.server.testing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.dalrn.core.incentive.ContributionMeasure;
import org.dalrn.core.incentive.IncentivePolicy;
import org.dalrn.core.incentive.PayoutRule;
import org.dalrn.core.incentive.Settlement;
import org.dalrn.core.incentive.Terms;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.model.ParameterLayout;
import org.dalrn.core.model.RunId;
import org.dalrn.core.model.TensorSpec;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.Phase;
import org.dalrn.core.round.RoundMachine;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.BundleWriter;
import org.dalrn.server.receipts.RunReceipts;

/**
 * A run whose nodes are paid by their examples, as the machine decides it: node {@code n} sends an update of {@code n}
 * examples in each round. Nobody has its blobs.
 */
public final class PaidRun {
    public static final RunId RUN = new RunId("heart-1");
    private static final ContentHash MODEL = ContentHash.of(new byte[16]);
    private static final Instant START = InMemoryOperatorPort.START;
    private static final String LOG = "example.org/test/" + RUN;

    private final List<RunEvent> events = new ArrayList<>();
    private final List<NodeId> nodes;
    private RunState state;
    private Instant now = START;

    private PaidRun(int nodes) {
        this.nodes = IntStream.rangeClosed(1, nodes)
                .mapToObj(node -> new NodeId("node-" + node))
                .toList();
    }

    /**
     * A policy by which node 1 and 2 belong to the organisation {@code north}, which gets 100 at least, and all others are
     * paid for themselves.
     */
    public static IncentivePolicy policy(Settlement settlement, long budget) {
        TreeMap<String, Terms> organisations = new TreeMap<>();
        organisations.put(
                "north",
                new Terms(
                        new TreeSet<>(List.of(new NodeId("node-1"), new NodeId("node-2"))),
                        1,
                        100,
                        Terms.UNCAPPED,
                        OptionalLong.empty(),
                        OptionalLong.empty()));
        return new IncentivePolicy(
                "cents",
                budget,
                settlement,
                PayoutRule.NASH,
                new ContributionMeasure.Examples(),
                organisations,
                Optional.of(
                        new Terms(new TreeSet<>(), 1, 0, Terms.UNCAPPED, OptionalLong.empty(), OptionalLong.empty())));
    }

    /** The events of a run to its end. */
    public static List<RunEvent> events(int nodes, int rounds, IncentivePolicy policy) {
        return new PaidRun(nodes).play(rounds, policy);
    }

    private List<RunEvent> play(int rounds, IncentivePolicy policy) {
        int count = nodes.size();
        RunSpec spec = new RunSpec(
                "heart",
                ParameterLayout.of(new TensorSpec("w", List.of(4))),
                MODEL,
                rounds,
                new FedAvg(new Sampling(1, count, 0, 1, count)),
                new RoundPolicy(Duration.ofMinutes(10), Duration.ofMinutes(2), count, 1.0, 3),
                100_000,
                64,
                new TreeMap<>(),
                Optional.of(policy));
        RunEvent.Opened opened = new RunEvent.Opened(RUN, spec, ContentHash.of(new byte[] {7}), START);
        events.add(opened);
        state = RunState.opened(opened);
        decide(new RunCommand.Tick(new TreeSet<>(nodes), next()));
        for (int round = 1; round <= rounds; round++) {
            for (int node = 0; node < count; node++) {
                ContentHash update = ContentHash.sha256(
                        nodes.get(node).value().getBytes(StandardCharsets.US_ASCII), new byte[] {(byte) round});
                decide(new RunCommand.SubmitUpdate(
                        nodes.get(node), round, update, state.model(), node + 1, 0.5, 0.25, new TreeMap<>(), next()));
            }
            ContentHash model = ContentHash.of(new byte[] {(byte) round});
            decide(new RunCommand.Publish(round, 1, model, model, next()));
            while (!state.phase().isOver() && state.phase() != Phase.TRAINING) {
                decide(new RunCommand.Tick(new TreeSet<>(nodes), next()));
            }
        }
        if (state.phase() != Phase.FINISHED) {
            throw new AssertionError("the run is " + state.phase() + " in round " + state.roundNumber());
        }
        return events;
    }

    private Instant next() {
        now = now.plusMillis(1);
        return now;
    }

    private void decide(RunCommand command) {
        for (RunEvent event : RoundMachine.decide(state, command).events()) {
            events.add(event);
            state = state.apply(event);
        }
    }

    /** Writes the receipts of events without blobs, signed as the coordinator signs, whatever the events say. */
    public static Ed25519KeyPair write(List<RunEvent> events, Path file) {
        Ed25519KeyPair key = Ed25519KeyPair.generate(new SecureRandom());
        RunReceipts receipts = RunReceipts.begin(LOG, key.publicKey().keyId());
        Frontier tree = Frontier.EMPTY;
        List<Entry> entries = new ArrayList<>();
        for (RunEvent event : events) {
            Receipt receipt = receipts.receiptOf(EventText.of(event));
            receipts = receipts.with(receipt, receipt.replayDigest());
            Entry entry = Entry.ofOwner(receipt);
            entries.add(entry);
            tree = tree.append(MerkleTree.leafHash(entry.leafData()));
        }
        BundleWriter.of(new Checkpoint(LOG, events.size(), tree.root()).sign(key.signer(LOG)))
                .write(file, entries.iterator());
        return key;
    }

    /** How many examples the nodes of a claimant have together. */
    public static Map<String, Long> examples(int nodes) {
        Map<String, Long> examples = new TreeMap<>();
        for (int node = 1; node <= nodes; node++) {
            examples.merge(node <= 2 ? "north" : "node:node-" + node, (long) node, Long::sum);
        }
        return examples;
    }
}
