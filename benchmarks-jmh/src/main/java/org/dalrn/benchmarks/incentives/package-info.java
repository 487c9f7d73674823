/** Figures of incentives: games, bargaining, contributions and the equilibrium of effort. */
@org.jspecify.annotations.NullMarked
package org.dalrn.benchmarks.incentives;
