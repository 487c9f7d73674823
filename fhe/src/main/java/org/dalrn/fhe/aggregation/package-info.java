/**
 * Sums of encrypted updates: a server adds ciphertexts that it cannot read, and only the sum is ever opened, exactly.
 *
 * <p>{@link org.dalrn.fhe.aggregation.SumPlanner} is the entry. It chooses the smallest encoding that is secure, never carries and
 * decodes wrongly with probability below 2^-128:
 *
 * <pre>{@code
 * SumPlan plan = SumPlanner.create()....plan();
 * SumRound round = SumRound.of(plan, roundId);
 *
 * // a client: encrypts, deals the key to the committee, forgets it
 * OneTimeKey key = OneTimeKey.generate(round, random);
 * byte[] upload = SumEncryptor.oneTimeKey(key, random).encrypt(dealer, update, examples);
 * DealtShares shares = ShareDealer.of(committeePlan, policy, dealer, signingKey, random)
 *         .dealAndErase(key.coefficients(access), EncryptedUpdate.parse(round, upload).digest());
 *
 * // the server: adds what it cannot read
 * CiphertextSum sum = CiphertextSum.create(round, update.length);
 * sum.add(EncryptedUpdate.parse(round, upload));
 *
 * // once the committee agreed on the set of clients and answered
 * OpenedSum opened = SumOpener.create(plan, leastClients).open(sum, OneTimeKeySum.of(round, agreedSum));
 * float[] mean = opened.meanFloats();
 * }</pre>
 *
 * <h2>What it protects</h2>
 *
 * With one-time keys, an update is hidden as long as fewer than t members of the committee collude, fewer than {@code 2t - m} of
 * them collude with the server (else two sets could be opened, whose difference may be one update), and at least
 * two clients of the sum are honest; the sum and the number of clients become known to whoever opens. Dropouts cost nothing: the
 * weights are summed with the values, so the mean is right over whoever is in the sum.
 *
 * <h2>What it does not protect</h2>
 *
 * Nothing here is authenticated: updates must be signed by their clients and checked before they are added. (With one-time keys the
 * opening requires that the sum holds just the uploads whose digests the clients dealt their keys for.) A client can send any
 * values within the clip range, and a malformed update makes the whole round refuse to open. The mean itself may tell about
 * single clients; that is what differential privacy is for.
 *
 * <p>The committee is {@link org.dalrn.fhe.committee}'s: its round has the sum's name, its dealers' numbers are the clients', its
 * vectors have N coordinates of at most {@link org.dalrn.fhe.aggregation.OneTimeKey#coefficientBound}.
 *
 * <p>Sources: the scheme is additively homomorphic RLWE encryption with a key sum, as in ePrint 2020/304 (collective keys) and
 * arXiv 2410.22303 (one-shot aggregation); the bounds are in {@link org.dalrn.fhe.aggregation.SumPlan}.
 */
package org.dalrn.fhe.aggregation;
