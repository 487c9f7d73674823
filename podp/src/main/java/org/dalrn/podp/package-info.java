/**
 * What the whole module speaks of: {@link org.dalrn.podp.Sha256Hash} and what can be wrong with bytes from outside.
 *
 * <p>The written formats are in {@code docs/receipts.md}.
 */
package org.dalrn.podp;
