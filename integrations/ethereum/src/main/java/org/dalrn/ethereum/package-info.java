/**
 * Anchors checkpoints of receipt logs in a contract of an Ethereum chain, asks such a contract about them, and pays rewards by Merkle
 * proof.
 *
 * <p>Formats, costs and commands are in {@code docs/anchoring.md}.
 */
@NullMarked
package org.dalrn.ethereum;

import org.jspecify.annotations.NullMarked;
