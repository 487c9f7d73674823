/**
 * How many nodes a round asks and how the mean of their updates becomes the next global model.
 *
 * <p>Entry type: {@link org.dalrn.core.strategy.Strategy}. The first strategy is {@link org.dalrn.core.strategy.FedAvg}.
 */
package org.dalrn.core.strategy;
