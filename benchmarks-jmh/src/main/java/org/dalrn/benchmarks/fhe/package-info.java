/** How fast updates are encrypted, summed and opened. */
@org.jspecify.annotations.NullMarked
package org.dalrn.benchmarks.fhe;
