/**
 * How a budget is divided among claims: bargaining rules with reservation values and caps, and a truthful auction for
 * reservation values that claimants state themselves. Whole units in, whole units out, exact in between; whoever has the
 * claims can check every unit.
 *
 * <p>Entry points: {@link org.dalrn.core.incentive.bargaining.NashBargaining},
 * {@link org.dalrn.core.incentive.bargaining.AllocationRule} and
 * {@link org.dalrn.core.incentive.bargaining.ProportionalShareAuction}.
 *
 * <pre>{@code
 * Bargain bargain = NashBargaining.allocate(
 *         100_00,
 *         List.of(new Claim("north", 2, 10_00, 40_00), new Claim("south", 1, 0, Claim.UNCAPPED)),
 *         salt);
 * long toNorth = bargain.match(
 *         allocation -> allocation.shares().get(0).amount(),
 *         infeasible -> 0L);
 * }</pre>
 *
 * <p>Sources: J. Nash, The bargaining problem, Econometrica 18 (1950); E. Kalai, Nonsymmetric Nash solutions and replications
 * of 2-person bargaining, Int. J. Game Theory 6 (1977); E. Kalai and M. Smorodinsky, Other solutions to Nash's bargaining
 * problem, Econometrica 43 (1975); Y. Singer, Budget feasible mechanisms, FOCS 2010.
 */
package org.dalrn.core.incentive.bargaining;
