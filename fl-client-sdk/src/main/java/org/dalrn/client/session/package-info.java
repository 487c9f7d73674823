/**
 * A node's line to its coordinator: hello, tasks, answers, and coming back after a break.
 *
 * <p>Entry type: {@link org.dalrn.client.session.NodeSession}. Not exported.
 */
package org.dalrn.client.session;
