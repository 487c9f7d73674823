/** JMH benchmarks of the hot paths; the packages mirror those of the measured modules. */
@org.jspecify.annotations.NullMarked
package org.dalrn.benchmarks;
