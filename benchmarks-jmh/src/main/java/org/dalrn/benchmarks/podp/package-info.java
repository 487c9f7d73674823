/** Figures of receipts and their log. */
@org.jspecify.annotations.NullMarked
package org.dalrn.benchmarks.podp;
