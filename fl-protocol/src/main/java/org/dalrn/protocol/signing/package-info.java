/**
 * Ed25519 signatures over requests, so that a coordinator can prove who sent what.
 *
 * <p>Entry types: {@link org.dalrn.protocol.signing.RequestSigner} signs,
 * {@link org.dalrn.protocol.signing.SignedContent} says over which bytes and verifies. Format: {@code docs/wire.md}.
 */
package org.dalrn.protocol.signing;
