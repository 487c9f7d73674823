/**
 * What the coordinator keeps: the log of events and the nodes in one SQLite database, models and updates as files named by
 * their hash, all in one locked data folder.
 *
 * <p>Entry types: {@link org.dalrn.server.store.DataDirectory}, {@link org.dalrn.server.store.EventStore}, {@link
 * org.dalrn.server.store.BlobStore}, {@link org.dalrn.server.store.NodeRegistry}.
 */
package org.dalrn.server.store;
