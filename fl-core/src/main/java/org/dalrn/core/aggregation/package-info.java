/** Exact sums of updates. */
package org.dalrn.core.aggregation;
