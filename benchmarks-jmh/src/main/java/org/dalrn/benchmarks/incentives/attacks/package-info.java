/**
 * What attacks on the allocation gain, before and after the defences, on the real examples; run by the suite {@code
 * incentives}.
 */
@org.jspecify.annotations.NullMarked
package org.dalrn.benchmarks.incentives.attacks;
