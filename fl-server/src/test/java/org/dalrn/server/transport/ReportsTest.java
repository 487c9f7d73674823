package org.dalrn.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.dalrn.core.model.ContentHash;
import org.dalrn.core.model.NodeId;
import org.dalrn.protocol.ErrorCode;
import org.dalrn.protocol.signing.Ed25519;
import org.dalrn.protocol.v1.EvaluationReport;
import org.dalrn.protocol.v1.ExtraMetrics;
import org.junit.jupiter.api.Test;

/** What a node's report may do to its parser: bytes of a signed report that a hostile node has made. */
class ReportsTest {
    private static final LiveSession SESSION =
            new LiveSession(new NodeId("mallory"), Ed25519.generate().getPublic(), Instant.EPOCH, new byte[16], null);

    private static RequestVerifier.Caller caller(byte[] body) {
        return new RequestVerifier.Caller(SESSION, "heart-1", 3, ByteString.copyFrom(body));
    }

    private static EvaluationReport genuine() {
        EvaluationReport.Builder report = EvaluationReport.newBuilder()
                .setTaskId("heart-1/3/1/evaluate/mallory")
                .setModelHash(ByteString.copyFrom(new byte[32]))
                .setExamples(42)
                .putMetrics("accuracy", 0.75)
                .putMetrics("log-loss", 0.5);
        for (int i = 1; i <= 6; i++) {
            byte[] hash = new byte[32];
            Arrays.fill(hash, (byte) i);
            report.addExtraMetrics(ExtraMetrics.newBuilder()
                    .setModelHash(ByteString.copyFrom(hash))
                    .putMetrics("accuracy", i / 8.0)
                    .putMetrics("log-loss", -i));
        }
        return report.build();
    }

    private static void assertInBounds(SortedMap<String, Double> metrics) {
        assertThat(metrics).hasSizeLessThanOrEqualTo(64);
        metrics.forEach((name, value) -> {
            assertThat(name).isNotBlank().hasSizeLessThanOrEqualTo(64);
            assertThat(value).isFinite();
        });
    }

    private static boolean passes(byte[] body) {
        return Reports.evaluation(caller(body))
                .match(
                        measured -> {
                            Evaluated evaluated = measured.evaluated();
                            assertThat(evaluated.examples()).isPositive();
                            assertInBounds(evaluated.metrics());
                            assertThat(evaluated.extraMetrics())
                                    .hasSizeLessThanOrEqualTo(64)
                                    .doesNotContainKey(evaluated.model());
                            evaluated.extraMetrics().values().forEach(ReportsTest::assertInBounds);
                            return true;
                        },
                        failed -> {
                            assertThat(failed.code())
                                    .isIn(
                                            ErrorCode.MALFORMED_MESSAGE,
                                            ErrorCode.METRICS_INVALID,
                                            ErrorCode.WEIGHT_INVALID,
                                            ErrorCode.UNKNOWN_TASK);
                            return false;
                        });
    }

    @Test
    void evaluation_genuine_isReadAsItWasWritten() {
        Evaluated read = Reports.evaluation(caller(genuine().toByteArray()))
                .match(Reports.Measurement::evaluated, failed -> {
                    throw new AssertionError(failed);
                });
        assertThat(read.metrics()).containsEntry("accuracy", 0.75).containsEntry("log-loss", 0.5);
        assertThat(read.extraMetrics()).hasSize(6);
        genuine()
                .getExtraMetricsList()
                .forEach(extra -> assertThat(read.extraMetrics())
                        .containsEntry(
                                ContentHash.ofBytes(extra.getModelHash().toByteArray()),
                                new TreeMap<>(extra.getMetricsMap())));
    }

    @Test
    void evaluation_mutatedBytes_areRefusedOrWithinBounds() {
        byte[] genuine = genuine().toByteArray();
        SplittableRandom random = new SplittableRandom(20261123);
        int passed = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = genuine.clone();
            for (int flips = random.nextInt(1, 5); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            passed +=
                    passes(random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes) ? 1 : 0;
        }
        // Both kinds of answers must have been met, or the mutations show nothing.
        assertThat(passed).isBetween(1_000, 19_000);
    }

    @Test
    void evaluation_longerThanAnyReport_isRefusedByItsCounts() {
        EvaluationReport.Builder report = genuine().toBuilder();
        for (int i = 0; i < 50_000; i++) {
            report.addExtraMetrics(ExtraMetrics.getDefaultInstance());
        }
        assertThat(passes(report.build().toByteArray())).isFalse();
    }
}
