/**
 * How much nodes contribute when contributing costs them something and pays them a part of a budget: the contest among them,
 * its equilibrium, who takes part at all, and what budget it takes to keep them.
 *
 * <p>Entry point: {@link org.dalrn.core.incentive.effort.TullockContest}.
 *
 * <pre>{@code
 * EffortEquilibrium equilibrium = TullockContest.of(100, 1, 2).equilibrium();
 * double effort = equilibrium.effort(0); // 22.2
 * double mostToGainByDoingOtherwise = equilibrium.largestGain(); // 0, up to rounding
 * }</pre>
 *
 * <p>Sources: G. Tullock, Efficient rent seeking (1980); F. Szidarovszky and K. Okuguchi, On the existence and uniqueness of pure
 * Nash equilibrium in rent-seeking games, Games and Economic Behavior 18 (1997); R. Cornes and R. Hartley, Asymmetric contests with
 * general technologies, Economic Theory 26 (2005).
 */
package org.dalrn.core.incentive.effort;
