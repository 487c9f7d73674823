/**
 * The operators' side of the coordinator: an HTTP/JSON interface on the JDK's server, and the files that operators write.
 *
 * <p>Entry type: {@link org.dalrn.server.gateway.OperatorServer}. What it needs of the rest it asks for through {@link
 * org.dalrn.server.gateway.OperatorPort}. Routes: {@code docs/operator-api.md}.
 */
package org.dalrn.server.gateway;
