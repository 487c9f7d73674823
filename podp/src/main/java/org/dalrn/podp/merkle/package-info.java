/**
 * The Merkle tree of RFC 6962, section 2.1 (the same in RFC 9162): hashes, compact ranges, inclusion and consistency proofs.
 *
 * <p>Entry types: {@link org.dalrn.podp.merkle.Frontier} for who appends, {@link org.dalrn.podp.merkle.InclusionProof} and
 * {@link org.dalrn.podp.merkle.ConsistencyProof} for who checks. Nothing here reads or keeps more than a path of the tree:
 *
 * <pre>{@code
 * Frontier log = Frontier.EMPTY.append(MerkleTree.leafHash(first)).append(MerkleTree.leafHash(second));
 * InclusionProof proof = InclusionProof.build(1, 2, hashes);
 * boolean logged = proof.proves(MerkleTree.leafHash(second), log.root());
 * }</pre>
 *
 * <p>Sources: RFC 9162, sections 2.1.1 to 2.1.5; docs/receipts.md, section 3.
 */
package org.dalrn.podp.merkle;
