/**
 * The bulk of the wire: chunks of models and updates, read and written without a copy through protobuf.
 *
 * <p>Entry types: {@link org.dalrn.protocol.bulk.ChunkFrame} and {@link org.dalrn.protocol.bulk.UploadFrame}.
 */
package org.dalrn.protocol.bulk;
