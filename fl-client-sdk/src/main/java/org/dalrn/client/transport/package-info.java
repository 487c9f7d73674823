/**
 * A node's identity on disk and its calls to the coordinator: enrolment, downloads, uploads. Format: {@code docs/wire.md}.
 *
 * <p>Entry types: {@link org.dalrn.client.transport.IdentityFolder}, {@link org.dalrn.client.transport.ModelDownload} and
 * {@link org.dalrn.client.transport.UpdateUpload}. Not exported.
 */
package org.dalrn.client.transport;
