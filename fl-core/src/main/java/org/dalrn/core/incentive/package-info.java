/**
 * What a run pays for contributions: the policy that its author writes down, what a round's contributions are measured
 * by, and the pure ledger of what was earned.
 *
 * <p>Entry type: {@link org.dalrn.core.incentive.IncentivePolicy}. Everything here is computed from a run's events alone,
 * so whoever has them computes the same amounts.
 */
package org.dalrn.core.incentive;
