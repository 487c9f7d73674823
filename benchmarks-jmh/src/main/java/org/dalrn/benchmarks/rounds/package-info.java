/** The whole system over loopback TLS: a coordinator in its own process, nodes in this one. */
package org.dalrn.benchmarks.rounds;
