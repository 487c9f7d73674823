/**
 * How much each participant of a round contributed: values of cooperative games, and what can be seen of updates without
 * any game.
 *
 * <p>Entry types: a {@link org.dalrn.core.incentive.contribution.CoalitionGame} says what each {@link
 * org.dalrn.core.incentive.contribution.Coalition} of players is worth; {@link
 * org.dalrn.core.incentive.contribution.RoundGame} is that game for one round of federated learning. {@link
 * org.dalrn.core.incentive.contribution.ShapleyValue} (every coalition), {@link
 * org.dalrn.core.incentive.contribution.TruncatedMonteCarlo} and {@link
 * org.dalrn.core.incentive.contribution.GtgShapley} (some coalitions) and {@link
 * org.dalrn.core.incentive.contribution.LeaveOneOut} (n + 1 coalitions) make {@link
 * org.dalrn.core.incentive.contribution.Contributions} of it. {@link
 * org.dalrn.core.incentive.contribution.GroupShapley} serves where only sums of groups are opened, {@link
 * org.dalrn.core.incentive.contribution.GradientAlignment} where no held-out data are at hand, {@link
 * org.dalrn.core.incentive.contribution.UpdateSimilarity} against copies; {@link
 * org.dalrn.core.incentive.contribution.RunContributions} sums over the rounds of a run.
 *
 * <pre>{@code
 * CoalitionModels models = CoalitionModels.ofUpdates(run, round, scale, base, strategy, updates);
 * CoalitionGame game = RoundGame.of(models, heldOutUtility);
 * Contributions contributions = new GtgShapley(0, 0, 0.02, 153).of(game, grantedWeights, seedOfTheRound);
 * }</pre>
 *
 * <p>Everything is deterministic: the same game and seed give the same bits on every machine, so that whoever holds the
 * measured values of the coalitions can compute the contributions again.
 *
 * <p>Sources: Shapley 1953; Ghorbani and Zou, Data Shapley, ICML 2019; Liu et al., GTG-Shapley, ACM TIST 2022; Xu et
 * al., Gradient Driven Rewards (CGSV), NeurIPS 2021; Ma et al., Transparent Contribution Evaluation for Secure Federated
 * Learning on Blockchain, 2021.
 */
package org.dalrn.core.incentive.contribution;
