package org.dalrn.server.receipts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.round.EventText;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunReplay;
import org.dalrn.podp.MalformedException;
import org.dalrn.podp.PodpException;
import org.dalrn.podp.Sha256Hash;
import org.dalrn.podp.receipt.Facts;
import org.dalrn.podp.receipt.Receipt;
import org.dalrn.podp.verify.BlobMissingException;
import org.dalrn.podp.verify.Blobs;
import org.dalrn.podp.verify.Replayer;
import org.jspecify.annotations.Nullable;

/**
 * How the steps of a federated run are run again: every event by {@link RunReplay}, from the receipts and the blobs alone.
 *
 * <p>What is derived and what is believed stands there. Immutable and thread-safe.
 */
public final class RunReplayer implements Replayer {
    private static final int BLOCK_BYTES = 1 << 16;

    private static final Set<String> KINDS = Set.of(
            "opened",
            "resumed",
            "round-started",
            "update-accepted",
            "update-refused",
            "node-dropped",
            "round-closed",
            "round-abandoned",
            "model-published",
            "evaluation-started",
            "node-evaluated",
            "round-completed",
            "contributions-measured",
            "allocated",
            "finished",
            "stopped",
            "failed");

    /** Creates it. */
    public RunReplayer() {}

    @Override
    public Set<String> types() {
        return KINDS.stream().map(RunReceipts::typeOf).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Session begin(String log) {
        return new RunSession(log);
    }

    /** The replay of one run. Confined to one thread. */
    private static final class RunSession implements Session {
        private final String log;
        private @Nullable RunReceipts receipts;
        private @Nullable Blobs blobs;
        private final RunReplay replay = new RunReplay(this::find);

        RunSession(String log) {
            this.log = log;
        }

        @Override
        public Outcome replay(Receipt claimed, Blobs at) {
            blobs = at;
            RunReceipts before = receipts == null ? RunReceipts.begin(log, claimed.actor()) : receipts;
            receipts = before.with(claimed, claimed.replayDigest());
            RunEvent event = RunReceipts.eventOf(claimed);
            RunReplay.Step step = replay.accept(event);
            // What does not follow from the receipts alone is refuted, whatever a blob would tell.
            if (step.missing().isPresent()
                    && step.expected().filter(event::equals).isPresent()) {
                throw new BlobMissingException(podp(step.missing().get()));
            }
            if (step.expected().isEmpty()) {
                throw new PodpException(
                        step.findings().isEmpty()
                                ? "what is before it cannot be followed by anything"
                                : words(step.findings().get(0)));
            }
            Receipt remade = before.receiptOf(EventText.of(step.expected().get()));
            Facts facts = remade.facts();
            requireTimes(remade, claimed, facts);
            if (facts.equals(claimed.facts()) && !step.findings().isEmpty()) {
                throw new PodpException(words(step.findings().get(0)));
            }
            return new Remade(facts);
        }

        @Override
        public Optional<String> end() {
            return replay.finish().stream().findFirst().map(finding -> finding.expected() + " must follow");
        }

        /** Deadlines are derived, but stand among the times, which facts do not hold. */
        private static void requireTimes(Receipt remade, Receipt claimed, Facts facts) {
            if (!facts.equals(claimed.facts()) || remade.obs().equals(claimed.obs())) {
                return;
            }
            SortedMap<String, Object> expected = remade.obs();
            TreeSet<String> names = new TreeSet<>(expected.keySet());
            names.addAll(claimed.obs().keySet());
            for (String name : names) {
                Object wanted = expected.getOrDefault(name, "nothing");
                Object found = claimed.obs().getOrDefault(name, "nothing");
                if (!wanted.equals(found)) {
                    throw new PodpException("obs." + MalformedException.excerpt(name) + " is "
                            + MalformedException.excerpt(found.toString()) + ", but the step gives " + wanted);
                }
            }
        }

        private static String words(RunReplay.Finding finding) {
            return finding.field() + " of " + finding.type() + ": expected "
                    + MalformedException.excerpt(finding.expected()) + ", found "
                    + MalformedException.excerpt(finding.found());
        }

        private static Sha256Hash podp(ContentHash hash) {
            return Sha256Hash.ofBytes(hash.toByteArray());
        }

        private Optional<UpdateBytes> find(ContentHash hash) {
            Blobs at = blobs;
            Sha256Hash name = podp(hash);
            if (at == null || at.size(name).isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(() -> new StreamChunks(at.open(name)));
        }
    }

    /** A stream, block by block. */
    private static final class StreamChunks implements UpdateBytes.Chunks {
        private final InputStream in;
        private final byte[] block = new byte[BLOCK_BYTES];

        StreamChunks(InputStream in) {
            this.in = in;
        }

        @Override
        public Optional<ByteBuffer> next() {
            try {
                int count = in.readNBytes(block, 0, block.length);
                return count == 0 ? Optional.empty() : Optional.of(ByteBuffer.wrap(block, 0, count));
            } catch (IOException broken) {
                throw new PodpException("a blob cannot be read: " + broken.getMessage(), broken);
            }
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException broken) {
                throw new PodpException("a blob cannot be closed: " + broken.getMessage(), broken);
            }
        }
    }
}
