/**
 * A witness: it keeps the last checkpoint that it saw of each log and cosigns the next one only if the log has done
 * nothing but grow.
 *
 * <p>{@link org.dalrn.podp.witness.Witness} takes the bodies of {@code add-checkpoint} requests and says what to answer;
 * HTTP is somebody else's.
 *
 * <pre>{@code
 * try (Witness witness = Witness.open(folder, keys.signer("witness.example/w1"), logs, InstantSource.system())) {
 *     WitnessOutcome outcome = witness.addCheckpoint(body);
 * }
 * }</pre>
 *
 * <p>Source: C2SP tlog-witness and tlog-cosignature at commit 5ba5ee8; docs/receipts.md, section Witnesses.
 */
package org.dalrn.podp.witness;
