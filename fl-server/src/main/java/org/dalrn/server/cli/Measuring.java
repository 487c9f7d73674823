package org.dalrn.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dalrn.core.model.NodeId;

/** Asks every second what no event of a run tells, traffic and the nodes' progress, and shows it in a view. */
final class Measuring {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration LONGEST_END = Duration.ofSeconds(2);

    private final OperatorClient client;
    private final String path;
    private final RunView view;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "dalrn-measuring");

    private Measuring(OperatorClient client, String path, RunView view) {
        this.client = client;
        this.path = path;
        this.view = view;
    }

    /** Measures until it is ended. */
    static Measuring start(OperatorClient client, String path, RunView view) {
        Measuring measuring = new Measuring(client, path, view);
        measuring.thread.setDaemon(true);
        measuring.thread.start();
        return measuring;
    }

    private void run() {
        try {
            while (!over.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                measure();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look; the view keeps its last figures if the coordinator does not answer, and the stream of events says so. */
    private void measure() throws InterruptedException {
        JsonNode answer;
        try {
            answer = client.get(path);
        } catch (CliException away) {
            return;
        }
        view.bytes(
                answer.path("receivedBytes").asLong(), answer.path("sentBytes").asLong());
        for (JsonNode node : answer.path("progress")) {
            view.progress(
                    new NodeId(node.path("node").asText()),
                    node.path("fraction").asDouble(),
                    node.path("stage").asText());
        }
        view.draw();
    }

    /** Ends with the last figures. */
    void end() throws InterruptedException {
        over.countDown();
        thread.interrupt();
        thread.join(LONGEST_END.toMillis());
        measure();
    }
}
