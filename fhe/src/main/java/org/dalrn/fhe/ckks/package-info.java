/**
 * CKKS: arithmetic on encrypted real and complex numbers, approximate by nature.
 *
 * <p>{@link org.dalrn.fhe.ckks.CkksEngine} does the operations; every implementation passes the same contract tests. What is
 * decrypted is a {@link org.dalrn.fhe.ckks.Decryption}, whose numbers leave it only by a named act, because the exact error of
 * a decryption gives the key away (Li and Micciancio 2020).
 *
 * <p>Start at {@link org.dalrn.fhe.ckks.CkksVectors}, which makes {@link org.dalrn.fhe.ckks.CkksVector}s of any length and takes
 * care of levels, scales and keys:
 *
 * <pre>{@code
 * CkksVectors vectors = CkksVectors.builder(JavaCkksEngine.of(parameters, random))
 *         .scale(0x1p40)
 *         .publicKey(publicKey)
 *         .relinearizationKey(relinearizationKey)
 *         .build();
 * double[] opened = vectors.encrypt(0.5, -1.25).square().decrypt(secretKey).roundedTo(12);
 * }</pre>
 */
package org.dalrn.fhe.ckks;
