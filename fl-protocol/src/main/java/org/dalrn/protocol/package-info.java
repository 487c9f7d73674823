/**
 * The words that nodes and coordinators exchange: methods, error codes, and below them the chunk frames
 * ({@link org.dalrn.protocol.bulk}), the signatures ({@link org.dalrn.protocol.signing}) and the generated messages
 * ({@code org.dalrn.protocol.v1}).
 *
 * <p>Entry type: {@link org.dalrn.protocol.FederationMethods}. {@code docs/wire.md} tells how the words are used.
 */
package org.dalrn.protocol;
