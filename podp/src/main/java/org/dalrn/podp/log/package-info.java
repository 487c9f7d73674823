/**
 * The log on disk: appended to in durable batches, read by anybody as C2SP tlog-tiles.
 *
 * <p>Entry types: {@link org.dalrn.podp.log.TileLog} for the log's owner; {@link org.dalrn.podp.log.TileReader} and
 * {@link org.dalrn.podp.log.LogCheck} for whoever has tiles from elsewhere and a checkpoint.
 *
 * <pre>{@code
 * try (TileLog log = TileLog.open(folder, signer)) {
 *     log.append(List.of(leafData));
 *     SignedNote checkpoint = log.publish();
 *     InclusionProof proof = log.inclusionProof(0, log.size());
 * }
 * }</pre>
 *
 * <p>Sources: C2SP tlog-tiles; docs/receipts.md, section 3.
 */
package org.dalrn.podp.log;
