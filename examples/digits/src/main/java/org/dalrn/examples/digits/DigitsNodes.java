package org.dalrn.examples.digits;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dalrn.client.training.Trainer;
import org.dalrn.core.model.NodeId;
import org.dalrn.examples.local.NodeProcess;

/** A process of several nodes: {@code DigitsNodes <folder> <seed> <first node> <node after the last>}. */
public final class DigitsNodes {

    private DigitsNodes() {}

    static NodeId name(int node) {
        return new NodeId("writer-%02d".formatted(node + 1));
    }

    public static void main(String[] arguments) throws InterruptedException {
        DigitsFederation federation = DigitsFederation.create(DigitsPlan.DEMO, Long.parseLong(arguments[1]));
        Map<NodeId, Trainer> trainers = new LinkedHashMap<>();
        for (int node = Integer.parseInt(arguments[2]); node < Integer.parseInt(arguments[3]); node++) {
            trainers.put(name(node), federation.trainer(node));
        }
        NodeProcess.run(Path.of(arguments[0]), trainers);
    }
}
