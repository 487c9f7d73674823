/**
 * Witnesses over HTTP: {@link org.dalrn.server.witness.WitnessServer} is one, {@link
 * org.dalrn.server.witness.WitnessClient} asks one.
 *
 * <p>Source: C2SP tlog-witness at commit 5ba5ee8; docs/witness.md.
 */
package org.dalrn.server.witness;
