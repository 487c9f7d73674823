package org.dalrn.core.testing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.aggregation.FixedPointScale;
import org.dalrn.core.aggregation.UpdateBytes;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.core.round.RunEvent;
import org.dalrn.core.round.RunReplay;
import org.dalrn.core.round.RunSpec;
import org.dalrn.core.testing.LogAuditor.StoredUpdate;

/**
 * A simulated history whose updates and models are real bytes. The simulation calculates with whole numbers and names
 * things as it likes; here each name becomes the SHA-256 of float32 bytes, and norms, sums, digests and models are those
 * of the bytes, by arbitrary-precision arithmetic and the documented encoding, without the code under test.
 */
public final class RealRun {
    private static final int ELEMENTS = 2;

    private final List<RunEvent> events = new ArrayList<>();
    private final Map<ContentHash, byte[]> blobs = new HashMap<>();
    private final Map<ContentHash, StoredUpdate> stored;
    private final SortedMap<NodeId, RunEvent.UpdateAccepted> accepted = new TreeMap<>();
    private RunEvent.Opened opened;
    private int cohort;
    private float[] model = new float[ELEMENTS];
    private ContentHash modelHash;

    private RealRun(SimulatedFederation.History history) {
        stored = history.updates();
        modelHash = store(model);
        opened = (RunEvent.Opened) history.events().get(0);
        history.events().forEach(event -> events.add(translate(event)));
    }

    public static RealRun of(SimulatedFederation.History history) {
        return new RealRun(history);
    }

    public List<RunEvent> events() {
        return List.copyOf(events);
    }

    public Map<ContentHash, byte[]> blobs() {
        return Map.copyOf(blobs);
    }

    public RunReplay.Blobs asBlobs() {
        return hash -> Optional.ofNullable(blobs.get(hash)).map(bytes -> UpdateBytes.of(ByteBuffer.wrap(bytes)));
    }

    private ContentHash store(float[] values) {
        byte[] bytes = Updates.littleEndian(values).array();
        ContentHash hash = ContentHash.of(bytes);
        blobs.put(hash, bytes);
        return hash;
    }

    private static float[] values(StoredUpdate update) {
        // A name of its own: two updates of the simulation may hold the same whole numbers.
        int salt = ByteBuffer.wrap(update.hash().toByteArray()).getInt() >>> 8;
        return new float[] {update.values().get(0) * 0.96875f, update.values().get(1) + Math.scalb((float) salt, -26)};
    }

    private RunEvent translate(RunEvent event) {
        if (event instanceof RunEvent.Opened first) {
            RunSpec spec = first.spec();
            RunSpec real = new RunSpec(
                    spec.name(),
                    spec.layout(),
                    modelHash,
                    spec.rounds(),
                    spec.strategy(),
                    spec.policy(),
                    spec.maxExamplesPerNode(),
                    spec.maxAbsoluteValue() + 1,
                    spec.config(),
                    spec.incentive());
            opened = new RunEvent.Opened(first.run(), real, first.seed(), first.at());
            return opened;
        }
        if (event instanceof RunEvent.RoundStarted started) {
            accepted.clear();
            cohort = started.cohort().size();
            return new RunEvent.RoundStarted(
                    started.round(),
                    started.attempt(),
                    modelHash,
                    started.cohort(),
                    started.passedOver(),
                    started.target(),
                    started.deadline(),
                    started.at());
        }
        if (event instanceof RunEvent.UpdateAccepted update) {
            float[] values = values(stored.get(update.update()));
            double first = values[0];
            double second = values[1];
            RunEvent.UpdateAccepted real = new RunEvent.UpdateAccepted(
                    update.round(),
                    update.node(),
                    store(values),
                    update.claimedExamples(),
                    update.grantedWeight(),
                    Math.sqrt(first * first + second * second),
                    Math.max(Math.abs(first), Math.abs(second)),
                    update.metrics(),
                    update.at());
            accepted.put(update.node(), real);
            return real;
        }
        if (event instanceof RunEvent.RoundClosed closed) {
            List<ContentHash> updates = accepted.values().stream()
                    .map(RunEvent.UpdateAccepted::update)
                    .sorted()
                    .toList();
            return new RunEvent.RoundClosed(
                    closed.round(), closed.attempt(), updates, closed.totalWeight(), closed.reason(), closed.at());
        }
        if (event instanceof RunEvent.ModelPublished published) {
            return publish(published);
        }
        if (event instanceof RunEvent.EvaluationStarted started) {
            return new RunEvent.EvaluationStarted(
                    started.round(),
                    modelHash,
                    started.cohort(),
                    started.passedOver(),
                    started.deadline(),
                    started.at());
        }
        return event instanceof RunEvent.Finished finished ? new RunEvent.Finished(modelHash, finished.at()) : event;
    }

    private RunEvent publish(RunEvent.ModelPublished event) {
        FixedPointScale scale = opened.spec().scale(cohort);
        long weight = accepted.values().stream()
                .mapToLong(RunEvent.UpdateAccepted::grantedWeight)
                .sum();
        long[] sum = new long[ELEMENTS];
        float[] next = new float[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            BigInteger exact = BigInteger.ZERO;
            for (RunEvent.UpdateAccepted update : accepted.values()) {
                float value = ByteBuffer.wrap(blobs.get(update.update()))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getFloat(Float.BYTES * i);
                exact = exact.add(new BigDecimal(value)
                        .multiply(BigDecimal.valueOf(update.grantedWeight()))
                        .multiply(Updates.powerOfTwo(scale.exponent()))
                        .setScale(0, RoundingMode.HALF_EVEN)
                        .toBigIntegerExact());
            }
            sum[i] = exact.longValueExact();
            next[i] = model[i] + (float) (sum[i] / Math.scalb((double) weight, scale.exponent()));
        }
        model = next;
        modelHash = store(model);
        return new RunEvent.ModelPublished(
                event.round(),
                modelHash,
                digest(event.round(), scale, weight, sum),
                event.evaluationDeadline(),
                event.at());
    }

    /** After the Javadoc of PartialSum, "Canonical encoding". */
    private ContentHash digest(int round, FixedPointScale scale, long weight, long[] sum) {
        byte[] run = opened.run().value().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer text = ByteBuffer.allocate(1024 + 32 * accepted.size()).order(ByteOrder.LITTLE_ENDIAN);
        text.put("dalrn-partial-sum/1\n".getBytes(StandardCharsets.US_ASCII))
                .put((byte) run.length)
                .put(run)
                .putInt(round)
                .putInt(0)
                .putInt(scale.exponent())
                .putDouble(scale.maxAbsoluteValue())
                .putLong(scale.maxTotalWeight())
                .putLong(weight)
                .putInt(accepted.size());
        accepted.values().stream()
                .map(update -> ContentHash.sha256(
                        ("dalrn-update-id-v1\n" + update.node().value() + "\n").getBytes(StandardCharsets.US_ASCII),
                        update.update().toByteArray()))
                .sorted()
                .forEach(id -> text.put(id.toByteArray()));
        text.putInt(sum.length);
        for (long element : sum) {
            text.putLong(element);
        }
        byte[] whole = new byte[text.position()];
        text.flip().get(whole);
        return ContentHash.of(whole);
    }
}
