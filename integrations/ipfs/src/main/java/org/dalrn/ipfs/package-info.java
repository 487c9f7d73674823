/**
 * What every part of the integration speaks of: {@link org.dalrn.ipfs.Cid}, {@link org.dalrn.ipfs.Block} and what can be wrong
 * with bytes from outside.
 *
 * <p>A {@code Block} cannot exist under a name that its bytes do not hash to, so whoever holds one has verified it.
 *
 * <p>Sources: multiformats CID and unsigned-varint specifications.
 */
package org.dalrn.ipfs;
