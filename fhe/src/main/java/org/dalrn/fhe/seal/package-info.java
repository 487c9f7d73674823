/**
 * The binary format of Microsoft SEAL 4.x for CKKS, both ways, and TenSEAL's messages around it.
 *
 * <p>{@link org.dalrn.fhe.seal.SealFormat} is the entry: it turns keys, plaintexts and ciphertexts into the bytes that SEAL,
 * TenSEAL and node-seal read, and back. The classes named {@code Seal…} and {@code Tenseal…} are the same objects as they stand
 * in a file: residues with a level and a scale.
 *
 * <p>Bytes are foreign until proved otherwise: every length is checked before memory is taken for it, every residue against
 * its prime, every object against the parameters it is read with. What fails is a {@link
 * org.dalrn.fhe.seal.SealFormatException}. A ciphertext has no authenticity; sign its bytes.
 *
 * <p>Sources: SEAL 4.4.3 (serialization.cpp and the save and load members of each object), TenSEAL 0.3.18 (its .proto files).
 */
package org.dalrn.fhe.seal;
