/** The coordinator of a federation: rounds, state, transport to the nodes, the gateway for operators and the command line. */
package org.dalrn.server;
