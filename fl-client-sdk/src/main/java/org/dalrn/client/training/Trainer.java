package org.dalrn.client.training;

import org.dalrn.core.model.Parameters;

/**
 * A site's learning algorithm, on data that only it sees.
 *
 * <p>A client calls one method at a time, on its worker thread. Both methods should return soon after {@link
 * TrainingContext#cancelled()} turns true. An exception declines the task; its class name goes to the coordinator, its
 * message does not.
 */
public interface Trainer {

    /**
     * Trains on local data, starting from the global model.
     *
     * @param global the global model of the round
     * @return the trained parameters, of the same layout
     * @throws Exception to decline the task
     */
    TrainingResult train(Parameters global, TrainingContext context) throws Exception;

    /**
     * Measures a model on local data. One task may ask for several models, one after another: each call must measure on
     * the same examples, or the task is declined.
     *
     * @throws Exception to decline the task
     */
    EvaluationResult evaluate(Parameters model, TrainingContext context) throws Exception;
}
