/** Differential privacy: mechanisms, clipping, accountants, ledger arithmetic and secure-aggregation masks. */
package org.dalrn.privacy;
