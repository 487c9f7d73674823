package org.dalrn.core.strategy;

import java.util.SortedMap;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.Parameters;

/**
 * The researcher's part of a round: whom to ask, what to tell the trainers, and the server step from the mean update to
 * the next global model.
 *
 * <p>An implementation is immutable and its methods are pure: the same arguments give the same bits, on any machine. It
 * can therefore be run again by whoever verifies a round.
 */
public interface Strategy {

    /** The name by which run files and receipts refer to the strategy, for instance {@code fedavg}. */
    String name();

    /** How many nodes train and evaluate. */
    Sampling sampling();

    /** What makes this instance differ from others of the same name; written to the run's log, read back by name. */
    SortedMap<String, ConfigValue> settings();

    /**
     * What the trainers are told in a round besides the run's own configuration.
     *
     * @param round 1 for the first
     */
    SortedMap<String, ConfigValue> trainConfig(int round);

    /**
     * The next global model.
     *
     * @param global the model that the round started from
     * @param meanUpdate the weighted mean of (trained minus global) over the accepted updates, same layout
     */
    Parameters step(Parameters global, Parameters meanUpdate);

    /**
     * The strategy that a run file or log names.
     *
     * @throws IllegalArgumentException if there is none of that name, or it does not know one of the settings
     */
    static Strategy of(String name, Sampling sampling, SortedMap<String, ConfigValue> settings) {
        if (!name.equals(FedAvg.NAME)) {
            throw new IllegalArgumentException("strategy '" + name + "' is unknown; allowed: " + FedAvg.NAME);
        }
        if (!settings.isEmpty()) {
            throw new IllegalArgumentException("strategy " + FedAvg.NAME + " has no setting '" + settings.firstKey()
                    + "'; it has none besides its sampling");
        }
        return new FedAvg(sampling);
    }
}
