package org.dalrn.examples.heart;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.dalrn.client.FederationClient;
import org.dalrn.client.training.NodePolicy;

/**
 * One hospital's process: joins the federation and trains until its standard input ends.
 *
 * <p>Usage: {@code HospitalNode <hospital> <join file> <identity folder>}.
 */
public final class HospitalNode {

    private HospitalNode() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 3) {
            System.err.println("usage: HospitalNode <hospital> <join file> <identity folder>");
            System.exit(2);
        }
        try (FederationClient client = FederationClient.builder()
                .join(Path.of(arguments[1]))
                .identity(Path.of(arguments[2]))
                .trainer(new HeartTrainer(Hospital.parse(arguments[0])))
                .policy(NodePolicy.acceptEveryRun())
                .build()) {
            Thread parent = new Thread(() -> closeWithParent(client), "parent-watch");
            parent.setDaemon(true);
            parent.start();
            client.start();
            client.awaitClosed(Duration.ofDays(365));
        }
    }

    /** Whoever started this process holds the other end of its standard input: when that is gone, so are we. */
    private static void closeWithParent(FederationClient client) {
        try (client) {
            while (System.in.read() >= 0) {
                // What comes has no meaning; only its end has.
            }
        } catch (IOException gone) {
            // An unreadable input is as gone as an ended one: the client is closed all the same.
        }
    }
}
