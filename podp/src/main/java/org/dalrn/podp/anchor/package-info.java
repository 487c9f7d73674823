/**
 * What an anchoring chain is given and asked: batches of checkpoints, proofs that a checkpoint is in one, and how a lookup answers.
 *
 * <p>No chain is known here: whoever can ask one is found through {@link org.dalrn.podp.anchor.AnchorLookupProvider}. The formats are
 * those of {@code docs/anchoring.md}.
 */
package org.dalrn.podp.anchor;
