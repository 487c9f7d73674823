/**
 * Sums of small secret vectors that t of m members open once, for one agreed set of dealers.
 *
 * <p>Each <em>dealer</em> has a secret vector of small integers that opens something it uploads. It shares the vector
 * among the <em>members</em> of a committee. Whoever runs the round (the <em>server</em>, which no party trusts)
 * proposes the set of dealers whose uploads it holds; members endorse one set; with t endorsements the set is agreed,
 * and each member adds its shares of exactly that set and seals the sum to the <em>receiver</em>. Any t answers give the
 * sum of the secrets, exactly, and nothing else.
 *
 * <pre>{@code
 * CommitteePlan plan = CommitteePlan.parse(received);                       // every party; checked by its own policy
 * DealtShares dealt = ShareDealer.of(plan, policy, 7, key, random)          // dealer 7
 *         .dealAndErase(secret, uploadDigest);
 * AcceptedSet set = AcceptedSet.of(plan, List.of(dealt.accepted(), ...));   // server
 * CommitteeMember member = CommitteeMember.of(plan, policy, identity, sealingKey, journal);
 * SetEndorsement endorsement = member.endorse(set);                         // member, once it holds working shares
 * AgreedSet agreed = AgreedSet.of(plan, set, endorsements);                 // anyone
 * SealedAnswer answer = member.answer(agreed, shares);                      // member
 * Combination result = ShareCombiner.of(plan, agreed, receiverKey).combine(answers);
 * }</pre>
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li><b>t - 1 members</b> together, without the server, learn nothing of any secret beyond the sums that are opened:
 *       their shares are independent of it (Shamir). <b>t members</b> learn every dealer's secret, whatever was agreed.
 *   <li><b>The server alone</b> learns the sum of one set of at least {@code leastSetSize} dealers, if it is the
 *       receiver, and nothing if it is not. It can stop a round at any time, leave dealers out, and delay; nothing here
 *       prevents that.
 *   <li><b>Two sets.</b> Opening two sets of one round gives the difference of the sums, which may be one dealer's
 *       secret. An honest member answers for one set only, so the server needs {@code 2t - m} dishonest members for it
 *       ({@link org.dalrn.fhe.committee.CommitteePlan#colludersToOpenTwoSets}). This, not t, is what protects against a
 *       server with accomplices: 2 of 3 resists none, 9 of 16 resists 1, 11 of 16 resists 5, 16 of 16 resists 15. To
 *       resist f take {@code t > (m + f) / 2}.
 *   <li><b>Retry.</b> A round that failed is not tried again with fewer dealers; there is no call for it. Members refuse
 *       every set but the first, for ever, which {@link org.dalrn.fhe.committee.AnswerJournal} keeps true after
 *       restarts. Dealers deal a new secret in a new round. A member restored from an old copy of its disk has
 *       forgotten its commitments: give it new keys.
 *   <li><b>Different rosters.</b> If the server shows different plans to different parties, their digests differ and so
 *       do all signatures and seals: shares dealt under one plan do not open under another. A member commits to one plan
 *       per round name. Against invented members or dealers each party has its {@link
 *       org.dalrn.fhe.committee.PlanPolicy}; a member's offer ties its key for the round to its lasting identity.
 *   <li><b>Replay.</b> Plan digest (which covers the round), dealer, member and upload are bound to each share; plan,
 *       set and member to each endorsement and answer. What belongs elsewhere is refused.
 *   <li><b>A lying dealer</b> that seals rubbish is found before the set is endorsed if members ask {@link
 *       org.dalrn.fhe.committee.CommitteeMember#opens}. One that deals shares of no polynomial of degree t - 1, or of a
 *       secret other than the one of its upload, is not found before the sum is: then answers contradict each other, or
 *       the sum is out of range, or it does not open the uploads' sum, which the caller's own decoding must check. Each
 *       way the round fails closed: it costs the round, no secret. Such a dealer is not named.
 *   <li><b>A lying member</b> is named if there are answers enough ({@link
 *       org.dalrn.fhe.committee.ShareCombiner}). With exactly t answers a lie that keeps the sum in range passes here,
 *       and only the caller's decoding can notice.
 *   <li><b>Later theft.</b> Whoever recorded a round's sealed shares and later steals t members' sealing keys opens
 *       everything: so sealing keys are offered per round and destroyed after it. Identities may live on.
 * </ul>
 *
 * <p>Not provided: verifiable secret sharing, anonymity of dealers, protection against members that agree on a set which
 * the server filled with its own dealers beyond what the policy's list of known dealers excludes.
 *
 * <p>Sources: A. Shamir, "How to share a secret", CACM 22(11), 1979; RFC 9180 (HPKE), RFC 7748 (X25519), RFC 8032
 * (Ed25519); one-time keys with a committee as in ACORN, LERNA, Willow and OPA (arXiv 2410.22303); why retries are
 * dangerous: Lattigo's SECURITY.md and ePrint 2026/031.
 */
package org.dalrn.fhe.committee;
