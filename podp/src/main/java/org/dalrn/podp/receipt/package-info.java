/**
 * Receipts: what a step read, wrote and was told, and the line of a log that holds it.
 *
 * <p>A {@link org.dalrn.podp.receipt.Receipt} binds typed {@link org.dalrn.podp.receipt.Facts} to a place in a log and to an
 * actor; an {@link org.dalrn.podp.receipt.Entry} is its line in the log. The written format is section 2 of
 * {@code docs/receipts.md}.
 *
 * <pre>{@code
 * Facts facts = new Facts("sum/1", List.of(new Artifact("addend", hashOfA)), List.of(new Artifact("sum", hashOfS)), parameters);
 * Receipt receipt = new Receipt(origin, 0, Optional.empty(), ownerKeyId, facts, machineAndTime);
 * log.append(List.of(Entry.ofOwner(receipt).leafData()));
 * }</pre>
 */
package org.dalrn.podp.receipt;
