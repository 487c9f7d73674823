/** Proof of deterministic processing: receipts, Merkle log, checkpoints, proofs and their verification. */
package org.dalrn.podp;
