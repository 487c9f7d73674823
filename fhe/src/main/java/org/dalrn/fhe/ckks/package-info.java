/**
 * CKKS: arithmetic on encrypted real and complex numbers, approximate by nature.
 *
 * <p>{@link org.dalrn.fhe.ckks.CkksEngine} does the operations; every implementation passes the same contract tests. What is
 * decrypted is a {@link org.dalrn.fhe.ckks.Decryption}, whose numbers leave it only by a named act, because the exact error of
 * a decryption gives the key away (Li and Micciancio 2020).
 */
package org.dalrn.fhe.ckks;
