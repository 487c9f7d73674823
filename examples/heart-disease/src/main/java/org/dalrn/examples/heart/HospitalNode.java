package org.dalrn.examples.heart;

import java.nio.file.Path;
import java.util.Map;
import org.dalrn.core.model.NodeId;
import org.dalrn.examples.local.NodeProcess;

/** One hospital's process: {@code HospitalNode <folder> <hospital>}. */
public final class HospitalNode {

    private HospitalNode() {}

    public static void main(String[] arguments) throws InterruptedException {
        Hospital hospital = Hospital.parse(arguments[1]);
        NodeProcess.run(Path.of(arguments[0]), Map.of(new NodeId(hospital.id()), new HeartTrainer(hospital)));
    }
}
