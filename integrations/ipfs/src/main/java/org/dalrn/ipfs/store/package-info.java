/**
 * IPFS over HTTP: {@link org.dalrn.ipfs.store.KuboNode}, a node that stores and pins, and {@link
 * org.dalrn.ipfs.store.TrustlessGateway}, which anybody may run, to read from. Neither is trusted: what they give is verified.
 *
 * <pre>{@code
 * KuboNode node = KuboNode.at(URI.create("http://127.0.0.1:5001"), RequestPolicy.PATIENT);
 * FileDag dag = node.add(in, FileLayout.KUBO_DEFAULT);
 * FileDag.read(dag.root(), node, ReadLimits.ofFile(1 << 30), out);
 * }</pre>
 *
 * <p>Sources: Kubo's RPC API, version 0; the trustless gateway specification.
 */
package org.dalrn.ipfs.store;
