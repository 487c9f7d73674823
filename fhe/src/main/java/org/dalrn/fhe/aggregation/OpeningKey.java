package org.dalrn.fhe.aggregation;

/** What opens a sum of encrypted updates, and only such a sum: no form of it opens a single update. */
public sealed interface OpeningKey permits OneTimeKeySum, HeldKey, CollectiveOpening {}
