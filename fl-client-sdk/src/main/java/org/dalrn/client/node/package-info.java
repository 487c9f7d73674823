/**
 * What a node tells its application: its status, its tasks, what was refused.
 *
 * <p>Entry types: {@link org.dalrn.client.node.NodeListener} and {@link org.dalrn.client.node.NodeStatus}.
 */
package org.dalrn.client.node;
