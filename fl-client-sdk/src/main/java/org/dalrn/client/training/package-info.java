/**
 * What a site brings to a federation: how it trains and measures, and what it allows.
 *
 * <p>Entry types: {@link org.dalrn.client.training.Trainer} and {@link org.dalrn.client.training.NodePolicy}.
 */
package org.dalrn.client.training;
