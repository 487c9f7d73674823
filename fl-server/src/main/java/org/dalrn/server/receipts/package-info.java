/**
 * A run's receipts: derived from its events, hashed into a Merkle log of their own, signed at the end of each round, and
 * computed again by whoever doubts them.
 *
 * <p>Entry types: {@link org.dalrn.server.receipts.ReceiptLog} writes, {@link org.dalrn.server.receipts.RunReceipts}
 * translates between events and receipts. The formats are in {@code docs/receipts.md}.
 */
package org.dalrn.server.receipts;
