/** How fast one core checks received updates and folds them into the exact sum. */
@org.jspecify.annotations.NullMarked
package org.dalrn.benchmarks.aggregation;
