package org.dalrn.core.strategy;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.Parameters;

/**
 * Federated averaging: the next model is the mean of the trained models, weighted by their numbers of examples.
 *
 * <p>Because the nodes send differences from the global model, the mean of the models is the global model plus the mean
 * update. Trainers are told the number of the round under {@code server-round}, as Flower's are.
 *
 * <p>Source: McMahan et al., Communication-Efficient Learning of Deep Networks from Decentralized Data, AISTATS 2017,
 * algorithm 1.
 */
public record FedAvg(Sampling sampling) implements Strategy {

    /** The name in run files. */
    public static final String NAME = "fedavg";

    public FedAvg {
        requireNonNull(sampling, "sampling");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, ConfigValue> settings() {
        return Collections.emptySortedMap();
    }

    @Override
    public SortedMap<String, ConfigValue> trainConfig(int round) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(Map.of("server-round", ConfigValue.of(round))));
    }

    @Override
    public Parameters step(Parameters global, Parameters meanUpdate) {
        return global.plus(meanUpdate);
    }
}
