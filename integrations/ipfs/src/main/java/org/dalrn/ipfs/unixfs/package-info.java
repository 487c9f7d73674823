/**
 * Files as directed acyclic graphs of blocks, the same that {@code ipfs add --cid-version=1} makes.
 *
 * <p>Start at {@link org.dalrn.ipfs.unixfs.FileDag}:
 *
 * <pre>{@code
 * Map<Cid, Block> blocks = new HashMap<>();
 * FileDag dag = FileDag.build(in, FileLayout.KUBO_DEFAULT, block -> blocks.put(block.cid(), block));
 * FileDag.read(dag.root(), blocks::get, new ReadLimits(dag.sizeBytes(), dag.blocks()), out);
 * }</pre>
 *
 * <p>Sources: IPLD dag-pb specification; UnixFS specification; the CIDs and archives of Kubo 0.43.0 as vectors.
 */
package org.dalrn.ipfs.unixfs;
