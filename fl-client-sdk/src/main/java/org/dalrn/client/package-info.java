/**
 * The SDK with which a JVM application joins a federation.
 *
 * <p>Entry type: {@link org.dalrn.client.FederationClient}. The application brings a {@link
 * org.dalrn.client.training.Trainer} and a {@link org.dalrn.client.training.NodePolicy}.
 */
package org.dalrn.client;
