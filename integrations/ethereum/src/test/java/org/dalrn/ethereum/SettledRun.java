package org.dalrn.ethereum;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
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
import org.dalrn.core.round.RoundMachine;
import org.dalrn.core.round.RoundPolicy;
import org.dalrn.core.round.RunCommand;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.round.RunState;
import org.dalrn.core.strategy.FedAvg;
import org.dalrn.core.strategy.Sampling;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.merkle.Frontier;
import org.dalrn.podp.merkle.MerkleTree;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.Ed25519KeyPair;
import org.dalrn.podp.receipt.Entry;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.BundleWriter;
import org.dalrn.server.receipts.RunReceipts;

/** A run that pays for each update alike, as the machine decides it, and its receipts. Nobody has its blobs. */
public final class SettledRun {

    /** The origin of its log. */
    public static final String ORIGIN = "example.org/hospitals/heart-1";

    private static final RunId RUN = new RunId("heart-1");
    private static final ContentHash MODEL = ContentHash.of(new byte[] {1});

    /** Of the coordinator. */
    public final Ed25519KeyPair key = Ed25519KeyPair.generate(new SecureRandom());

    private Instant now = Instant.parse("2026-11-23T06:00:00Z");
    private RunState state;

    /** What is logged, to be changed by tests. */
    final List<RunEvent> events = new ArrayList<>();

    private SettledRun(Optional<IncentivePolicy> policy) {
        RunSpec spec = new RunSpec(
                "heart",
                ParameterLayout.of(new TensorSpec("w", List.of(2))),
                MODEL,
                10,
                new FedAvg(new Sampling(1, 1, 0, 1, 1)),
                new RoundPolicy(Duration.ofMinutes(1), Duration.ofMinutes(1), 1, 1, 1),
                100,
                4,
                new TreeMap<>(),
                policy);
        RunEvent.Opened opened = new RunEvent.Opened(RUN, spec, MODEL, now);
        events.add(opened);
        state = RunState.opened(opened);
    }

    static SettledRun withoutIncentives() {
        return new SettledRun(Optional.empty()).round("n1").stopped();
    }

    /** 100 cents a round among clinic (weight 1, 10 at least), hospital (2, 20 at most) and lab (3). */
    static SettledRun of(PayoutRule rule, Settlement settlement) {
        boolean auction = rule == PayoutRule.AUCTION;
        SortedMap<String, Terms> organisations = new TreeMap<>();
        organisations.put("clinic", terms("n1", 1, auction ? 0 : 10, Terms.UNCAPPED, auction ? 20 : -1));
        organisations.put("hospital", terms("n2", 2, 0, auction ? Terms.UNCAPPED : 20, auction ? 10 : -1));
        organisations.put("lab", terms("n3", 3, 0, Terms.UNCAPPED, auction ? 90 : -1));
        return new SettledRun(Optional.of(new IncentivePolicy(
                "cent",
                100,
                settlement,
                rule,
                new ContributionMeasure.Participation(),
                organisations,
                Optional.empty())));
    }

    private static Terms terms(String node, long weight, long reservation, long cap, long bid) {
        return new Terms(
                new TreeSet<>(List.of(new NodeId(node))),
                weight,
                reservation,
                cap,
                OptionalLong.empty(),
                bid < 0 ? OptionalLong.empty() : OptionalLong.of(bid));
    }

    /** A round of these nodes, to its end. */
    SettledRun round(String... nodes) {
        decide(new RunCommand.Tick(
                new TreeSet<>(List.of(nodes).stream().map(NodeId::new).toList()), now));
        int round = state.roundNumber();
        for (String node : nodes) {
            ContentHash update = ContentHash.sha256(node.getBytes(StandardCharsets.UTF_8), new byte[] {(byte) round});
            decide(new RunCommand.SubmitUpdate(
                    new NodeId(node), round, update, state.model(), 5, 0.5, 0.25, new TreeMap<>(), now));
        }
        ContentHash model = ContentHash.of(new byte[] {(byte) (round + 1)});
        decide(new RunCommand.Publish(round, 1, model, model, now));
        decide(new RunCommand.Tick(new TreeSet<>(), now));
        if (state.completedRounds() != round) {
            throw new AssertionError("round " + round + " is not complete");
        }
        return this;
    }

    SettledRun stopped() {
        decide(new RunCommand.Stop("enough", now));
        return this;
    }

    private void decide(RunCommand command) {
        for (RunEvent event : RoundMachine.decide(state, command).events()) {
            events.add(event);
            state = state.apply(event);
        }
        now = now.plusMillis(1);
    }

    /** Where the events of a kind are. */
    List<Integer> places(Class<? extends RunEvent> kind) {
        return IntStream.range(0, events.size())
                .filter(i -> kind.isInstance(events.get(i)))
                .boxed()
                .toList();
    }

    /**
     * Two rounds, settled one by one. Of the first, capped for the hospital, 27.5 go to the clinic, 20 to the hospital and 52.5 to the
     * lab; of the second, without the hospital, 32.5 to the clinic and 67.5 to the lab; who gets the half cents is drawn.
     */
    public static SettledRun twoRounds() {
        return of(PayoutRule.NASH, Settlement.ROUND)
                .round("n1", "n2", "n3")
                .round("n1", "n3")
                .stopped();
    }

    /** Writes the bundle, signed. */
    public Path write(Path file) {
        RunReceipts run = RunReceipts.begin(ORIGIN, key.publicKey().keyId());
        List<Entry> entries = new ArrayList<>();
        Frontier tree = Frontier.EMPTY;
        for (RunEvent event : events) {
            Receipt receipt = run.receiptOf(EventText.of(event));
            run = run.with(receipt, receipt.replayDigest());
            Entry entry = Entry.ofOwner(receipt);
            entries.add(entry);
            tree = tree.append(MerkleTree.leafHash(entry.leafData()));
        }
        Checkpoint checkpoint = new Checkpoint(ORIGIN, entries.size(), tree.root());
        BundleWriter.of(checkpoint.sign(key.signer(ORIGIN))).write(file, entries.iterator());
        return file;
    }

    /** The account of a claimant in tests, with its checksum. */
    public static String account(String claimant) {
        return AccountKey.ofSecret(
                        Sha256Hash.of(claimant.getBytes(StandardCharsets.UTF_8)).toByteArray())
                .address()
                .checksummed();
    }

    /** A file of accounts for these claimants. */
    public static String accounts(String... claimants) {
        StringBuilder json = new StringBuilder("{");
        for (String claimant : claimants) {
            json.append(json.length() > 1 ? ",\n" : "\n")
                    .append('"')
                    .append(claimant)
                    .append("\": \"")
                    .append(account(claimant))
                    .append('"');
        }
        return json.append("\n}\n").toString();
    }
}
