package org.dalrn.server.utility;

import java.util.SortedMap;
import org.dalrn.core.incentive.contribution.ModelUtility;
import org.dalrn.core.model.ConfigValue;
import org.dalrn.core.model.ParameterLayout;

/**
 * A kind of utility that a coordinator can measure models by, on data that it holds itself; found by {@link
 * java.util.ServiceLoader}.
 *
 * <p>A run names it in its incentives, for the measures {@code leave-one-out}, {@code shapley} and {@code gtg-shapley}.
 * Thread-safe.
 */
public interface UtilityProvider {
    /** What a run calls it: 1 to 64 characters of {@code [a-z0-9-]}. */
    String name();

    /**
     * A utility for one run or one round of it; it is used by one thread.
     *
     * <p>The round waits for it, and so does a thread of the coordinator that sums updates: bound what a model may take. A run
     * that is stopped meanwhile asks for no further model. If a model throws {@link java.io.UncheckedIOException} the round
     * tries again later; whatever else it throws, or a value that is not finite, ends the run with that reason.
     *
     * @param layout of the models
     * @param settings as the run has them
     * @throws IllegalArgumentException if the layout or a setting is not allowed; the message goes to whoever submits the run
     * @throws java.io.UncheckedIOException if the data cannot be read now: a round tries again
     */
    ModelUtility open(ParameterLayout layout, SortedMap<String, ConfigValue> settings);
}
