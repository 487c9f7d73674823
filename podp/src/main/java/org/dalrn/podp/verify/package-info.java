/**
 * Bundles of receipts: one file that holds a log, written, read, verified, run again and told.
 *
 * <p>A {@link org.dalrn.podp.verify.BundleWriter} makes the file; a {@link org.dalrn.podp.verify.Verifier} gives every
 * {@link org.dalrn.podp.verify.Finding} of it, and runs its steps again with {@link org.dalrn.podp.verify.Replayer}s; a
 * {@link org.dalrn.podp.verify.ReceiptProof} is the file of a single receipt. The written formats are in
 * {@code docs/receipts.md}.
 *
 * <pre>{@code
 * Verification verification = Verifier.trusting(ownersKey).verify(file, List.of(replayer));
 * verification.match(
 *     verified -> verified.summary() + "",
 *     refuted -> refuted.findings().toString());
 * }</pre>
 */
package org.dalrn.podp.verify;
