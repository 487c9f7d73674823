package org.dalrn.examples.plain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.dalrn.client.FederationClient;
import org.dalrn.client.training.NodePolicy;
import org.dalrn.client.training.Protection;

/** A node that learns flat prices from its own sales: {@code PriceNode JOIN_FILE IDENTITY_FOLDER}. */
public final class PriceNode {

    /** Size (100 m2), age (100 years), price (million); in a real program, read from the site's own store. */
    private static final String SALES = """
            0.45,0.10,0.31
            0.62,0.35,0.36
            0.80,0.05,0.52
            1.10,0.50,0.55
            1.35,0.20,0.79
            """;

    private PriceNode() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("usage: PriceNode JOIN_FILE IDENTITY_FOLDER");
        }
        NodePolicy policy = NodePolicy.builder()
                .allowRuns("prices-*")
                .maxModelBytes(1 << 20)
                .maxTaskDuration(Duration.ofMinutes(5))
                .leastProtection(Protection.PLAIN)
                .allowEvaluation(true)
                .build();
        try (FederationClient client = FederationClient.builder()
                .join(Path.of(arguments[0]))
                .identity(Path.of(arguments[1]))
                .trainer(new LinearRegression(parse(SALES)))
                .policy(policy)
                .build()) {
            Runtime.getRuntime().addShutdownHook(new Thread(client::close, "close"));
            client.start();
            while (!client.awaitClosed(Duration.ofHours(1))) {
                System.out.println(client.status());
            }
            System.out.println(client.status());
        }
    }

    static double[][] parse(String csv) {
        return csv.lines()
                .map(line -> Arrays.stream(line.split(",", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toArray(double[][]::new);
    }
}
