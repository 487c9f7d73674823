package org.dalrn.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.anchor.AnchorLookup;
import org.dalrn.podp.anchor.AnchorOutcome;
import org.dalrn.podp.anchor.AnchorProof;
import org.dalrn.podp.note.Checkpoint;
import org.dalrn.podp.note.CosignaturePolicy;
import org.dalrn.podp.note.Ed25519PublicKey;
import org.dalrn.podp.note.NoteVerifier;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.Bundle;
import org.dalrn.podp.verify.Finding;
import org.dalrn.podp.verify.ReceiptProof;
import org.dalrn.podp.verify.Summary;
import org.dalrn.podp.verify.Verification;
import org.dalrn.podp.verify.Verifier;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.server.receipts.RunReceipts;
import org.dalrn.server.receipts.RunReplayer;
import org.dalrn.server.receipts.RunStory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dalrn receipts verify}: what a file of receipts is worth to somebody who trusts one key. */
@Command(
        name = "verify",
        description = "Check a file of receipts, offline: signatures, tree, chain and blobs; with --replay also that"
                + " every step gives the same again. Exit code 0 only if nothing is wrong.")
final class VerifyReceipts implements Callable<Integer> {
    /** How far the clock of a witness may be ahead of this machine's. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

    private static final String PROOF_START = "c2sp.org/tlog-proof@v1\n";

    private final Shell shell;

    @Mixin
    OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "FILE", description = "What `dalrn receipts export` wrote.")
    Path file = Path.of("");

    @ArgGroup(multiplicity = "1")
    TrustedKey trusted = new TrustedKey();

    @Option(names = "--log", paramLabel = "ORIGIN", description = "Take only the log of this name.")
    @Nullable
    String origin;

    @Option(names = "--replay", description = "Compute every step again from the blobs.")
    boolean replay;

    @Option(names = "--explain", description = "Tell the story of each round.")
    boolean explain;

    @Option(
            names = "--witness",
            paramLabel = "VKEY",
            description = "Verifier key of a witness that you trust; may be repeated.")
    List<String> witnesses = new ArrayList<>();

    @Option(
            names = "--witness-quorum",
            paramLabel = "K",
            description = "So many of them must have cosigned the newest checkpoint.")
    int quorum;

    @Option(
            names = "--against-chain",
            paramLabel = "URL",
            description =
                    "Ask this chain's node whether the newest checkpoint is anchored there for good. If it is not, or"
                            + " the chain can still take it back, the exit code is 3.")
    @Nullable
    URI chain;

    @Option(
            names = "--contract",
            paramLabel = "ADDRESS",
            description = "The contract that you trust for that; goes with --against-chain.")
    @Nullable
    String contract;

    VerifyReceipts(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Path bundle = shell.folder().resolve(file);
        Ed25519PublicKey owner = trusted.read(shell.folder());
        if (isProofOfOne(bundle)) {
            return verifyOne(bundle, owner);
        }
        Verifier verifier = verifier(owner);
        Optional<Asked> lookup = lookup();
        if (lookup.isPresent()) {
            verifier = verifier.asking(lookup.get());
        }
        Verdict verdict = new Verdict();
        long begun = System.nanoTime();
        try {
            Verification answer = replay
                    ? verifier.requiringReplay().verify(bundle, List.of(new RunReplayer()))
                    : verifier.verify(bundle);
            verdict.seconds = (System.nanoTime() - begun) / 1e9;
            answer.match(
                    verified -> {
                        verdict.summary = verified.summary();
                        return verdict;
                    },
                    refuted -> {
                        verdict.findings.addAll(refuted.findings());
                        verdict.count = refuted.count();
                        return verdict;
                    });
            if (verdict.summary != null) {
                verdict.summary.witnesses().forEach(name -> verdict.remarks.add("cosigned by the witness " + name));
                verdict.summary.anchors().forEach(told -> verdict.remarks.add("anchor: " + told));
                Summary summary = verdict.summary;
                lookup.flatMap(asked -> asked.objection(summary)).ifPresent(verdict.objections::add);
            }
        } catch (PodpException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, String.valueOf(unreadable.getMessage()), unreadable);
        } finally {
            lookup.ifPresent(Asked::close);
        }
        if (output.json) {
            shell.out().println(verdict.json());
        } else {
            print(bundle, verdict);
        }
        shell.out().flush();
        if (verdict.isGood()) {
            return ExitCode.OK.number();
        }
        String wrong = verdict.summary == null
                ? file + " is refuted by " + verdict.count + " findings"
                : "the receipts in " + file + " hold, but what the chain was asked does not: "
                        + TextTable.plain(String.join("; ", verdict.objections));
        shell.err()
                .println("error " + ErrorCode.RECEIPTS_REFUTED.label() + " " + ErrorCode.RECEIPTS_REFUTED + ": "
                        + wrong + "  (docs/errors/"
                        + ErrorCode.RECEIPTS_REFUTED.label() + ".md)");
        shell.err().flush();
        return ExitCode.of(ErrorCode.RECEIPTS_REFUTED).number();
    }

    private Verifier verifier(Ed25519PublicKey owner) {
        Verifier verifier = Verifier.trusting(owner);
        if (origin != null) {
            verifier = verifier.ofLog(origin);
        }
        Optional<CosignaturePolicy> policy = policy();
        return policy.isPresent()
                ? verifier.requiringCosignatures(policy.get(), Instant.now().plus(CLOCK_DIFFERENCE))
                : verifier;
    }

    private static boolean isProofOfOne(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = PROOF_START.getBytes(StandardCharsets.US_ASCII);
            return Arrays.equals(in.readNBytes(start.length), start);
        } catch (IOException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, "the file cannot be read: " + unreadable, unreadable);
        }
    }

    /** What `dalrn receipts prove` wrote. */
    private int verifyOne(Path file, Ed25519PublicKey owner) {
        if (replay || explain || quorum > 0 || !witnesses.isEmpty() || chain != null || origin != null) {
            throw new CliException(
                    ErrorCode.REQUEST_INVALID,
                    file + " proves a single receipt, which takes no other option than the key; export the run for"
                            + " more");
        }
        ReceiptProof proof;
        try (InputStream in = Files.newInputStream(file)) {
            proof = ReceiptProof.parse(in.readNBytes(ReceiptProof.MAX_BYTES + 1));
        } catch (IOException | PodpException unreadable) {
            throw new CliException(ErrorCode.RECEIPTS_UNREADABLE, file + ": " + unreadable.getMessage(), unreadable);
        }
        Optional<String> objection = proof.objection(owner, owner);
        if (objection.isPresent()) {
            throw new CliException(ErrorCode.RECEIPTS_REFUTED, objection.get());
        }
        Receipt receipt = proof.entry().receipt();
        if (output.json) {
            shell.out()
                    .println(Dalrn.JSON
                            .createObjectNode()
                            .put("verified", true)
                            .put("log", receipt.log())
                            .put("leaf", receipt.seq())
                            .put("receipt", new String(receipt.canonicalText(), StandardCharsets.UTF_8)));
        } else {
            shell.out().println(TextTable.plain(new String(receipt.canonicalText(), StandardCharsets.UTF_8)));
            shell.out()
                    .println("verified: this is receipt " + receipt.seq() + " of " + TextTable.plain(receipt.log())
                            + ", as the owner of the key signed");
        }
        shell.out().flush();
        return ExitCode.OK.number();
    }

    private Optional<CosignaturePolicy> policy() {
        if (witnesses.isEmpty() && quorum == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CosignaturePolicy(
                    witnesses.stream().map(NoteVerifier::parse).toList(), quorum));
        } catch (PodpException | IllegalArgumentException wrong) {
            throw new CliException(
                    ErrorCode.RECEIPTS_UNREADABLE, "--witness and --witness-quorum: " + wrong.getMessage(), wrong);
        }
    }

    private Optional<Asked> lookup() {
        if (chain == null) {
            return Optional.empty();
        }
        if (contract == null) {
            throw new CliException(
                    ErrorCode.REQUEST_INVALID,
                    "--against-chain needs --contract: whoever chooses the contract decides what is believed");
        }
        try {
            return Optional.of(new Asked(AnchorLookup.open(chain, contract)
                    .orElseThrow(() -> new CliException(
                            ErrorCode.ANCHOR_LOOKUP_UNAVAILABLE,
                            "nothing on the class path can ask " + chain
                                    + "; put the jar dalrn-ethereum and its dependencies into the"
                                    + " distribution's lib folder"))));
        } catch (IllegalArgumentException wrong) {
            throw new CliException(ErrorCode.REQUEST_INVALID, "--contract: " + wrong.getMessage(), wrong);
        }
    }

    private void print(Path bundle, Verdict verdict) {
        if (verdict.summary != null) {
            Summary summary = verdict.summary;
            TextTable table = new TextTable();
            table.row("log", summary.origin());
            table.row("receipts", Long.toString(summary.size()));
            table.row("root", summary.root().toString());
            summary.lastReplayDigest().ifPresent(digest -> table.row("digest", digest.toString()));
            table.row(
                    "blobs",
                    summary.blobs() + ", " + RunView.size(summary.blobBytes())
                            + (summary.missingBlobs() == 0
                                    ? ""
                                    : "; " + summary.missingBlobs() + " that receipts name are not there"));
            table.print(shell.out());
            if (explain) {
                story(bundle);
            }
            verdict.remarks.stream().map(TextTable::plain).forEach(shell.out()::println);
            summary.replay()
                    .ifPresent(made -> shell.out()
                            .println(String.format(
                                    Locale.ROOT,
                                    "replayed: %d receipts, %d rounds, to the same hashes, in %.2f s",
                                    made.replayed(),
                                    verdict.rounds(),
                                    verdict.seconds)));
        }
        verdict.findings.forEach(finding -> shell.out().println(TextTable.plain(finding.toString())));
        verdict.objections.stream().map(TextTable::plain).forEach(shell.out()::println);
        if (verdict.isGood()) {
            shell.out().println("verified: " + file + " is what the owner of the key signed");
        }
    }

    private void story(Path file) {
        RunStory story = new RunStory();
        try (Bundle bundle = Bundle.open(file)) {
            bundle.forEachEntry(entry -> shell.out().println(story.tell(RunReceipts.eventOf(entry.receipt()))));
        } catch (MalformedException noRun) {
            throw new CliException(
                    ErrorCode.RECEIPTS_UNREADABLE, "--explain tells runs only: " + noRun.getMessage(), noRun);
        }
    }

    /** A chain that somebody asked for: no answer is an error, and any answer but a final yes an objection. */
    private static final class Asked implements AnchorLookup {
        private final AnchorLookup chain;

        /** By the size of the checkpoint; the best of several. */
        private final Map<Long, AnchorOutcome> answers = new HashMap<>();

        Asked(AnchorLookup chain) {
            this.chain = chain;
        }

        @Override
        public AnchorOutcome find(Checkpoint checkpoint, Optional<AnchorProof> proof) {
            AnchorOutcome outcome = chain.find(checkpoint, proof);
            if (outcome instanceof AnchorOutcome.Unreachable) {
                throw new CliException(ErrorCode.ANCHOR_LOOKUP_UNAVAILABLE, outcome.explanation());
            }
            answers.merge(checkpoint.size(), outcome, (old, now) -> old instanceof AnchorOutcome.Final ? old : now);
            return outcome;
        }

        /** What is wrong with the anchor of the newest checkpoint. A file may only have anchors of earlier ones. */
        Optional<String> objection(Summary verified) {
            AnchorOutcome answer = answers.get(verified.size());
            if (answer == null) {
                answer = find(new Checkpoint(verified.origin(), verified.size(), verified.root()), Optional.empty());
            }
            if (answer instanceof AnchorOutcome.Final) {
                return Optional.empty();
            }
            return Optional.of(
                    (answer instanceof AnchorOutcome.NotFinal ? "not final yet, ask again later: " : "not anchored: ")
                            + answer.explanation());
        }

        @Override
        public void close() {
            chain.close();
        }
    }

    /** What came of a verification. */
    private static final class Verdict {
        private @Nullable Summary summary;
        private final List<Finding> findings = new ArrayList<>();
        private long count;
        private final List<String> objections = new ArrayList<>();
        private final List<String> remarks = new ArrayList<>();
        private double seconds;

        boolean isGood() {
            return summary != null && objections.isEmpty();
        }

        long rounds() {
            return summary == null ? 0 : summary.types().getOrDefault("dalrn.run.model-published/1", 0L);
        }

        JsonNode json() {
            ObjectNode out = Dalrn.JSON.createObjectNode().put("verified", isGood());
            if (summary != null) {
                out.put("log", summary.origin())
                        .put("receipts", summary.size())
                        .put("root", summary.root().toString())
                        .put(
                                "digest",
                                summary.lastReplayDigest().map(Object::toString).orElse(""))
                        .put("rounds", rounds())
                        .put("blobs", summary.blobs())
                        .put("missingBlobs", summary.missingBlobs());
                summary.replay()
                        .ifPresent(made -> out.put("replayed", made.replayed()).put("seconds", seconds));
            }
            ArrayNode list = out.putArray("findings");
            for (Finding finding : findings) {
                ObjectNode each = list.addObject()
                        .put("kind", finding.kind().name())
                        .put("file", finding.where().file());
                finding.where().leaf().ifPresent(leaf -> each.put("leaf", leaf));
                each.put("field", finding.where().field())
                        .put("expected", finding.expected())
                        .put("found", finding.found())
                        .put("message", finding.message());
            }
            objections.forEach(objection -> list.addObject().put("message", objection));
            ArrayNode notes = out.putArray("remarks");
            remarks.forEach(notes::add);
            return out.put("count", count + objections.size());
        }
    }
}
