/**
 * The nodes' side of the coordinator: sessions, uploads, downloads and enrolment over gRPC with TLS.
 *
 * <p>Entry type: {@code NodeServer}. What it needs of the rest it asks for through its ports: {@link
 * org.dalrn.server.transport.RoundsPort}, {@link org.dalrn.server.transport.NodeDirectory}, {@link
 * org.dalrn.server.transport.BlobSource} and {@link org.dalrn.server.transport.UpdateSpools}. Format: {@code
 * docs/wire.md}.
 */
package org.dalrn.server.transport;
