/**
 * Exact sums of client updates: any order, any split and any retry of the same updates gives the same bits.
 *
 * <p>Values are scaled by a power of two, weighted by an integer, rounded to the nearest integer and added as
 * {@code long}. Integer addition is associative and has an exact inverse, so partial sums of replicas, edge aggregators
 * or coordinate shards merge by addition, and one update can be taken out again.
 *
 * <p>Entry types: {@link org.dalrn.core.aggregation.UpdateScreen} checks an update,
 * {@link org.dalrn.core.aggregation.SumAccumulator} folds it, {@link org.dalrn.core.aggregation.PartialSum} merges and
 * divides.
 *
 * <pre>{@code
 * FixedPointScale scale = FixedPointScale.plan(16.0, 1L << 28);
 * SumAccumulator accumulator = SumAccumulator.create(run, round, 0, scale, layout.elementCount());
 * accumulator.add(updateId, grantedWeight, UpdateBytes.of(delta));
 * Parameters mean = accumulator.toPartialSum().merge(fromOtherReplica).mean(layout);
 * }</pre>
 */
package org.dalrn.core.aggregation;
