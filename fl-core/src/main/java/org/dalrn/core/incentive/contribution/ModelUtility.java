package org.dalrn.core.incentive.contribution;

import org.dalrn.core.model.Parameters;

/**
 * How good a model is, measured on data that nobody trained on: an accuracy, or minus a loss.
 *
 * <p>An implementation gives the same finite number for the same model whenever it is asked.
 */
@FunctionalInterface
public interface ModelUtility {
    /** The quality of a model: finite, the more the better. */
    double of(Parameters model);
}
