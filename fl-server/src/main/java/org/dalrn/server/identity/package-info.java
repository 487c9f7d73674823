/**
 * The federation's certificate authority: who the coordinator is to the nodes, and who a node is to the coordinator.
 *
 * <p>Entry type: {@link org.dalrn.server.identity.CertificateAuthority}. Sources: RFC 5280 (profile), RFC 8410 (Ed25519 in
 * X.509).
 */
package org.dalrn.server.identity;
