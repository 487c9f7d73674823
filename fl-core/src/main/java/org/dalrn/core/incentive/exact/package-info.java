/** Exact rational numbers: what an auditor computes again must come out the same, to the last digit. */
package org.dalrn.core.incentive.exact;
